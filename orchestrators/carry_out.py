"""Carrying out a plan: start the tasks that may go, take their ends, sleep until something can have changed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from durabletask.task import OrchestrationContext, Task, TimerTask, when_any

from orchestrators import steps
from orchestrators.bell import Bell
from orchestrators.course import HOP, broke, ended
from orchestrators.crowd import Crowd
from orchestrators.slot import SLOT
from orchestrators.soak import STOP
from orchestrators.steps import Step
from shared.model.codec import from_json
from shared.model.command import BELL, Command, CommandKind
from shared.model.orders import (
    AtHop,
    CommandsOrder,
    Heard,
    Planned,
    SlotWord,
    SoakOrder,
    TaskBrief,
    TaskOrder,
    WaveOrder,
    soak_instance,
    task_instance,
)
from shared.model.run import JournalEntry, JournalKind, Outcome, RunRequest, TaskResult
from shared.model.soaking import SoakEnd, SoakVerdict
from shared.model.waiting import Waiting, WaitingFor
from shared.rules import commands
from shared.rules.resume import taken_key, turn_key, void_key
from shared.rules.rollout import Rollout, Turn, Watched, WaveNews

HOURLY = timedelta(hours=1)
"""While somebody is asked, or something is paused, a run looks by itself this often: a bell may have been lost."""

NOT_ASKED = "nobody is asked about that wave now"

REFUSED = "as many tasks failed as may, and this one has changed nothing yet"


def carry_out(ctx: OrchestrationContext, request: RunRequest, planned: Planned) -> Step[str]:
    """Carry out a whole plan: over when every task has ended, by itself or because it can never start.

    And when every wave was watched, the last one too. Gives the problem where that did not come out as it must.
    """
    drive = _Drive(ctx, request, planned)
    yield from drive.pass_over()
    yield from drive.hear_people()
    while True:
        yield from drive.admit()
        if drive.over:
            break
        yield from drive.sleep()
        yield from drive.listen()
    drive.alarm.off()
    return drive.rollout.problem


class _Alarm:
    """The one timer of a run, kept while it stands for the same time: each cancelled one stays in the history."""

    def __init__(self, ctx: OrchestrationContext) -> None:
        self._ctx = ctx
        self._at: datetime | None = None
        self._timer: TimerTask | None = None

    @property
    def at(self) -> datetime | None:
        """When it rings; None where it does not."""
        return self._at

    @property
    def rang(self) -> bool:
        """Whether its time has come."""
        return self._timer is not None and self._timer.is_complete

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
        self._waves = {wave.name: wave for wave in planned.admission.waves}
        self._running, self._watching, self._removing = Crowd(), Crowd(), Crowd()
        self._soaks = {name for wave in planned.admission.waves if wave.soak for name in wave.tasks}
        """Ids of the tasks whose wave is watched."""
        self._words, self._commands, self._hops = Bell(ctx, SLOT), Bell(ctx, BELL), Bell(ctx, HOP)
        self._told = list[Command]()
        """Every command that was taken."""
        self._counted = list[Command]()
        """Approvals among them that count, or did in an earlier life of the run."""

    @property
    def over(self) -> bool:
        """Whether nothing is left to do or to watch."""
        return self.rollout.finished and not (self._watching.names or self._removing.names)

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
        yield from self._look_before_meshes()
        admitted = self.rollout.admit(self._now)
        starts = (_admitted(name, self._now) for name in admitted.start)
        news = (_turned(one, self._now) for one in admitted.news)
        yield from self._record([*news, *map(ended, admitted.skipped), *starts])
        for name in admitted.start:
            self._running.add(name, self._started(self._briefs[name]))
        for one in admitted.watch:
            self._watch(one)
        for wave in self.rollout.released():
            self._take_away(wave)

    def sleep(self) -> Step[None]:
        """Until a task ends, somebody says something, or time alone can have changed something."""
        timer = self.alarm.set(self._next_look())
        children = [wait for crowd in (self._running, self._watching, self._removing) for wait in crowd.waits()]
        yield when_any([*children, self._words.wait(), self._commands.wait(), self._hops.wait(), *timer])

    def listen(self) -> Step[None]:
        """Take what has happened."""
        if self._words.wait().is_complete:
            self.rollout.hear(from_json(SlotWord, self._words.take()))
        if self._hops.wait().is_complete:
            self.rollout.come_to(from_json(AtHop, self._hops.take()), self._now)
        if self._commands.wait().is_complete:
            self._commands.take()
            yield from self.hear_people()
        elif self._asks_people and self.alarm.rang:
            yield from self.hear_people()
        for name, task in self._running.take_ended():
            yield from self._take_end(name, task)
        for name, task in self._watching.take_ended():
            self.rollout.soaked(_soak_end(name, task, self._now), self._now)
        for _ in self._removing.take_ended():  # each says in the journal what came of it
            pass

    def _watch(self, one: Watched) -> None:
        order = SoakOrder(run=self._run, plan_hash=self._plan, wave=one.wave, began=one.began)
        self._watching.add(one.wave, steps.soaking(self._ctx, order))

    def _take_away(self, wave: str) -> None:
        """Remove the snapshots that this run took for a wave, and no others."""
        for name in self._waves[wave].tasks:
            task = self._briefs[name]
            if task.snapshot and self.rollout.upgraded(name):
                self._removing.add(name, steps.taking_away(self._ctx, self._order(task)))

    def _end_soaks(self) -> None:
        """Nobody waits any more for what would come next: what was kept stays, and that is told."""
        if any(one.kind is CommandKind.CANCEL and one.task is None and one.cloud is None for one in self._told):
            for wave in sorted(self._watching.names):
                self._ctx.send_event(soak_instance(self._run, wave), STOP)

    def _look_before_meshes(self) -> Step[None]:
        """Before the first mesh of a wave goes by people's word: what they did not know of, they are told and asked."""
        wave = self.rollout.in_question(self._now)
        if wave is None:
            return
        order = WaveOrder(run=self._run, plan_hash=self._plan, wave=wave)
        changed = (yield from steps.wave_drift(self._ctx, order)).changed
        news = self.rollout.overtake(wave, changed, self._now) if changed else None
        if news is not None:
            void = [one for one in self._counted if one.wave == wave and commands.means_kind(one, meshes=True)]
            self._counted = [one for one in self._counted if one not in void]
            yield from self._record([_turned(news, self._now), *(_overtaken(one, changed, self._now) for one in void)])

    def _answer_those_aside(self) -> None:
        answer = self.rollout.readmit(self._now)
        for name in answer.back:
            self._ctx.send_event(task_instance(self._run, name), SLOT)
        for name in answer.refused:
            self._ctx.send_event(task_instance(self._run, name), SLOT, data=REFUSED)

    def _started(self, task: TaskBrief) -> Task[Any]:
        running: Task[Any] = steps.carrying_out(self._ctx, self._order(task), mesh=task.mesh)
        return running

    def _order(self, task: TaskBrief) -> TaskOrder:
        return TaskOrder(
            run=self._run,
            plan_hash=self._plan,
            task=task.id,
            generation=task.generation,
            left_off=task.left_off,
            keeps_snapshot=task.snapshot and task.id in self._soaks,
        )

    @property
    def _asks_people(self) -> bool:
        return self.rollout.asking is not None or bool(self.rollout.paused)

    def _next_look(self) -> datetime | None:
        """When time alone can have changed something; while people are asked, in an hour at the latest."""
        wake = self.rollout.next_wake(self._now)
        if not self._asks_people:
            return wake
        soon = self._now + HOURLY
        latest = min(self.alarm.at, soon) if self.alarm.at is not None and self.alarm.at > self._now else soon
        return latest if wake is None else min(wake, latest)

    def hear_people(self) -> Step[None]:
        """Read what people told this run, take what is new, and wake those of its tasks that go on."""
        order = CommandsOrder(run=self._run, plan_hash=self._plan, taken=len(self._told))
        told = yield from steps.told_commands(self._ctx, order)
        new = told.heard
        if told.unreadable:
            yield from self._record(map(ended, self.rollout.stop(told.unreadable, self._now)))
        elif not new:
            return
        self._told += [one.command for one in new]
        for one in new:
            yield from self._record(map(ended, (yield from self._take(one))))
        yield from self._record(map(ended, self.rollout.obey(self._told, self._now)))
        for name in sorted(self.rollout.running):
            self._ctx.send_event(task_instance(self._run, name), BELL)
        self._end_soaks()

    def _take(self, heard: Heard) -> Step[tuple[TaskResult, ...]]:
        """Take an approval or a rejection, and say what it comes to; gives the ends that a rejection means.

        What else people say needs no word of the run: it is in the journal since it was given, and its tasks obey.
        """
        command, void, ends = heard.command, heard.void, tuple[TaskResult, ...]()
        if command.kind not in commands.JUDGED:
            return ends
        word = commands.word_of(command)
        if not void and command.kind is CommandKind.APPROVE:
            void = "" if self.rollout.grant(word, self._now) else NOT_ASKED
        elif not void:
            rejected = self.rollout.reject(word, self._now, command.comment)
            void, ends = (NOT_ASKED, ()) if rejected is None else ("", rejected)
        if command.kind is CommandKind.APPROVE and not heard.void and (heard.counted or not void):
            self._counted.append(command)
        if not (heard.counted and void == NOT_ASKED):
            yield from self._record([_heard(command, void, self._now)])
        return ends

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
        outcome = Outcome.UNKNOWN if self.rollout.let_off(name) else Outcome.FAILED
        return broke(name, outcome, f"its orchestration broke: {task.get_exception()}", self._now)

    def _record(self, entries: Iterable[JournalEntry]) -> Step[None]:
        told = tuple(entries)
        if told:
            yield from steps.record(self._ctx, self._run, *told)


def _soak_end(wave: str, task: Task[Any], now: datetime) -> SoakEnd:
    """What the soak of a wave came to; where its orchestration broke, nobody can say."""
    if not task.is_failed:
        return from_json(SoakEnd, task.get_result())
    broke = f"the watching of it broke: {task.get_exception()}"
    return SoakEnd(wave=wave, verdict=SoakVerdict.INCONCLUSIVE, reasons=(broke,), ended_at=now)


def _heard(command: Command, void: str, now: datetime) -> JournalEntry:
    """A command as the run takes it. One that was taken in an earlier life of the run is the same entry."""
    key = void_key(command.key) if void else taken_key(command.key)
    text = f"{commands.told(command)}: {f'does not count, {void}' if void else 'counts'}"
    return JournalEntry(key=key, at=now, kind=JournalKind.COMMANDED, text=text, task=command.task)


def _overtaken(command: Command, changed: str, now: datetime) -> JournalEntry:
    """An approval that counted, and does not any more for mesh tasks; what it let go of managers has gone."""
    text = f"{commands.told(command)}: does not count for mesh tasks any more, since {changed}"
    return JournalEntry(key=void_key(command.key), at=now, kind=JournalKind.COMMANDED, text=text)


def _admitted(task: str, now: datetime) -> JournalEntry:
    return JournalEntry(key=f"{task}/admitted", at=now, kind=JournalKind.ADMITTED, text="may start", task=task)


def _turned(news: WaveNews, now: datetime) -> JournalEntry:
    """One entry for what a whole wave comes to. Its key is the same when a run that goes on comes to it again."""
    until = f"/{news.until.isoformat()}" if news.turn is Turn.WINDOW and news.until else ""
    because = news.because
    return JournalEntry(
        key=turn_key(news.wave, news.turn.value, meshes=news.meshes, anew=news.anew) + until,
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
