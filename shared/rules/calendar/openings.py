"""Whether work of a known length fits into a calendar now, and when it fits next.

The only two questions that admission and a task under way ask of a calendar. What narrows the openings, such as
freezes and maintenances, was taken off when the calendar was made.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from shared.model.span import Opening

_CLOSES = attrgetter("closes")


def latest_start(opening: Opening, needs: timedelta) -> datetime:
    """The last moment at which that work may begin: it lies before the opening where it never fits."""
    return min(opening.last_start, opening.closes - needs)


def fits(opening: Opening, at: datetime, needs: timedelta) -> bool:
    """Whether work that begins at `at` is begun inside and done before the opening closes."""
    return opening.opens <= at <= latest_start(opening, needs)


def fitting(openings: Sequence[Opening], now: datetime, needs: timedelta) -> Opening | None:
    """The first opening, of some in order, in which that work can still begin."""
    for index in range(bisect_left(openings, now + needs, key=_CLOSES), len(openings)):
        if max(now, openings[index].opens) <= latest_start(openings[index], needs):
            return openings[index]
    return None


def next_fit(openings: Sequence[Opening] | None, now: datetime, needs: timedelta) -> datetime | None:
    """When that work can begin: `now` where it can at once or nothing limits it, None where it never fits again."""
    if openings is None:
        return now
    opening = fitting(openings, now, needs)
    return max(now, opening.opens) if opening else None
