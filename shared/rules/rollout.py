"""Admission as one state machine without input or output: `admit(now)`, `apply(outcome)`, `next_wake(now)`.

`fleet.py` drives it in production, `forecast.py` drives the very same object through virtual time. Waves go one after
the other. In the open wave a task is admitted when every task it depends on has succeeded; one of ours also needs a
window that it fits into, a slot, room in the failure budget and room among the extended networks in change. Tasks of
the provider or of people take nothing of these, and a task of ours that waits gives its slot back until it can go on:
while others take their time, nothing of ours is held up.

Every task ends: what can never start any more is ended as skipped, with the reason and who can act. Time never goes
back in here, whatever the clock does: the latest time that was ever said counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from shared.model.command import Command, TaskStanding
from shared.model.command import Standing as Said
from shared.model.orders import Admission, AtHop, GrantWord, SlotWord, TaskBrief
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.run import Outcome, TaskResult
from shared.model.soaking import SoakEnd, SoakVerdict
from shared.model.waiting import Waiting, WaitingFor
from shared.rules.admitting import held_back
from shared.rules.admitting.held_back import Because
from shared.rules.admitting.limits import Limits
from shared.rules.admitting.standing import Standing
from shared.rules.admitting.task_book import Ended, TaskBook
from shared.rules.admitting.wave_state import WavePhase, WaveState
from shared.rules.commands import standing


class Turn(StrEnum):
    """What a wave comes to, as a run tells it: once a wave and not once a task, or thousands would say the same."""

    WATCHED = "watched"
    """The wave before it is watched, until then."""
    ASKED = "asked"
    """Somebody has to let it go, until then."""
    OPEN = "open"
    OVERTAKEN = "overtaken"
    """What had let its mesh tasks go does not count any more."""
    WINDOW = "window"
    """Nothing of ours is under way, and a window opens then."""


@record
class WaveNews:
    """A wave that has come to something new."""

    wave: str
    turn: Turn
    until: datetime | None
    because: Because
    meshes: bool = False
    """Whether it is about the mesh tasks of the wave, which somebody lets go apart."""
    anew: int = 0
    """Of its mesh tasks: how often what had let them go was overtaken before."""


@record
class Watched:
    """A wave that is over and is watched now."""

    wave: str
    began: datetime
    """When its last task ended."""


@record
class Admitted:
    """What one look comes to."""

    start: tuple[str, ...] = ()
    """Ids of the tasks to start, in the order of their wave; each is given out once."""
    skipped: tuple[TaskResult, ...] = ()
    """The ends of tasks that can never start any more."""
    news: tuple[WaveNews, ...] = ()
    watch: tuple[Watched, ...] = ()
    """Waves whose soak begins; each is given out once, and its end is told by `soaked`."""


@record
class Readmitted:
    """Who of those that asked for their slot again has it."""

    back: tuple[str, ...] = ()
    """In the order in which they asked."""
    refused: tuple[str, ...] = ()
    """Tasks that never will: nothing of them is half done, and the failure budget is used up. They should end."""


class Rollout:
    """Who may go, who goes, and who never will."""

    def __init__(self, admission: Admission) -> None:
        """Take what decides.

        Raises:
            ValueError: a task is in no wave or in several, or depends on a task of a later wave.
        """
        self._book = TaskBook(admission)
        self._calendars = {one.key: one.openings for one in admission.calendars}
        self._waves = [WaveState(wave, self._book.tasks, self._calendars) for wave in admission.waves]
        self._limits = Limits(
            concurrency=admission.concurrency,
            max_failed=admission.max_failed,
            strict=admission.strict,
            networks_at_risk=admission.networks_at_risk,
        )
        self._at = 0
        self._began: datetime | None = None
        self._latest: datetime | None = None
        self._aside: set[str] = set()
        self._wanting: list[str] = []
        self._failed_soak: Because | None = None
        self._last_soak = ""
        self._given_to_watch: set[str] = set()
        self._released: set[str] = set()
        self._budget_told = False
        self._told: tuple[str, Turn, datetime | None, bool, int] | None = None
        self._said: dict[str, TaskStanding] = {}
        """What people said of tasks that have not started, where that is not to go on."""
        self._half_done = self._book.in_order(task.id for task in admission.tasks if _half_done(task))
        for name in self._half_done:
            for limits in self._limits_of(self._book.tasks[name]):
                limits.begun_before(self._book.tasks[name])
        self._line_up(self._book.in_order(name for name in self._book.tasks if self._book.is_ready(name)))

    # --- what happens -------------------------------------------------------------------------------------------------

    def admit(self, now: datetime) -> Admitted:
        """Let go what may go at `now`, and end what never will; ask `readmit` before."""
        now = self._tick(now)
        start, skipped, news = self._gone_on(), list[TaskResult](), list[WaveNews]()
        while (wave := self._current(now)) is not None:
            ended = self._hopeless(wave, now)
            if not ended and wave.goes(now):
                news += self._opened(wave, now)
                start += self._started(wave, now)
                ended = self._lost(wave, now) or self._stuck(wave, now)
            skipped += ended
            if not ended:
                news += self._turned(wave, now)
                break
        return Admitted(start=tuple(start), skipped=tuple(skipped), news=tuple(news), watch=tuple(self._to_watch()))

    def soaked(self, end: SoakEnd, at: datetime) -> None:
        """Take what the soak of a wave came to.

        After a failure no later wave starts. Where it could not be judged, people are asked about the next one.
        """
        now = self._tick(at)
        wave = next((one for one in self._waves if one.brief.name == end.wave), None)
        if wave is None or wave.soaked is not None:
            return
        wave.soaked = end.verdict
        following = self._current(now)
        if following is None and end.verdict is not SoakVerdict.PASS and not end.stopped:
            told = held_back.failed_soak if end.verdict is SoakVerdict.FAIL else held_back.unseen_soak
            self._last_soak = told(end.wave, end.reasons).detail
        if end.verdict is SoakVerdict.FAIL and self._failed_soak is None:
            self._failed_soak = held_back.failed_soak(end.wave, end.reasons)
        elif end.verdict is SoakVerdict.INCONCLUSIVE and following is not None and following.behind is wave:
            following.ask_about(held_back.unseen_soak(end.wave, end.reasons).detail, now)

    def released(self) -> tuple[str, ...]:
        """Waves whose soak is over for good, so that what was kept for their way back may go; each given once.

        One that passed, and one that could not be judged once people let the next wave go. After a failure it stays.
        """
        new = [one.brief.name for one in self._waves if self._is_released(one)]
        self._released |= set(new)
        return tuple(new)

    def hear(self, word: SlotWord) -> None:
        """Take what a running task says of its slot; of a task that has ended it means nothing any more."""
        if word.task not in self._book.running:
            return
        if word.wanted:
            self._wanting += [word.task] if word.task not in self._wanting else []
        elif word.task not in self._aside:
            self._aside.add(word.task)
            for limits in self._limits_of(self._book.tasks[word.task]):
                limits.step_aside(self._book.tasks[word.task], changed=word.changed)

    def readmit(self, now: datetime) -> Readmitted:
        """Give slots again to those that asked, as far as there are any.

        One that has to wait does not hold up those behind it, which may need less. While anyone waits here nothing new
        is started: what was begun goes first, and a task that needs room for many networks is not passed over again
        and again.
        """
        self._tick(now)
        back, refused, left = list[str](), list[str](), list[str]()
        for name in self._wanting:
            task = self._book.tasks[name]
            obstacle = self._obstacle(task) if name in self._aside else None
            if obstacle is None:
                self._seat(task)
                back.append(name)
            elif obstacle is WaitingFor.BUDGET and any(limits.used_up for limits in self._limits_of(task)):
                refused.append(name)
            else:
                left.append(name)
        self._wanting = left
        return Readmitted(back=tuple(back), refused=tuple(refused))

    def grant(self, word: GrantWord, at: datetime) -> bool:
        """Somebody lets a wave go; gives whether it counts: only from those who are asked, and while they are.

        An approval ahead of time does not count: whoever gives it has not seen what became of the wave before.
        """
        now = self._tick(at)
        wave = self._current(now)
        return wave is not None and wave.brief.name == word.wave and wave.grant(word, now)

    def reject(self, word: GrantWord, at: datetime, comment: str = "") -> tuple[TaskResult, ...] | None:
        """Somebody says no to a wave: what is left of it ends, and every later wave with it, as when nobody answers.

        A word about tasks of one kind ends those of that kind alone. Gives the ends; None where it does not count,
        since nobody is asked, or somebody else is.
        """
        now = self._tick(at)
        wave = self._current(now)
        if wave is None or wave.brief.name != word.wave or not wave.rejects(word, now):
            return None
        names = wave.brief.tasks if word.meshes is None else wave.of_kind(meshes=word.meshes)
        because = held_back.rejected(wave.brief, word.by, comment, meshes=word.meshes)
        return tuple(self._skip([*names, *self._later()], because, now))

    def in_question(self, now: datetime) -> str | None:
        """Name of the wave whose first mesh could start now by a word of people; ask it before `admit`.

        Weeks may lie between that word and now. Whoever carries the run out looks what has changed since, and says so
        by `overtake`.
        """
        wave = self._current(self._tick(now))
        if wave is None or not wave.goes(now):
            return None
        return wave.brief.name if wave.first_mesh_could_start(now, ours=not self._full(wave)) else None

    def overtake(self, name: str, changed: str, at: datetime) -> WaveNews | None:
        """What let the mesh tasks of a wave go does not count any more, since this has changed: they are asked anew.

        None where nobody asked the question.
        """
        now = self._tick(at)
        wave = self._current(now)
        if wave is None or wave.brief.name != name:
            return None
        before = wave.anew
        wave.overtake(changed, now)
        because = held_back.overtaken(wave.brief, changed)
        return WaveNews(wave=name, turn=Turn.OVERTAKEN, until=wave.due, because=because, meshes=True, anew=before)

    def stop(self, why: str, at: datetime) -> tuple[TaskResult, ...]:
        """Nobody knows any more what people said: what has not started never does. Gives the ends.

        What was half done when the run's host went away goes on first, as when somebody cancels it.
        """
        now = self._tick(at)
        left = (self._book.tasks[name] for name in self._book.not_started(self._book.tasks))
        return tuple(self._skip([one.id for one in left if not _half_done(one)], held_back.unheard(why), now))

    def obey(self, commands: Sequence[Command], at: datetime) -> tuple[TaskResult, ...]:
        """Take all that people said so far of tasks: pauses, and the ends of those that have not started.

        Those under way obey by themselves. What was half done when the run's host went away goes on first and does so
        then: it may have something to watch until it is verified. Gives the ends.
        """
        now = self._tick(at)
        left = (self._book.tasks[name] for name in self._book.not_started(self._book.tasks))
        found = {task.id: standing(commands, task) for task in left if not _half_done(task)}
        self._said = {name: said for name, said in found.items() if said.standing is not Said.GO}
        for wave in self._waves:
            wave.pause(self.paused)
        ended = (held_back.ended_by(name, self._said[name], now) for name in self._book.in_order(self._said))
        return tuple(self._take(self._book.end([one for one in ended if one is not None])))

    def apply(self, result: TaskResult) -> tuple[TaskResult, ...]:
        """Take the end of a task; gives the tasks that can now never start, each with its reason."""
        return tuple(self._take(self._book.end([result]))[1:])

    def come_to(self, hop: AtHop, at: datetime) -> None:
        """Take that a manager was verified at a release on its way: a mesh that follows there may start."""
        self._line_up(self._book.come_to(hop, self._tick(at)))

    # --- what can be asked --------------------------------------------------------------------------------------------

    def next_wake(self, now: datetime) -> datetime | None:
        """When to call `admit` again though nothing ended; None while time alone changes nothing."""
        now = self._tick(now)
        wave = self._current(now)
        if wave is None:
            return None
        match wave.phase(now):
            case WavePhase.WATCHED:
                return wave.asks_from if wave.asks_from is not None and wave.asks_from > now else None
            case WavePhase.ASKED:
                opening = self._next_opening(wave, now) if wave.goes(now) else None
                return min((at for at in (wave.due, opening) if at is not None), default=None)
            case WavePhase.TIMED_OUT:
                return now
            case WavePhase.OPEN:
                return self._next_opening(wave, now)

    def waiting(self, now: datetime) -> dict[str, Waiting]:
        """What every task that has not started waits for, in the order of admission."""
        now = self._tick(now)
        wave = self._current(now)
        if wave is None:
            return {}
        seen = self._standing(wave, now)
        names = self._book.in_order(self._book.not_started(self._book.tasks))
        return {name: seen.waiting(self._book.tasks[name]) for name in names}

    def let_off(self, task: str) -> bool:
        """Whether a task is aside and nothing of it is half done: whatever becomes of it there, it is no failure."""
        return task in self._aside and not self._limits.counts(task)

    @property
    def asking(self) -> str | None:
        """Name of the wave that somebody has to let go now."""
        if self._latest is None:
            return None
        wave = self._current(self._latest)
        return wave.brief.name if wave is not None and wave.phase(self._latest) is WavePhase.ASKED else None

    @property
    def problem(self) -> str:
        """What the soak of the last wave found, if it did not pass: no task is left to say so. Empty where it did."""
        return self._last_soak

    def upgraded(self, task: str) -> bool:
        """Whether this run brought a task to its end, in this life or in an earlier one."""
        result, brief = self._book.results.get(task), self._book.tasks[task]
        ours = brief.left_off.result is None or bool(brief.left_off.begun)
        return ours and result is not None and result.outcome is Outcome.SUCCEEDED

    @property
    def paused(self) -> frozenset[str]:
        """Tasks that have not started and do not while people say so."""
        return frozenset(name for name, said in self._said.items() if said.standing is Said.PAUSED)

    @property
    def finished(self) -> bool:
        """Whether every task has ended."""
        return len(self._book.results) == len(self._book.tasks)

    @property
    def running(self) -> frozenset[str]:
        """Tasks that were admitted and have not ended."""
        return frozenset(self._book.running)

    # --- waves --------------------------------------------------------------------------------------------------------

    def _tick(self, now: datetime) -> datetime:
        self._began = self._began or now
        self._latest = now if self._latest is None else max(self._latest, now)
        return self._latest

    def _current(self, now: datetime) -> WaveState | None:
        """The first wave that is not over; when it is reached, it is fixed when it may go."""
        while self._at < len(self._waves):
            wave = self._waves[self._at]
            if wave.asks_from is None:
                wave.reach(self._watch_ends(now))
            if not wave.over:
                return wave
            self._at += 1
        return None

    def _to_watch(self) -> Iterator[Watched]:
        for wave in self._waves:
            if wave.watched_from is not None and wave.soaked is None and wave.brief.name not in self._given_to_watch:
                self._given_to_watch.add(wave.brief.name)
                yield Watched(wave=wave.brief.name, began=wave.watched_from)

    def _is_released(self, wave: WaveState) -> bool:
        if wave.brief.name in self._released:
            return False
        let_go = any(one.behind is wave and one.opened_at is not None for one in self._waves)
        return wave.soaked is SoakVerdict.PASS or (wave.soaked is SoakVerdict.INCONCLUSIVE and let_go)

    def _watch_ends(self, now: datetime) -> datetime:
        """Until when the wave before the next one is watched, and whether it came out as it must."""
        began = self._began or now
        if self._at == 0:
            return began
        before = self._waves[self._at - 1]
        self._waves[self._at].behind = before if before.watched_from is not None else before.behind
        unmet = before.unmet()
        if unmet is not None and self._failed_soak is None:
            self._failed_soak = held_back.unmet_soak(before.brief.name, unmet)
        return before.watched_until(before.asks_from or began)

    def _hopeless(self, wave: WaveState, now: datetime) -> list[TaskResult]:
        """End what can never start because of its wave or of the failure budget; the budget is told once."""
        if self._failed_soak is not None and not wave.opened:
            return self._skip(self._from_here_on(), self._failed_soak, now)
        if wave.phase(now) is WavePhase.TIMED_OUT:
            because = held_back.timed_out(wave.brief, wave.due, meshes=bool(wave.asks_for))
            return self._skip([*wave.due_to_end, *self._later()], because, now)
        if self._limits.used_up and not self._budget_told:
            self._budget_told = True
            return self._skip(self._untouched(self._from_here_on()), held_back.used_up(self._limits, "the run"), now)
        if wave.limits.used_up and not wave.budget_told:
            wave.budget_told = True
            because = held_back.used_up(wave.limits, f"wave {wave.brief.name}")
            return self._skip(self._untouched(wave.brief.tasks), because, now)
        return []

    def _lost(self, wave: WaveState, now: datetime) -> list[TaskResult]:
        """End what no window is left for."""
        return self._skip(wave.ready.never(now), held_back.no_opening(), now)

    def _stuck(self, wave: WaveState, now: datetime) -> list[TaskResult]:
        """With nothing under way and nothing that time could bring, what is left of a wave is left for ever."""
        if self._book.running or wave.holds_any or self.next_wake(now) is not None:
            return []
        left = [self._book.tasks[name] for name in self._book.not_started(wave.brief.tasks)]
        because = {task.id: self._why_stuck(self._standing(wave, now), task) for task in left}
        return [one for name, why in because.items() for one in self._skip([name], why, now)]

    def _why_stuck(self, standing: Standing, task: TaskBrief) -> Because:
        if not self._book.is_ready(task.id):
            hops = (hop.task for hop in self._book.open_hops_of(task))
            return held_back.lost_dependency([*self._book.open_ends_of(task), *hops])
        return standing.limited(task, ever=True)

    # --- starts -------------------------------------------------------------------------------------------------------

    def _gone_on(self) -> list[str]:
        """What was half done when the run's host went away goes first, whatever the time, its wave and the budget."""
        tasks = (self._book.tasks[name] for name in self._book.not_started(self._half_done))
        return [self._seat(one) for one in tasks if self._book.is_ready(one.id) and self._obstacle(one) is None]

    def _started(self, wave: WaveState, now: datetime) -> list[str]:
        others = self._book.not_started(wave.take_others())
        started = [self._seat(self._book.tasks[name]) for name in others]
        while not self._full(wave):
            name = wave.take_next(now, self._limits.room)
            if name is None:
                break
            started.append(self._seat(self._book.tasks[name]))
        return self._book.in_order(started)

    def _next_opening(self, wave: WaveState, now: datetime) -> datetime | None:
        return None if self._full(wave) else wave.ready.next_at(now)

    def _full(self, wave: WaveState) -> bool:
        return bool(self._wanting or self._limits.obstacle() or wave.limits.obstacle())

    def _seat(self, task: TaskBrief) -> str:
        self._book.running.add(task.id)
        self._aside.discard(task.id)
        for limits in self._limits_of(task):
            limits.take(task)
        return task.id

    def _obstacle(self, task: TaskBrief) -> WaitingFor | None:
        found = (limits.obstacle(task) for limits in self._limits_of(task))
        return next((one for one in found if one is not None), None)

    def _limits_of(self, task: TaskBrief) -> tuple[Limits, ...]:
        """What counts for a task: the run's limits and its wave's, for ours alone."""
        wave = self._waves[self._book.wave_of[task.id]]
        return (self._limits, wave.limits) if task.owner is Owner.OURS else ()

    # --- ends ---------------------------------------------------------------------------------------------------------

    def _skip(self, names: Iterable[str], because: Because, now: datetime) -> list[TaskResult]:
        return self._take(self._book.skip(names, because, now))

    def _take(self, ended: Ended) -> list[TaskResult]:
        for result in ended.results:
            task = self._book.tasks[result.task]
            self._aside.discard(task.id)
            self._wanting = [name for name in self._wanting if name != task.id]
            self._limits.end(task, result.outcome)
            self._waves[self._book.wave_of[task.id]].end(task, result)
        self._line_up(ended.ready)
        return list(ended.results)

    def _line_up(self, ready: Iterable[str]) -> None:
        for name in ready:
            if not _half_done(self._book.tasks[name]):
                wave = self._waves[self._book.wave_of[name]]
                wave.line_up(self._book.tasks[name], self._book.ready_since.get(name))

    def _from_here_on(self) -> Iterator[str]:
        return (name for wave in self._waves[self._at :] for name in wave.brief.tasks)

    def _later(self) -> Iterator[str]:
        return (name for wave in self._waves[self._at + 1 :] for name in wave.brief.tasks)

    def _untouched(self, names: Iterable[str]) -> Iterator[str]:
        """Tasks of ours that are not half done from before the run's host went away."""
        tasks = (self._book.tasks[name] for name in names)
        return (task.id for task in tasks if task.owner is Owner.OURS and not _half_done(task))

    # --- what is told -------------------------------------------------------------------------------------------------

    def _standing(self, wave: WaveState, now: datetime) -> Standing:
        return Standing(
            book=self._book,
            waves=self._waves,
            current=wave,
            limits=self._limits,
            calendars=self._calendars,
            began=self._began or now,
            now=now,
            said=self._said,
        )

    def _opened(self, wave: WaveState, now: datetime) -> Iterator[WaveNews]:
        """A run of one wave that nobody has to let go has nothing to tell of its beginning."""
        news = wave.open(now)
        if wave.brief.approval is None and news and len(self._waves) > 1:
            yield from self._news(wave, Turn.OPEN, None, held_back.may_go(wave.brief))
        for meshes in wave.newly_gone():
            yield from self._news(wave, Turn.OPEN, None, held_back.may_go(wave.brief, meshes=meshes), meshes=meshes)

    def _turned(self, wave: WaveState, now: datetime) -> Iterator[WaveNews]:
        """What the whole run waits for, where that is one thing."""
        phase, at = wave.phase(now), self.next_wake(now)
        if phase is WavePhase.WATCHED and at is not None:
            yield from self._news(wave, Turn.WATCHED, at, held_back.watched(at))
        elif phase is WavePhase.ASKED:
            yield from self._news(wave, Turn.ASKED, wave.due, wave.waits_for_people, meshes=bool(wave.asks_for))
        elif phase is WavePhase.OPEN and at is not None and not self._limits.busy:
            yield from self._news(wave, Turn.WINDOW, at, held_back.later_opening(at))

    def _news(
        self, wave: WaveState, turn: Turn, until: datetime | None, because: Because, *, meshes: bool = False
    ) -> Iterator[WaveNews]:
        anew = wave.anew if meshes else 0
        told = (wave.brief.name, turn, until, meshes, anew)
        if told != self._told:
            self._told = told
            yield WaveNews(wave=wave.brief.name, turn=turn, until=until, because=because, meshes=meshes, anew=anew)


def _half_done(task: TaskBrief) -> bool:
    """Whether a task of ours had changed something before the run's host went away."""
    return task.owner is Owner.OURS and bool(task.left_off.begun)
