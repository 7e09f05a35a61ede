"""From a wall time in a zone to the instant it means, in the two nights of a year in which that is a question.

A wall time that a zone skips means the first instant after the gap; one that comes twice means its first coming.
"""

from datetime import UTC, date, datetime

from whenever import PlainDateTime, RepeatedTime, SkippedTime


def instant_of(wall: PlainDateTime, zone: str) -> datetime:
    """The instant of a wall time, in UTC."""
    try:
        zoned = wall.assume_tz(zone, disambiguation="raise")
    except RepeatedTime:
        zoned = wall.assume_tz(zone, disambiguation="earlier")
    except SkippedTime:
        before = wall.assume_tz(zone, disambiguation="earlier")
        zoned = before.next_transition() or before  # a gap always has its transition
    return zoned.to_instant().to_stdlib().astimezone(UTC)


def beginning_of(day: date, zone: str) -> datetime:
    """The first instant of a day, which is not midnight everywhere."""
    return instant_of(PlainDateTime(day.year, day.month, day.day), zone)
