"""Wall times and the instants they stand for; the only module that knows the library `whenever`, which is before 1.0.

A clock on a wall skips an hour in one night of the year and repeats one in another. Two rules settle both: a start that
does not exist moves to the first instant that does, and of one that comes twice the first counts. Whoever asks is told.
"""

from datetime import UTC, datetime, timedelta

from whenever import Instant, PlainDateTime, RepeatedTime, SkippedTime

from shared.model.record import record

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@record
class Settled:
    """The instant that a wall time stands for."""

    at: datetime
    note: str = ""
    """How a wall time that does not exist, or comes twice, was settled; empty for every other."""


def instant_of(wall: datetime, zone: str) -> Settled:
    """The instant at which clocks in `zone` show `wall`, which carries no zone of its own."""
    plain = PlainDateTime(wall)
    try:
        return Settled(at=_in_utc(plain.assume_tz(zone, disambiguation="raise").to_instant()))
    except RepeatedTime:
        first = plain.assume_tz(zone, disambiguation="earlier")
        note = f"{wall:%H:%M} comes twice on {_day(wall)} in {zone}: opens at the first"
        return Settled(at=_in_utc(first.to_instant()), note=note)
    except SkippedTime:
        return _first_after_the_gap(plain, wall, zone)


def _first_after_the_gap(plain: PlainDateTime, wall: datetime, zone: str) -> Settled:
    # Read with the offset of after the gap, a skipped time lies before the gap by less than the gap is long. So the
    # transition that comes next is the gap's own end.
    valid = plain.assume_tz(zone, disambiguation="earlier").next_transition()
    if valid is None:
        raise AssertionError(f"{wall} is skipped in {zone}, though no transition follows")
    shown = valid.to_plain().to_stdlib()
    day = "" if shown.date() == wall.date() else f" on {_day(shown)}"
    note = f"{wall:%H:%M} does not exist on {_day(wall)} in {zone}: opens at {shown:%H:%M}{day}"
    return Settled(at=_in_utc(valid.to_instant()), note=note)


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


def _in_utc(instant: Instant) -> datetime:
    return instant.to_stdlib().astimezone(UTC)


def _day(wall: datetime) -> str:
    return f"{wall.day} {wall:%B %Y}"
