"""Windows: what the recurrence gives is what a minute-by-minute walk along the clock of the zone gives."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.policy import Window
from shared.model.span import Opening, Span
from shared.rules.calendar.wall_time import settle, span_text, wall_of, wall_text
from shared.rules.calendar.windows import occurrences, opens_next
from tests.builders.window_oracle import DAY, MINUTE, Stretch, changes, first_instant, stretches
from tests.builders.windows import around, days_in, windows, zones

PARIS = "Europe/Paris"
FIVE_YEARS = Span(start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2031, 1, 1, tzinfo=UTC))


def window(
    rrule: str = "FREQ=DAILY", start: str = "22:00", zone: str = "UTC", hours: float = 5, cut_off: float = 0
) -> Window:
    """A window with little to say."""
    lasts, cut = timedelta(hours=hours), timedelta(hours=cut_off)
    return Window(name="nights", rrule=rrule, start=start, zone=zone, duration=lasts, cut_off=cut)


def at(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def opened(some: Window, first: str, end: str) -> list[tuple[str, str]]:
    """Beginnings and ends, as short text."""
    found = [one.opening for one in occurrences(some, Span(start=at(first), end=at(end)))]
    return [(f"{one.opens:%d %H:%M}", f"{one.closes:%d %H:%M}") for one in found]


def as_stretches(some: Window, within: Span) -> list[Stretch]:
    """What is tested, in the words of the oracle."""
    found = [one.opening for one in occurrences(some, within)]
    return [Stretch(one.opens, one.closes, one.last_start) for one in found]


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_occurrences_against_the_minute_by_minute_oracle(data: st.DataObject) -> None:
    """In any zone, around any day of five years, a window is open in exactly the minutes that the oracle finds."""
    zone = data.draw(zones)
    day = data.draw(days_in(zone))
    some, rule = data.draw(windows(zone, day))
    within = around(day)
    assert as_stretches(some, within) == stretches([(some, rule)], within)


def test_every_hour_of_five_years() -> None:
    """A nightly window of Paris is open exactly when one of its starts by the wall clock is less than it lasts ago."""
    some = window(start="02:30", zone=PARIS, hours=1.5)
    openings = [one.opening for one in occurrences(some, FIVE_YEARS)]
    days = [date(2025, 12, 31) + DAY * n for n in range(5 * 365 + 3)]
    starts = {first_instant(datetime(day.year, day.month, day.day, 2, 30), PARIS) for day in days}  # noqa: DTZ001
    half_hours = [
        FIVE_YEARS.start + 30 * MINUTE * n for n in range((FIVE_YEARS.end - FIVE_YEARS.start) // (30 * MINUTE))
    ]
    open_then = {moment for one in openings for moment in _half_hours_in(one)}
    for moment in half_hours:
        expected = any(moment - 30 * MINUTE * n in starts for n in range(3))
        assert (moment in open_then) == expected, moment


def _half_hours_in(opening: Opening) -> list[datetime]:
    return [opening.opens + 30 * MINUTE * n for n in range((opening.closes - opening.opens) // (30 * MINUTE))]


def test_every_change_of_every_zone() -> None:
    """Around changes of clocks until 2031, in every zone, a wall time is settled as walking the clock settles it."""
    seen = 0
    for zone in sorted(available_timezones()):
        for day in changes(zone)[::3]:
            wall = _wall_in_the_change(day, zone)
            assert settle(wall, zone).at == first_instant(wall, zone), (zone, wall)
            seen += bool(settle(wall, zone).note)
    assert seen > 500


def _wall_in_the_change(day: date, zone: str) -> datetime:
    """A wall time within the gap, or the hour that comes twice: where clocks stand a little before they jump to."""
    place = ZoneInfo(zone)
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    before = moment.astimezone(place).utcoffset()
    while moment.astimezone(place).utcoffset() == before:
        moment += 15 * MINUTE
    shown, earlier = (one.astimezone(place).replace(tzinfo=None) for one in (moment, moment - MINUTE))
    return shown - 15 * MINUTE if shown > earlier else shown + 15 * MINUTE


NIGHTS = [
    ("2026-03-29 02:30", PARIS, "2026-03-29 01:00", "02:30 does not exist on 29 March 2026 in {}: opens at 03:00"),
    ("2026-10-25 02:30", PARIS, "2026-10-25 00:30", "02:30 comes twice on 25 October 2026 in {}: opens at the first"),
    ("2026-03-29 03:00", PARIS, "2026-03-29 01:00", ""),
    ("2026-03-29 02:00", PARIS, "2026-03-29 01:00", "02:00 does not exist on 29 March 2026 in {}: opens at 03:00"),
    ("2026-10-25 03:00", PARIS, "2026-10-25 02:00", ""),
    (
        "2026-10-04 02:15",
        "Australia/Lord_Howe",
        "2026-10-03 15:30",
        "02:15 does not exist on 4 October 2026 in {}: opens at 02:30",
    ),
    (
        "2026-03-28 23:30",
        "America/Nuuk",
        "2026-03-29 01:00",
        "23:30 does not exist on 28 March 2026 in {}: opens at 00:00 on 29 March 2026",
    ),
    ("2026-06-01 22:00", "Asia/Kathmandu", "2026-06-01 16:15", ""),
]


@pytest.mark.parametrize(("wall", "zone", "instant", "note"), NIGHTS)
def test_nights_in_which_clocks_are_moved(wall: str, zone: str, instant: str, note: str) -> None:
    """A skipped start moves to the first valid instant, a doubled one is the first, and the note says so."""
    settled = settle(datetime.fromisoformat(wall), zone)
    assert (settled.at, settled.note) == (at(instant), note.format(zone))


def test_the_note_comes_with_the_occurrence() -> None:
    """The occurrence of the short night carries the note, and those around it carry none."""
    found = occurrences(window(start="02:30", zone=PARIS), Span(start=at("2026-03-28"), end=at("2026-03-31")))
    assert [bool(one.note) for one in found] == [False, True, False]


def test_duration_is_elapsed_time() -> None:
    """Five hours are five hours in the short and in the long night, whatever the clocks show at the end."""
    some = window(start="23:00", zone=PARIS)
    assert opened(some, "2026-03-28T12:00", "2026-03-29T12:00") == [("28 22:00", "29 03:00")]
    assert opened(some, "2026-10-24T12:00", "2026-10-25T12:00") == [("24 21:00", "25 02:00")]


def test_neighbours_merge() -> None:
    """Occurrences that overlap or touch are one stretch, with the last start of the last of them."""
    found = occurrences(window(hours=24, cut_off=1), Span(start=at("2026-05-01"), end=at("2026-05-04")))
    assert [one.opening for one in found] == [
        Opening(opens=at("2026-04-30T22:00"), closes=at("2026-05-04T22:00"), last_start=at("2026-05-04T21:00"))
    ]


def test_a_cut_off_longer_than_the_window_leaves_nothing() -> None:
    """A window in which nothing could ever start is never open."""
    assert opened(window(hours=2, cut_off=3), "2026-05-01", "2026-05-04") == []
    assert len(opened(window(hours=2, cut_off=2), "2026-05-01", "2026-05-04")) == 3


def test_what_only_touches_is_outside() -> None:
    """A stretch that ends where the span begins, or begins where it ends, has no part in it."""
    assert opened(window(hours=2), "2026-05-01T00:00", "2026-05-01T22:00") == []


def test_every_second_week_counts_from_the_anchor() -> None:
    """A rule with an interval means the same weeks whatever the span that is asked for."""
    some = window("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")
    within = Span(start=at("2024-01-01"), end=at("2031-01-01"))
    whole = [one.opening.opens for one in occurrences(some, within)]
    for first in (at("2026-11-02"), at("2026-11-09"), at("2027-01-05"), at("2029-12-20")):
        found = [one.opening.opens for one in occurrences(some, Span(start=first, end=first + 30 * DAY))]
        assert found == [opens for opens in whole if first - timedelta(hours=5) < opens < first + 30 * DAY]
    assert whole[:2] == [at("2024-01-01T22:00"), at("2024-01-15T22:00")]


@pytest.mark.parametrize(
    ("rrule", "days"),
    [
        ("FREQ=MONTHLY", ["01"]),
        ("FREQ=WEEKLY", ["04", "11", "18", "25"]),
        ("FREQ=MONTHLY;BYDAY=2TU", ["12"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["29"]),
        ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=3", ["03"]),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=5", ["01"]),
        ("FREQ=DAILY;COUNT=3", []),
        ("FREQ=DAILY;UNTIL=20260502", ["01", "02"]),
        ("FREQ=DAILY;UNTIL=20260502T210000", ["01"]),
        ("FREQ=DAILY;UNTIL=20260502T220000Z", ["01", "02"]),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31", []),
    ],
)
def test_shapes_of_rules(rrule: str, days: list[str]) -> None:
    """Rules mean what RFC 5545 says they mean, counted from a Monday that is the first day of a year."""
    found = opened(window(rrule, hours=1), "2026-05-01", "2026-06-01")
    assert [opens[:2] for opens, _ in found] == days


def test_the_end_of_a_rule_in_utc_is_shown_in_the_zone() -> None:
    """An end in UTC ends the rule at that instant, not when the clock of the zone shows the same digits."""
    some = window("FREQ=DAILY;UNTIL=20260502T200000Z", zone=PARIS, hours=1)
    assert len(opened(some, "2026-05-01", "2026-06-01")) == 2


def test_opens_next() -> None:
    """The next stretch begins after now, and there is none beyond the horizon."""
    horizon = Span(start=at("2026-05-01"), end=at("2026-05-03"))
    found = opens_next(window(), at("2026-05-01T22:00"), horizon)
    assert found is not None
    assert found.opening.opens == at("2026-05-02T22:00")
    assert opens_next(window(), at("2026-05-02T22:00"), horizon) is None


def test_times_in_words() -> None:
    """Times are said in the zone of the site, and with their year only where it is another."""
    now = at("2026-11-23")
    assert wall_text(at("2026-11-24T21:00"), PARIS, now) == "Tue 24 Nov 22:00 Europe/Paris"
    assert wall_text(at("2027-01-04T05:00"), PARIS, now) == "Mon 4 Jan 2027 06:00 Europe/Paris"
    assert wall_of(at("2026-11-24T21:00"), "Asia/Kathmandu").isoformat() == "2026-11-25T02:45:00"


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0 min"), (30, "30 min"), (90, "1 h 30 min"), (120, "2 h"), (2160, "36 h"), (7200, "5 d")]
)
def test_spans_in_words(minutes: int, text: str) -> None:
    """Spans are said in their two largest units."""
    assert span_text(minutes * MINUTE) == text
