"""The read model of a run: one fold of plan and journal that status, `why`, the API and every report show.

Nothing is remembered beside the journal, so what a person reads while a run goes on and what the report says after it
come from the same entries. Entries must be in the order they were written; their keys are unique already.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from typing import cast

from shared.model.facts import FleetFacts
from shared.model.finding import Finding
from shared.model.inventory import Inventory
from shared.model.orders import AtHop
from shared.model.plan import ManagerTask, Plan, Task
from shared.model.revert import RevertPlan
from shared.model.run import JournalEntry, JournalKind, Run, RunKind, RunState, TaskResult
from shared.model.same import Same
from shared.model.version import Version
from shared.model.view import RunView, StepSpan, TaskPhase, TaskView
from shared.model.waiting import Waiting, WaitingFor
from shared.rules import buckets
from shared.rules.narrowing import within
from shared.rules.planning.hops import hops_awaited
from shared.rules.reverting.standing import placed_in_revert, step_views, with_those_taken_back
from shared.rules.subjects import kind_of, subjects_seen
from shared.rules.told import Told, told_in

ENDED = frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELED})
"""States of a run in which nothing moves any more."""

_NEVER = datetime.min.replace(tzinfo=UTC)

REMEMBERED = 2048
"""How many tasks are remembered as they were told last: those of several large runs."""

type _Fold = tuple[TaskView, tuple[AtHop, ...]]


def run_view(
    *,
    run: Run,
    plan: Plan | None,
    journal: Sequence[JournalEntry],
    inventory: Inventory | None,
    facts: FleetFacts,
    findings: Sequence[Finding],
    now: datetime,
    revert: RevertPlan | None = None,
) -> RunView:
    """The run as it stands at `now`.

    Args:
        run: what the store keeps of it.
        plan: its plan, None before there is one.
        journal: every entry, in order.
        inventory: what discovery found, None before that.
        facts: the latest observation of every manager.
        findings: of every look, at planning time and right before each task.
        now: the time that waits are compared with.
        revert: of a run that takes another one back, the plan of that.
    """
    entries = tuple(journal)
    ended = has_ended(run, told_in(entries).turns)
    wanted = run.request.about
    looked_at = within(inventory, facts, wanted) if inventory and wanted else inventory
    seen = subjects_seen(looked_at, facts, plan, run.request.private_cloud)
    subjects = with_those_taken_back(seen, revert) if revert is not None else seen
    told = newest(findings)
    if revert is not None:
        tasks = step_views(revert, entries, {one.id: one.clouds for one in subjects}, over=ended)
        placed = placed_in_revert(revert, subjects, tasks, carried_out=run.request.carries_out, over=ended)
    else:
        tasks = _task_views(run, plan, told_in(entries), ended=ended)
        placed = buckets.place(
            run=run, ended=ended, subjects=subjects, plan=plan, tasks=tasks, facts=facts, findings=told
        )
    return RunView(
        run=run,
        now=now,
        plan=plan,
        subscriptions=inventory.subscriptions if inventory else (),
        subjects=subjects,
        tasks=tasks,
        placed=placed,
        findings=told,
        journal=entries,
        percent=100 if ended else _mean(tasks),
        revert=revert,
    )


def has_ended(run: Run, journal: Iterable[JournalEntry]) -> bool:
    """Whether nothing moves any more; the last entry may be written before the run's state is."""
    return run.state in ENDED or any(entry.kind is JournalKind.RUN_ENDED for entry in journal)


def newest(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Without what a later look of the same check at the same subject replaced.

    One look may come to several findings, which stand side by side. A look that says no time is never replaced and
    replaces nothing: that something could not be observed must not be hidden by an older look that could.
    """
    looks = [tuple(members) for _, members in groupby(findings, key=_looked_at)]
    last: dict[tuple[str, str], datetime] = {}
    for look in looks:
        last[_looked_at(look[0])] = max(_observed(look) or _NEVER, last.get(_looked_at(look[0]), _NEVER))
    kept = (look for look in looks if _observed(look) in {None, last[_looked_at(look[0])]})
    return tuple(dict.fromkeys(finding for look in kept for finding in look))


def _looked_at(finding: Finding) -> tuple[str, str]:
    return finding.check, finding.subject


def _observed(look: Iterable[Finding]) -> datetime | None:
    return max((seen.observed_at for one in look for seen in one.evidence if seen.observed_at), default=None)


def _mean(tasks: Sequence[TaskView]) -> int:
    """An ended task counts in full however it ended: nothing of it is left to do in this run."""
    done = [100 if task.phase is TaskPhase.ENDED else task.percent for task in tasks]
    return sum(done) // len(done) if done else 0


# --- one task -------------------------------------------------------------------------------------------------------


class _Told:
    """What the journal says of one task, so far.

    It is changed in place: a new record for each of thousands of entries was most of what reading a large run took.
    """

    def __init__(self) -> None:
        self.admitted = False
        self.started: dict[str, JournalEntry] = {}
        self.done: dict[str, datetime] = {}
        self.hcx_percent = 0
        """What HCX last said of the step that runs now."""
        self.waiting: Waiting | None = None
        self.result: TaskResult | None = None

    def hear(self, entry: JournalEntry) -> None:
        """Take one more entry; a kind that is not here changes nothing."""
        match entry.kind:
            case JournalKind.ADMITTED:
                self.admitted, self.waiting = True, None
            case JournalKind.STEP_STARTED if entry.step:
                self.started[entry.step] = entry
                self._moved_on()
            case JournalKind.STEP_DONE if entry.step:
                self.started.setdefault(entry.step, entry)
                self.done[entry.step] = entry.at
                self._moved_on()
            case JournalKind.CALLED | JournalKind.ADOPTED | JournalKind.NOT_CALLED:
                self.waiting = None
            case JournalKind.WAITING if self.result is None:  # what goes on after its end is no wait of the task's
                self.waiting = entry.waiting
            case JournalKind.PROGRESS:
                self.hcx_percent = min(max(entry.percent or 0, 0), 100)
            case JournalKind.TASK_ENDED if entry.result:
                self.result, self.waiting = entry.result, None

    def _moved_on(self) -> None:
        self.admitted, self.hcx_percent, self.waiting = True, 0, None


def _task_views(run: Run, plan: Plan | None, told: Told, *, ended: bool) -> tuple[TaskView, ...]:
    if plan is None:
        return ()
    hops = hops_awaited(plan)
    folds = {task.id: _fold(task, told.of_task.get(task.id, ()), hops.get(task.id, ())) for task in plan.tasks}
    views = {name: view for name, (view, _) in folds.items()}
    if ended or run.request.kind is not RunKind.UPGRADE:
        return tuple(views.values())
    since = next((entry.at for entry in told.turns if entry.kind is JournalKind.PLANNED), plan.made_at)
    done = frozenset(hop for _, hops_done in folds.values() for hop in hops_done)
    return tuple(_with_wait(view, views, done, since) for view in views.values())


def _fold(task: Task, entries: tuple[JournalEntry, ...], after_hops: tuple[AtHop, ...]) -> _Fold:
    """The task after its entries, and the hops that it has done.

    It is remembered: between two looks at a run that people follow, few of its tasks have been told anything new.
    """
    return _folded(Same(task, entries), after_hops)


@lru_cache(maxsize=REMEMBERED)
def _folded(told: Same, after_hops: tuple[AtHop, ...]) -> _Fold:
    task, entries = cast("tuple[Task, tuple[JournalEntry, ...]]", told.records)
    told_so_far = _Told()
    for entry in entries:
        told_so_far.hear(entry)
    return _task_view(task, told_so_far, after_hops), _hops_done(task, told_so_far)


def _hops_done(task: Task, told: _Told) -> tuple[AtHop, ...]:
    """Where a manager is on its way, or beyond."""
    hops = task.hops if isinstance(task, ManagerTask) else ()
    return tuple(AtHop(task=task.id, release=hop.target.release) for hop in hops if hop.verify.id in told.done)


def _task_view(task: Task, told: _Told, after_hops: tuple[AtHop, ...]) -> TaskView:
    return TaskView(
        task=task.id,
        subject=task.subject,
        kind=kind_of(task),
        title=title(task),
        owner=task.owner,
        clouds=task.clouds,
        depends_on=task.depends_on,
        phase=_phase(told),
        percent=_percent(task, told),
        spans=_spans(task, told),
        waiting=told.waiting,
        result=told.result,
        after_hops=after_hops,
    )


def title(task: Task) -> str:
    """One line for an operator: what, from where, to where."""
    if isinstance(task, ManagerTask):
        return f"{task.subject} {short(task.source)} → {short(task.target)}"
    sources = {short(one.source) for one in task.appliances}
    start = f"{sources.pop()} " if len(sources) == 1 else ""
    return f"{task.name} {start}→ {short(task.target)}"


def short(version: Version | None) -> str:
    """A version as people say it: its release, its own text where that was not understood."""
    if version is None:
        return "unknown"
    return version.release if version.known else str(version)


def _phase(told: _Told) -> TaskPhase:
    if told.result is not None:
        return TaskPhase.ENDED
    if not told.admitted:
        return TaskPhase.PLANNED
    others = told.waiting is not None and told.waiting.reason in buckets.OTHERS_MUST_ACT
    return TaskPhase.WAITING if others else TaskPhase.RUNNING


def _percent(task: Task, told: _Told) -> int:
    done = sum(1 for step in task.steps if step.id in told.done)
    running = any(step.id in told.started and step.id not in told.done for step in task.steps)
    current = told.hcx_percent if running else 0
    return (100 * done + current) // len(task.steps)


def _spans(task: Task, told: _Told) -> tuple[StepSpan, ...]:
    return tuple(
        StepSpan(
            step=step.id,
            section=step.section,
            title=step.title,
            owner=step.owner,
            started_at=told.started[step.id].at,
            ended_at=told.done.get(step.id),
        )
        for step in task.steps
        if step.id in told.started
    )


# --- tasks that have not begun --------------------------------------------------------------------------------------


def _with_wait(view: TaskView, views: Mapping[str, TaskView], done: frozenset[AtHop], since: datetime) -> TaskView:
    """Say what a task that was not admitted waits for: admission writes no entry for everyone it passes over."""
    if view.phase is not TaskPhase.PLANNED or view.waiting is not None:
        return view
    first = dict.fromkeys(view.depends_on, "")
    first |= {hop.task: f" is at {hop.release}" for hop in view.after_hops if hop not in done}
    open_ends = {name: how for name, how in first.items() if name in views and views[name].phase is not TaskPhase.ENDED}
    return replace(view, waiting=_for_dependencies(open_ends, views, since) if open_ends else _for_slot(since))


def _for_dependencies(open_ends: Mapping[str, str], views: Mapping[str, TaskView], since: datetime) -> Waiting:
    """For the ends of tasks, or for how far they have to be."""
    moving = _moving(views[next(iter(open_ends))], views, frozenset())
    first = (f"{views[name].subject}{how}" if how else views[name].title for name, how in open_ends.items())
    return Waiting(
        reason=WaitingFor.DEPENDENCY,
        detail=f"begins after {' and '.join(first)}",
        since=since,
        who_can_act=moving.waiting.who_can_act if moving.waiting else buckets.WHO_PERFORMS[moving.owner],
        next_look=None,
        due=None,
    )


def _moving(task: TaskView, views: Mapping[str, TaskView], met: frozenset[str]) -> TaskView:
    """The task at the bottom of a chain of dependencies: whoever can act on it moves the whole chain."""
    deeper = (views[name] for name in task.depends_on if name in views and name not in met)
    below = next((one for one in deeper if one.phase is not TaskPhase.ENDED), None)
    return task if below is None or below is task else _moving(below, views, met | {task.task})


def _for_slot(since: datetime) -> Waiting:
    return Waiting(
        reason=WaitingFor.SLOT,
        detail="ready; begins when the run comes to it",
        since=since,
        who_can_act=buckets.HCX_FLEET,
    )
