"""NCRONTAB expressions with six fields, as Azure's timer trigger takes them: second minute hour day month weekday.

Own code because crontab libraries disagree with NCRONTAB where it counts: there a day must fit day *and* weekday (in
crontab either is enough when both are given), `5/20` means from 5 to the end in steps of 20, a range may be written
backwards, Sunday is 0 and never 7. Times are UTC, the default of the timer trigger.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import product

from shared.model.record import record


@record
class _Field:
    """What one field of an expression may hold."""

    name: str
    lowest: int
    highest: int
    names: str = ""
    """Names for its values, from the lowest on."""


_MONTHS = "january february march april may june july august september october november december"
_WEEKDAYS = "sunday monday tuesday wednesday thursday friday saturday"

_FIELDS = (
    _Field(name="second", lowest=0, highest=59),
    _Field(name="minute", lowest=0, highest=59),
    _Field(name="hour", lowest=0, highest=23),
    _Field(name="day", lowest=1, highest=31),
    _Field(name="month", lowest=1, highest=12, names=_MONTHS),
    _Field(name="weekday", lowest=0, highest=6, names=_WEEKDAYS),
)

_YEARS_MAX = 40
"""The longest gap of any schedule that ever fires: a 29 February on a given weekday, across a year like 2100."""


class NcrontabInvalidError(ValueError):
    """Not an expression with six fields, or one that never fires."""


class Ncrontab:
    """A schedule that can say when it fires next."""

    def __init__(self, expression: str) -> None:
        texts = expression.split()
        if len(texts) != len(_FIELDS):
            names = ", ".join(field.name for field in _FIELDS)
            raise NcrontabInvalidError(f"{expression!r} has {len(texts)} fields and needs {len(_FIELDS)}: {names}")
        self.expression = expression
        values = [_values(field, text) for field, text in zip(_FIELDS, texts, strict=True)]
        self._seconds, self._minutes, self._hours, self._days, self._months, self._weekdays = values

    def next_after(self, moment: datetime) -> datetime:
        """The first moment after `moment` at which it fires, in whole seconds.

        Raises:
            NcrontabInvalidError: there is none, as for 30 February.
        """
        earliest = moment.replace(microsecond=0) + timedelta(seconds=1)
        for day in self._days_from(earliest.date()):
            floor = earliest.time() if day == earliest.date() else time.min
            for found in self._times_from(floor):
                return datetime.combine(day, found, moment.tzinfo)
        raise NcrontabInvalidError(f"{self.expression!r} never fires")

    def _days_from(self, first: date) -> Iterator[date]:
        for offset in range(_YEARS_MAX * 366):
            day = first + timedelta(days=offset)
            if day.month in self._months and day.day in self._days and day.isoweekday() % 7 in self._weekdays:
                yield day

    def _times_from(self, floor: time) -> Iterator[time]:
        hours = [hour for hour in self._hours if hour >= floor.hour]
        times = (time(*parts) for parts in product(hours, self._minutes, self._seconds))
        return (found for found in times if found >= floor)


def _values(field: _Field, text: str) -> list[int]:
    try:
        return sorted({value for element in text.split(",") for value in _element(field, element)})
    except ValueError as error:
        raise NcrontabInvalidError(f"{text!r} is not a {field.name}: {error}") from None


def _element(field: _Field, text: str) -> range:
    """One of `*`, `7`, `7-9`, each with an optional `/step`; a step after a single value reaches to the highest."""
    span, slash, step_text = text.partition("/")
    step = int(step_text) if slash else 1
    if step < 1:
        raise ValueError("a step is 1 or more")
    if span == "*":
        first, last = field.lowest, field.highest
    elif "-" in span:
        first, last = sorted(_value(field, end) for end in span.split("-", 1))
    else:
        first = _value(field, span)
        last = field.highest if slash else first
    return range(first, last + 1, step)


def _value(field: _Field, text: str) -> int:
    """A number, or the beginning of a name."""
    if text.isascii() and text.isdigit():
        value = int(text)
        if not field.lowest <= value <= field.highest:
            raise ValueError(f"{value} is not from {field.lowest} to {field.highest}")
        return value
    for offset, name in enumerate(field.names.split()):
        if text and name.startswith(text.casefold()):
            return field.lowest + offset
    raise ValueError(f"{text!r} is neither a number nor a name")
