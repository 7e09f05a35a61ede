"""The mesh task: section 2 of docs/procedure.md, top to bottom. All of it starts at the initiator side."""

from collections.abc import Callable
from functools import partial
from typing import Any

from durabletask.task import OrchestrationContext

from orchestrators import as_planned, checking, gates, handing_over, steps, telling, waiting
from orchestrators.arrival import Arrival
from orchestrators.as_planned import Left, LeftAsItIs, Ready
from orchestrators.course import Course, carried_to_its_end
from orchestrators.mesh_round import Round
from orchestrators.steps import Step
from orchestrators.waiting import Awaited, Look
from shared.model.acts import ApplianceSeen
from shared.model.codec import from_json
from shared.model.orders import ModeNow, ModeOrder, ObserveOrder, TaskOrder
from shared.model.plan import ApplianceUpgrade, ByHand, MeshTask
from shared.model.plan import Step as PlanStep
from shared.model.policy import Owner
from shared.rules import instructions, missing_traffic, progress
from shared.rules.arrival import appliance_shows
from shared.rules.progress import Progress, State
from shared.rules.vanishing import appliance_rests

type Judge = Callable[[ApplianceSeen], Progress]


def mesh_task(ctx: OrchestrationContext, document: Any) -> Step[Any]:
    """Bring one mesh's appliances to the version of its managers, interconnect before network extension."""
    order = from_json(TaskOrder, document)
    opened = yield from steps.open_task(ctx, order)
    if opened.mesh is None:
        raise ValueError(f"{order.task} is not a mesh task")
    course = Course(ctx, order, opened.mesh)
    return (yield from carried_to_its_end(course, _procedure(course, opened.mesh)))


def _procedure(course: Course, task: MeshTask) -> Step[str]:
    if course.asked_since is None:
        yield from _upgrade(course, task)
    word = yield from _hand_over(course, task)  # 2.7
    return f"every appliance of {task.name} is at {task.target.release}{f'; {word}' if word else ', tunnels up'}"


def _upgrade(course: Course, task: MeshTask) -> Step[None]:
    yield from _observe_both_managers_and_mesh(course, task)  # 2.1
    yield from checking.check(course)  # 2.2
    left = Left(course, task)
    for items in task.rounds:
        yield from _upgrade_round(course, task, items, left)  # 2.3, 2.4, 2.5
    left.end()
    for gateway in task.by_hand:
        yield from _redeploy_gateway(course, task, gateway)  # 2.6


def _observe_both_managers_and_mesh(course: Course, task: MeshTask) -> Step[None]:
    yield from course.begin(task.observe)
    yield from _observe_everything(course, task)
    if task.requires and not course.begun and task.owner is not Owner.PROVIDER:  # nobody can time the provider
        look = partial(_observe_both, course, task)
        yield from gates.other_side(course, task.observe, task.requires, look)
        yield from checking.at_rest(course, task.observe, partial(_observe_everything, course, task))
    yield from course.done(task.observe, "observed from both sides")


def _upgrade_round(course: Course, task: MeshTask, items: tuple[ApplianceUpgrade, ...], left: Left) -> Step[None]:
    """Begin the change of one after the other, each by itself, and wait until all of them are back and verified."""
    in_change = Round(course)
    for item in items:
        if left.bars(item):
            continue
        try:
            yield from in_change.begin(item, partial(_upgrade_appliance_and_peer, course, task, item, in_change))
        except LeftAsItIs as one:
            yield from left.add(item, one.because)
    yield from in_change.follow()


def _upgrade_appliance_and_peer(course: Course, task: MeshTask, item: ApplianceUpgrade, others: Round) -> Step[Awaited]:
    yield from course.begin(item.upgrade)

    def judge(seen: ApplianceSeen) -> Progress:
        return progress.appliance_begun(task.owner, item, task.target, seen)

    look = _looking(course, item.upgrade, judge, None)
    if task.owner is Owner.OURS:
        before = gates.before_change(course, item.upgrade, partial(_observe_everything, course, task))
        ready = course.meters.before(item, _as_planned(task, item, before, look, others))
        job = yield from waiting.act_once(course, item.upgrade, steps.upgrade_appliance, ready)
        yield from course.done(item.upgrade, f"HCX job {job}" if job else "no HCX job is known, observation will tell")
        return (yield from _wait_until_both_are_back(course, task, item, job))
    tell = yield from gates.until_told(course, item.upgrade, look)
    if tell is not None:
        before = partial(gates.before_instructing, course, item.upgrade)
        yield from _as_planned(task, item, before, look, others)()
        yield from telling.instruct(course, item.upgrade, tell, instructions.for_appliance(task, item))
    if item.upgrade.id in course.begun:
        return (yield from _begun_by_others(course, task, item))

    def then(seen: Progress) -> Step[Awaited]:
        yield from course.done(item.upgrade, seen.detail)
        return (yield from _begun_by_others(course, task, item))

    return Awaited(step=item.upgrade, look=look, then=then)


def _begun_by_others(course: Course, task: MeshTask, item: ApplianceUpgrade) -> Step[Awaited]:
    course.changed = True
    return (yield from _wait_until_both_are_back(course, task, item, None))


def _as_planned(task: MeshTask, item: ApplianceUpgrade, before: Ready, look: Look, others: Round) -> Ready:
    """The provider chooses its modes itself."""
    course = others.course
    if task.owner is Owner.PROVIDER:
        return before

    def under_way() -> Step[bool]:
        return (yield from look()).state is State.DONE

    def mode_now() -> Step[ModeNow]:
        yield from _observe_both(course, task)
        order = ModeOrder(step=course.to_do(item.upgrade), beside=others.beside)
        now = yield from steps.mode_now(course.ctx, order)
        others.counted(now)
        return now

    return as_planned.before(course, item, before, under_way, mode_now)


def _wait_until_both_are_back(course: Course, task: MeshTask, item: ApplianceUpgrade, job: str | None) -> Step[Awaited]:
    yield from course.begin(item.back)
    arrival = Arrival(course, item.upgrade, f"{item.name} of {task.name}", job)

    def judge(seen: ApplianceSeen) -> Progress:
        found = progress.appliance_back(item, task.target, seen)
        return arrival.judged(found, shows=appliance_shows(item, seen), rests=appliance_rests(item, seen))

    def then(seen: Progress) -> Step[Awaited]:
        yield from course.done(item.back, seen.detail)
        return (yield from _verify_versions_and_tunnels(course, task, item, job))

    look = course.meters.during(item, _looking(course, item.back, judge, job))
    return Awaited(step=item.back, look=look, then=then)


def _verify_versions_and_tunnels(
    course: Course, task: MeshTask, item: ApplianceUpgrade, job: str | None
) -> Step[Awaited]:
    yield from course.begin(item.verify)

    def judge(seen: ApplianceSeen) -> Progress:
        return progress.appliance_verified(item, task.target, seen)

    def then(seen: Progress) -> Step[None]:
        yield from course.done(item.verify, seen.detail)
        yield from steps.change_done(course.ctx, course.to_do(item.upgrade))
        course.meters.verified(item)

    return Awaited(step=item.verify, look=_looking(course, item.verify, judge, job), then=then)


def _redeploy_gateway(course: Course, task: MeshTask, gateway: ByHand) -> Step[None]:
    """A person's, whoever owns the mesh: nothing shows that it is due, and no public text has a call for it."""
    step = gateway.redeploy
    yield from course.begin(step)
    if step.id in course.begun:  # seen, or reported, before the run's host went away
        yield from course.done(step, "it was done before")
        return
    look = _looking(course, step, partial(progress.gateway_redeployed, gateway, task.target), None)
    tell = yield from gates.until_told(course, step, look)
    if tell is not None:
        yield from gates.before_asking(course, step)
        waiting.forget_reports(course)
        yield from telling.instruct(course, step, tell, instructions.for_gateway(task, gateway))
    seen = yield from waiting.until(course, step, look)
    course.changed = True
    yield from course.done(step, seen.detail)


def _hand_over(course: Course, task: MeshTask) -> Step[str]:
    def traffic() -> Step[Progress]:
        missing = yield from steps.traffic_missing(course.ctx, course.to_do(task.hand_over))
        return missing_traffic.judged(missing, task.appliances)

    further = traffic if any(item.extends for item in task.appliances) else None
    return (yield from handing_over.hand_over(course, task.hand_over, lambda: _observe_both(course, task), further))


def _observe_everything(course: Course, task: MeshTask) -> Step[None]:
    yield from _observe_both(course, task)
    yield from checking.observe_clouds(course)


def _observe_both(course: Course, task: MeshTask) -> Step[None]:
    for manager in (task.initiator, task.receiver):
        yield from steps.observe(course.ctx, ObserveOrder(run=course.order.run, manager=manager))


def _looking(course: Course, step: PlanStep, judge: Judge, job: str | None) -> Look:
    def look() -> Step[Progress]:
        seen = yield from steps.look_at_appliance(course.ctx, course.to_do(step, job))
        return judge(seen)

    return look
