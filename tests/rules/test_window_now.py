"""Whether a change may begin now, by the calendar as it is known now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.model.inventory import Maintenance, Tag
from shared.model.orders import WindowNow
from shared.model.policy import Freeze, Selector, SiteEntry, Wave, Window
from shared.model.span import Span
from shared.rules.calendar.window_now import lost_sites, window_now
from shared.rules.catalogue import catalogue
from shared.rules.planning.inputs import Inputs
from tests.builders.fleet_facts import (
    NOTHING_CONFIRMED,
    NOW,
    cloud_manager,
    connector,
    entry,
    fleet,
    inventory,
    policy,
    private_cloud,
)

HOUR = timedelta(hours=1)
FACTS = fleet(cloud_manager("pc", "4.10.3"), connector("con", "4.10.3", pairs=("pc",)))
NIGHTS = Window(name="nights", rrule="FREQ=DAILY", start="22:00", zone="UTC", duration=5 * HOUR)
TONIGHT = datetime(2026, 11, 24, 22, tzinfo=UTC)


def asked(at: datetime, needs: timedelta = HOUR, tags: tuple[Tag, ...] = (), **said: Any) -> WindowNow:
    """The answer for the connector and the cloud manager together, with what the policy says."""
    found = inventory(FACTS)
    maintenances = said.pop("maintenances", ())
    clouds = (replace(private_cloud("pc"), tags=tags),)
    return window_now(
        Inputs(
            inventory=replace(found, private_clouds=clouds, maintenances=maintenances),
            facts=FACTS,
            policy=policy(connectors=(entry("con"),), **said),
            confirmations=NOTHING_CONFIRMED,
            catalogue=catalogue(),
            now=at,
        ),
        ("con", "pc"),
        needs,
    )


def frozen(**said: Any) -> Freeze:
    """A freeze of two days from now on."""
    span = Span(start=NOW, end=NOW + timedelta(days=2))
    return replace(Freeze(name="board", spans=(span,), reason="audit", owner="ana"), **said)


def test_without_windows_it_may_begin_at_any_time() -> None:
    """Nothing limits it, and it waits for nothing."""
    assert asked(NOW) == WindowNow(fits=True)


def test_it_begins_in_a_window_that_has_room_for_all_of_it() -> None:
    """Closed before, open inside, and closed again where what is left of the window is too short."""
    before, inside, late = (asked(at, 2 * HOUR, windows=(NIGHTS,)) for at in (NOW, TONIGHT, TONIGHT + 4 * HOUR))

    assert (before.fits, before.opens_at, "window nights" in before.why) == (False, TONIGHT, True)
    assert inside == WindowNow(fits=True, closes_at=before.closes_at)
    assert (before.closes_at, late.closes_at) == (TONIGHT + 5 * HOUR, TONIGHT + timedelta(days=1, hours=5))
    assert (late.fits, late.opens_at) == (False, TONIGHT + timedelta(days=1))


def test_what_fits_no_window_never_begins() -> None:
    """No time is named, and the reason says how long the longest opening is."""
    found = asked(NOW, 6 * HOUR, windows=(NIGHTS,))

    assert (found.fits, found.opens_at, found.unreadable) == (False, None, False)
    assert "5 h" in found.why


def test_freezes_maintenances_and_tags_close_it() -> None:
    """Whatever closes one of its sites is told by its name, with the time at which it ends."""
    upkeep = Maintenance(
        id="m",
        cloud_resource_id=private_cloud("pc").resource_id,
        component="VCSA",
        title="patch",
        state="Scheduled",
        starts_at=NOW,
        duration=3 * HOUR,
    )
    by_freeze, by_tag = asked(NOW, freezes=(frozen(),)), asked(NOW, tags=(Tag(name="hcx-freeze", value="2026-11-24"),))
    by_upkeep = asked(NOW, maintenances=(upkeep,))

    assert (by_freeze.opens_at, "freeze board" in by_freeze.why) == (NOW + timedelta(days=2), True)
    assert (by_upkeep.opens_at, "VCSA" in by_upkeep.why) == (NOW + 3 * HOUR, True)
    assert (by_tag.fits, "hcx-freeze" in by_tag.why) == (False, True)


def test_a_calendar_that_cannot_be_read_is_asked_for_again() -> None:
    """It is closed, but nobody knows for how long: that is no reason to give up at once."""
    found = asked(NOW, freezes=(frozen(spans=(), unreadable="no such file"),))

    assert (found.fits, found.opens_at, found.unreadable) == (False, None, True)
    assert "no such file" in found.why


def test_a_file_that_contradicts_itself_counts_as_closed() -> None:
    """Two waves that select one private cloud make no plan, and no change either."""
    waves = tuple(Wave(name=name, select=Selector(names=("pc",))) for name in ("one", "two"))
    found = asked(NOW, waves=waves)

    assert (found.fits, found.unreadable) == (False, True)


def test_a_site_that_lost_its_entry_is_told() -> None:
    """A site that is renamed while a run goes on would else lose its windows without anybody having meant it."""
    then = policy(connectors=(entry("con"),), sites=(SiteEntry(name="con"), SiteEntry(name="weu", private_cloud="pc")))
    now = replace(then, sites=(SiteEntry(name="lyon"),))

    assert lost_sites(inventory(FACTS), then, then) == ()
    assert lost_sites(inventory(FACTS), then, now) == ("con", "weu")
    assert lost_sites(inventory(FACTS), replace(then, sites=()), now) == ()
