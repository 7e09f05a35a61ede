"""Maintenance windows: recurrences in the wall time of a zone."""

from datetime import timedelta

from shared.model.policy import Window
from shared.policy.edge import Edge, Name
from shared.policy.edge_time import Duration, TimeOfDay, Zone
from shared.policy.recurrence import Recurrence


class WindowPart(Edge):
    """A time in which work may go on, again and again."""

    name: Name
    """Name of the window; the tag hcx-window of a private cloud may name it."""
    rrule: Recurrence
    """On which days it opens, as a recurrence rule of RFC 5545 without start and zone."""
    start: TimeOfDay
    """Wall time at which it opens, in quotes."""
    zone: Zone | None = None
    """Time zone of its wall time; left out: the timeZone of the file."""
    duration: Duration
    """How long it stays open."""
    cut_off: Duration | None = None
    """Nothing new starts later than this before its end; left out: until the end."""


def window_of(part: WindowPart, zone: str) -> Window:
    """The record of a window in a file of that zone."""
    return Window(
        name=part.name,
        rrule=part.rrule,
        start=part.start,
        zone=part.zone or zone,
        duration=part.duration,
        cut_off=part.cut_off or timedelta(),
    )
