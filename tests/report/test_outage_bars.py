"""Outage bars: one scale for all, nothing beyond it, marks at numbers that people count in."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.report.outage_bars import MARKS_MAX, NARROWEST, WIDTH, bar, scale
from shared.report.outage_document import OutagePart
from shared.report.outage_json import outages_part
from tests.report.canonical_outages import measured_in
from tests.report.canonical_run import at

MEASURED = {one.network: one for one in outages_part(measured_in(at(180)).outages).measured}
ERP, NONE_SEEN, NOT_KNOWN = (MEASURED[f"net-{name}"] for name in ("erp", "web", "print"))
SECONDS = st.floats(0, timedelta(days=9).total_seconds())


def outage(total: float, error: float, limit: float | None) -> OutagePart:
    """An outage of so many seconds."""
    return ERP.model_copy(update={"total_seconds": total, "error_seconds": error, "limit_seconds": limit})


@given(st.lists(st.builds(outage, SECONDS, SECONDS, st.none() | SECONDS), min_size=1, max_size=5))
def test_everything_lies_on_the_scale(outages: list[OutagePart]) -> None:
    """No bar, whisker or limit goes beyond the scale, whatever was measured, and the longest is seen to be long."""
    on = scale(outages)
    bars = [bar(one, on) for one in outages]

    assert all(0 <= one.least <= one.most <= WIDTH and NARROWEST <= one.length <= WIDTH for one in bars)
    assert all(0 <= one.limit <= WIDTH for one in bars if one.limit is not None)
    longest = max(max(one.total_seconds + one.error_seconds, one.limit_seconds or 0) for one in outages)
    assert longest <= on.seconds <= max(5 * longest, MARKS_MAX)


@given(SECONDS)
def test_there_are_a_few_marks_from_nothing_to_the_end(seconds: float) -> None:
    """The first is 0, the last is where the scale ends, and no two say the same."""
    marks = scale([outage(seconds, 0, None)]).marks

    assert (marks[0].x, marks[0].text, marks[-1].x) == (0, "0", WIDTH)
    assert 2 <= len(marks) <= MARKS_MAX + 2
    assert len({one.text for one in marks}) == len({one.x for one in marks}) == len(marks)


@pytest.mark.parametrize(
    ("seconds", "marks"),
    [
        (3.2, ["0", "1 s", "2 s", "3 s", "4 s"]),
        (110, ["0", "30 s", "60 s", "90 s", "120 s"]),
        (177, ["0", "1 min", "2 min", "3 min"]),
        (7300, ["0", "1 h", "2 h", "3 h"]),
    ],
)
def test_marks_are_at_round_times(seconds: float, marks: list[str]) -> None:
    """All marks of a scale are whole numbers of one unit."""
    assert [one.text for one in scale([outage(seconds, 0, None)]).marks] == marks


def test_a_limit_beyond_the_bars_is_on_the_scale_too() -> None:
    """How far an outage stays below what is accepted is seen at a glance."""
    on = scale([outage(10, 2, 120)])
    drawn = bar(outage(10, 2, 120), on)

    assert (on.seconds, drawn.length, drawn.least, drawn.most, drawn.limit) == (120, 83, 67, 100, 1000)


def test_where_no_outage_was_seen_there_are_whiskers_alone() -> None:
    """What may have been missed is shown, and no bar is."""
    drawn = bar(NONE_SEEN, scale([ERP, NONE_SEEN]))

    assert (drawn.length, drawn.least) == (0, 0)
    assert drawn.most > 0


def test_a_network_of_which_nothing_is_known_stretches_no_scale() -> None:
    """That any time may have been lost must not make the bars of all others invisible."""
    assert scale([ERP, NOT_KNOWN]) == scale([ERP])
