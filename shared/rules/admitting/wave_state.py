"""One wave of a run: from when it may go, who let it go, and what has become of its tasks.

A wave is reached when every task of all earlier ones has ended. Then it waits until the wave before it was watched for
as long as its soak says, then until enough people let it go, and then it is open until its last task has ended.

Its tasks of managers and its tasks of meshes are let go apart, or with one word together. Of meshes nobody is asked
before one of them could go: weeks may lie between, and whoever lets a mesh go wants to know what became of its
managers. Other managers of the wave may be under way then, and go on: one may even wait in the middle for that mesh.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from shared.model.orders import GrantWord, TaskBrief, WaveBrief
from shared.model.policy import Approval, Owner, SoakCriterion, TimeOutAction
from shared.model.run import Outcome, TaskResult
from shared.model.soaking import SoakVerdict
from shared.model.span import Opening
from shared.rules.admitting import held_back
from shared.rules.admitting.held_back import Because
from shared.rules.admitting.limits import Limits
from shared.rules.admitting.ready import Ready
from shared.rules.calendar.openings import next_fit
from shared.rules.commands import BY_ANYBODY, person
from shared.rules.inconclusive import INCONCLUSIVE

_CHANGED = frozenset({Outcome.SUCCEEDED, Outcome.FAILED})


def has_changed(result: TaskResult) -> bool:
    """Whether a task that ended so changed something: after any other there is nothing to watch."""
    return result.outcome in _CHANGED or result.reason == INCONCLUSIVE


class WavePhase(StrEnum):
    """Where a wave that was reached stands."""

    WATCHED = "watched"
    """The wave before it is still watched."""
    ASKED = "asked"
    """It waits to be let go."""
    TIMED_OUT = "timed-out"
    """Nobody let it go in time."""
    OPEN = "open"


class WaveState:
    """One wave and everything that is counted of it."""

    def __init__(
        self, brief: WaveBrief, tasks: Mapping[str, TaskBrief], calendars: Mapping[str, tuple[Opening, ...]]
    ) -> None:
        self.brief = brief
        self.ready = Ready(calendars)
        self.limits = Limits(concurrency=brief.concurrency, max_failed=brief.max_failed, strict=brief.strict)
        self.asks_from: datetime | None = None
        """When it may go at the earliest; None until it is reached."""
        self.opened = brief.opened or brief.opened_meshes or any(_was_under_way(tasks[name]) for name in brief.tasks)
        self.opened_at: datetime | None = None
        self.budget_told = False
        """Whether those were ended that its failure budget keeps from ever starting."""
        self.soaked: SoakVerdict | None = None
        """What its own soak came to; None while it is not over, or it has none."""
        self.behind: Self | None = None
        """The wave whose soak it waits for."""
        self.unseen = ""
        """What the soak of the wave before could not see, in words; then people are asked, whoever else is."""
        self.paused: frozenset[str] = frozenset()
        """Ids of tasks that are not started while people say so."""
        self._gone = {False, True} if self.brief.approval is None else _let_go_before(brief, tasks)
        """Which of its tasks were let go: those of managers (False), those of meshes (True)."""
        self._granted: dict[bool, set[str]] = {False: set(), True: set()}
        self._told_gone = set(self._gone)
        self.anew = brief.anew
        """How often what had let its meshes go was overtaken."""
        self.changed = ""
        """What overtook it last, as far as that is known."""
        self._overtaken_at = brief.overtaken_at
        self._asked_before = {False: brief.asked_since, True: brief.asked_meshes_since}
        """Since when people were asked, before the run's host went away."""
        self._meshes_began = any(tasks[name].mesh and _was_under_way(tasks[name]) for name in brief.tasks)
        self._calendars = calendars
        self._meshes = frozenset(name for name in brief.tasks if tasks[name].mesh)
        self._had = Counter(tasks[name].mesh for name in brief.tasks)
        self._left_of = Counter(self._had)
        self._managers_gone_at: datetime | None = None
        """When its managers were let go, if somebody had to."""
        self._could_go: dict[str, datetime | None] = {}
        """Mesh tasks that nothing but people keeps back, since when; None: since the wave was reached."""
        self._lined_up: dict[str, TaskBrief] = {}
        self._held: dict[str, TaskBrief] = {}
        """Tasks that could be lined up, but are paused or not let go yet."""
        self._rank = {name: rank for rank, name in enumerate(brief.tasks)}
        self._others: list[tuple[int, str]] = []
        self._left = len(brief.tasks)
        self._succeeded = 0
        self._changed = False
        """Whether any of its tasks may have changed something."""
        self._last_end: datetime | None = None

    @property
    def over(self) -> bool:
        """Whether every task of it has ended."""
        return self._left == 0

    @property
    def due(self) -> datetime | None:
        """When its approval times out; None where nobody is asked, or it is waited for without end."""
        approval, since = self.brief.approval, self.asked_since
        if approval is None or since is None or approval.on_time_out is TimeOutAction.KEEP_WAITING:
            return None
        return since + approval.time_out

    @property
    def asks_for(self) -> bool | None:
        """Which of its tasks somebody has to let go next: those of meshes (True), of managers; None: none right now."""
        if self._left_of[False] and False not in self._gone:
            return False
        return True if self._could_go and True not in self._gone else None

    @property
    def asked_since(self) -> datetime | None:
        """Since when somebody has to let them go; None while nobody has to."""
        asks_for = self.asks_for
        before = None if asks_for is None else self._asked_before[asks_for]
        if before is not None:
            return before
        if not asks_for or self.asks_from is None:
            return None if asks_for is None else self.asks_from
        since = (self._managers_gone_at, self._overtaken_at)
        could_go = min(since or self.asks_from for since in self._could_go.values())
        return max(self.asks_from, could_go, *(at for at in since if at is not None))

    @property
    def waits_for_people(self) -> Because:
        """That somebody has to let them go, and what they have to know."""
        return held_back.not_let_go(
            self.brief, self.due, meshes=bool(self.asks_for), changed=self.changed, unseen=self.unseen
        )

    @property
    def due_to_end(self) -> tuple[str, ...]:
        """Its tasks that end where nobody lets go what is asked for: meshes alone, once its managers were let go."""
        return self.of_kind(meshes=True) if self.asks_for else self.brief.tasks

    def asks_about(self, task: TaskBrief) -> bool:
        """Whether nothing but people who are asked keeps it back."""
        return bool(self.asks_for) and task.id in self._could_go

    @property
    def holds_any(self) -> bool:
        """Whether anything of it is kept back by people alone."""
        return bool(self._held)

    def rank(self, task: str) -> int:
        """Its place in the order of admission."""
        return self._rank[task]

    def of_kind(self, *, meshes: bool) -> tuple[str, ...]:
        """Its tasks of meshes, or of managers."""
        return tuple(name for name in self.brief.tasks if (name in self._meshes) == meshes)

    def line_up(self, task: TaskBrief, since: datetime | None = None) -> None:
        """Everything that a task depends on has succeeded; the last of it at `since`."""
        if task.mesh and True not in self._gone:
            self._could_go[task.id] = since
        if self._keeps_back(task):
            self._held[task.id] = task
            return
        self._lined_up[task.id] = task
        if task.owner is Owner.OURS:
            self.ready.add(task, self._rank[task.id])
        else:
            self._others.append((self._rank[task.id], task.id))

    def pause(self, paused: Collection[str]) -> None:
        """These of its tasks are not started until somebody says otherwise; all others may."""
        self.paused = frozenset(name for name in paused if name in self._rank)
        self._sort_out()

    def take_others(self) -> list[str]:
        """Tasks of the provider and of people that nothing holds back any more, each given once, ended or not."""
        taken, self._others = [name for _, name in sorted(self._others)], []
        for name in taken:
            self._take_out(name)
        return taken

    def take_next(self, now: datetime, room: int | None) -> str | None:
        """The first task of ours that may start now and takes no more networks than there is room for."""
        name = self.ready.next(now, room)
        if name is not None:
            self._take_out(name)
        return name

    def first_mesh_could_start(self, now: datetime, *, ours: bool) -> bool:
        """Whether a mesh could start now by a word of people, and none of the wave has; `ours`: those of ours, too."""
        if self.brief.approval is None or self._meshes_began or True not in self._gone:
            return False
        lined_up = [one for one in map(self._lined_up.get, self._meshes & self._lined_up.keys()) if one is not None]
        return any(one.owner is not Owner.OURS or (ours and self._is_open(one, now)) for one in lined_up)

    def overtake(self, changed: str, now: datetime) -> None:
        """What let its meshes go does not count any more, since this has changed: people are asked anew, from now."""
        self._gone.discard(True)
        self._told_gone.discard(True)
        self._granted[True].clear()
        self._asked_before[True], self._overtaken_at = None, now
        self.anew, self.changed = self.anew + 1, changed
        self._all_could_go()
        self._sort_out()

    def end(self, task: TaskBrief, result: TaskResult) -> None:
        """One of its tasks has ended."""
        self._left -= 1
        self._succeeded += result.outcome is Outcome.SUCCEEDED
        self._changed |= has_changed(result)
        self.limits.end(task, result.outcome)
        self.ready.discard(task.id)
        self._lined_up.pop(task.id, None)
        self._held.pop(task.id, None)
        self._could_go.pop(task.id, None)
        self._left_of[task.mesh] -= 1
        if result.outcome is not Outcome.SKIPPED:
            self._last_end = max(self._last_end or result.ended_at, result.ended_at)

    def reach(self, when: datetime) -> None:
        """Every earlier wave is over, and may have been watched until `when`; where people were asked, it was then."""
        self.asks_from = min((when, *(at for at in self._asked_before.values() if at is not None)))

    @property
    def watched_from(self) -> datetime | None:
        """Since when it is watched; None where it has no soak, changed nothing, or came out as it must not."""
        if not self.over or self.brief.soak is None or self.unmet() is not None:
            return None
        return self._last_end if self._changed else None

    @property
    def awaited(self) -> bool:
        """Whether the soak that it waits for goes on."""
        return self.behind is not None and self.behind.soaked is None

    def ask_about(self, unseen: str, now: datetime) -> None:
        """The soak before could not be judged: people say whether it goes; where nobody was to be asked, anybody may.

        One that was let go in an earlier life of the run goes on.
        """
        if self.opened:
            return
        self.unseen = unseen
        self.asks_from = max(self.asks_from or now, now)
        if self.brief.approval is None:
            self.brief = replace(self.brief, approval=BY_ANYBODY)
            self._gone = set()
            self._told_gone = set()
            self._all_could_go()
            self._sort_out()

    def watched_until(self, otherwise: datetime) -> datetime:
        """Until when it is watched after its end; where nothing of it was ever under way there is nothing to watch."""
        if self._last_end is None:
            return otherwise
        soak = self.brief.soak
        return max(otherwise, self._last_end + soak.span if soak else self._last_end)

    def unmet(self) -> SoakCriterion | None:
        """What must be true after its end and is not."""
        for criterion in self.brief.soak.require if self.brief.soak else ():
            if criterion is SoakCriterion.NO_FAILURES and self.limits.failed:
                return criterion
            if criterion is SoakCriterion.ALL_UPGRADED and self._succeeded < len(self.brief.tasks):
                return criterion
        return None

    def phase(self, now: datetime) -> WavePhase:
        """Where it stands, once it was reached.

        An approval that came in time lets it go whenever somebody looks: one that came just before the time-out is not
        lost because nobody looked in between.
        """
        if not self.opened and (self.asks_from is None or now < self.asks_from or self.awaited):
            return WavePhase.WATCHED
        if self.asks_for is None:
            return WavePhase.OPEN
        return WavePhase.ASKED if self.due is None or now < self.due else WavePhase.TIMED_OUT

    def goes(self, now: datetime) -> bool:
        """Whether tasks of it may start: it is open, or was let go for its managers while its meshes are asked for."""
        phase = self.phase(now)
        beside = phase is WavePhase.ASKED and bool(self.asks_for and self._left_of[False])
        return phase is WavePhase.OPEN or beside

    def grant(self, word: GrantWord, now: datetime) -> bool:
        """Somebody lets it go; counts only from somebody who was asked, while they are, for what they are asked for."""
        approval = self._answered_by(word, now)
        if approval is None:
            return False
        # Whoever looked at the soak by hand is not asked twice.
        kinds = (False, True) if word.meshes is None or approval == BY_ANYBODY else (word.meshes,)
        for meshes in kinds:
            self._granted[meshes].add(person(word.by))
            if len(self._granted[meshes]) >= approval.minimum:
                self._gone.add(meshes)
        if False in self._gone and self._managers_gone_at is None:
            self._managers_gone_at = now
        self._sort_out()
        return True

    def rejects(self, word: GrantWord, now: datetime) -> bool:
        """Whether somebody who is asked now says no."""
        return self._answered_by(word, now) is not None

    def _answered_by(self, word: GrantWord, now: datetime) -> Approval | None:
        """What is asked for, where whoever speaks is asked for it, or was when they spoke.

        One who spoke in time is heard, though the run looks only when the time is over. A word from before it was asked
        is taken as said then: the clocks of two hosts differ, and whether it came too early shows where it was given.
        But not one from before they were asked anew: whoever said it did not know what has changed.
        """
        approval, since = self.brief.approval, self.asked_since
        if self.asks_for and word.at is not None and self._overtaken_at is not None and word.at < self._overtaken_at:
            return None
        said = now if word.at is None or since is None else min(now, max(word.at, since))
        if approval is None or self.phase(said) is not WavePhase.ASKED or word.meshes not in {None, self.asks_for}:
            return None
        asked = approval == BY_ANYBODY or person(word.approver or word.by) in {
            person(one) for one in approval.approvers
        }
        return approval if asked else None

    def newly_gone(self) -> list[bool]:
        """Which of its tasks were let go since this was asked last, as far as it has any."""
        new = [meshes for meshes in (False, True) if meshes in self._gone - self._told_gone and self._had[meshes]]
        self._told_gone |= set(new)
        return new

    def open(self, now: datetime) -> bool:
        """Let it go at `now`; gives whether this is news."""
        news, self.opened = self.opened_at is None, True
        if news:
            self.opened_at = now
        return news

    def _all_could_go(self) -> None:
        """Of the meshes that nothing else keeps back, people are asked."""
        for name in self._meshes & (self._lined_up.keys() | self._held.keys()):
            self._could_go.setdefault(name, None)

    def _take_out(self, name: str) -> None:
        self._lined_up.pop(name, None)
        self._meshes_began |= name in self._meshes

    def _is_open(self, task: TaskBrief, now: datetime) -> bool:
        if not task.calendar:
            return True
        opens = next_fit(self._calendars.get(task.calendar, ()), now, task.needs)
        return opens is not None and opens <= now

    def _keeps_back(self, task: TaskBrief) -> bool:
        return task.id in self.paused or task.mesh not in self._gone

    def _sort_out(self) -> None:
        """Who is lined up, after what keeps tasks back has changed."""
        for task in [one for one in self._held.values() if not self._keeps_back(one)]:
            self.line_up(self._held.pop(task.id))
        for task in [one for one in self._lined_up.values() if self._keeps_back(one)]:
            self._held[task.id] = self._lined_up.pop(task.id)
            self.ready.discard(task.id)
        self._others = [(rank, name) for rank, name in self._others if name in self._lined_up]


def _let_go_before(brief: WaveBrief, tasks: Mapping[str, TaskBrief]) -> set[bool]:
    """What had been let go before the run's host went away: that is not asked again.

    How a task ended does not tell: somebody may have canceled it while its wave was asked, and a run that carries out
    tasks of another one once more takes over ends of that one, for which it was not asked.
    """
    under_way = {tasks[name].mesh for name in brief.tasks if tasks[name].left_off.begun}
    return under_way | ({False} if brief.opened else set()) | ({True} if brief.opened_meshes else set())


def _was_under_way(task: TaskBrief) -> bool:
    """Whether it had been started before the run's host went away: then its wave had been open."""
    left = task.left_off
    nothing = {Outcome.SKIPPED, Outcome.CANCELED}
    return bool(left.begun) or (left.result is not None and left.result.outcome not in nothing)
