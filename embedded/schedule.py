"""Timer triggers by the host's clock: NCRONTAB, the six fields that Azure Functions uses.

`{second} {minute} {hour} {day} {month} {day of week}`, each a `*`, a number, a range, a list or a step. Kept small on
purpose: the kept libraries read five fields, or six with the second last, and a wrong guess here is a wrong night.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

FIELDS = (
    ("second", 0, 59),
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day", 1, 31),
    ("month", 1, 12),
    ("day of week", 0, 6),
)
YEARS_AHEAD = 8
"""29 February on a given day of the week comes round within that."""


class ScheduleInvalidError(ValueError):
    """A schedule that cannot be read, or that never fires."""


class Ncrontab:
    """A schedule."""

    def __init__(self, text: str) -> None:
        fields = text.split()
        if len(fields) != len(FIELDS):
            raise ScheduleInvalidError(f"schedule {text!r} needs six fields: second minute hour day month day-of-week")
        self._text = text
        self._allowed = [_values(field, *spec) for field, spec in zip(fields, FIELDS, strict=True)]

    def next_after(self, at: datetime) -> datetime:
        """The first time after `at` that fits."""
        second, minute, hour, *_ = self._allowed
        day = at.replace(hour=0, minute=0, second=0, microsecond=0)
        for _ in range(366 * YEARS_AHEAD):
            if self._fits_day(day):
                times = (day.replace(hour=h, minute=m, second=s) for h in hour for m in minute for s in second)
                found = next((time for time in times if time > at), None)
                if found:
                    return found
            day += timedelta(days=1)
        raise ScheduleInvalidError(f"schedule {self._text!r} never fires")

    def _fits_day(self, day: datetime) -> bool:
        *_, days, months, weekdays = self._allowed
        return day.day in days and day.month in months and day.isoweekday() % 7 in weekdays


class TimerTrigger:
    """A timer trigger of the app and what fires it."""

    def __init__(self, schedule: str, fire: Callable[[], None]) -> None:
        self._schedule = Ncrontab(schedule)
        self._fire = fire

    def next_due(self, after: datetime) -> datetime:
        """When it fires next."""
        return self._schedule.next_after(after)

    def fire(self) -> None:
        """Fire now."""
        self._fire()


def resolved(schedule: str, settings: Mapping[str, str]) -> str:
    """The schedule itself where a binding names an app setting as `%NAME%`."""
    if not (schedule.startswith("%") and schedule.endswith("%")):
        return schedule
    name = schedule.strip("%")
    if name not in settings:
        raise ScheduleInvalidError(f"the app setting {name} is missing; a timer trigger names it as its schedule")
    return settings[name]


def _values(field: str, name: str, low: int, high: int) -> list[int]:
    chosen: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        start, end = _span(span, low, high)
        if not (low <= start <= end <= high) or (step and not step.isdigit()) or step == "0":
            raise ScheduleInvalidError(f"{name} field {field!r}: {part!r} is not within {low} to {high}")
        chosen.update(range(start, end + 1, int(step or 1)))
    return sorted(chosen)


def _span(span: str, low: int, high: int) -> tuple[int, int]:
    if span == "*":
        return low, high
    start, _, end = span.partition("-")
    if not start.isdigit() or (end and not end.isdigit()):
        return -1, -1
    return int(start), int(end or start)
