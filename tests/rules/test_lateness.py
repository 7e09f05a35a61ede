"""Waits for others against the time that was named for them: due, late, and probably skipped."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from shared.model.finding import Finding, Verdict
from shared.model.inventory import Maintenance, ProvisioningState
from shared.model.orders import TellTime
from shared.model.plan import ManagerTask
from shared.model.policy import Owner
from shared.model.span import Span
from shared.model.waiting import Lateness, WaitingFor
from shared.rules import lateness
from shared.rules.progress import Progress, State
from tests.builders.fleet_facts import fleet, private_cloud
from tests.rules.test_planner import pair, plan_of

HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
DAY = Span(start=datetime(2026, 11, 26, tzinfo=UTC), end=datetime(2026, 11, 27, tzinfo=UTC))
TASK = next(one for one in plan_of(fleet(*pair())).tasks if isinstance(one, ManagerTask))
PROVIDED = replace(TASK, owner=Owner.PROVIDER, expected_on=date(2026, 11, 26))
BY_HAND = replace(TASK, owner=Owner.ASSISTED)


def test_the_provider_is_expected_on_the_announced_day() -> None:
    """A day that was announced is that day in UTC; without one nothing is late."""
    assert lateness.expected(PROVIDED, TellTime(), NOW) == DAY
    assert lateness.expected(replace(PROVIDED, expected_on=None), TellTime(), NOW) is None


def test_a_person_is_expected_within_their_window() -> None:
    """The opening they were told of counts; one without an end names no time."""
    opens, closes = NOW + 50 * HOUR, NOW + 55 * HOUR

    assert lateness.expected(BY_HAND, TellTime(opens_at=opens, closes_at=closes), NOW) == Span(start=opens, end=closes)
    assert lateness.expected(BY_HAND, TellTime(closes_at=closes), NOW) == Span(start=NOW, end=closes)
    assert lateness.expected(BY_HAND, TellTime(opens_at=opens), NOW) is None


@pytest.mark.parametrize(
    ("named", "now", "reasons", "expected"),
    [
        (None, DAY.end, ("held",), Lateness.DUE),
        (DAY, DAY.end - HOUR, ("held",), Lateness.DUE),
        (DAY, DAY.end, (), Lateness.LATE),
        (DAY, DAY.end, ("held", "updating"), Lateness.PROBABLY_SKIPPED),
    ],
)
def test_a_wait_is_late_when_its_time_is_over(
    named: Span | None, now: datetime, reasons: tuple[str, ...], expected: Lateness
) -> None:
    """Nothing is late before that, and with a reason seen it was probably skipped."""
    assert lateness.standing(named, now, reasons).lateness is expected


def test_what_is_late_says_so_and_why() -> None:
    """The reasons stand before what is waited for, as a probability; what is due is said as before."""
    progress = Progress(state=State.NOT_YET, detail="it is still 4.11.2", waiting_for=WaitingFor.PROVIDER)
    skipped = lateness.standing(DAY, DAY.end, ("it is held", "Azure showed it as Updating then"))

    assert lateness.as_standing(progress, skipped).detail == (
        "probably skipped, because it is held; Azure showed it as Updating then; it is still 4.11.2"
    )
    assert lateness.as_standing(progress, lateness.standing(DAY, DAY.end, ())).detail == (
        "late: it was expected by 2026-11-27 00:00 UTC; it is still 4.11.2"
    )
    assert lateness.as_standing(progress, lateness.standing(DAY, NOW, ())) == progress


@pytest.mark.parametrize(
    ("now", "looked_at", "expected"),
    [
        (DAY.start - HOUR, None, False),
        (DAY.start, None, True),
        (DAY.end - HOUR, DAY.start, True),
        (DAY.end, DAY.end - HOUR, True),
        (DAY.end + 9 * HOUR, None, True),
        (DAY.end + HOUR, DAY.end, False),
    ],
)
def test_reasons_are_looked_for_while_the_time_lasts_and_once_after_it(
    now: datetime,
    looked_at: datetime | None,
    expected: bool,  # noqa: FBT001 -- a row of the table
) -> None:
    """What Azure shows a week later is no reason for what was not done that day."""
    assert lateness.to_look_into(DAY, now, looked_at) is expected


def maintenance(starts_at: datetime | None, duration: timedelta | None = 4 * HOUR) -> Maintenance:
    """A maintenance that starts then."""
    return Maintenance(
        id="m",
        cloud_resource_id="x",
        component="VCSA",
        title="vCenter upgrade",
        state="Scheduled",
        starts_at=starts_at,
        duration=duration,
    )


@pytest.mark.parametrize(
    ("one", "counts"),
    [
        (maintenance(DAY.start + HOUR), True),
        (maintenance(DAY.start - 2 * HOUR), True),
        (maintenance(DAY.start + HOUR, None), True),
        (maintenance(DAY.start - 5 * HOUR), False),
        (maintenance(DAY.end), False),
        (maintenance(None), False),
    ],
)
def test_a_maintenance_within_the_time_is_a_reason(one: Maintenance, counts: bool) -> None:  # noqa: FBT001 -- a row
    """One that touches the day counts, one of another day or of none does not."""
    assert bool(lateness.in_the_way((), (one,), (), DAY)) is counts


def test_an_updating_cloud_and_a_hold_are_reasons() -> None:
    """They are told by name; that it is unknown whether it is held is no reason anybody could have known."""
    cloud = replace(private_cloud("pc"), provisioning_state=ProvisioningState.UPDATING)
    hold = Finding(check="not-held", subject="pc", verdict=Verdict.OUTAGE_RISK, summary="pc is held: year end")
    unsure = replace(hold, verdict=Verdict.UNKNOWN, summary="nobody knows")
    passed = replace(hold, verdict=Verdict.PASS, summary="nobody holds pc")

    assert lateness.in_the_way((cloud, private_cloud("two")), (), (hold, unsure, passed), DAY) == (
        "Azure showed private cloud pc as Updating then",
        "pc is held: year end",
    )


def test_what_to_do_about_late_work() -> None:
    """A person gets their instruction again; of the provider another day is asked for."""
    assert lateness.next_action(Owner.ASSISTED, "press it") == "press it"
    assert "provider.announced" in lateness.next_action(Owner.PROVIDER, "nothing to press")
