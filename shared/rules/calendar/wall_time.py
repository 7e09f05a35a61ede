"""Wall times in the words of people, and how the two nights were settled in which a wall time is a question.

Which instant a wall time means is the model's to say (`shared/model/wall_time.py`); here whoever asks is told.
"""

from datetime import date, datetime, timedelta

from whenever import Instant, PlainDateTime, RepeatedTime

from shared.model.record import record
from shared.model.wall_time import instant_of

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@record
class Settled:
    """The instant that a wall time stands for."""

    at: datetime
    note: str = ""
    """How a wall time that does not exist, or comes twice, was settled; empty for every other."""


def settle(wall: datetime, zone: str) -> Settled:
    """The instant at which clocks in `zone` show `wall`, which carries no zone of its own; and how that was settled."""
    at = instant_of(PlainDateTime(wall), zone)
    shown = wall_of(at, zone)
    if shown != wall:
        day = "" if shown.date() == wall.date() else f" on {day_text(shown)}"
        note = f"{wall:%H:%M} does not exist on {day_text(wall)} in {zone}: opens at {shown:%H:%M}{day}"
        return Settled(at=at, note=note)
    if _comes_twice(wall, zone):
        return Settled(at=at, note=f"{wall:%H:%M} comes twice on {day_text(wall)} in {zone}: opens at the first")
    return Settled(at=at)


def _comes_twice(wall: datetime, zone: str) -> bool:
    try:
        PlainDateTime(wall).assume_tz(zone, disambiguation="raise")
    except RepeatedTime:
        return True
    return False


def wall_of(at: datetime, zone: str) -> datetime:
    """What clocks in `zone` show at an instant, without a zone."""
    return Instant(at).to_tz(zone).to_plain().to_stdlib()


def wall_text(at: datetime, zone: str, now: datetime) -> str:
    """An instant as people at a site say it, such as `Tue 24 Nov 22:00 Europe/Paris`; the year where it is another."""
    shown = wall_of(at, zone)
    year = "" if shown.year == wall_of(now, zone).year else f" {shown.year}"
    return f"{shown:%a} {shown.day} {shown:%b}{year} {shown:%H:%M} {zone}"


def span_text(span: timedelta) -> str:
    """A span of time in hours and minutes, or in days and hours."""
    if span >= 2 * _DAY:
        return _two(span // _DAY, "d", span % _DAY // _HOUR, "h")
    return _two(span // _HOUR, "h", span % _HOUR // timedelta(minutes=1), "min")


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    parts = [f"{amount} {unit}" for amount, unit in ((large, large_unit), (small, small_unit)) if amount]
    return " ".join(parts) or f"0 {small_unit}"


def day_text(day: date) -> str:
    """A day as people write it, the same on every machine."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""By hand, because the names that the standard library gives follow the locale of the process, and some of these texts
are inside the hash of a plan."""
