"""Calendars: several sites in several zones, minus what is closed, minute for minute as an oracle has it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.policy import SiteEntry, Window
from shared.model.span import Opening, Span
from shared.rules.calendar.calendars import (
    HORIZON,
    Openings,
    Start,
    calendar_of,
    fits_ever,
    longest,
    narrow,
    next_start,
    of_windows,
    why_not,
)
from shared.rules.calendar.closed_times import Closed
from tests.builders.window_oracle import MINUTE, Rule, Stretch, startable, stretches
from tests.builders.windows import around, days_in, windows, zones

HOUR = timedelta(hours=1)
NIGHTS = Window(name="nights", rrule="FREQ=DAILY", start="22:00", zone="UTC", duration=5 * HOUR, cut_off=HOUR)
MAY = Span(start=datetime(2026, 5, 1, tzinfo=UTC), end=datetime(2026, 6, 1, tzinfo=UTC))


def at(text: str) -> datetime:
    """An instant of May 2026 in UTC, as `DD HH:MM`."""
    return datetime.fromisoformat(f"2026-05-{text.replace(' ', 'T')}").replace(tzinfo=UTC)


def opening(opens: str, closes: str, last_start: str | None = None) -> Opening:
    """An opening of May 2026."""
    return Opening(opens=at(opens), closes=at(closes), last_start=at(last_start or closes))


def freeze(first: str, end: str, site: str | None = None) -> Closed:
    """A closed time of May 2026."""
    return Closed(why="freeze", span=Span(start=at(first), end=at(end)), site=site)


def site(name: str, *own: Window) -> SiteEntry:
    """A site with its windows."""
    return SiteEntry(name=name, windows=own)


# --- against the oracle -----------------------------------------------------------------------------------------------


@st.composite
def scenes(draw: st.DrawFn) -> tuple[list[list[tuple[Window, Rule]]], tuple[Closed, ...], Span]:
    """Up to three sites with up to two windows each, each in a zone of its own, and some freezes around one day."""
    first, number = draw(zones), st.sampled_from([1, 1, 2])
    day = draw(days_in(first))
    horizon = around(day)
    each = [first, *draw(st.lists(zones, max_size=2))]
    wide = st.sampled_from([True, True, False])
    sites = [[draw(windows(zone, day, wide=draw(wide))) for _ in range(draw(number))] for zone in each]
    return sites, draw(st.lists(_freezes(horizon), max_size=3).map(tuple)), horizon


def _freezes(horizon: Span) -> st.SearchStrategy[Closed]:
    def made(first: int, lasts: int) -> Closed:
        begins = horizon.start + first * 5 * MINUTE
        return Closed(why="freeze", span=Span(start=begins, end=begins + lasts * 5 * MINUTE))

    return st.builds(made, st.integers(-12, 3 * 24 * 12), st.integers(0, 12 * 12))


def calendar(sites: list[list[tuple[Window, Rule]]], closed: tuple[Closed, ...], horizon: Span) -> Openings:
    """What is tested, for sites that are numbered."""
    entries = tuple(site(f"site {n}", *(one for one, _ in own)) for n, own in enumerate(sites))
    return calendar_of(entries, (), closed, horizon)


def oracle(sites: list[list[tuple[Window, Rule]]], horizon: Span) -> list[list[Stretch]]:
    """When each site is open, by the oracle."""
    return [stretches(own, horizon) for own in sites]


@settings(max_examples=200, deadline=None)
@given(scenes())
def test_sites_in_common_minus_freezes_against_the_oracle(
    scene: tuple[list[list[tuple[Window, Rule]]], tuple[Closed, ...], Span],
) -> None:
    """Something short may start in exactly the minutes in which every site is open and nothing is closed."""
    sites, closed, horizon = scene
    openings, expected = calendar(sites, closed, horizon), oracle(sites, horizon)
    spans = [one.span for one in closed if one.span]
    for n in range(0, 3 * 24 * 60, 5):
        for moment in (horizon.start + n * MINUTE, horizon.start + (n - 1) * MINUTE):
            found = next_start(openings, moment, MINUTE)
            allowed = startable(expected, spans, moment, MINUTE)
            assert (found is not None and found.at == moment) == allowed, moment


@settings(max_examples=200, deadline=None)
@given(scenes(), st.integers(0, 2 * 24 * 60), st.integers(1, 48), st.lists(st.integers(0, 3 * 24 * 12), max_size=2))
def test_the_next_start_is_the_first_that_the_oracle_finds(
    scene: tuple[list[list[tuple[Window, Rule]]], tuple[Closed, ...], Span],
    now_at: int,
    needs_at: int,
    moved: list[int],
) -> None:
    """Nothing earlier would do: the first minute that the oracle allows is the one that is found, and no other."""
    sites, closed, horizon = scene
    now, needs = horizon.start + now_at * MINUTE, needs_at * 5 * MINUTE
    avoid = tuple(Span(start=horizon.start + n * 5 * MINUTE, end=horizon.start + n * 5 * MINUTE + HOUR) for n in moved)
    expected = oracle(sites, horizon)
    spans = [*(one.span for one in closed if one.span), *avoid]
    later = (now + n * MINUTE for n in range((horizon.end - now) // MINUTE + 2 * 24 * 60))
    first = next((one for one in later if startable(expected, spans, one, needs)), None)
    found = next_start(calendar(sites, closed, horizon), now, needs, avoid)
    assert (found.at if found else None) == first


@settings(max_examples=200, deadline=None)
@given(scenes(), _freezes(around(date(2026, 5, 1))), st.integers(0, 2 * 24 * 60), st.integers(0, 48), st.booleans())
def test_closing_more_never_makes_anything_start_earlier(
    scene: tuple[list[list[tuple[Window, Rule]]], tuple[Closed, ...], Span],
    more: Closed,
    now_at: int,
    needs_at: int,
    windowed: bool,  # noqa: FBT001
) -> None:
    """With another freeze, a start is the same, later, or none; and what is left is in order and not empty."""
    sites, closed, horizon = scene
    assert more.span
    shift = horizon.start - around(date(2026, 5, 1)).start
    another = replace(more, span=Span(start=more.span.start + shift, end=more.span.end + shift))
    now, needs = horizon.start + now_at * MINUTE, needs_at * 5 * MINUTE
    some = sites if windowed else []
    before = next_start(calendar(some, closed, horizon), now, needs)
    fewer = calendar(some, (*closed, another), horizon)
    after = next_start(fewer, now, needs)
    assert after is None or (before is not None and before.at <= after.at)
    assert_in_order(fewer)


def assert_in_order(openings: Openings) -> None:
    """No piece is empty or useless, and each ends before the next begins."""
    for one in openings or ():
        assert one.opens < one.closes
        assert one.opens <= one.last_start <= one.closes
    for one, other in zip(openings or (), (openings or ())[1:], strict=False):
        assert one.closes < other.opens


# --- single rules -----------------------------------------------------------------------------------------------------


def test_without_windows_and_freezes_nothing_limits() -> None:
    """A site without windows in a fleet without windows is always open."""
    assert calendar_of((site("lyon"),), (), (), MAY) is None
    assert next_start(None, at("01 03:00"), HOUR) == Start(at=at("01 03:00"), latest=None, closes=None)


def test_the_fleet_s_windows_count_where_a_site_has_none() -> None:
    """Windows of the fleet are for sites without their own, and for no other."""
    mornings = replace(NIGHTS, start="06:00")
    assert calendar_of((site("lyon"),), (NIGHTS,), (), MAY) == of_windows((NIGHTS,), MAY)
    assert calendar_of((site("lyon", mornings),), (NIGHTS,), (), MAY) == of_windows((mornings,), MAY)
    assert calendar_of((site("lyon", mornings), site("nice")), (NIGHTS,), (), MAY) == ()


def test_freezes_count_at_their_site_and_everywhere() -> None:
    """A freeze of another site closes nothing here; one without a site closes every site."""
    here, closed = (site("lyon"),), freeze("10 00:00", "12 00:00", "nice")
    assert calendar_of(here, (), (closed,), MAY) is None
    everywhere = calendar_of(here, (), (replace(closed, site=None),), MAY)
    assert everywhere == (
        opening("01 00:00", "10 00:00"),
        Opening(opens=at("12 00:00"), closes=MAY.end, last_start=MAY.end),
    )
    assert calendar_of(here, (), (replace(closed, site="lyon"),), MAY) == everywhere


def test_a_freeze_outside_the_horizon_limits_nothing() -> None:
    """A freeze that is over, or begins after the horizon, leaves an unlimited site unlimited."""
    closed = freeze("10 00:00", "12 00:00")
    assert calendar_of((site("lyon"),), (), (closed,), Span(start=at("12 00:00"), end=at("20 00:00"))) is None


def test_an_unreadable_calendar_closes_at_any_time() -> None:
    """What cannot be read counts as closed, at its site, for ever."""
    never = Closed(why="freeze board, whose calendar cannot be read", span=None, site="lyon")
    assert calendar_of((site("lyon", NIGHTS), site("nice")), (), (never,), MAY) == ()
    assert calendar_of((site("nice", NIGHTS),), (), (never,), MAY) == of_windows((NIGHTS,), MAY)


def test_a_cut_leaves_the_last_start_of_the_window() -> None:
    """A freeze ends an opening early, and the cut-off goes on counting from the window's own end."""
    night = Span(start=at("01 12:00"), end=at("02 12:00"))
    cut = freeze("01 23:00", "02 00:30")
    assert calendar_of((site("lyon", NIGHTS),), (), (cut,), night) == (
        opening("01 22:00", "01 23:00"),
        opening("02 00:30", "02 03:00", "02 02:00"),
    )


def test_what_is_left_after_the_last_start_is_left_out() -> None:
    """A piece in which nothing may start any more is no opening, and neither is one without length."""
    night = Span(start=at("01 12:00"), end=at("02 12:00"))
    lyon = (site("lyon", NIGHTS),)
    assert calendar_of(lyon, (), (freeze("01 23:00", "02 02:30"),), night) == (opening("01 22:00", "01 23:00"),)
    assert calendar_of(lyon, (), (freeze("01 22:00", "02 03:00"),), night) == ()


def test_windows_of_one_site_are_joined() -> None:
    """Where one window takes over from another, work may start until the last of their last starts."""
    late = replace(NIGHTS, name="late", start="02:00", duration=4 * HOUR, cut_off=2 * HOUR)
    night = Span(start=at("01 12:00"), end=at("02 12:00"))
    assert of_windows((NIGHTS, late), night) == (opening("01 22:00", "02 06:00", "02 04:00"),)


def test_the_order_of_sites_windows_and_freezes_means_nothing() -> None:
    """Any order of the same sites, windows and freezes gives the same calendar."""
    mornings, days = replace(NIGHTS, start="00:00"), replace(NIGHTS, start="01:00", cut_off=3 * HOUR)
    sites = (site("lyon", NIGHTS, mornings), site("nice", days), site("metz", mornings))
    closed = (freeze("03 00:00", "05 01:30"), freeze("09 02:00", "09 02:30", "nice"))
    one = calendar_of(sites, (), closed, MAY)
    other = calendar_of(tuple(replace(it, windows=it.windows[::-1]) for it in sites[::-1]), (), closed[::-1], MAY)
    assert one == other


def test_narrowing_never_opens_anything() -> None:
    """A calendar that is narrowed by a window is open only where both are; nothing narrows nothing."""
    nights = of_windows((NIGHTS,), MAY)
    assert narrow(None, nights) == narrow(nights, None) == narrow(nights, nights) == nights
    assert narrow(None, None) is None
    assert narrow(nights, ()) == ()


# --- starts -----------------------------------------------------------------------------------------------------------

TWO = (opening("01 22:00", "02 03:00", "02 01:30"), opening("02 22:00", "03 04:00", "03 03:00"))
STARTS = [
    ("01 12:00", 2, "01 22:00", "02 01:00"),
    ("01 23:30", 2, "01 23:30", "02 01:00"),
    ("02 01:00", 2, "02 01:00", "02 01:00"),
    ("02 01:01", 2, "02 22:00", "03 02:00"),
    ("02 01:30", 1, "02 01:30", "02 01:30"),
    ("01 12:00", 5, "01 22:00", "01 22:00"),
    ("01 12:00", 6, "02 22:00", "02 22:00"),
    ("03 03:00", 1, "03 03:00", "03 03:00"),
]


@pytest.mark.parametrize(("now", "hours", "starts", "latest"), STARTS)
def test_starts(now: str, hours: int, starts: str, latest: str) -> None:
    """A start is no later than the last start, and what starts ends before the opening does."""
    found = next_start(TWO, at(now), hours * HOUR)
    assert found is not None
    assert (found.at, found.latest) == (at(starts), at(latest))


@pytest.mark.parametrize(
    ("now", "hours", "why"),
    [
        ("01 12:00", 7, "the longest opening within 180 days lasts 6 h, and it takes 7 h"),
        ("03 03:01", 1, "no more opening that is long enough for 1 h is known before the calendar ends"),
        ("01 12:00", 2, ""),
    ],
)
def test_why_there_is_no_start(now: str, hours: int, why: str) -> None:
    """Where nothing can start, the reason is told; where something can, there is none."""
    assert why_not(TWO, at(now), hours * HOUR) == why
    assert (next_start(TWO, at(now), hours * HOUR) is None) == bool(why)


def test_why_there_is_no_start_at_all() -> None:
    """Something that never opens, and something whose every opening is taken, have reasons of their own."""
    assert why_not((), at("01 12:00"), HOUR) == f"nothing opens within {HORIZON.days} days"
    taken = tuple(Span(start=one.opens, end=one.closes) for one in TWO)
    assert "holds a time to avoid" in why_not(TWO, at("01 12:00"), HOUR, taken)


def test_switchovers_are_avoided() -> None:
    """Work starts early enough to be done before a switchover, else after it, and says until when it still can."""
    switch = Span(start=at("02 00:00"), end=at("02 01:00"))
    assert next_start(TWO, at("01 12:00"), HOUR, (switch,)) == Start(
        at=at("01 22:00"), latest=at("01 23:00"), closes=at("02 03:00")
    )
    after = next_start(TWO, at("01 23:30"), HOUR, (switch,))
    assert after is not None
    assert after.at == at("02 01:00")
    assert next_start(None, at("01 23:30"), HOUR, (switch,)) == Start(at=at("02 01:00"), latest=None, closes=None)
    assert next_start(None, at("01 12:00"), HOUR, (switch,)) == Start(
        at=at("01 12:00"), latest=at("01 23:00"), closes=None
    )


def test_what_fits_at_all() -> None:
    """Something fits that is no longer than the longest opening; without limits everything fits."""
    assert fits_ever(TWO, 6 * HOUR)
    assert not fits_ever(TWO, 6 * HOUR + MINUTE)
    assert not fits_ever((), timedelta())
    assert fits_ever(None, 1000 * HOUR)
    assert (longest(TWO), longest(())) == (6 * HOUR, timedelta())


def test_ends_touch_nothing() -> None:
    """What ends when a switchover begins does not meet it, and nothing starts in the moment when its window ends."""
    switch = Span(start=at("02 00:00"), end=at("02 01:00"))
    touching = next_start(None, at("01 23:00"), HOUR, (switch,))
    assert touching is not None
    assert touching.at == touching.latest == at("01 23:00")
    whole = (opening("01 22:00", "02 00:00"),)
    assert next_start(whole, at("01 23:30"), timedelta(), (Span(start=at("01 23:00"), end=at("02 00:00")),)) is None


def test_half_a_year_of_many_sites_is_quick() -> None:
    """Calendars are kept by windows and closed times, so that ten thousand sites alike cost as one."""
    start = datetime(2026, 5, 1, tzinfo=UTC)
    horizon = Span(start=start, end=start + HORIZON)
    found = {id(calendar_of((site(f"site {n}", NIGHTS),), (), (), horizon)) for n in range(2000)}
    assert len(found) == 1
