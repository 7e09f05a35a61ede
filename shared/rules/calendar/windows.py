"""When a maintenance window is open: its recurrence, turned into openings in UTC.

The recurrence is a rule of RFC 5545 over wall times without zone; each wall time is then settled by `wall_time.py`,
which knows the two nights a year that are not as long as others. From the instant at which a window opens, its duration
is exact elapsed time: five hours are five hours in those nights too, though clocks may show six or four. The
alternative, an end by the wall clock, would have shortened a window by an hour without anybody having written that.

A rule in `fleet.yaml` has no start of its own. It counts from `ANCHOR`, a Monday and the first day of a year, so that
what it leaves open is the same everywhere and for ever: a rule for every second week means the even weeks from there,
one for every month without a day means the first, one for every week without a day means Monday.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from dateutil.rrule import rrule, rrulestr

from shared.model.policy import Window
from shared.model.record import record
from shared.model.span import Opening, Span
from shared.rules.calendar.stretches import joined
from shared.rules.calendar.wall_time import settle, wall_of

ANCHOR = date(2024, 1, 1)
"""From when rules count."""

_BEYOND_ANY_OFFSET = timedelta(days=2)
"""A wall time and UTC are never this far apart, a skipped day included."""

_YEAR = 12
_DAYS = {"DAILY": 1, "WEEKLY": 7}
_MONTHS = {"MONTHLY": 1, "YEARLY": _YEAR}


@record
class Occurrence:
    """One stretch in which a window is open."""

    opening: Opening
    note: str = ""
    """How its start was settled in a night in which clocks are moved; empty in any other."""


@lru_cache(maxsize=4096)
def occurrences(window: Window, within: Span) -> tuple[Occurrence, ...]:
    """Every stretch in which the window is open that has a part within, whole, in order.

    Occurrences that overlap or touch are one stretch. One whose cut-off is longer than the window is none: nothing
    could ever start in it.
    """
    starts = _starts(window, within)
    each = {at: _opening(window, at) for at in starts}
    stretches = joined(one for one in each.values() if one.opens < within.end and within.start < one.closes)
    return tuple(Occurrence(opening=one, note=starts[one.opens]) for one in stretches)


def opens_next(window: Window, now: datetime, horizon: Span) -> Occurrence | None:
    """The first stretch that begins after `now`, None where none does before the horizon ends."""
    return next((one for one in occurrences(window, horizon) if one.opening.opens > now), None)


def _opening(window: Window, at: datetime) -> Opening:
    closes = at + window.duration
    return Opening(opens=at, closes=closes, last_start=closes - window.cut_off)


def _starts(window: Window, within: Span) -> dict[datetime, str]:
    """Instants at which it opens, with the note of each, from well before `within` until well after."""
    first = _naive(within.start) - window.duration - _BEYOND_ANY_OFFSET
    last = _naive(within.end) + _BEYOND_ANY_OFFSET
    walls = _rule(window, first.date()).between(first, last, inc=True)
    settled = [settle(wall, window.zone) for wall in walls]
    # Two wall times may end at one instant, a skipped one and the one it moved to: the note stays.
    return {one.at: one.note for one in sorted(settled, key=lambda one: (one.at, one.note))}


def _rule(window: Window, before: date) -> rrule:
    parts = dict(part.split("=", 1) for part in window.rrule.upper().split(";") if part)
    if "UNTIL" in parts:
        parts["UNTIL"] = _until(parts["UNTIL"], window.zone)
    start = datetime.combine(_anchor(parts, before), time.fromisoformat(window.start))
    found = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=start)
    if not isinstance(found, rrule):
        raise TypeError(f"{window.rrule} is more than one rule")
    return found


def _until(until: str, zone: str) -> str:
    """The end of a rule as wall time: a bare date means the whole day, and an end in UTC is shown in the zone."""
    if "T" not in until:
        return f"{until}T235959"
    if not until.endswith("Z"):
        return until
    at = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return f"{wall_of(at, zone):%Y%m%dT%H%M%S}"


def _anchor(parts: dict[str, str], before: date) -> date:
    """The last start of the rule's own step that is not after `before`, counted from `ANCHOR`.

    The rule gives the same from there as from `ANCHOR` itself, without going through the years between, which takes
    longer than everything else here. A rule that counts its occurrences has to go all the way.
    """
    step = int(parts.get("INTERVAL", "1"))
    frequency = parts["FREQ"]
    if "COUNT" in parts or step < 1:
        return ANCHOR
    if frequency in _DAYS:
        days = _DAYS[frequency] * step
        return ANCHOR + timedelta(days=(before - ANCHOR).days // days * days)
    if frequency in _MONTHS:
        months = _MONTHS[frequency] * step
        passed = ((before.year - ANCHOR.year) * _YEAR + before.month - 1) // months * months
        return ANCHOR.replace(year=ANCHOR.year + passed // _YEAR, month=passed % _YEAR + 1)
    return ANCHOR


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)
