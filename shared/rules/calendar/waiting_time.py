"""What a task waits for on the calendar, said with the names of windows and freezes.

Openings carry no names: where several windows are joined and cut, a piece belongs to none of them alone. So the names
are looked up here, when somebody asks, from the same windows and closed times that the openings were made of.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.model.policy import SiteEntry, Window
from shared.model.record import record
from shared.model.span import Opening, Span
from shared.rules.calendar.calendars import Openings, next_start, why_not
from shared.rules.calendar.closed_times import Closed
from shared.rules.calendar.wall_time import span_text, wall_text
from shared.rules.calendar.windows import occurrences, opens_next


@record
class Surroundings:
    """What the openings of a task were made of."""

    sites: tuple[SiteEntry, ...]
    fleet_windows: tuple[Window, ...]
    """For sites that have no windows of their own."""
    closed: tuple[Closed, ...]
    horizon: Span
    narrowed_by: tuple[Window, ...] = ()
    """Windows of the file that a tag names, which have to be open as well."""

    @property
    def zone(self) -> str:
        """The zone in which to say times: that of the first window, else UTC."""
        own = (window.zone for site in self.sites for window in site.windows)
        return next(own, next((window.zone for window in self.fleet_windows), "UTC"))


@record
class _Owned:
    """Windows of which one has to be open, and whose they are."""

    whose: str
    windows: tuple[Window, ...]


def explain(
    around: Surroundings, openings: Openings, now: datetime, needs: timedelta, avoid: tuple[Span, ...] = ()
) -> str:
    """What something that takes `needs` waits for, as a sentence without its full stop; empty where it may go now."""
    start = next_start(openings, now, needs, avoid)
    if start and start.at <= now:
        return ""
    reasons = _reasons(around, now) or [_no_room(now, needs, avoid)]
    reasons += _in_between(around, now, start.at) if start else []
    if start is None:
        return "; ".join([*reasons, why_not(openings, now, needs, avoid)])
    then = wall_text(start.at, around.zone, now)
    # A single reason mostly ends with the very time of the start, which is then not said twice.
    return "; ".join(reasons) if reasons[-1].endswith(then) else "; ".join([*reasons, f"next start {then}"])


def notes(around: Surroundings, opening: Opening) -> tuple[str, ...]:
    """How starts of the windows behind an opening were settled in a night in which clocks are moved."""
    found = (
        one.note
        for owned in _owned(around)
        for window in owned.windows
        for one in occurrences(window, around.horizon)
        if one.note and one.opening.opens < opening.closes and opening.opens < one.opening.closes
    )
    return tuple(sorted(set(found)))


def _reasons(around: Surroundings, now: datetime) -> list[str]:
    return [*_closed_now(around, now), *_not_open_now(around, now)]


def _closed_now(around: Surroundings, now: datetime) -> Iterator[str]:
    names = {site.name for site in around.sites}
    for one in around.closed:
        if one.covers(now) and (one.site is None or one.site in names):
            until = f" until {wall_text(one.span.end, around.zone, now)}" if one.span else ""
            yield f"{one.why}{until}"


def _in_between(around: Surroundings, now: datetime, start: datetime) -> list[str]:
    """What is closed later, but before the start that is left: it may have taken away an earlier opening."""
    names = {site.name for site in around.sites}
    return [
        f"{one.why} until {wall_text(one.span.end, around.zone, now)}"
        for one in around.closed
        if one.span and now < one.span.start < start and (one.site is None or one.site in names)
    ]


def _not_open_now(around: Surroundings, now: datetime) -> Iterator[str]:
    for owned in _owned(around):
        if not any(_is_open(window, now, around.horizon) for window in owned.windows):
            yield _opens(owned, now, around.horizon)


def _opens(owned: _Owned, now: datetime, horizon: Span) -> str:
    coming = [(found.opening.opens, window) for window in owned.windows if (found := opens_next(window, now, horizon))]
    if not coming:
        return f"no window {owned.whose} opens before {wall_text(horizon.end, owned.windows[0].zone, now)}"
    at, window = min(coming, key=lambda one: (one[0], one[1].name))
    return f"window {window.name} {owned.whose} opens {wall_text(at, window.zone, now)}"


def _no_room(now: datetime, needs: timedelta, avoid: tuple[Span, ...]) -> str:
    if any(one.start < now + needs and now < one.end for one in avoid):
        return f"a switchover is scheduled within the {span_text(needs)} that it takes"
    return f"what is left of this opening is too short for {span_text(needs)}, or past its last start"


def _owned(around: Surroundings) -> Iterator[_Owned]:
    fleet = _Owned(whose="of the fleet", windows=around.fleet_windows)
    each = [_Owned(whose=f"of site {one.name}", windows=one.windows) if one.windows else fleet for one in around.sites]
    named = _Owned(whose="named by a tag", windows=around.narrowed_by)
    seen: list[_Owned] = []
    for one in [*each, named]:
        if one.windows and one not in seen:
            seen.append(one)
            yield one


def _is_open(window: Window, at: datetime, horizon: Span) -> bool:
    return any(one.opening.opens <= at < one.opening.closes for one in occurrences(window, horizon))
