"""Carrying out a plan: start the tasks that may go, take their ends, sleep until something can have changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from durabletask.task import OrchestrationContext, Task, TimerTask, when_any

from orchestrators import steps
from orchestrators.bell import Bell
from orchestrators.course import ended
from orchestrators.crowd import Crowd
from orchestrators.slot import SLOT
from orchestrators.steps import Step
from shared.model.codec import from_json
from shared.model.orders import GrantWord, Planned, SlotWord, TaskBrief, TaskOrder, task_instance
from shared.model.run import JournalEntry, JournalKind, Outcome, RunRequest, TaskResult
from shared.model.waiting import Waiting, WaitingFor
from shared.rules.rollout import Rollout, Turn, WaveNews

APPROVAL = "approval"
"""Name of the event that rings when somebody lets a wave go; its data is a `GrantWord`."""

REFUSED = "as many tasks failed as may, and this one has changed nothing yet"


def carry_out(ctx: OrchestrationContext, request: RunRequest, planned: Planned) -> Step[None]:
    """Carry out a whole plan: over when every task has ended, by itself or because it can never start."""
    drive = _Drive(ctx, request, planned)
    yield from drive.pass_over()
    while not drive.rollout.finished:
        yield from drive.admit()
        if not drive.rollout.finished:
            yield from drive.sleep()
            yield from drive.listen()
    drive.alarm.off()


class _Alarm:
    """The one timer of a run, kept while it stands for the same time: each cancelled one stays in the history."""

    def __init__(self, ctx: OrchestrationContext) -> None:
        self._ctx = ctx
        self._at: datetime | None = None
        self._timer: TimerTask | None = None

    def set(self, at: datetime | None) -> list[Task[Any]]:
        """Ring at that time, or never; gives what to wait for."""
        if at != self._at or (self._timer is not None and self._timer.is_complete):
            self.off()
            self._at = at
            self._timer = None if at is None else self._ctx.create_timer(at)
        return [] if self._timer is None else [self._timer]

    def off(self) -> None:
        """Nobody waits for it any more: a run that has ended must not keep the clock waiting."""
        if self._timer is not None:
            self._timer.cancel()
        self._at = self._timer = None


class _Drive:
    """One run's tasks under way; lives within one replay and is rebuilt by each."""

    def __init__(self, ctx: OrchestrationContext, request: RunRequest, planned: Planned) -> None:
        self.rollout = Rollout(planned.admission)
        self.alarm = _Alarm(ctx)
        self._ctx = ctx
        self._run = request.id
        self._plan = planned.plan_hash
        self._briefs = {task.id: task for task in planned.admission.tasks}
        self._running = Crowd()
        self._words, self._grants = Bell(ctx, SLOT), Bell(ctx, APPROVAL)

    @property
    def _now(self) -> datetime:
        return steps.now(self._ctx)

    def pass_over(self) -> Step[None]:
        """Tasks that ended before the run's host went away stay as they ended, and so does what they left to skip."""
        ends = [task.left_off.result for task in self._briefs.values() if task.left_off.result]
        yield from self._record(ended(one) for end in ends for one in self.rollout.apply(end))

    def admit(self) -> Step[None]:
        """Let go what may go, and tell what never will."""
        self._answer_those_aside()
        admitted = self.rollout.admit(self._now)
        starts = (_admitted(name, self._now) for name in admitted.start)
        news = (_turned(one, self._now) for one in admitted.news)
        yield from self._record([*news, *map(ended, admitted.skipped), *starts])
        for name in admitted.start:
            self._running.add(name, self._started(self._briefs[name]))

    def sleep(self) -> Step[None]:
        """Until a task ends, somebody says something, or time alone can have changed something."""
        timer = self.alarm.set(self.rollout.next_wake(self._now))
        yield when_any([*self._running.waits(), self._words.wait(), self._grants.wait(), *timer])

    def listen(self) -> Step[None]:
        """Take what has happened."""
        if self._words.wait().is_complete:
            self.rollout.hear(from_json(SlotWord, self._words.take()))
        if self._grants.wait().is_complete:
            yield from self._take_grant(from_json(GrantWord, self._grants.take()))
        for name, task in self._running.take_ended():
            yield from self._take_end(name, task)

    def _answer_those_aside(self) -> None:
        answer = self.rollout.readmit(self._now)
        for name in answer.back:
            self._ctx.send_event(task_instance(self._run, name), SLOT)
        for name in answer.refused:
            self._ctx.send_event(task_instance(self._run, name), SLOT, data=REFUSED)

    def _started(self, task: TaskBrief) -> Task[Any]:
        order = TaskOrder(run=self._run, plan_hash=self._plan, task=task.id, left_off=task.left_off)
        running: Task[Any] = steps.carrying_out(self._ctx, order, mesh=task.mesh)
        return running

    def _take_grant(self, word: GrantWord) -> Step[None]:
        if self.rollout.grant(word, self._now):
            entry = JournalEntry(
                key=f"wave/{word.wave}/approval/{word.by}",
                at=self._now,
                kind=JournalKind.REPORTED,
                text=f"{word.by} lets wave {word.wave} go",
            )
            yield from self._record([entry])

    def _take_end(self, name: str, task: Task[Any]) -> Step[None]:
        """Take a task's end and what can now never start; a task that broke did not get to tell its own end."""
        result = self._result(name, task)
        untold = [*([result] if task.is_failed else []), *self.rollout.apply(result)]
        yield from self._record(map(ended, untold))

    def _result(self, name: str, task: Task[Any]) -> TaskResult:
        """What a task's orchestration returned.

        One that broke counts as failed, since nobody knows how far it came, unless it was aside with nothing half done:
        then it cannot have failed, and the failure budget does not expect it to.
        """
        if not task.is_failed:
            return steps.task_end(task.get_result()).result
        return TaskResult(
            task=name,
            outcome=Outcome.UNKNOWN if self.rollout.let_off(name) else Outcome.FAILED,
            reason="internal",
            detail=f"its orchestration broke: {task.get_exception()}",
            who_can_act="the owner of hcx-fleet: see the log",
            ended_at=self._now,
        )

    def _record(self, entries: Iterable[JournalEntry]) -> Step[None]:
        told = tuple(entries)
        if told:
            yield from steps.record(self._ctx, self._run, *told)


def _admitted(task: str, now: datetime) -> JournalEntry:
    return JournalEntry(key=f"{task}/admitted", at=now, kind=JournalKind.ADMITTED, text="may start", task=task)


def _turned(news: WaveNews, now: datetime) -> JournalEntry:
    """One entry for what a whole wave comes to. Its key is the same when a run that goes on comes to it again."""
    until = f"/{news.until.isoformat()}" if news.turn is Turn.WINDOW and news.until else ""
    because = news.because
    return JournalEntry(
        key=f"wave/{news.wave}/{news.turn.value}{until}",
        at=now,
        kind=JournalKind.ADMITTED if news.turn is Turn.OPEN else JournalKind.WAITING,
        text=because.detail,
        waiting=None
        if news.turn is Turn.OPEN
        else Waiting(
            reason=WaitingFor(because.reason),
            detail=because.detail,
            since=now,
            who_can_act=because.who_can_act,
            next_look=news.until,
        ),
    )
