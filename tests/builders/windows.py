"""Strategies for windows whose recurrence the oracle understands as well."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

from hypothesis import strategies as st

from shared.model.policy import Window
from shared.model.span import Span
from tests.builders.window_oracle import DAY, MINUTE, Rule, changes, days_since, month_of, months_since

NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ODD = (
    "Europe/Paris",
    "Australia/Lord_Howe",  # moves by half an hour
    "Asia/Kathmandu",  # is off by a quarter
    "America/Sao_Paulo",
    "Africa/Casablanca",  # moves for Ramadan
    "Pacific/Apia",
    "America/Nuuk",  # skips the hour around midnight
    "America/Santiago",
    "Europe/Dublin",  # has winter as its exception
    "Asia/Beirut",
    "Africa/Cairo",
    "Pacific/Chatham",
)
zones = st.one_of(st.sampled_from(ODD), st.sampled_from(sorted(available_timezones())))
hours = st.one_of(st.sampled_from([0, 1, 2, 2, 2, 3, 23]), st.integers(0, 23))
"""Those in which clocks are moved, and any."""
FIRST, LAST = date(2026, 1, 1), date(2031, 12, 28)


@st.composite
def days_in(draw: st.DrawFn, zone: str) -> date:
    """A day of five years, as often as not one on which the zone's clocks are moved."""
    moved = changes(zone)
    if moved and draw(st.sampled_from([True, True, False])):
        return draw(st.sampled_from(moved))
    return draw(st.dates(FIRST, LAST))


@st.composite
def rules(draw: st.DrawFn, day: date) -> Rule:
    """A recurrence that probably falls on this day."""
    return draw(st.sampled_from([_daily, _weekly, _every_monday, _on_a_day_of_the_month, _nth_weekday, _nth_of_set]))(
        draw, day
    )


@st.composite
def windows(draw: st.DrawFn, zone: str, day: date, *, wide: bool = False) -> tuple[Window, Rule]:
    """A window in a zone that probably opens on this day; a wide one opens daily, for long."""
    rule = Rule("FREQ=DAILY", lambda _: True) if wide else draw(rules(day))
    until = draw(st.sampled_from([None] * 8 + [day - DAY, day]))
    if until:
        rule = _until(rule, until)
    shortest = 6 * 12 if wide else 1
    duration = draw(st.one_of(st.integers(shortest, 8 * 12), st.integers(shortest, 30 * 12))) * 5 * MINUTE
    window = Window(
        name=draw(st.sampled_from(["weeknights", "patching"])),
        rrule=rule.text,
        start=f"{draw(hours):02}:{draw(st.sampled_from([0, 15, 30, 59])):02}",
        zone=zone,
        duration=duration,
        cut_off=draw(st.sampled_from([timedelta()] * 4 + [5 * MINUTE, duration // 2, duration, duration + MINUTE])),
    )
    return window, rule


def around(day: date, days: int = 1) -> Span:
    """A day with some before and after it, in UTC."""
    at = datetime.combine(day, time(), UTC)
    return Span(start=at - days * DAY, end=at + (days + 1) * DAY)


def _daily(draw: st.DrawFn, _day: date) -> Rule:
    step = draw(st.sampled_from([1, 1, 2, 3, 10]))
    return Rule(f"FREQ=DAILY;INTERVAL={step}", lambda day: days_since(day) % step == 0)


def _weekly(draw: st.DrawFn, day: date) -> Rule:
    step = draw(st.sampled_from([1, 1, 2, 5]))
    on = {day.weekday(), *draw(st.sets(st.integers(0, 6)))}
    names = ",".join(NAMES[one] for one in sorted(on))
    return Rule(
        f"FREQ=WEEKLY;INTERVAL={step};BYDAY={names}",
        lambda day: days_since(day) // 7 % step == 0 and day.weekday() in on,
    )


def _every_monday(_draw: st.DrawFn, _day: date) -> Rule:
    return Rule("FREQ=WEEKLY", lambda day: day.weekday() == 0)


def _on_a_day_of_the_month(draw: st.DrawFn, day: date) -> Rule:
    step = draw(st.sampled_from([1, 1, 3]))
    on = draw(st.sampled_from([day.day, -1, 31]))
    return Rule(
        f"FREQ=MONTHLY;INTERVAL={step};BYMONTHDAY={on}",
        lambda day: months_since(day) % step == 0 and day == _at(month_of(day), on),
    )


def _nth_weekday(draw: st.DrawFn, day: date) -> Rule:
    nth = draw(st.sampled_from([(day.day - 1) // 7 + 1, -1]))
    weekday = day.weekday()
    return Rule(
        f"FREQ=MONTHLY;BYDAY={nth}{NAMES[weekday]}",
        lambda day: day == _at([one for one in month_of(day) if one.weekday() == weekday], nth),
    )


def _nth_of_set(draw: st.DrawFn, day: date) -> Rule:
    on = {day.weekday(), *draw(st.sets(st.integers(0, 6)))}
    month = [one for one in month_of(day) if one.weekday() in on]
    nth = draw(st.sampled_from([month.index(day) + 1, month.index(day) - len(month)]))
    return Rule(
        f"FREQ=MONTHLY;BYDAY={','.join(NAMES[one] for one in sorted(on))};BYSETPOS={nth}",
        lambda day: day == _at([one for one in month_of(day) if one.weekday() in on], nth),
    )


def _until(rule: Rule, last: date) -> Rule:
    return Rule(f"{rule.text};UNTIL={last:%Y%m%d}", lambda day: day <= last and rule.falls_on(day))


def _at(days: list[date], nth: int) -> date | None:
    index = nth - 1 if nth > 0 else nth
    return days[index] if -len(days) <= index < len(days) else None
