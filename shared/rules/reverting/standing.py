"""How a revert stands, folded from its plan and its journal: its steps as tasks, and every subject in its bucket."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from shared.model.plan import SubjectKind
from shared.model.revert import RevertPlan, RevertStep, RevertStepKind
from shared.model.run import Bucket, JournalEntry, JournalKind, Outcome, Placed
from shared.model.view import StepSpan, SubjectSeen, TaskPhase, TaskView
from shared.model.waiting import Waiting, WaitingFor
from shared.rules import buckets

SECTION: Mapping[RevertStepKind, str] = {
    RevertStepKind.OPEN_CASE: "R.1",
    RevertStepKind.REVERT_MANAGER: "R.2",
    RevertStepKind.PAIRS: "R.3",
    RevertStepKind.RESYNC_MESH: "R.4",
    RevertStepKind.REDEPLOY_MESH: "R.4",
    RevertStepKind.HAND_OVER: "R.5",
}
"""Section of docs/revert.md that tells of each kind of step."""

SUPPORT = "support, by the request that the plan of the revert holds"

_CHANGES = frozenset({RevertStepKind.REVERT_MANAGER, RevertStepKind.RESYNC_MESH, RevertStepKind.REDEPLOY_MESH})
"""Steps that bring their subject back; the others are about a cloud as a whole."""


# --- steps ------------------------------------------------------------------------------------------------------------


def step_views(
    plan: RevertPlan, journal: Iterable[JournalEntry], clouds: Mapping[str, tuple[str, ...]], *, over: bool
) -> tuple[TaskView, ...]:
    """Every step as a task of the run.

    Args:
        plan: the plan.
        journal: of the run.
        clouds: private clouds of each subject, by its id.
        over: whether nothing goes on any more.
    """
    told: dict[str | None, list[JournalEntry]] = {}
    for entry in journal:
        told.setdefault(entry.task, []).append(entry)
    views = [_view(one, told.get(one.id, []), clouds.get(one.subject, (plan.private_cloud,))) for one in plan.steps]
    if over or not any(view.phase is not TaskPhase.PLANNED for view in views):
        return tuple(views)
    return tuple(_with_wait(view, views, plan.made_at) for view in views)


def _view(step: RevertStep, told: Sequence[JournalEntry], clouds: tuple[str, ...]) -> TaskView:
    result = next((one.result for one in told if one.result is not None), None)
    started = next((one.at for one in told if one.kind is JournalKind.STEP_STARTED), None)
    waits = [one.waiting for one in told if one.kind is JournalKind.WAITING and one.waiting]
    waiting = waits[-1] if waits and result is None else None
    done = result is not None and result.outcome is Outcome.SUCCEEDED
    return TaskView(
        task=step.id,
        subject=step.subject,
        kind=step.subject_kind,
        title=step.title,
        owner=step.owner,
        clouds=clouds,
        depends_on=step.depends_on,
        phase=_phase(started, waiting, ended=result is not None),
        percent=100 if done else 0,
        spans=(_span(step, started, result.ended_at if result and done else None),) if started else (),
        waiting=waiting,
        result=result,
    )


def _phase(started: datetime | None, waiting: Waiting | None, *, ended: bool) -> TaskPhase:
    if ended:
        return TaskPhase.ENDED
    if started is None:
        return TaskPhase.PLANNED
    others = waiting is not None and waiting.reason in buckets.OTHERS_MUST_ACT
    return TaskPhase.WAITING if others else TaskPhase.RUNNING


def _span(step: RevertStep, started: datetime, ended: datetime | None) -> StepSpan:
    return StepSpan(
        step=step.id,
        section=SECTION[step.kind],
        title=step.title,
        owner=step.owner,
        started_at=started,
        ended_at=ended,
    )


def _with_wait(view: TaskView, views: Sequence[TaskView], since: datetime) -> TaskView:
    """Say what a step that has not begun waits for."""
    first = [one for one in views if one.task in view.depends_on and one.phase is not TaskPhase.ENDED]
    if view.phase is not TaskPhase.PLANNED or not first:
        return view
    wait = Waiting(
        reason=WaitingFor.DEPENDENCY,
        detail=f"begins after {' and '.join(one.title for one in first)}",
        since=since,
        who_can_act=next((one.waiting.who_can_act for one in first if one.waiting), buckets.WHO_PERFORMS[view.owner]),
    )
    return replace(view, waiting=wait)


# --- subjects ---------------------------------------------------------------------------------------------------------


def with_those_taken_back(seen: Sequence[SubjectSeen], plan: RevertPlan) -> tuple[SubjectSeen, ...]:
    """With whatever the plan is about and nobody sees now: a manager that does not answer counts all the same."""
    known = {(one.kind, one.id) for one in seen}
    clouds = (plan.private_cloud,)
    connectors = (*(one.manager for one in plan.managers), *plan.untouched)
    named = [(SubjectKind.CONNECTOR, one, one) for one in connectors if one != plan.private_cloud]
    named += [(SubjectKind.MESH, one.mesh, one.name) for one in plan.meshes]
    unseen = (each for each in named if each[:2] not in known)
    added = (SubjectSeen(kind=kind, id=name, name=text, clouds=clouds, version=None) for kind, name, text in unseen)
    ranks = {kind: rank for rank, kind in enumerate(SubjectKind)}
    return tuple(sorted((*seen, *added), key=lambda one: (ranks[one.kind], one.id)))


def placed_in_revert(
    plan: RevertPlan, subjects: Sequence[SubjectSeen], tasks: Sequence[TaskView], *, carried_out: bool, over: bool
) -> tuple[Placed, ...]:
    """Every subject once: what the run changed stands where its step stands, and the rest is as it was.

    Args:
        plan: the plan.
        subjects: all that were seen.
        tasks: its steps.
        carried_out: whether the revert is carried out, and not only planned.
        over: whether nothing goes on any more.
    """
    own = [
        _own(plan, one, [task for task in tasks if _is_of(task, one)], carried_out=carried_out, over=over)
        for one in subjects
    ]
    by_key = {(one.kind, one.subject): one for one in own}
    return tuple(_with_members(plan, one, by_key, subjects) for one in subjects)


def _is_of(task: TaskView, seen: SubjectSeen) -> bool:
    return (task.kind, task.subject) == (seen.kind, seen.id)


def _own(
    plan: RevertPlan,
    seen: SubjectSeen,
    tasks: Sequence[TaskView],
    *,
    carried_out: bool,
    over: bool,
) -> Placed:
    kinds = {one.id: one.kind for one in plan.steps}
    lost = next((one for one in plan.managers if one.manager == seen.id and not one.revertible), None)
    if lost is not None and seen.kind is not SubjectKind.MESH:
        return _placed(seen, Bucket.BLOCKED, "no-way-back", f"it has no way back: {lost.note}", SUPPORT)
    if not tasks:
        detail = f"run {plan.parent} did not change it, and it stays as it is"
        return _placed(seen, Bucket.CURRENT, "not-changed", detail, buckets.NOBODY)
    if not carried_out:
        next_one = "whoever starts the revert, by the hash of its plan"
        return _placed(seen, Bucket.PLANNED, Bucket.PLANNED.value, tasks[0].title, next_one)
    stands = [_of_step(seen, one, over=over) for one in tasks]
    bad = [one for one in stands if one.bucket is not Bucket.REVERTED]
    if bad:
        return min(bad, key=_gravity)
    changed = [one for one, task in zip(stands, tasks, strict=True) if kinds[task.task] in _CHANGES]
    if changed:
        return changed[0]
    return _placed(seen, Bucket.CURRENT, "not-changed", f"run {plan.parent} did not change it", buckets.NOBODY)


def _of_step(seen: SubjectSeen, task: TaskView, *, over: bool) -> Placed:
    result, waiting = task.result, task.waiting
    if result is not None and result.outcome is Outcome.SUCCEEDED:
        return _placed(seen, Bucket.REVERTED, Bucket.REVERTED.value, result.detail, buckets.NOBODY)
    if result is not None:
        bucket = buckets.BY_OUTCOME.get(result.outcome, Bucket.WAITING)
        return _placed(seen, bucket, result.reason, f"{task.title}: {result.detail}", result.who_can_act)
    if over:
        return _placed(seen, Bucket.PLANNED, "not-started", f"{task.title}: not begun", "start the revert again")
    if task.phase is TaskPhase.PLANNED:
        who = waiting.who_can_act if waiting else buckets.WHO_PERFORMS[task.owner]
        return _placed(seen, Bucket.PLANNED, "dependency", waiting.detail if waiting else task.title, who)
    bucket = Bucket.WAITING if task.phase is TaskPhase.WAITING else Bucket.RUNNING
    if waiting is None:
        return _placed(seen, bucket, bucket.value, task.title, buckets.WHO_PERFORMS[task.owner])
    return _placed(seen, bucket, waiting.reason.value, f"{task.title}: {waiting.detail}", waiting.who_can_act)


def _gravity(placed: Placed) -> tuple[int, bool]:
    """Among equally bad ones the cause decides, not what was passed over because of it."""
    return buckets.WORST_FIRST.index(placed.bucket), placed.reason == buckets.DEPENDENCY


def _with_members(
    plan: RevertPlan,
    seen: SubjectSeen,
    own: Mapping[tuple[SubjectKind, str], Placed],
    subjects: Sequence[SubjectSeen],
) -> Placed:
    """A private cloud stands where the worst of what belongs to it stands."""
    mine = own[seen.kind, seen.id]
    if seen.kind is not SubjectKind.PRIVATE_CLOUD or seen.id != plan.private_cloud:
        return mine
    others = [one for one in subjects if one.kind is not SubjectKind.PRIVATE_CLOUD and seen.id in one.clouds]
    told = [_placed_as(seen, one, own[one.kind, one.id]) for one in others]
    return min((mine, *told), key=_gravity)


def _placed_as(cloud: SubjectSeen, member: SubjectSeen, placed: Placed) -> Placed:
    named = member.name in placed.detail
    detail = placed.detail if named else f"{member.name}: {placed.detail}"
    return _placed(cloud, placed.bucket, placed.reason, detail, placed.who_acts_next)


def _placed(seen: SubjectSeen, bucket: Bucket, reason: str, detail: str, who: str) -> Placed:
    return Placed(kind=seen.kind, subject=seen.id, bucket=bucket, reason=reason, detail=detail, who_acts_next=who)
