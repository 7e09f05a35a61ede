"""Closed times: freezes, maintenances of the provider, switchovers, each with its words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.facts import Migration, MigrationKind, MigrationPhase
from shared.model.inventory import Maintenance, MaintenanceConstraint
from shared.model.policy import Freeze
from shared.model.span import Span
from shared.rules.calendar.closed_times import (
    OVERRUN,
    SWITCHOVER,
    UNKNOWN_LENGTH,
    Closed,
    by_site,
    closed_times,
    maintenance_text,
    switchovers,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
CLOUD = "/subscriptions/0/resourceGroups/g/providers/Microsoft.AVS/privateClouds/pc-weu-01"
SITE_OF = {CLOUD.lower(): "west-europe-1"}
EVENT = MaintenanceConstraint(
    kind="Blocked", starts_at=NOW, ends_at=NOW + 40 * HOUR, category="HiPriorityEvent", reason="Opening Ceremony"
)
CHOICE = MaintenanceConstraint(kind="SchedulingWindow", starts_at=NOW + 99 * HOUR, ends_at=NOW + 199 * HOUR)
VCSA = Maintenance(
    id="maintenance1",
    cloud_resource_id=CLOUD,
    component="VCSA",
    title="vcsa 7.0 upgrade",
    state="Scheduled",
    starts_at=NOW + 24 * HOUR,
    duration=16 * HOUR,
)
YEAR_END = Freeze(
    name="year-end",
    spans=(Span(start=NOW + 600 * HOUR, end=NOW + 900 * HOUR),),
    reason="retail",
    owner="a@b.example",
)


def of(maintenance: Maintenance) -> list[Span | None]:
    """The spans that one maintenance closes."""
    return [one.span for one in closed_times((), (maintenance,), SITE_OF, NOW)]


def test_freezes_close_their_sites_or_all() -> None:
    """A freeze without sites closes everything, one with sites each of them."""
    (everywhere,) = closed_times((YEAR_END,), (), {}, NOW)
    assert everywhere == Closed(why="freeze year-end (retail)", span=YEAR_END.spans[0])
    both = closed_times((replace(YEAR_END, sites=("nice", "lyon")),), (), {}, NOW)
    assert [one.site for one in both] == ["lyon", "nice"]


def test_a_freeze_that_cannot_be_read_closes_always() -> None:
    """Nothing is known of its spans, so any time may be one of them."""
    (closed,) = closed_times((replace(YEAR_END, spans=(), unreadable="no such file"),), (), {}, NOW)
    assert closed.span is None
    assert closed.covers(NOW)
    assert closed.why == "freeze year-end (retail), whose calendar cannot be read: no such file"


@pytest.mark.parametrize(
    ("state", "closes"),
    [
        ("Scheduled", True),
        ("InProgress", True),
        ("Postponed", True),
        ("NotScheduled", False),
        ("Success", False),
        ("Failed", False),
        ("Canceled", False),
    ],
)
def test_states_of_maintenances(state: str, closes: bool) -> None:  # noqa: FBT001
    """A maintenance closes while its time is fixed and not over; a word that is new to us counts as fixed."""
    assert bool(of(replace(VCSA, state=state))) == closes


def test_how_long_a_maintenance_takes() -> None:
    """Its estimate counts, a day where there is none, and more where it goes on; without a start it closes nothing."""
    start = NOW + 24 * HOUR
    assert of(VCSA) == [Span(start=start, end=start + 16 * HOUR)]
    assert of(replace(VCSA, duration=None)) == [Span(start=start, end=start + UNKNOWN_LENGTH)]
    assert of(replace(VCSA, starts_at=None)) == []
    late = replace(VCSA, state="InProgress", starts_at=NOW - 20 * HOUR)
    assert of(late) == [Span(start=NOW - 20 * HOUR, end=NOW + OVERRUN)]


def test_a_maintenance_closes_the_site_of_its_cloud() -> None:
    """It closes the site that is its private cloud, found whatever the case of the id, and no other."""
    assert [one.site for one in closed_times((), (VCSA,), SITE_OF, NOW)] == ["west-europe-1"]
    assert closed_times((), (VCSA,), {}, NOW) == ()


def test_maintenances_in_their_own_words() -> None:
    """What limits a maintenance is said in the provider's words: within its time, or all of it where it is asked."""
    (closed,) = closed_times((), (replace(VCSA, constraints=(CHOICE, EVENT)),), SITE_OF, NOW)
    head = "maintenance of VCSA: vcsa 7.0 upgrade"
    assert closed.why == f"{head} (Scheduled); Blocked HiPriorityEvent: Opening Ceremony"
    open_ended = replace(VCSA, state="NotScheduled", starts_at=None, constraints=(CHOICE,))
    assert maintenance_text(open_ended, "UTC", NOW) == (
        f"{head} (NotScheduled); SchedulingWindow, Fri 27 Nov 12:00 UTC to Tue 1 Dec 16:00 UTC"
    )
    assert maintenance_text(VCSA, "Europe/Paris", NOW) == f"{head} (Scheduled), Tue 24 Nov 10:00 Europe/Paris"


@given(st.permutations([YEAR_END, replace(YEAR_END, name="board"), replace(YEAR_END, name="x", unreadable="gone")]))
def test_the_order_of_the_input_means_nothing(freezes: list[Freeze]) -> None:
    """The same freezes in any order give the same closed times in the same order."""
    extra = [Closed(why="tag hcx-freeze", span=YEAR_END.spans[0], site="lyon")]
    found = closed_times(freezes, (VCSA, VCSA), SITE_OF, NOW, extra)
    assert found == closed_times(freezes[::-1], (VCSA,), SITE_OF, NOW, extra)
    assert [one.why.split()[1].strip(",") for one in found] == ["x", "of", "board", "year-end", "hcx-freeze"]


def test_closed_times_by_site() -> None:
    """A site has its own closed times and those of everywhere, each once."""
    here = Closed(why="here", span=YEAR_END.spans[0], site="lyon")
    there, everywhere = replace(here, site="nice"), replace(here, site=None)
    index = by_site((here, there, everywhere))
    assert set(index.at(("lyon",))) == {here, everywhere}
    assert index.at(("lyon", "nice", "lyon")) == index.at(("nice", "lyon"))
    assert index.at(()) == (everywhere,)


def test_switchovers_of_migrations() -> None:
    """Every scheduled switchover is a time to avoid; a migration without one is none."""
    migration = Migration(
        id="1", virtual_machine="shop", kind=MigrationKind.BULK, phase=MigrationPhase.TRANSFER, started_at=None
    )
    due = replace(migration, id="2", switchover_at=NOW + HOUR)
    assert switchovers((migration, due, due)) == (Span(start=NOW + HOUR, end=NOW + HOUR + SWITCHOVER),)
