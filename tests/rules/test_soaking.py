"""A wave that is watched: when it is looked at, and what all looks come to."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.finding import Finding, Verdict
from shared.model.ne_mode import ApplianceMode
from shared.model.outage import NetworkOutage, Witness
from shared.model.policy import Soak, SoakCriterion
from shared.model.soaking import SoakReason, SoakSample, SoakVerdict
from shared.rules import soaking
from tests.builders.fleet_facts import NOW

HOUR = timedelta(hours=1)
DAY = Soak(span=24 * HOUR, samples=4)
TUNNEL = SoakReason(criterion=SoakCriterion.TUNNELS_UP, verdict=SoakVerdict.FAIL, detail="1 tunnel not up")
UNSEEN = SoakReason(criterion=SoakCriterion.TUNNELS_UP, verdict=SoakVerdict.INCONCLUSIVE, detail="con-lyon was silent")
ALARM = SoakReason(criterion=SoakCriterion.NO_NEW_ALARMS, verdict=SoakVerdict.FAIL, detail="host lost")
REASONS = st.sampled_from((TUNNEL, UNSEEN, ALARM))


def looks(*reasons: tuple[SoakReason, ...]) -> tuple[SoakSample, ...]:
    """Looks at each sixth hour that came out so."""
    return tuple(
        SoakSample(number=number, at=NOW + number * 6 * HOUR, reasons=found) for number, found in enumerate(reasons, 1)
    )


def finding(check: str, verdict: Verdict) -> Finding:
    """What a check says."""
    return Finding(check=check, subject="con-lyon", verdict=verdict, summary=f"{check} {verdict.value}")


@pytest.mark.parametrize(
    ("samples", "verdict"),
    [
        (looks((), (), (), ()), SoakVerdict.PASS),
        (looks((TUNNEL,), (TUNNEL,), (), ()), SoakVerdict.PASS),
        (looks((), (), (), (TUNNEL,)), SoakVerdict.FAIL),
        (looks((ALARM,), (), (), ()), SoakVerdict.FAIL),
        (looks((UNSEEN,), (), (), ()), SoakVerdict.PASS),
        (looks((), (), (), (UNSEEN,)), SoakVerdict.INCONCLUSIVE),
        (looks((), (), (), (UNSEEN, TUNNEL)), SoakVerdict.FAIL),
        (looks((), (), ()), SoakVerdict.INCONCLUSIVE),
        ((), SoakVerdict.INCONCLUSIVE),
    ],
)
def test_what_all_looks_come_to(samples: tuple[SoakSample, ...], verdict: SoakVerdict) -> None:
    """What may come back counts as the last look saw it, an alarm counts from any, and too few looks are no pass."""
    found, reasons = soaking.verdict(DAY, samples)

    assert found is verdict
    assert bool(reasons) == (verdict is not SoakVerdict.PASS)


@given(st.lists(st.lists(REASONS, max_size=3).map(tuple), max_size=6))
def test_a_pass_means_enough_looks_and_a_clean_last_one(found: list[tuple[SoakReason, ...]]) -> None:
    """However the looks came out, nobody passes with a look missing, a fault in the last one or an alarm in any."""
    samples = looks(*found)
    verdict, _ = soaking.verdict(DAY, samples)

    clean = len(samples) >= DAY.samples and not samples[-1].reasons
    alarm = any(ALARM in one.reasons for one in samples)
    assert (verdict is SoakVerdict.PASS) == (clean and not alarm)


@given(st.integers(1, 30), st.integers(1, 200), st.lists(st.integers(0, 5000), max_size=30))
def test_every_look_is_taken_and_none_close_on_another(wanted: int, hours: int, late: list[int]) -> None:
    """However late a look begins, as many as wanted are taken, half a step apart at least, and not before the end."""
    soak, taken = Soak(span=hours * HOUR, samples=wanted), list[SoakSample]()
    delays = [*late, *[0] * wanted]
    while (due := soaking.next_sample(soak, NOW, taken)) is not None:
        at = due + timedelta(minutes=delays[len(taken)])
        taken.append(SoakSample(number=len(taken) + 1, at=at))

    gaps = [later.at - earlier.at for earlier, later in pairwise(taken)]
    assert len(taken) == wanted
    assert all(gap >= soak.span / wanted / 2 for gap in gaps)
    assert taken[-1].at >= NOW + soak.span / wanted * wanted
    assert soaking.over_at(soak, NOW, taken) == NOW + soak.span


def test_looks_that_nothing_delays_are_evenly_spread() -> None:
    """The last one is at the end."""
    assert [soaking.next_sample(DAY, NOW, looks(*[()] * taken)) for taken in range(5)] == [
        NOW + 6 * HOUR,
        NOW + 12 * HOUR,
        NOW + 18 * HOUR,
        NOW + 24 * HOUR,
        None,
    ]


@pytest.mark.parametrize(
    ("check", "verdict", "comes_to"),
    [
        ("tunnels-up", Verdict.PASS, None),
        ("tunnels-up", Verdict.OUTAGE_RISK, SoakVerdict.FAIL),
        ("tunnels-up", Verdict.UNKNOWN, SoakVerdict.INCONCLUSIVE),
        ("services-running", Verdict.MANUAL, None),
        ("site-pairs-healthy", Verdict.WARN, None),
        ("alarms-quiet", Verdict.WARN, SoakVerdict.FAIL),
        ("alarms-quiet", Verdict.NOT_APPLICABLE, None),
        ("disk-space", Verdict.UPGRADE_FAILURE, None),
    ],
)
def test_a_look_is_judged_as_a_hand_over_is(check: str, verdict: Verdict, comes_to: SoakVerdict | None) -> None:
    """What only a person can tell keeps nothing, but a new alarm is no mere warning; other checks do not count."""
    asks = (SoakCriterion.NO_NEW_ALARMS, *sorted(Soak(span=HOUR, samples=1).asks))
    found = soaking.judged(Soak(span=HOUR, require=asks), (finding(check, verdict),), ())

    assert [one.verdict for one in found] == ([] if comes_to is None else [comes_to])


def test_only_what_is_asked_for_counts() -> None:
    """A soak that asks for services says nothing of a tunnel."""
    soak = Soak(span=HOUR, require=(SoakCriterion.SERVICES_RUNNING,))

    assert soaking.judged(soak, (finding("tunnels-up", Verdict.OUTAGE_RISK),), ()) == ()


@pytest.mark.parametrize(
    ("soak", "wanted"),
    [
        (Soak(span=HOUR), 0),
        (Soak(span=HOUR, samples=3), 3),
        (Soak(span=HOUR, require=(SoakCriterion.TUNNELS_UP,)), 1),
        (Soak(span=HOUR, require=(SoakCriterion.ALL_UPGRADED,)), 0),
    ],
)
def test_what_only_a_look_can_tell_takes_one_at_least(soak: Soak, wanted: int) -> None:
    """By time alone nobody looks."""
    assert soak.looks == wanted
    assert bool(soak.asks) == bool(wanted)


def outage(total: float, error: float) -> NetworkOutage:
    """What the change of an appliance cost a network that accepts 30 seconds."""
    return NetworkOutage(
        network="net-a",
        appliance="ne-1",
        mode=ApplianceMode.STANDARD,
        witness=Witness.PROBE,
        intervals=(),
        total=timedelta(seconds=total),
        error=timedelta(seconds=error),
        samples=9,
        lost=0,
        limit=timedelta(seconds=30),
    )


def test_outages_count_where_they_are_surely_too_long() -> None:
    """One that may have been within its limit is no failure; one that nobody measured is no pass."""
    over = soaking.outages_judged("ne-1", (outage(40, 5), outage(33, 5)))
    unmeasured = soaking.outages_judged("ne-1", None)

    assert [one.verdict for one in over] == [SoakVerdict.FAIL]
    assert over[0].detail == "net-a was without traffic for longer than the 30 s that are accepted"
    assert [one.verdict for one in unmeasured] == [SoakVerdict.INCONCLUSIVE]
