"""One task under way: its context, its order, and what it writes into the journal.

The run-books stay the success story because everything else is here: a step is begun and done in one line, a task that
must stop raises `TaskStopped`, and `carried_to_its_end` turns either into the task's one result.
"""

from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from durabletask.task import OrchestrationContext, TaskFailedError

from orchestrators import steps
from orchestrators.bell import Bell
from orchestrators.lease import HeldLease
from orchestrators.meter import Meters
from orchestrators.slot import Slot
from orchestrators.steps import Step
from shared.model.codec import to_json
from shared.model.command import BELL
from shared.model.finding import Finding
from shared.model.notice import Notice, NoticeKind
from shared.model.orders import AtHop, NoticeOrder, StepOrder, TaskEnd, TaskOrder
from shared.model.plan import ManagerTask, Safeguard, StepKind, Task
from shared.model.plan import Step as PlanStep
from shared.model.policy import Owner
from shared.model.run import JournalEntry, JournalKind, Outcome, TaskResult
from shared.model.span import Span
from shared.model.waiting import Waiting
from shared.rules.entries import about_step
from shared.rules.stopped import NOTHING_LEFT_OPEN, stopped

REPORTED = "reported"
"""Name of the event that rings when somebody says that something is done. It only wakes; observation decides."""

HOP = "hop"
"""Name of the event by which a manager task tells its run that it came to a release for which others wait."""


class TaskStopped(Exception):  # noqa: N818 -- not an error: the task's way to say how it ends
    """A task that does not go on, with its outcome and who can act."""

    def __init__(self, outcome: Outcome, reason: str, detail: str, who_can_act: str) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.reason = reason
        self.detail = detail
        self.who_can_act = who_can_act


class OthersFirst(Exception):  # noqa: N818 -- not an error: the way of a change to say that it cannot begin at once
    """A change that would have to wait, while others of its round are under way: they are followed first."""


class Course:
    """What every piece of a task's run-book needs; lives within one replay and is rebuilt by each."""

    def __init__(self, ctx: OrchestrationContext, order: TaskOrder, task: Task) -> None:
        self.ctx = ctx
        self.order = order
        self.task = task
        self.site = task.subject if isinstance(task, ManagerTask) else task.initiator
        """Where people would have to act, in words."""
        self.begun = frozenset(order.left_off.begun)
        """Steps whose change was begun before the run's host went away."""
        self.changed = bool(self.begun)
        """Whether anybody may have begun a change within this task, which turns a stop into a failure."""
        self.snapshot = bool(self.begun)
        """Whether a snapshot of ours may be there, if the plan asks for one: it was asked for before any change."""
        self.safe_at: datetime | None = None
        """When the checks last let the task pass."""
        self.asked_since = order.left_off.asked_since
        """Since when a person is asked about its hand-over, from before its host went away: all else is verified."""
        self.told = order.left_off.told
        """How many waits and percents the journal holds."""
        self.named: dict[str, Span] = {}
        """The time that was named for the work of others, by the step's id."""
        self.instructed: dict[str, str] = {}
        """What they were told to do, by the step's id."""
        self.delivered = False
        """Whether notices go anywhere beside the journal."""
        self.said: set[tuple[str, NoticeKind]] = set()
        """Of which steps it was said on that they are late, slow or stuck."""
        self.unconfirmed: set[str] = set()
        """Steps whose change was sent without an answer, by their ids: whether it arrived has to show."""
        self.beside = False
        """Whether a change is about to begin beside others that are under way, so that nothing may be waited for."""
        self.at = task.observe
        """The step that was begun last."""
        self.started: dict[str, datetime] = {}
        """When each step was begun, by its id."""
        self.finished = {one.id for one in task.steps if self.asked_since and one is not task.hand_over}
        """Steps that were seen to be done, by their ids."""
        self.taken_at: datetime | None = None
        """When a manager last took a request of ours to upgrade itself, which takes a snapshot of it."""
        self.reports = Bell(ctx, REPORTED)
        self.commands = Bell(ctx, BELL)
        self.rung = False
        """Whether somebody commanded something in a wait that could not be left for it."""
        self.lease = HeldLease(ctx)
        self.slot = Slot(ctx, order, takes_one=task.owner is Owner.OURS)
        self.meters = Meters(ctx, order)

    @property
    def now(self) -> datetime:
        """The orchestration's own time: the same in every replay."""
        return steps.now(self.ctx)

    @property
    def takes_snapshot(self) -> bool:
        """Whether hcx-fleet takes a snapshot for it, whoever performs the upgrade."""
        return isinstance(self.task, ManagerTask) and self.task.snapshot is not Safeguard.NONE

    def expect(self, step: PlanStep, named: Span | None, *, delivered: bool) -> None:
        """Remember when others are meant to perform a step, and whether notices of it go anywhere."""
        self.delivered = delivered
        if named is not None:
            self.named[step.id] = named

    def patience_from(self, step: PlanStep) -> datetime:
        """When the time of a step begins to count.

        For a provider that announced a day not before that day is over, and for a person not before their window opens.
        """
        if self.task.owner is Owner.ASSISTED and step.id in self.named:
            return max(self.now, self.named[step.id].start)
        expected = self.task.expected_on if isinstance(self.task, ManagerTask) else None
        if expected is None or step.kind not in {StepKind.STAGE, StepKind.UPGRADE_MANAGER}:
            return self.now
        return max(self.now, datetime.combine(expected, time(), UTC) + timedelta(days=1))

    def to_do(self, step: PlanStep, job: str | None = None) -> StepOrder:
        """The order for an activity of this step."""
        return StepOrder(
            run=self.order.run,
            plan_hash=self.order.plan_hash,
            task=self.order.task,
            step=step.id,
            generation=self.order.generation,
            job=job,
        )

    @property
    def half_done(self) -> bool:
        """Whether an end now would be a failure: not where its run was told that nothing is open between changes."""
        return self.changed and not self.slot.let_off

    def stop(self, outcome: Outcome, reason: str, detail: str, who_can_act: str) -> TaskStopped:
        """The end of a task that cannot go on: what `outcome` says as long as nothing is half done, else a failure."""
        return TaskStopped(Outcome.FAILED if self.half_done else outcome, reason, detail, who_can_act)

    def may_wait(self) -> None:
        """Asked before anything is waited for on the way to a change.

        Raises:
            OthersFirst: nobody would look at what is under way meanwhile.
        """
        if self.beside:
            raise OthersFirst

    def step_aside(self, step: PlanStep, *, changed: bool) -> Step[None]:
        """Somebody else, or time, has to come first: without a slot and without a lease meanwhile."""
        self.may_wait()
        self.slot.give_back(changed=changed)
        yield from self.lease.give_back(self.to_do(step))

    def at_hop(self, release: str) -> None:
        """Tell the run that the manager was verified at a release on its way."""
        self.ctx.send_event(self.order.run, HOP, data=to_json(AtHop(task=self.order.task, release=release)))

    def notice(self, step: PlanStep, kind: NoticeKind, title: str, next_action: str, who: str) -> Notice:
        """What somebody is told of a step now."""
        return Notice(
            run=self.order.run,
            task=self.order.task,
            step=step.id,
            generation=self.order.generation,
            kind=kind,
            at=self.now,
            title=title,
            next_action=next_action,
            who=who,
        )

    def begin(self, step: PlanStep) -> Step[None]:
        """Say that a step starts."""
        self.at = step
        self.started[step.id] = self.now
        yield from self.tell(JournalKind.STEP_STARTED, step, "started", step.title)

    def done(self, step: PlanStep, detail: str) -> Step[None]:
        """Say that a step is done, and by what it is seen."""
        self.finished.add(step.id)
        if step.kind is StepKind.UPGRADE_MANAGER and step.owner is Owner.OURS:
            self.taken_at = self.now
        yield from self.tell(JournalKind.STEP_DONE, step, "done", detail, percent=100)

    def checked(self, step: PlanStep, findings: tuple[Finding, ...]) -> Step[None]:
        """Say what the checks found."""
        text = "; ".join(f"{one.check}: {one.summary}" for one in findings) or "every check passes"
        ids = tuple(one.check for one in findings)
        yield from self.tell(JournalKind.CHECKED, step, "checked", text, finding_ids=ids)

    def tell(
        self,
        kind: JournalKind,
        step: PlanStep,
        suffix: str,
        text: str,
        *,
        percent: int | None = None,
        waiting: Waiting | None = None,
        finding_ids: tuple[str, ...] = (),
    ) -> Step[None]:
        """Append one entry about a step; its key makes it the same entry however often it is written."""
        entry = about_step(self.order.task, step, suffix, at=self.now, kind=kind, text=text)
        told = replace(entry, percent=percent, waiting=waiting, finding_ids=finding_ids)
        yield from steps.record(self.ctx, self.order.run, told)


def as_one(ends: Sequence[TaskStopped]) -> TaskStopped:
    """The end of a task of which several changes stopped: as the first that failed, or else the first, says it.

    What each of them says is in it.
    """
    first = next((one for one in ends if one.outcome is Outcome.FAILED), ends[0])
    detail, who = (dict.fromkeys(said) for said in ((one.detail for one in ends), (one.who_can_act for one in ends)))
    return TaskStopped(first.outcome, first.reason, "; ".join(detail), "; ".join(who))


def carried_to_its_end(course: Course, procedure: Generator[Any, Any, str]) -> Step[Any]:
    """Run a task's procedure and give its one result, however it ends.

    The edge that classifies: a stop has its own outcome; an activity that failed for reasons of its own, after its
    retries, fails this task and nothing else.
    """
    try:
        detail = yield from procedure
        result = _result(course, Outcome.SUCCEEDED, "upgraded", detail, "nobody needs to act")
    except TaskStopped as stop:
        result = _result(course, stop.outcome, stop.reason, stop.detail, stop.who_can_act)
    except TaskFailedError as failure:
        outcome = Outcome.FAILED if course.half_done else Outcome.UNKNOWN
        result = broke(course.order.task, outcome, steps.failed(failure), course.now)
    yield from _leave_in_order(course, result)
    yield from course.meters.close()
    yield from steps.record(course.ctx, course.order.run, ended(result))
    return to_json(TaskEnd(result=result))


def _leave_in_order(course: Course, result: TaskResult) -> Step[None]:
    """However a task ends: nothing is held any more, and somebody is told of what is half done."""
    with suppress(TaskFailedError):  # the lease comes to its end by itself
        if course.task.owner is Owner.OURS or course.takes_snapshot:
            yield from course.lease.give_back(course.to_do(course.at))
    if course.changed and result.outcome not in NOTHING_LEFT_OPEN:
        yield from tell_stopped(course, result)


def tell_stopped(course: Course, result: TaskResult) -> Step[None]:
    """Say how far a half-done task came: in the journal, and to those whom notices go to."""
    said = stopped(course.task, course.finished, result, course.taken_at)
    yield from course.tell(JournalKind.INSTRUCTED, course.at, "stopped", f"{said.detail} Next: {said.next_action}")
    notice = course.notice(course.at, NoticeKind.STOPPED, said.title, said.next_action, said.who)
    notice = replace(notice, detail=said.detail)
    steps.delivering(course.ctx, NoticeOrder(notice=notice, plan_hash=course.order.plan_hash))


def ended(result: TaskResult) -> JournalEntry:
    """The journal entry of a task's end."""
    return JournalEntry(
        key=f"{result.task}/ended",
        at=result.ended_at,
        kind=JournalKind.TASK_ENDED,
        text=f"{result.outcome.value}: {result.detail}",
        task=result.task,
        result=result,
    )


def broke(task: str, outcome: Outcome, detail: str, at: datetime) -> TaskResult:
    """The end of a task, or of a step of a revert, whose own machinery failed."""
    return TaskResult(
        task=task,
        outcome=outcome,
        reason="internal",
        detail=detail,
        who_can_act="the owner of hcx-fleet: see the log",
        ended_at=at,
    )


def _result(course: Course, outcome: Outcome, reason: str, detail: str, who_can_act: str) -> TaskResult:
    return TaskResult(
        task=course.order.task,
        outcome=outcome,
        reason=reason,
        detail=detail,
        who_can_act=who_can_act,
        ended_at=course.now,
    )
