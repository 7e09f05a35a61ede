"""What a task waits for on the calendar, in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared.model.policy import SiteEntry, Window
from shared.model.span import Opening, Span
from shared.rules.calendar.calendars import HORIZON, Openings, calendar_of, narrow, of_windows
from shared.rules.calendar.closed_times import Closed
from shared.rules.calendar.waiting_time import Surroundings, explain, notes

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
WEEKNIGHTS = Window(
    name="weeknights",
    rrule="FREQ=WEEKLY;BYDAY=TU,WE,TH",
    start="22:00",
    zone="Europe/Paris",
    duration=5 * HOUR,
    cut_off=timedelta(minutes=90),
)
LYON = SiteEntry(name="lyon", windows=(WEEKNIGHTS,))
NICE = SiteEntry(name="nice")
YEAR_END = Closed(why="freeze year-end (retail)", span=Span(start=MONDAY, end=MONDAY + 15 * 24 * HOUR))


def around(*sites: SiteEntry, closed: tuple[Closed, ...] = (), fleet: tuple[Window, ...] = ()) -> Surroundings:
    """What openings are made of, from Monday on."""
    horizon = Span(start=MONDAY, end=MONDAY + HORIZON)
    return Surroundings(sites=sites, fleet_windows=fleet, closed=closed, horizon=horizon)


def openings(scene: Surroundings) -> Openings:
    """The openings of that."""
    return calendar_of(scene.sites, scene.fleet_windows, scene.closed, scene.horizon)


def said(scene: Surroundings, now: datetime = MONDAY, hours: float = 2, avoid: tuple[Span, ...] = ()) -> str:
    """What is said of something that takes so many hours."""
    return explain(scene, openings(scene), now, timedelta(hours=hours), avoid)


def test_nothing_to_wait_for() -> None:
    """Where nothing limits it, or its window is open and long enough, it waits for nothing."""
    assert said(around(NICE)) == ""
    assert said(around(LYON), MONDAY + 34 * HOUR) == ""


def test_a_window_of_a_site() -> None:
    """A closed window is named with its site, and the time at which it opens in its own zone."""
    assert said(around(LYON)) == "window weeknights of site lyon opens Tue 24 Nov 22:00 Europe/Paris"


def test_a_window_of_the_fleet() -> None:
    """A site without windows waits for that of the fleet."""
    assert (
        said(around(NICE, fleet=(WEEKNIGHTS,))) == "window weeknights of the fleet opens Tue 24 Nov 22:00 Europe/Paris"
    )


def test_a_freeze_and_a_window() -> None:
    """Everything that is closed now is named, and the next start where it is none of these times."""
    assert said(around(LYON, closed=(YEAR_END,))) == (
        "freeze year-end (retail) until Tue 8 Dec 13:00 Europe/Paris; "
        "window weeknights of site lyon opens Tue 24 Nov 22:00 Europe/Paris; next start Tue 8 Dec 22:00 Europe/Paris"
    )


def test_a_freeze_alone() -> None:
    """A freeze at a site that is always open ends with the very time of the start, which is said once."""
    assert said(around(NICE, closed=(YEAR_END,))) == "freeze year-end (retail) until Tue 8 Dec 12:00 UTC"
    elsewhere = replace(YEAR_END, site="lyon")
    assert said(around(NICE, closed=(elsewhere,))) == ""


def test_a_calendar_that_cannot_be_read() -> None:
    """What is always closed has no end, and nothing opens."""
    never = Closed(why="freeze board (year end), whose calendar cannot be read: gone", span=None)
    assert said(around(NICE, closed=(never,))) == f"{never.why}; nothing opens within 180 days"


def test_an_opening_that_is_too_short_by_now() -> None:
    """In an open window that is too far gone, the length is the reason."""
    assert said(around(LYON), MONDAY + 37 * HOUR) == (
        "what is left of this opening is too short for 2 h, or past its last start; "
        "next start Wed 25 Nov 22:00 Europe/Paris"
    )


def test_a_window_that_is_never_long_enough() -> None:
    """A task that fits into no window says so."""
    assert said(around(LYON), MONDAY + 33 * HOUR + HOUR, hours=6) == (
        "what is left of this opening is too short for 6 h, or past its last start; "
        "the longest opening within 180 days lasts 5 h, and it takes 6 h"
    )


def test_a_switchover() -> None:
    """A scheduled switchover inside the time that it takes is named as the reason."""
    switch = Span(start=MONDAY + HOUR, end=MONDAY + 2 * HOUR)
    assert said(around(NICE), avoid=(switch,)) == (
        "a switchover is scheduled within the 2 h that it takes; next start Mon 23 Nov 14:00 UTC"
    )


def test_a_window_that_opens_no_more() -> None:
    """A recurrence that has ended is told as one that does not open before the horizon ends."""
    over = replace(LYON, windows=(replace(WEEKNIGHTS, rrule="FREQ=DAILY;UNTIL=20260101"),))
    assert said(around(over)) == (
        "no window of site lyon opens before Sat 22 May 2027 14:00 Europe/Paris; nothing opens within 180 days"
    )


def test_a_window_that_a_tag_names() -> None:
    """A window of a tag has to be open as well, and is named where it is not."""
    early = replace(WEEKNIGHTS, name="early", start="23:00")
    scene = replace(around(LYON), narrowed_by=(early,))
    narrowed = narrow(openings(scene), of_windows((early,), scene.horizon))
    assert explain(scene, narrowed, MONDAY + 33 * HOUR, HOUR) == (
        "window early named by a tag opens Tue 24 Nov 23:00 Europe/Paris"
    )


def test_notes_of_nights_in_which_clocks_are_moved() -> None:
    """An opening in such a night has the note of its window, and no other opening has one."""
    nightly = replace(WEEKNIGHTS, rrule="FREQ=DAILY", start="02:30")
    scene = around(replace(LYON, windows=(nightly,)), NICE)
    told = {notes(scene, one) for one in openings(scene) or ()}
    assert told == {(), ("02:30 does not exist on 28 March 2027 in Europe/Paris: opens at 03:00",)}


def test_an_opening_outside_has_no_notes() -> None:
    """Where no window is open at all, there is nothing to tell."""
    opens = MONDAY + 40 * HOUR
    assert notes(around(LYON), Opening(opens=opens, closes=opens + HOUR, last_start=opens)) == ()
