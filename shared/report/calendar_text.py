"""The calendar of a fleet, week by week: when windows open, when nothing may be changed, what will probably start."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from shared.model.inventory import Inventory
from shared.model.plan import Plan
from shared.model.policy import Policy, Window
from shared.model.record import record
from shared.model.span import Span
from shared.report.plan_words import name_of, way_of
from shared.report.sheet import Grid, Sheet
from shared.report.words import listed, several
from shared.rules.calendar.closed_times import OVER, maintenance_text
from shared.rules.calendar.wall_time import wall_text
from shared.rules.calendar.windows import occurrences

WEEKS = 6
"""How far the calendar looks ahead."""

_NAMES = 5
"""How many names of one moment are told; a fleet has hundreds."""


class EntryKind(StrEnum):
    """What stands in the calendar, in the order in which it is told where times are the same."""

    FREEZE = "freeze"
    MAINTENANCE = "maintenance"
    WINDOW = "window"
    DUE = "due"
    """A preparation has to be done by then."""
    START = "start"
    """Work will probably start."""


@record
class Entry:
    """One thing in the calendar."""

    at: datetime
    until: datetime | None
    kind: EntryKind
    what: str
    where: str
    """Sites, a wave or a person."""
    zone: str
    """IANA name of the zone in which people there read a clock."""


@record
class Calendar:
    """What the next weeks hold."""

    now: datetime
    until: datetime
    entries: tuple[Entry, ...]
    always_closed: tuple[str, ...]
    """Freezes whose calendar cannot be read: they count as closed at any time."""
    no_windows: bool
    """Whether the file names no window at all, so that work may go on at any time."""


def calendar(plan: Plan, policy: Policy, inventory: Inventory, now: datetime, weeks: int = WEEKS) -> Calendar:
    """The calendar from `now` on, in order."""
    horizon = Span(start=now, end=now + timedelta(weeks=weeks))
    zone = next((window.zone for window in policy.windows), "UTC")
    found = (
        *_windows(policy, horizon),
        *_freezes(policy, horizon, zone),
        *_maintenances(inventory, horizon, zone),
        *_starts(plan, horizon, zone),
        *_due(plan, horizon, zone),
    )
    ranks = {kind: rank for rank, kind in enumerate(EntryKind)}
    return Calendar(
        now=now,
        until=horizon.end,
        entries=tuple(sorted(found, key=lambda one: (one.at, ranks[one.kind], one.what, one.where))),
        always_closed=tuple(
            f"{one.name} ({one.reason}, {one.owner}): {one.unreadable}" for one in policy.freezes if one.unreadable
        ),
        no_windows=not policy.windows and not any(site.windows for site in policy.sites),
    )


def _windows(policy: Policy, horizon: Span) -> Iterator[Entry]:
    for window, where in _whose(policy).items():
        for one in occurrences(window, horizon):
            note = f" ({one.note})" if one.note else ""
            yield Entry(
                at=one.opening.opens,
                until=one.opening.closes,
                kind=EntryKind.WINDOW,
                what=f"{window.name}{note}",
                where=where,
                zone=window.zone,
            )


def _whose(policy: Policy) -> Mapping[Window, str]:
    """Every window once, with the sites that go by it."""
    sites = defaultdict[Window, list[str]](list)
    for site in policy.sites:
        for window in site.windows:
            sites[window].append(site.name)
    fleet = dict.fromkeys(policy.windows, "sites without windows of their own")
    return {**fleet, **{window: ", ".join(sorted(names)) for window, names in sites.items()}}


def _freezes(policy: Policy, horizon: Span, zone: str) -> Iterator[Entry]:
    for freeze in policy.freezes:
        for span in freeze.spans:
            if span.start < horizon.end and horizon.start < span.end:
                yield Entry(
                    at=span.start,
                    until=span.end,
                    kind=EntryKind.FREEZE,
                    what=f"{freeze.name}: {freeze.reason}, by {freeze.owner}",
                    where=", ".join(freeze.sites) or "everywhere",
                    zone=zone,
                )


def _maintenances(inventory: Inventory, horizon: Span, zone: str) -> Iterator[Entry]:
    """One without a time stands at the beginning: it may come at any moment."""
    names = {one.resource_id.lower(): one.id for one in inventory.private_clouds}
    for one in inventory.maintenances:
        if one.state in OVER:
            continue
        start = one.starts_at or horizon.start
        end = start + one.duration if one.starts_at and one.duration else None
        if start < horizon.end and horizon.start <= (end or start):
            yield Entry(
                at=start,
                until=end,
                kind=EntryKind.MAINTENANCE,
                what=maintenance_text(one, zone, horizon.start),
                where=names.get(one.cloud_resource_id.lower(), one.cloud_resource_id),
                zone=zone,
            )


def _starts(plan: Plan, horizon: Span, zone: str) -> Iterator[Entry]:
    """What starts at one moment in one wave is one entry."""
    tasks = {task.id: task for task in plan.tasks}
    together = defaultdict[tuple[datetime, str], list[str]](list)
    for time in plan.schedule.tasks:
        if time.starts is not None and time.task in tasks and horizon.holds(time.starts):
            task = tasks[time.task]
            together[time.starts, task.wave].append(f"{name_of(task)} {way_of(task)}")
    for (at, wave), names in together.items():
        what = f"{several(len(names), 'task', 'tasks')}: {_some(sorted(names))}"
        yield Entry(at=at, until=None, kind=EntryKind.START, what=what, where=f"wave {wave}", zone=zone)


def _due(plan: Plan, horizon: Span, zone: str) -> Iterator[Entry]:
    wanted = {(task.id, one.id): one for task in plan.tasks for one in task.preparations}
    for due in plan.schedule.due:
        one = wanted.get((due.task, due.preparation))
        if one is not None and due.by is not None and not due.done and horizon.holds(due.by):
            yield Entry(at=due.by, until=None, kind=EntryKind.DUE, what=one.title, where=one.who, zone=zone)


def _some(names: list[str]) -> str:
    more = len(names) - _NAMES
    return ", ".join(names[:_NAMES]) + (f" and {more} more" if more > 0 else "")


# --- for people -------------------------------------------------------------------------------------------------------


def calendar_sheet(found: Calendar) -> Sheet:
    """One grid for each week that holds anything."""
    return Sheet(head=tuple(_head(found)), grids=tuple(_weeks(found)))


def _head(found: Calendar) -> Iterator[str]:
    yield f"From {wall_text(found.now, 'UTC', found.now)} to {wall_text(found.until, 'UTC', found.now)}."
    if found.no_windows:
        yield "fleet.yaml names no window: work may go on at any time outside freezes."
    if found.always_closed:
        yield f"Closed at any time, since its calendar cannot be read: {listed(list(found.always_closed))}."
    if not found.entries:
        yield "Nothing is in the calendar."


def _weeks(found: Calendar) -> Iterator[Grid]:
    weeks = defaultdict[date, list[Entry]](list)
    for entry in found.entries:
        weeks[_monday(max(entry.at, found.now))].append(entry)
    for monday, entries in sorted(weeks.items()):
        columns = (f"WEEK OF {monday:%a} {monday.day} {monday:%b %Y}", "UNTIL", "WHAT", "", "WHERE")
        yield Grid(columns=columns, rows=tuple(_row(entry, found.now) for entry in entries))


def _row(entry: Entry, now: datetime) -> tuple[str, ...]:
    until = wall_text(entry.until, entry.zone, now) if entry.until else ""
    return wall_text(entry.at, entry.zone, now), until, entry.kind.value, entry.what, entry.where


def _monday(at: datetime) -> date:
    day = at.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())
