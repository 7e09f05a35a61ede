"""A run: the only driver of everything that happens. Observe, plan, admit tasks as the plan allows, close.

Both ways in end here: the timer's fleet run and a single private cloud from a pipeline differ in their request alone.
"""

from datetime import timedelta
from functools import partial
from typing import Any

from durabletask.task import OrchestrationContext, Task, TaskFailedError, when_any

from orchestrators import steps, waiting
from orchestrators.bell import Bell
from orchestrators.course import ended
from orchestrators.slot import SLOT
from orchestrators.steps import Step
from shared.model.codec import from_json, to_json
from shared.model.orders import (
    FinishOrder,
    ManagerBrief,
    Observed,
    ObserveOrder,
    Planned,
    SlotWord,
    TaskBrief,
    TaskOrder,
    task_instance,
)
from shared.model.run import JournalEntry, JournalKind, Outcome, RunKind, RunRequest, TaskResult
from shared.rules.login_rounds import login_rounds
from shared.rules.rollout import Rollout

AT_A_TIME = 24
"""Managers observed at the same time: more would only queue for the worker's threads."""

SECOND_LOOK = timedelta(seconds=20)
"""Before managers that did not answer yet are observed once more. Enough for services that just come up and for another
process that tries the same account; a reboot takes minutes, and a check does not wait for it."""


def fleet(ctx: OrchestrationContext, document: Any) -> Step[Any]:
    """Carry out one run, to its end or to the problem that stops it."""
    request = from_json(RunRequest, document)
    problem = ""
    try:
        problem = yield from _run(ctx, request)
    except TaskFailedError as failure:
        problem = f"an activity failed: {failure.details.error_type}: {failure.details.message}"
    finished = yield from steps.finish(ctx, FinishOrder(request=request, problem=problem))
    return to_json(finished)


def _run(ctx: OrchestrationContext, request: RunRequest) -> Step[str]:
    found = yield from steps.discover(ctx, request)
    if found.problem:
        return found.problem
    yield from _observe_everything(ctx, request, found.managers)
    planned = yield from steps.plan(ctx, request)
    if planned.problem or request.kind is not RunKind.UPGRADE:
        return planned.problem
    return (yield from _carry_out(ctx, request, planned))


def _observe_everything(
    ctx: OrchestrationContext, request: RunRequest, managers: tuple[ManagerBrief, ...]
) -> Step[None]:
    """One log-in per account first: a stale password must be found out by one try, not by forty at once."""
    starting: list[str] = []
    for members in login_rounds(managers):
        starting += yield from _observe_many(ctx, request, members)
    if starting:
        yield from waiting.pause(ctx, steps.now(ctx) + SECOND_LOOK)
        yield from _observe_many(ctx, request, tuple(starting))
    yield from steps.record(ctx, request.id, _observed(ctx, len(managers)))


def _observe_many(ctx: OrchestrationContext, request: RunRequest, managers: tuple[str, ...]) -> Step[list[str]]:
    """Observe these managers side by side; gives those worth a second look. One that fails leaves a gap, not a hole."""
    orders = (ObserveOrder(run=request.id, manager=name) for name in managers)
    looks = yield from waiting.at_most(AT_A_TIME, [partial(steps.observing, ctx, order) for order in orders])
    seen = (from_json(Observed, look.get_result()) for look in looks if not look.is_failed)
    return sorted(one.manager for one in seen if one.ask_again)


def _carry_out(ctx: OrchestrationContext, request: RunRequest, planned: Planned) -> Step[str]:
    rollout = Rollout(planned.tasks, planned.concurrency)
    briefs, words = {task.id: task for task in planned.tasks}, Bell(ctx, SLOT)
    running: dict[str, Task[Any]] = {}
    yield from _pass_over(ctx, request, rollout, planned)
    while not rollout.finished:
        for name in rollout.readmit():
            ctx.send_event(task_instance(request.id, name), SLOT)
        for name in rollout.admit(steps.now(ctx)):
            yield from steps.record(ctx, request.id, _admitted(ctx, name))
            running[name] = _started(ctx, request, planned, briefs[name])
        if not running:
            return "no task of the plan may start: what they depend on is not in it"
        yield when_any([*running.values(), words.wait()])
        if words.wait().is_complete:
            rollout.hear(from_json(SlotWord, words.take()))
        for name in [name for name, task in running.items() if task.is_complete]:
            yield from _take_end(ctx, request, rollout, name, running.pop(name))
    return ""


def _pass_over(ctx: OrchestrationContext, request: RunRequest, rollout: Rollout, planned: Planned) -> Step[None]:
    """Tasks that ended before the run's host went away stay as they ended, and so does what they left to skip."""
    ends = [task.left_off.result for task in planned.tasks if task.left_off.result]
    skipped = [one for end in ends for one in rollout.apply(end)]
    if skipped:
        yield from steps.record(ctx, request.id, *map(ended, skipped))


def _started(ctx: OrchestrationContext, request: RunRequest, planned: Planned, task: TaskBrief) -> Task[Any]:
    order = TaskOrder(run=request.id, plan_hash=planned.plan_hash, task=task.id, left_off=task.left_off)
    running: Task[Any] = steps.carrying_out(ctx, order, mesh=task.mesh)
    return running


def _take_end(
    ctx: OrchestrationContext, request: RunRequest, rollout: Rollout, name: str, task: Task[Any]
) -> Step[None]:
    """Take a task's end and what can now never start; a task that broke did not get to tell its own end."""
    result = _result(ctx, name, task)
    untold = (*([result] if task.is_failed else []), *rollout.apply(result))
    if untold:
        yield from steps.record(ctx, request.id, *map(ended, untold))


def _result(ctx: OrchestrationContext, name: str, task: Task[Any]) -> TaskResult:
    """What a task's orchestration returned; one that broke counts as failed, since nobody knows how far it came."""
    if not task.is_failed:
        return steps.task_end(task.get_result()).result
    return TaskResult(
        task=name,
        outcome=Outcome.FAILED,
        reason="internal",
        detail=f"its orchestration broke: {task.get_exception()}",
        who_can_act="the owner of hcx-fleet: see the log",
        ended_at=steps.now(ctx),
    )


def _observed(ctx: OrchestrationContext, count: int) -> JournalEntry:
    return JournalEntry(
        key="observed", at=steps.now(ctx), kind=JournalKind.OBSERVED, text=f"looked at {count} managers"
    )


def _admitted(ctx: OrchestrationContext, task: str) -> JournalEntry:
    return JournalEntry(
        key=f"{task}/admitted", at=steps.now(ctx), kind=JournalKind.ADMITTED, text="may start", task=task
    )
