"""Results as a person reads them: tables and the sentences around them. Pure.

What stands in a row is decided by `shared/report/rows.py`; here are columns, signs and colours.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.progress import COLOUR
from shared.model.facts import FleetFacts
from shared.model.finding import Finding, Verdict
from shared.model.inventory import Inventory, SubscriptionState
from shared.model.plan import ManagerTask, Plan, SubjectKind, Task
from shared.model.policy import Mode, Owner
from shared.model.run import Bucket
from shared.model.view import RunView
from shared.report.headline import headline
from shared.report.needs import needs
from shared.report.plan_text import WAVE_COLUMNS, wave_cells
from shared.report.plan_waves import wave_rows
from shared.report.plan_words import name_of, way_of
from shared.report.rows import finding_rows, fleet_rows, plan_rows, rest_rows, result_rows, task_rows
from shared.report.sheet import Sheet
from shared.report.words import KINDS, SYMBOL, several, when
from shared.rules.run_view import short

_HASH = 12
"""Characters of a hash that people compare."""

_NAMES_SHOWN = 12

_WHOLE = frozenset({"PRIVATE CLOUD", "CONNECTOR", "HCX", "STANDS", "REASON"})
"""Columns that a narrow terminal does not break: what they hold is looked for by eye."""

type Names = Mapping[tuple[SubjectKind, str], str]
"""What people call subjects; the id of a mesh is nothing to read."""

_ONE_BY_ONE = frozenset({Verdict.UPGRADE_FAILURE, Verdict.OUTAGE_RISK, Verdict.UNKNOWN, Verdict.WARN})
"""Findings that get a line each; what only a person can tell is the same for every manager."""


def names_of(view: RunView) -> Names:
    """The names of everything that the run saw."""
    return {(one.kind, one.id): one.name for one in view.subjects}


def called(view: RunView) -> Mapping[str, str]:
    """The same by id alone."""
    return {one.id: one.name for one in view.subjects}


def sentence(view: RunView) -> str:
    """How the fleet stands, in a sentence or two."""
    return headline(view, len(needs(view)))


def clouds(view: RunView) -> Table | None:
    """Every private cloud in its one bucket, the gravest first; None where none was seen."""
    return _results(view, SubjectKind.PRIVATE_CLOUD)


def connectors(view: RunView) -> Table | None:
    """Every connector in its one bucket, the gravest first; None where none was seen."""
    return _results(view, SubjectKind.CONNECTOR)


def _results(view: RunView, kind: SubjectKind) -> Table | None:
    table = _table(KINDS[kind][0].upper(), "HCX", "STANDS", "REASON", "DETAIL", "WHO ACTS NEXT")
    for row in result_rows(view, kind):
        table.add_row(row.name, row.version, stands(row.bucket), row.reason, row.detail, row.who_acts_next)
    return table if table.row_count else None


def stands(bucket: Bucket) -> Text:
    """A bucket as symbol, word and colour."""
    return Text(f"{SYMBOL[bucket]} {bucket.value}", style=COLOUR[bucket])


def unread(view: RunView) -> Table | None:
    """Subscriptions that could not be read, None when all could."""
    table = _table("SUBSCRIPTION", "STATE", "DETAIL")
    for one in view.subscriptions:
        if one.state in {SubscriptionState.DENIED, SubscriptionState.FAILED}:
            table.add_row(one.name or one.id, Text(one.state.value, style=COLOUR[Bucket.UNKNOWN]), one.detail)
    return table if table.row_count else None


def what_is_needed(view: RunView) -> Table | None:
    """What goes no further until somebody acts, and what each can do; None when nothing needs anybody."""
    names = names_of(view)
    table = _table("WHO ACTS", "ABOUT", "REASON", "WHAT", "BY")
    for one in needs(view):
        about = f"{KINDS[one.kind][0]} {names.get((one.kind, one.subject), one.subject)}"
        until = when(one.until) if one.until else ""
        table.add_row(one.who, about, one.reason, one.remedy or one.detail, until)
    return table if table.row_count else None


def tasks(view: RunView) -> Table:
    """Every task of a run and where it is."""
    table = _table("TASK", "OWNER", "STANDS", "DONE", "STEP", "WAITS")
    for row in task_rows(view):
        table.add_row(row.title, row.owner.value, row.state.value, f"{row.percent} %", row.step, row.waits)
    return table


# --- fleet ----------------------------------------------------------------------------------------------------------


def fleet(view: RunView, inventory: Inventory, facts: FleetFacts) -> Table:
    """Every private cloud with its cloud manager's version and what is connected to it."""
    table = _table("PRIVATE CLOUD", "SUBSCRIPTION", "LOCATION", "HCX", "CONNECTORS", "MESHES", "OBSERVED", "STANDS")
    for row in fleet_rows(view, inventory, facts):
        seen = when(row.observed_at) if row.observed_at else ""
        around = (", ".join(row.connectors), ", ".join(row.meshes))
        table.add_row(row.cloud, row.subscription, row.location, row.version, *around, seen, stands(row.bucket))
    return table


# --- check ----------------------------------------------------------------------------------------------------------


def findings(every: tuple[Finding, ...], names: Names) -> Group | None:
    """What stands in the way one by one, then what only a person can tell, once for each check."""
    called = {subject: name for (_, subject), name in names.items()}
    table = _table("ABOUT", "VERDICT", "CHECK", "WHAT", "WHAT TO DO")
    for row in finding_rows(every):
        if row.verdict in _ONE_BY_ONE:
            table.add_row(called.get(row.subject, row.subject), row.said, row.check, row.summary, row.remedy)
    found: list[RenderableType] = [*([table] if table.row_count else []), *_by_hand(every, called)]
    return Group(*found) if found else None


def _by_hand(every: Iterable[Finding], called: Mapping[str, str]) -> Iterator[str]:
    by_check: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in every:
        if one.verdict is Verdict.MANUAL:
            by_check[one.check, one.remedy].add(called.get(one.subject, one.subject))
    for (check, remedy), subjects in sorted(by_check.items()):
        yield f"Look yourself ({check}): {remedy} [{_some(sorted(subjects))}]"


def _some(names: list[str]) -> str:
    """The first of them; a report names all."""
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


# --- plan -----------------------------------------------------------------------------------------------------------


def plan(made: Plan, names: Names) -> RenderableType:
    """The plan as an operator would say it: what moves which way, by whom and why, and after what."""
    clouds = several(len(made.private_clouds), *KINDS[SubjectKind.PRIVATE_CLOUD])
    tasks, groups = several(len(made.tasks), "task", "tasks"), several(len(made.groups), "group", "groups")
    head = (
        f"Fleet {made.name} → HCX {short(made.target)}, plan {made.hash[:_HASH]}: "
        f"{clouds}, {tasks} in {groups}; {made.concurrency} of ours at a time"
    )
    return Group(head, "", *_waves_of(made), *_tasks_of(made), *_rest_of(made, names))


def what_next(made: Plan) -> str | None:
    """Where to go on; None where there is nothing to do.

    Where all work is others' and the timer only plans, the list of who must do what comes before a run that follows it.
    """
    if not made.tasks:
        return None
    run = f"hcx-fleet run --plan {made.hash[:_HASH]} --watch"
    if made.mode is Mode.PLAN_ONLY and not any(task.owner is Owner.OURS for task in made.tasks):
        return f"Next: hcx-fleet today says who must do what, by when; {run} tells them and follows it"
    return f"Next: {run}"


def _waves_of(made: Plan) -> Iterator[RenderableType]:
    table = _table(*(column.upper() for column in WAVE_COLUMNS))
    for row in wave_rows(made):
        table.add_row(*wave_cells(row))
    if table.row_count:
        yield table
        yield ""


def _tasks_of(made: Plan) -> Iterator[Table]:
    table = _table("TASK", "WAY", "OWNER", "WHY THIS OWNER", "EXPECTED (UTC)", "AFTER")
    starts = {one.task: when(one.starts) for one in made.schedule.tasks if one.starts}
    planned = {task.id: task for task in made.tasks}
    group = ""
    for row in plan_rows(made):
        if group and row.group != group:
            table.add_row()
        group = row.group
        after = ", ".join(name_of(planned[one]) if one in planned else one for one in row.after)
        task = planned[row.task]
        told = (row.owner.value, row.owner_reason, starts.get(task.id, ""), after)
        table.add_row(name_of(task), _way(task), *told)
    if table.row_count:
        yield table


def _way(task: Task) -> str:
    """Of a mesh, which of its appliances."""
    if isinstance(task, ManagerTask):
        return way_of(task)
    return f"{', '.join(one.name for one in task.appliances)} → {short(task.target)}"


def _rest_of(made: Plan, names: Names) -> Iterator[RenderableType]:
    table = _table("NO TASK FOR", "WHY", "DETAIL", "WHO CAN ACT")
    for row in rest_rows(made):
        about = f"{KINDS[row.kind][0]} {names.get((row.kind, row.subject), row.subject)}"
        table.add_row(about, row.reason, row.detail, row.who_can_act)
    if table.row_count:
        yield from ("", table) if made.tasks else (table,)


# --- sheets -----------------------------------------------------------------------------------------------------------


def sheet(what: Sheet) -> Group:
    """Sentences and grids, with space between."""
    parts: list[RenderableType] = [_visible("\n".join(what.head))] if what.head else []
    for grid in what.grids:
        table = _table(*grid.columns)
        for row in grid.rows:
            table.add_row(*map(_visible, row))
        parts += [table] if table.row_count else []
    parts += [_visible("\n".join(what.foot))] if what.foot else []
    return Group(*[each for part in parts for each in (part, "")][:-1])


def _visible(text: str) -> str:
    """Names come from outside: nothing in them may move the cursor, turn the text, or have no bytes at all."""
    return text if text.isprintable() else "".join(one if one.isprintable() or one == "\n" else " " for one in text)


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in _WHOLE)
    return table
