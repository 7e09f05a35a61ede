"""A guided revert: its steps side by side where one does not need the other, each ended by what is observed.

hcx-fleet performs none of them. A step that comes to no end leaves out what depends on it, and nothing else. What
people say of the run is asked for before each step begins: none begins while it is paused, or once it is canceled.
"""

from typing import Any

from durabletask.task import OrchestrationContext, Task, when_any

from orchestrators import steps
from orchestrators.bell import Bell
from orchestrators.control import HOURLY
from orchestrators.course import broke, ended
from orchestrators.crowd import Crowd
from orchestrators.steps import Step
from shared.model.codec import from_json
from shared.model.command import BELL, Standing, TaskStanding
from shared.model.orders import StepOrder
from shared.model.revert import RevertPlanned, RevertStep, RevertStepOrder
from shared.model.run import JournalEntry, JournalKind, Outcome, RunRequest, TaskResult
from shared.rules.buckets import DEPENDENCY
from shared.rules.obeying import paused
from shared.rules.reverting.commanded import held, not_begun


def revert(ctx: OrchestrationContext, request: RunRequest) -> Step[str]:
    """Plan the revert and, where its plan was approved, follow people through it; gives the problem that stops it."""
    planned = yield from steps.plan_revert(ctx, request)
    if planned.problem or not request.carries_out:
        return planned.problem
    walk = _Walk(ctx, request.id, planned)
    while walk.open:
        yield from walk.admit()
        if walk.open:
            yield from walk.wait()
    return ""


class _Walk:
    """The steps of one revert under way; lives within one replay and is rebuilt by each."""

    def __init__(self, ctx: OrchestrationContext, run: str, planned: RevertPlanned) -> None:
        self._ctx = ctx
        self._run = run
        self._plan = planned.plan_hash
        self._ends = {one.task: one for one in planned.ended}
        self._waiting = {one.id: one for one in planned.steps if one.id not in self._ends}
        self._begun = frozenset(planned.begun)
        self._running = Crowd()
        self._commands = Bell(ctx, BELL)
        self._held: set[str] = set()
        """Steps that could begin and are paused."""

    @property
    def open(self) -> bool:
        """Whether a step has not ended."""
        return bool(self._waiting or self._running.names)

    def admit(self) -> Step[None]:
        """Begin what may begin, and leave out what never can."""
        for step in [*self._waiting.values()]:  # in the order of the plan, so that one look is enough
            if lost := self._lost(step):
                yield from self._leave_out(step, lost)
            elif all(name in self._ends for name in step.depends_on):
                yield from self._begin_unless_held(step)

    def wait(self) -> Step[None]:
        """Until a step ends or, where one is paused, somebody may have said to go on."""
        if self._held:
            yield from self._doze()
        else:
            yield when_any(self._running.waits())
        for name, task in self._running.take_ended():
            self._ends[name] = _result(name, task, self._ctx)
            if task.is_failed:
                yield from steps.record(self._ctx, self._run, ended(self._ends[name]))

    def _lost(self, step: RevertStep) -> str:
        """The step before it that came to no end; empty where none did."""
        before = (name for name in step.depends_on if name in self._ends)
        return next((name for name in before if self._ends[name].outcome is not Outcome.SUCCEEDED), "")

    def _doze(self) -> Step[None]:
        """The bell may have been lost, so that what people said is asked for each hour, too."""
        timer, rung = self._ctx.create_timer(steps.now(self._ctx) + HOURLY), self._commands.wait()
        yield when_any([*self._running.waits(), rung, timer])
        if not timer.is_complete:
            timer.cancel()
        if rung.is_complete:
            self._commands.take()

    def _said(self, step: RevertStep) -> Step[TaskStanding]:
        order = StepOrder(run=self._run, plan_hash=self._plan, task=step.id, step=step.id, generation=1)
        return (yield from steps.standing_of(self._ctx, order))

    def _leave_out(self, step: RevertStep, lost: str) -> Step[None]:
        said = yield from self._said(step)
        end = not_begun(step, said, steps.now(self._ctx))
        yield from self._take(end or _left_out(step, lost, self._ctx))

    def _begin_unless_held(self, step: RevertStep) -> Step[None]:
        if step.id in self._begun:
            yield from self._begin(step)
            return
        said = yield from self._said(step)
        end = not_begun(step, said, steps.now(self._ctx))
        if end is not None:
            yield from self._take(end)
        elif said.standing is Standing.PAUSED:
            yield from self._hold(step, said)
        else:
            yield from self._begin(step)

    def _hold(self, step: RevertStep, said: TaskStanding) -> Step[None]:
        if step.id not in self._held:
            self._held.add(step.id)
            yield from steps.record(self._ctx, self._run, _paused(step, said, self._run, self._ctx))

    def _begin(self, step: RevertStep) -> Step[None]:
        self._held.discard(step.id)
        del self._waiting[step.id]
        yield from steps.record(self._ctx, self._run, _admitted(step, self._ctx))
        order = RevertStepOrder(run=self._run, plan_hash=self._plan, step=step)
        self._running.add(step.id, steps.reverting(self._ctx, order))

    def _take(self, result: TaskResult) -> Step[None]:
        del self._waiting[result.task]
        self._held.discard(result.task)
        self._ends[result.task] = result
        yield from steps.record(self._ctx, self._run, ended(result))


def _admitted(step: RevertStep, ctx: OrchestrationContext) -> JournalEntry:
    key = f"{step.id}/admitted"
    return JournalEntry(key=key, at=steps.now(ctx), kind=JournalKind.ADMITTED, text="may begin", task=step.id)


def _paused(step: RevertStep, said: TaskStanding, run: str, ctx: OrchestrationContext) -> JournalEntry:
    now = steps.now(ctx)
    return JournalEntry(
        key=f"{step.id}/paused/{now:%Y%m%dT%H%M%S}",
        at=now,
        kind=JournalKind.WAITING,
        text=paused(said),
        task=step.id,
        waiting=held(run, said, now, now + HOURLY),
    )


def _left_out(step: RevertStep, lost: str, ctx: OrchestrationContext) -> TaskResult:
    return TaskResult(
        task=step.id,
        outcome=Outcome.SKIPPED,
        reason=DEPENDENCY,
        detail=f"{lost} came to no end",
        who_can_act=f"support: say that {lost} came to no end, and that {step.title} was not begun",
        ended_at=steps.now(ctx),
    )


def _result(name: str, task: Task[Any], ctx: OrchestrationContext) -> TaskResult:
    """What a step's orchestration returned; of one that broke nobody knows how far it came."""
    if not task.is_failed:
        return from_json(TaskResult, task.get_result())
    return broke(name, Outcome.UNKNOWN, f"its orchestration broke: {task.get_exception()}", steps.now(ctx))
