"""Freezes kept as an iCalendar file: every event of it is a time in which nothing is changed.

Whatever stands in the way of reading it, the answer is a reason and never an exception: a calendar that cannot be read
counts as closed, and that must hold up nothing else in `fleet.yaml`.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component
from whenever import PlainDateTime

from shared.model.record import record
from shared.model.span import Span
from shared.model.wall_time import beginning_of, instant_of

FROM = datetime(2025, 1, 1, tzinfo=UTC)
UNTIL = datetime(2037, 1, 1, tzinfo=UTC)
"""Events that repeat are followed between these two. Reading does not know what time it is, so that one file always
becomes one policy. Before `FROM` there was no hcx-fleet; what repeats beyond `UNTIL` counts as closed from there on."""
EVER = datetime(9000, 1, 1, tzinfo=UTC)
"""Far beyond every plan, and far enough from the last moment that a clock can show to be counted with."""
MOST = 2000
"""Occurrences; following one costs a millisecond. Weekly ones of these twelve years are 600."""
_BEGIN = re.compile(r"^BEGIN:VCALENDAR\s*$", re.MULTILINE | re.IGNORECASE)
_RARE = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


@record
class CalendarRead:
    """What came of reading a calendar."""

    spans: tuple[Span, ...] = ()
    """In order, and none touches another."""
    unreadable: str = ""
    """Why it could not be read."""


class _UnreadableError(ValueError):
    """The calendar cannot be read; says why."""


def read_calendar(content: bytes, zone: str) -> CalendarRead:
    """The times that a calendar closes; its days and its times without a zone are those of `zone`."""
    try:
        return CalendarRead(spans=_joined(_spans(_events(content), zone)))
    except _UnreadableError as error:
        return CalendarRead(unreadable=str(error))
    except Exception as error:  # noqa: BLE001 -- two libraries over other people's files; any failure means closed
        return CalendarRead(unreadable=f"it is not readable as a calendar ({type(error).__name__})")


def _events(content: bytes) -> list[Component]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _UnreadableError("it is not UTF-8 text") from None
    begun = len(_BEGIN.findall(text))
    calendars = [one for one in Calendar.from_ical(text, multiple=True) if one.name == "VCALENDAR"]
    if not begun:
        raise _UnreadableError("it holds no calendar")
    if begun != len(calendars):  # the library leaves out what has no end
        raise _UnreadableError("it ends in the middle")
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    for event in events:
        if problem := _problem(event):
            raise _UnreadableError(f"event {str(event.get('UID', ''))!r} {problem}")
    return events


def _problem(event: Component) -> str | None:
    if event.errors or "DTSTART" not in event:
        return "has no times that can be read"
    if any(_zone_unknown(event, key) for key in ("DTSTART", "DTEND")):
        return "is in a time zone that is not known"
    if any(_is_often(rule) for rule in _rules(event)):
        return "repeats more often than daily"
    return None


def _is_often(rule: dict[str, list[object]]) -> bool:
    """Several times of a day count as well: they are followed one by one, and that can take minutes."""
    several = any(len(rule.get(part, ())) > 1 for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    return several or any(str(one).upper() not in _RARE for one in rule.get("FREQ", []))


def _zone_unknown(event: Component, key: str) -> bool:
    prop = event.get(key)
    return prop is not None and "TZID" in prop.params and getattr(prop.dt, "tzinfo", None) is None


def _rules(event: Component) -> list[dict[str, list[object]]]:
    rules = event.get("RRULE", [])
    return rules if isinstance(rules, list) else [rules]


def _spans(events: Iterable[Component], zone: str) -> Iterator[Span]:
    calendar = Calendar()
    for event in events:
        calendar.add_component(event)
        if _goes_on(event):
            yield Span(start=UNTIL, end=EVER)
    found = recurring_ical_events.of(calendar).between(FROM, UNTIL)
    if len(found) > MOST:
        raise _UnreadableError(f"it holds more than {MOST} occurrences")
    for one in found:
        span = Span(start=_instant(one["DTSTART"].dt, zone), end=_instant(one["DTEND"].dt, zone))
        if span.start < span.end and not _called_off(one):
            yield span


def _called_off(event: Component) -> bool:
    return str(event.get("STATUS", "")).upper() == "CANCELLED"


def _goes_on(event: Component) -> bool:
    if _called_off(event):
        return False
    ends = [one for rule in _rules(event) for one in rule.get("UNTIL", [None] if "COUNT" not in rule else [])]
    return any(end is None or (isinstance(end, date) and end.year >= UNTIL.year) for end in ends)


def _instant(at: date, zone: str) -> datetime:
    if not isinstance(at, datetime):
        return beginning_of(at, zone)
    if at.tzinfo is None:
        return instant_of(PlainDateTime(at), zone)
    if isinstance(at.tzinfo, ZoneInfo) and at.tzinfo.key:
        return instant_of(PlainDateTime(at.replace(tzinfo=None)), at.tzinfo.key)
    return at.astimezone(UTC)


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time in as few stretches as it takes."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(start=joined[-1].start, end=max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)
