"""Outages in words: the figure, how sure it is, whose word it is, and what is accepted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.model.ne_mode import ApplianceMode
from shared.model.outage import Interval, NetworkOutage, Witness
from shared.model.view import TaskOutages
from shared.report.outage_text import length, sentence, total_line
from shared.rules.outage import DOWN_BEFORE, NEVER_ANSWERED, RED_BEFORE

BEGIN = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def spell(begin: float, end: float | None) -> Interval:
    """An interval between two seconds."""
    ended = None if end is None else BEGIN + end * SECOND
    return Interval(began=BEGIN + begin * SECOND, ended=ended, error=SECOND)


ERP = NetworkOutage(
    network="net-a",
    appliance="NE-I1",
    mode=ApplianceMode.STANDARD,
    witness=Witness.PROBE,
    intervals=(spell(10, 51),),
    total=41 * SECOND,
    error=3 * SECOND,
    samples=60,
    lost=0,
    limit=60 * SECOND,
)
NONE_SEEN = replace(ERP, intervals=(), total=0 * SECOND, error=5 * SECOND)


@pytest.mark.parametrize(
    ("outage", "said"),
    [
        (ERP, "net-a: 41 s without traffic (± 3 s, seen by a probe), accepted are 60 s"),
        (replace(ERP, limit=None), "net-a: 41 s without traffic (± 3 s, seen by a probe)"),
        (
            replace(ERP, limit=30 * SECOND),
            "net-a: 41 s without traffic (± 3 s, seen by a probe), more than the 30 s that are accepted",
        ),
        (
            replace(ERP, limit=42 * SECOND),
            "net-a: 41 s without traffic (± 3 s, seen by a probe), accepted are 42 s, which it may have exceeded",
        ),
        (
            replace(ERP, witness=Witness.HCX),
            "net-a: 41 s without traffic (± 3 s, seen by HCX alone, without a probe), accepted are 60 s",
        ),
        (
            replace(ERP, witness=Witness.HCX, note=RED_BEFORE),
            f"net-a: 41 s without traffic (± 3 s, seen by HCX alone), accepted are 60 s; {RED_BEFORE}",
        ),
        (
            replace(ERP, witness=Witness.HCX, note=f"{NEVER_ANSWERED}; {DOWN_BEFORE}", limit=None),
            f"net-a: 41 s without traffic (± 3 s, seen by HCX alone); {NEVER_ANSWERED}; {DOWN_BEFORE}",
        ),
        (
            replace(ERP, silent=True, limit=None),
            "net-a: 41 s without traffic (± 3 s, seen by a probe); HCX said meanwhile that everything was up",
        ),
        (
            replace(ERP, intervals=(spell(0, 1), spell(11, None)), limit=None),
            "net-a: 41 s without traffic in 2 parts, not back at the last look (± 3 s, seen by a probe)",
        ),
        (
            NONE_SEEN,
            "net-a: no outage was seen by a probe (one of up to 5 s may have been missed), accepted are 60 s",
        ),
        (replace(NONE_SEEN, lost=60), "net-a: nobody knows whether there was traffic: none of 60 samples was answered"),
    ],
)
def test_one_network_is_one_sentence(outage: NetworkOutage, said: str) -> None:
    """It tells the figure, its error, its witness, what is accepted, and what else has to be known."""
    assert sentence(outage) == said


@pytest.mark.parametrize(
    ("seconds", "told", "bound"),
    [
        (0, "0 s", "0 s"),
        (0.25, "0.2 s", "0.3 s"),
        (2.5, "2.5 s", "2.5 s"),
        (9.99, "10 s", "10 s"),
        (41.4, "41 s", "42 s"),
        (119, "119 s", "119 s"),
        (120, "2 min", "2 min"),
        (3725, "1 h 2 min 5 s", "1 h 2 min 5 s"),
    ],
)
def test_short_times_keep_their_seconds(seconds: float, told: str, bound: str) -> None:
    """A figure is rounded to the nearest, a bound never to less than it is."""
    assert (length(seconds * SECOND), length(seconds * SECOND, up=True)) == (told, bound)


def of(*measured: NetworkOutage) -> TaskOutages:
    """A mesh with these outages."""
    return TaskOutages(task="mesh:m", mesh="m", sites=(), measured=measured, unmeasured=())


def test_the_total_leaves_out_what_nobody_knows() -> None:
    """Networks of all meshes are added up, with their errors; one without an answer is not counted as none."""
    told = total_line((of(ERP, replace(ERP, lost=60)), of(replace(ERP, total=100 * SECOND))))

    assert told == "Total outage of 2 networks: 2 min 21 s (± 6 s)."
    assert total_line((of(NONE_SEEN),)) == "Total outage of 1 network: 0 s (± 5 s)."


def test_where_nothing_was_measured_there_is_no_total() -> None:
    """No sentence speaks of an outage that nobody measured."""
    assert total_line(()) == total_line((of(replace(ERP, lost=60)),)) == ""
