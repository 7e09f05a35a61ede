"""When nothing may be changed, and why: freezes, the provider's maintenances, scheduled switchovers."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from shared.model.facts import Migration
from shared.model.inventory import Maintenance, MaintenanceConstraint
from shared.model.policy import Freeze
from shared.model.record import record
from shared.model.span import Span
from shared.rules.calendar.wall_time import wall_text

OVER = frozenset({"Success", "Failed", "Canceled"})
"""States of a maintenance that is over (`MaintenanceStateName`, azure-mgmt-avs 10.1.0)."""

NOT_FIXED = "NotScheduled"
"""The state of a maintenance that nobody has given a time yet: it closes nothing, and `maintenance_text` tells of it.

Every other word counts as a time that is fixed, a word that is new to us as well: what we do not understand may hold
back, never push forward.
"""

UNDER_WAY = "InProgress"

UNKNOWN_LENGTH = timedelta(days=1)
"""How long a maintenance is thought to take whose length the provider does not give. Ours: the example of the interface
has 16 hours."""

OVERRUN = timedelta(hours=1)
"""How much longer a maintenance is thought to take that goes on beyond its estimate. Ours: it is looked at again before
that is over."""

SWITCHOVER = timedelta(hours=1)
"""How long a migration's switchover is left alone. Ours: no source says how long one takes."""


@record
class Closed:
    """One time in which nothing may be changed."""

    why: str
    """In the words of whoever closed it, to be followed by `until …`."""
    span: Span | None
    """None: at any time, since its calendar could not be read."""
    site: str | None = None
    """Name of a site; None: everywhere."""

    def covers(self, at: datetime) -> bool:
        """Whether it is closed at that instant."""
        return self.span is None or self.span.holds(at)


class ClosedTimes:
    """Closed times by site, for fleets in which asking each one of each site would take too long."""

    def __init__(self, closed: Iterable[Closed]) -> None:
        self._sites: dict[str | None, list[Closed]] = {}
        for one in closed:
            self._sites.setdefault(one.site, []).append(one)

    def at(self, sites: Iterable[str]) -> tuple[Closed, ...]:
        """What is closed everywhere or at any of these sites."""
        found = [one for site in (None, *sorted(set(sites))) for one in self._sites.get(site, ())]
        return in_order(found)


def by_site(closed: Iterable[Closed]) -> ClosedTimes:
    """Closed times to be asked for by site."""
    return ClosedTimes(closed)


def closed_times(
    freezes: Iterable[Freeze],
    maintenances: Iterable[Maintenance],
    site_of: Mapping[str, str],
    now: datetime,
    extra: Iterable[Closed] = (),
) -> tuple[Closed, ...]:
    """Every closed time, in an order that does not depend on that of the input.

    Args:
        freezes: those of the policy.
        maintenances: those of the inventory; one whose private cloud is in no site that is asked for is left out.
        site_of: name of the site by the resource id of its private cloud in lower case.
        now: when the maintenances were looked at.
        extra: closed times from elsewhere, such as those of tags.
    """
    found = [closed for freeze in freezes for closed in _frozen(freeze)]
    for one in maintenances:
        site, span = site_of.get(one.cloud_resource_id.lower()), _taken_by(one, now)
        if site and span:
            found.append(Closed(why=_why(one, span), span=span, site=site))
    return in_order([*found, *extra])


def in_order(closed: Iterable[Closed]) -> tuple[Closed, ...]:
    """Closed times from the earliest to the latest, what is always closed first, each once."""
    return tuple(sorted(set(closed), key=_order))


def switchovers(migrations: Iterable[Migration]) -> tuple[Span, ...]:
    """When virtual machines are switched over, so that no work on what carries them is due then."""
    moments = sorted({one.switchover_at.astimezone(UTC) for one in migrations if one.switchover_at})
    return tuple(Span(start=at, end=at + SWITCHOVER) for at in moments)


def maintenance_text(maintenance: Maintenance, zone: str, now: datetime) -> str:
    """One maintenance in its own words, with everything that limits when it can be."""
    start = maintenance.starts_at
    when = f", {wall_text(start, zone, now)}" if start else ""
    limits = (f"; {_limit(one, zone, now)}" for one in _sorted(maintenance.constraints))
    return f"{_head(maintenance)}{when}{''.join(limits)}"


def _order(closed: Closed) -> tuple[str, str, str, str]:
    first, last = (_sortable(closed.span.start), _sortable(closed.span.end)) if closed.span else ("", "")
    return (first, last, closed.why, closed.site or "")


def _sortable(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _frozen(freeze: Freeze) -> list[Closed]:
    sites = freeze.sites or (None,)
    if freeze.unreadable:
        why = f"freeze {freeze.name} ({freeze.reason}), whose calendar cannot be read: {freeze.unreadable}"
        return [Closed(why=why, span=None, site=site) for site in sites]
    why = f"freeze {freeze.name} ({freeze.reason})"
    return [Closed(why=why, span=span, site=site) for span in freeze.spans for site in sites]


def _taken_by(maintenance: Maintenance, now: datetime) -> Span | None:
    start = maintenance.starts_at
    if start is None or maintenance.state in OVER or maintenance.state == NOT_FIXED:
        return None
    # Nobody plans beyond some months, and what ends after the calendar itself does would not be a time at all.
    end = start + min(maintenance.duration or UNKNOWN_LENGTH, LONGEST)
    if maintenance.state == UNDER_WAY:
        end = max(end, now + OVERRUN)
    return Span(start=start, end=end)


LONGEST = timedelta(days=400)
"""A maintenance that says it takes longer takes long enough: the calendar is worked out for half a year."""


def _head(maintenance: Maintenance) -> str:
    return f"maintenance of {maintenance.component}: {maintenance.title} ({maintenance.state})"


def _why(maintenance: Maintenance, span: Span) -> str:
    within = (one for one in _sorted(maintenance.constraints) if one.starts_at < span.end and span.start < one.ends_at)
    return _head(maintenance) + "".join(f"; {_words(one)}" for one in within)


def _sorted(constraints: Iterable[MaintenanceConstraint]) -> list[MaintenanceConstraint]:
    return sorted(constraints, key=lambda one: (one.starts_at, one.ends_at, one.kind, one.category, one.reason))


def _words(constraint: MaintenanceConstraint) -> str:
    named = " ".join(part for part in (constraint.kind, constraint.category) if part)
    return f"{named}: {constraint.reason}" if constraint.reason else named


def _limit(constraint: MaintenanceConstraint, zone: str, now: datetime) -> str:
    between = (wall_text(at, zone, now) for at in (constraint.starts_at, constraint.ends_at))
    return f"{_words(constraint)}, {' to '.join(between)}"
