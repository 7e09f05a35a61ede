"""The manager task: section 1 of docs/procedure.md, top to bottom."""

from collections.abc import Callable
from functools import partial
from typing import Any

from durabletask.task import OrchestrationContext

from orchestrators import checking, gates, handing_over, safeguard, steps, telling, waiting
from orchestrators.arrival import Arrival
from orchestrators.course import Course, TaskStopped, carried_to_its_end
from orchestrators.safeguard import Kept
from orchestrators.steps import Step
from orchestrators.waiting import Look
from shared.model.acts import ManagerSeen
from shared.model.codec import from_json
from shared.model.finding import Finding
from shared.model.orders import ObserveOrder, TaskOrder
from shared.model.plan import Hop, ManagerTask, Safeguard
from shared.model.plan import Step as PlanStep
from shared.model.policy import Owner
from shared.model.run import Outcome
from shared.rules import instructions, progress
from shared.rules.arrival import manager_shows
from shared.rules.planning.hops import next_needs_mesh
from shared.rules.progress import Progress
from shared.rules.vanishing import manager_rests

type Judge = Callable[[ManagerTask, Hop, ManagerSeen], Progress]


def manager_task(ctx: OrchestrationContext, document: Any) -> Step[Any]:
    """Bring one manager to its target, through its hops, whoever performs them."""
    order = from_json(TaskOrder, document)
    opened = yield from steps.open_task(ctx, order)
    if opened.manager is None:
        raise ValueError(f"{order.task} is not a manager task")
    course = Course(ctx, order, opened.manager)
    procedure = safeguard.telling_what_stays(course, opened.manager, _procedure(course, opened.manager))
    return (yield from carried_to_its_end(course, procedure))


def _procedure(course: Course, task: ManagerTask) -> Step[str]:
    if course.asked_since is None:
        yield from _upgrade(course, task)
    word = yield from _hand_over(course, task)  # 1.8
    return f"{task.subject} is at {task.target.release}{f'; {word}' if word else ' and converged'}"


def _upgrade(course: Course, task: ManagerTask) -> Step[None]:
    yield from _observe_manager_and_pairs(course, task)  # 1.1
    trouble = yield from checking.check(course)  # 1.2
    kept = yield from _know_the_way_back(course, task)  # 1.3
    for hop in task.hops:
        yield from _have_the_bundle(course, task, hop)  # 1.4
        job = yield from _start_the_upgrade(course, task, hop, trouble, kept)  # 1.5
        yield from _wait_until_it_answers(course, task, hop, job)  # 1.6
        yield from _verify_version_and_services(course, task, hop)  # 1.7


def _observe_manager_and_pairs(course: Course, task: ManagerTask) -> Step[None]:
    yield from course.begin(task.observe)
    yield from _observe_everything(course, task)
    yield from course.done(task.observe, "observed")


def _know_the_way_back(course: Course, task: ManagerTask) -> Step[Kept | None]:
    yield from course.begin(task.protect)
    kept = None
    if task.snapshot is not Safeguard.NONE and not course.begun:
        kept = yield from _have_a_snapshot(course, task, task.hops[0])
    seen = f"{kept.detail}; " if kept else ""
    yield from course.done(task.protect, seen + instructions.way_back(task))
    return kept


def _have_a_snapshot(course: Course, task: ManagerTask, first: Hop) -> Step[Kept | None]:
    """It goes away after a time: what the first hop has to wait for anyway is waited for before."""
    look = partial(_observe_with_peers, course, task)
    yield from gates.other_side(course, task.protect, first.requires, look)
    if task.owner is not Owner.OURS:  # a person picks the hour, near the window that they are told of
        early = _looking(course, task, first, first.upgrade, progress.upgrade_begun)
        if (yield from gates.until_told(course, task.protect, early)) is None:
            return None  # too late for a snapshot of what was before
        return (yield from _snapshot_for_others(course, task))
    yield from _bundle_for(course, task, first)
    observe = partial(_observe_everything, course, task)
    return (yield from safeguard.take(course, task, gates.before_change(course, task.protect, observe)))


def _snapshot_for_others(course: Course, task: ManagerTask) -> Step[Kept]:
    kept = yield from safeguard.take(course, task, lambda: gates.before_snapshot(course, task.protect))
    yield from course.lease.give_back(course.to_do(task.protect))  # what comes next is their work
    return kept


def _bundle_for(course: Course, task: ManagerTask, hop: Hop) -> Step[None]:
    def look() -> Step[Progress]:
        seen = yield from steps.look_at_manager(course.ctx, course.to_do(hop.stage))
        return progress.bundle_there(task, hop, seen)

    yield from waiting.until(course, task.protect, look, hop.stage.budget)


def _have_the_bundle(course: Course, task: ManagerTask, hop: Hop) -> Step[None]:
    yield from course.begin(hop.stage)
    if hop.upgrade.id in course.begun:
        yield from course.done(hop.stage, "the upgrade has begun already")
        return
    yield from _until(course, task, hop, hop.stage, progress.bundle_there)


def _start_the_upgrade(
    course: Course, task: ManagerTask, hop: Hop, trouble: Finding | None, kept: Kept | None
) -> Step[str | None]:
    yield from course.begin(hop.upgrade)
    if task.owner is not Owner.PROVIDER:  # nobody can time what the provider does
        look = partial(_observe_with_peers, course, task)
        yield from gates.other_side(course, hop.upgrade, hop.requires, look)
    if task.owner is Owner.OURS:
        observe = partial(_observe_everything, course, task)
        ready = gates.before_change(course, hop.upgrade, observe)

        def go() -> Step[None]:
            yield from ready()
            safeguard.still_leads_back(course, task, hop, kept)

        job = yield from waiting.act_once(course, hop.upgrade, steps.upgrade_manager, go)
        yield from course.done(hop.upgrade, "the manager took the request")
        return job
    tell = yield from gates.until_told(
        course, hop.upgrade, _looking(course, task, hop, hop.upgrade, progress.upgrade_begun)
    )
    if tell is not None:
        yield from gates.before_instructing(course, hop.upgrade)
        text = instructions.for_manager(task, hop) + safeguard.told(kept)
        yield from telling.instruct(course, hop.upgrade, tell, text)
    if hop.upgrade.id not in course.begun:
        yield from _until_somebody_begins(course, task, hop, trouble)
    course.changed = True
    return None


def _until_somebody_begins(course: Course, task: ManagerTask, hop: Hop, trouble: Finding | None) -> Step[None]:
    try:
        yield from _until(course, task, hop, hop.upgrade, progress.upgrade_begun)
    except TaskStopped as stop:
        if trouble is None or stop.outcome is not Outcome.WAITING:
            raise
        # Nobody upgraded it, and what stood in the way was known: that is the reason, not somebody's slowness.
        raise course.stop(Outcome.BLOCKED, trouble.check, trouble.summary, trouble.remedy) from None


def _wait_until_it_answers(course: Course, task: ManagerTask, hop: Hop, job: str | None) -> Step[None]:
    yield from course.begin(hop.answer)
    arrival = Arrival(course, hop.upgrade, task.subject, job)

    def judge(task: ManagerTask, hop: Hop, seen: ManagerSeen) -> Progress:
        found = progress.manager_answers(task, hop, seen, job)
        return arrival.judged(found, shows=manager_shows(hop, seen), rests=manager_rests(hop, seen, job))

    yield from _until(course, task, hop, hop.answer, judge)


def _verify_version_and_services(course: Course, task: ManagerTask, hop: Hop) -> Step[None]:
    yield from course.begin(hop.verify)
    yield from _until(course, task, hop, hop.verify, progress.manager_verified)
    yield from steps.change_done(course.ctx, course.to_do(hop.upgrade))
    if next_needs_mesh(task, hop):
        course.at_hop(hop.target.release)


def _hand_over(course: Course, task: ManagerTask) -> Step[str]:
    word = yield from handing_over.hand_over(course, task.hand_over, lambda: _observe_with_peers(course, task))
    if task.snapshot is not Safeguard.NONE and not course.order.keeps_snapshot:
        yield from safeguard.take_away(course, task)
    return word


def _observe_everything(course: Course, task: ManagerTask) -> Step[None]:
    yield from _observe_with_peers(course, task)
    yield from checking.observe_clouds(course)


def _observe_with_peers(course: Course, task: ManagerTask) -> Step[None]:
    """Its peers along with the manager: what a pairing is worth, both of its ends say."""
    for manager in (task.subject, *task.peers):
        yield from steps.observe(course.ctx, ObserveOrder(run=course.order.run, manager=manager))


def _until(course: Course, task: ManagerTask, hop: Hop, step: PlanStep, judge: Judge) -> Step[None]:
    seen = yield from waiting.until(course, step, _looking(course, task, hop, step, judge))
    yield from course.done(step, seen.detail)


def _looking(course: Course, task: ManagerTask, hop: Hop, step: PlanStep, judge: Judge) -> Look:
    def look() -> Step[Progress]:
        seen = yield from steps.look_at_manager(course.ctx, course.to_do(step))
        return judge(task, hop, seen)

    return look
