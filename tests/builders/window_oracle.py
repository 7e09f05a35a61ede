"""Windows, calendars and starts worked out minute by minute, with nothing but datetime and zoneinfo.

Slow and simple on purpose: it walks the clock of a zone forward and asks, each minute, what is open. It shares no code
and no library with shared/rules, so what both say is unlikely to be the same mistake.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from shared.model.policy import Window
from shared.model.span import Span

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ANCHOR = date(2024, 1, 1)


@dataclass(frozen=True)
class Rule:
    """A recurrence twice: as text for what is tested, and as a question about a day for the oracle."""

    text: str
    falls_on: Callable[[date], bool]


def days_since(day: date) -> int:
    """Days since the day from which rules count."""
    return (day - ANCHOR).days


def months_since(day: date) -> int:
    """Months since the one from which rules count."""
    return (day.year - ANCHOR.year) * 12 + day.month - ANCHOR.month


def month_of(day: date) -> list[date]:
    """All days of the month of a day."""
    first = day.replace(day=1)
    return [first + DAY * n for n in range(31) if (first + DAY * n).month == day.month]


@cache
def changes(zone: str, first_year: int = 2026, last_year: int = 2031) -> tuple[date, ...]:
    """Days in UTC on which the offset of a zone changes."""
    place = ZoneInfo(zone)
    days = [datetime(first_year, 1, 1, tzinfo=UTC) + DAY * n for n in range(366 * (last_year - first_year + 1))]
    offsets = [day.astimezone(place).utcoffset() for day in days]
    return tuple(
        day.date()
        for day, now, then in zip(days, offsets, offsets[1:], strict=False)
        if now != then and day.year <= last_year
    )


def first_instant(wall: datetime, zone: str) -> datetime:
    """The first minute at which the clock of a zone shows this time, or has passed it by."""
    place = ZoneInfo(zone)
    about = wall.replace(tzinfo=UTC) - ((wall - DAY).replace(tzinfo=place).utcoffset() or timedelta())
    at = about - timedelta(hours=4)
    while at.astimezone(place).replace(tzinfo=None) < wall:
        at += MINUTE
    return at


@dataclass(frozen=True)
class Stretch:
    """A stretch without a closed minute, and the last one in which something may start."""

    opens: datetime
    closes: datetime
    last_start: datetime


def stretches(windows: Iterable[tuple[Window, Rule]], within: Span) -> list[Stretch]:
    """When any of the windows is open: every minute is marked, then neighbours are told together."""
    last_start_by_minute: dict[datetime, datetime] = {}
    for window, rule in windows:
        for opens in _starts(window, rule, within):
            closes = opens + window.duration
            last_start = closes - window.cut_off
            if opens > last_start or opens >= within.end or closes <= within.start:
                continue
            for at in minutes(opens, closes):
                last_start_by_minute[at] = max(last_start, last_start_by_minute.get(at, last_start))
    found: list[Stretch] = []
    for at in sorted(last_start_by_minute):
        last_start = last_start_by_minute[at]
        if found and found[-1].closes == at:
            begun = found.pop()
            found.append(Stretch(begun.opens, at + MINUTE, max(begun.last_start, last_start)))
        else:
            found.append(Stretch(at, at + MINUTE, last_start))
    return found


def minutes(first: datetime, end: datetime) -> list[datetime]:
    """Every minute from one to another."""
    return [first + MINUTE * n for n in range((end - first) // MINUTE)]


def startable(sites: Iterable[list[Stretch]], closed: Iterable[Span], at: datetime, needs: timedelta) -> bool:
    """Whether something may start at a minute: everything is open for as long as it needs, and nobody cut it off."""
    around = [[one for one in site if one.opens <= at < one.closes] for site in sites]
    if any(not found or at > found[0].last_start for found in around):
        return False
    return all(
        all(found[0].closes > minute for found in around) and not any(one.holds(minute) for one in closed)
        for minute in minutes(at, at + needs)
    )


def _starts(window: Window, rule: Rule, within: Span) -> list[datetime]:
    hour, minute = map(int, window.start.split(":"))
    first = (within.start - window.duration).date() - 2 * DAY
    days = [first + DAY * n for n in range((within.end.date() - first).days + 3)]
    walls = [datetime(day.year, day.month, day.day, hour, minute) for day in days if rule.falls_on(day)]  # noqa: DTZ001
    return [first_instant(wall, window.zone) for wall in walls]
