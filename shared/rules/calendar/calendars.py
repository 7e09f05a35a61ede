"""When a task may change something: the windows of every site it touches, minus everything that is closed.

A site is open while any of its windows is; one without windows of its own has those of the fleet, and one that has
neither is always open. A task needs all of its sites open at once. How windows are joined and cut: stretches.py.

`None` in place of openings means that nothing limits a task, and no openings at all that it never may.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache, reduce

from shared.model.policy import SiteEntry, Window
from shared.model.record import record
from shared.model.span import Opening, Span
from shared.rules.calendar.closed_times import Closed
from shared.rules.calendar.openings import latest_start
from shared.rules.calendar.stretches import in_common, joined, without
from shared.rules.calendar.wall_time import span_text
from shared.rules.calendar.windows import occurrences

HORIZON = timedelta(days=180)
"""How far ahead calendars are worked out. Half a year holds the longest freeze anybody plans and several times the time
that a wave may wait for others; what opens later than that is answered by a plan made later, from newer facts."""

type Openings = tuple[Opening, ...] | None
"""When something may go on: in order, none overlapping or touching another; None: at any time."""


@record
class Start:
    """When something may start."""

    at: datetime
    latest: datetime | None
    """Last moment at which it may still start without waiting for another opening; None where nothing limits it."""
    closes: datetime | None
    """When the opening ends in which it starts; None where nothing ends it."""


def calendar_of(
    sites: tuple[SiteEntry, ...], fleet_windows: tuple[Window, ...], closed: tuple[Closed, ...], horizon: Span
) -> Openings:
    """When all of these sites are open, within a horizon; what is closed at other sites does not count."""
    names = {site.name for site in sites}
    counting = [one for one in closed if one.site is None or one.site in names]
    if any(one.span is None for one in counting):
        return ()
    # Sites differ where their windows and closed times mostly do not, so these are what is kept, not the sites.
    spans = {one.span for one in counting if one.span and one.span.start < horizon.end and horizon.start < one.span.end}
    sets = {site.windows or fleet_windows for site in sites} - {()}
    return _calendar(frozenset(sets), frozenset(spans), horizon)


@lru_cache(maxsize=1024)
def _calendar(sets: frozenset[tuple[Window, ...]], closed: frozenset[Span], horizon: Span) -> Openings:
    opened = reduce(narrow, (of_windows(windows, horizon) for windows in sets), None)
    if not closed:
        return opened
    return without((_all_of(horizon),) if opened is None else opened, closed)


@lru_cache(maxsize=1024)
def of_windows(windows: tuple[Window, ...], horizon: Span) -> Openings:
    """When any of these windows is open; None where there is no window."""
    if not windows:
        return None
    return joined(one.opening for window in windows for one in occurrences(window, horizon))


def narrow(openings: Openings, more: Openings) -> Openings:
    """What is left when something more has to be open as well."""
    if openings is None or more is None:
        return more if openings is None else openings
    return in_common(openings, more)


def next_start(openings: Openings, now: datetime, needs: timedelta, avoid: tuple[Span, ...] = ()) -> Start | None:
    """The first moment from `now` on at which something may start that takes `needs`, None where there is none.

    It starts no later than the last start of its opening, ends before that closes, and is under way in none of the
    spans to avoid, such as those of scheduled switchovers.
    """
    apart = sorted((one for one in avoid if one.end > now), key=lambda one: one.start)
    if openings is None:
        at = _clear_of(apart, now, needs)
        return Start(at=at, latest=_before(apart, at, needs), closes=None)
    still = openings[bisect_right(openings, now, key=lambda one: one.closes) :]
    tries = (_start_in(one, now, needs, apart) for one in still)
    return next((start for start in tries if start), None)


def fits_ever(openings: Openings, needs: timedelta) -> bool:
    """Whether any opening is long enough for something that takes `needs`."""
    return openings is None or any(one.closes - one.opens >= needs for one in openings)


def longest(openings: tuple[Opening, ...]) -> timedelta:
    """How long the longest opening is; nothing where there is none."""
    return max((one.closes - one.opens for one in openings), default=timedelta())


def why_not(openings: Openings, now: datetime, needs: timedelta, avoid: tuple[Span, ...] = ()) -> str:
    """Why `next_start` finds nothing, as a sentence without its full stop; empty where it finds something."""
    if openings is None or next_start(openings, now, needs, avoid):
        return ""
    takes = span_text(needs)
    if not openings:
        return f"nothing opens within {HORIZON.days} days"
    if not fits_ever(openings, needs):
        return (
            f"the longest opening within {HORIZON.days} days lasts {span_text(longest(openings))}, and it takes {takes}"
        )
    if next_start(openings, now, needs):
        return f"every opening that is long enough for {takes} holds a time to avoid, such as a switchover"
    return f"no more opening that is long enough for {takes} is known before the calendar ends"


def _start_in(opening: Opening, now: datetime, needs: timedelta, apart: Iterable[Span]) -> Start | None:
    latest = latest_start(opening, needs)
    at = _clear_of(apart, max(now, opening.opens), needs)
    if at > latest or at >= opening.closes:
        return None
    before = _before(apart, at, needs)
    return Start(at=at, latest=min(latest, before) if before else latest, closes=opening.closes)


def _clear_of(apart: Iterable[Span], at: datetime, needs: timedelta) -> datetime:
    """The first moment from `at` on from which `needs` pass without touching a span; they come in order of start.

    One pass is enough: a span that lies wholly before or after what is tried now does so as well when that moves on,
    unless it starts later, and then it has its turn later.
    """
    for one in apart:
        if one.start < at + needs and at < one.end:
            at = one.end
    return at


def _before(apart: Iterable[Span], at: datetime, needs: timedelta) -> datetime | None:
    return next((one.start - needs for one in apart if one.start >= at + needs), None)


def _all_of(horizon: Span) -> Opening:
    opens, closes = horizon.start.astimezone(UTC), horizon.end.astimezone(UTC)
    return Opening(opens=opens, closes=closes, last_start=closes)
