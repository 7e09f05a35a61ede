"""Geometry of the outage bars: from seconds to lengths on one scale that all rows share, without any drawing.

As in the timeline, the page stretches the canvas to whatever width there is, so that nothing in it may be text, and
what a mark means is told by its shape and not by its colour alone.
"""

from collections.abc import Sequence

from shared.model.record import record
from shared.report.outage_document import OutagePart

WIDTH = 1000
"""Units from nothing to the end of the scale."""

MARKS_MAX = 4

NARROWEST = 4
"""An outage of a second beside one of an hour would be invisible."""

_STEPS = (*(1, 2, 5, 10, 15, 30), *(60 * minutes for minutes in (1, 2, 5, 10, 15, 30)), *(3600, 7200, 14400, 43200))
"""Distances of marks in seconds that people count in."""

_DAY = 86400

_UNITS = ((_DAY, "d"), (3600, "h"), (60, "min"), (1, "s"))


@record
class Mark:
    """One mark on the scale."""

    x: int
    text: str


@record
class Scale:
    """One scale of seconds for all rows."""

    seconds: int
    """Where it ends."""
    marks: tuple[Mark, ...]

    def x(self, seconds: float) -> int:
        """Where so many seconds are."""
        return min(round(WIDTH * seconds / self.seconds), WIDTH)


@record
class OutageBar:
    """One outage on the scale."""

    length: int
    least: int
    """Where the whiskers of its error begin and end."""
    most: int
    limit: int | None
    """Where the mark of what is accepted stands; None where nobody said."""


def scale(outages: Sequence[OutagePart]) -> Scale:
    """The scale that fits the longest outage with its error, and the largest limit; never of no length at all."""
    reach = max((1.0, *map(_reach, outages)))
    step = next((one for one in _STEPS if reach / one <= MARKS_MAX), _DAY * -(-reach // (_DAY * MARKS_MAX)))
    seconds = int(step * max(-(-reach // step), 1))
    at = range(0, seconds + 1, int(step))
    return Scale(
        seconds=seconds, marks=tuple(Mark(x=round(WIDTH * one / seconds), text=_text(one, step)) for one in at)
    )


def _text(seconds: int, step: float) -> str:
    """In the largest unit that all marks are whole numbers of."""
    size, unit = next((size, unit) for size, unit in _UNITS if step % size == 0)
    return f"{seconds // size} {unit}" if seconds else "0"


def _reach(one: OutagePart) -> float:
    known = one.total_seconds + one.error_seconds if one.lost < one.samples else 0.0
    return max(known, one.limit_seconds or 0.0)


def bar(one: OutagePart, on: Scale) -> OutageBar:
    """One row on that scale. Where no outage was seen there are whiskers alone."""
    return OutageBar(
        length=max(on.x(one.total_seconds), NARROWEST) if one.intervals else 0,
        least=on.x(max(one.total_seconds - one.error_seconds, 0.0)),
        most=on.x(one.total_seconds + one.error_seconds),
        limit=None if one.limit_seconds is None else on.x(one.limit_seconds),
    )
