"""One wave of a run: from when it may go, who let it go, and what has become of its tasks.

A wave is reached when every task of all earlier ones has ended. Then it waits until the wave before it was watched for
as long as its soak says, then until enough people let it go, and then it is open until its last task has ended.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from shared.model.orders import TaskBrief, WaveBrief
from shared.model.policy import Owner, SoakCriterion, TimeOutAction
from shared.model.run import Outcome, TaskResult
from shared.model.span import Opening
from shared.rules.admitting.limits import Limits
from shared.rules.admitting.ready import Ready


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
        self.opened = brief.opened or any(_was_under_way(tasks[name]) for name in brief.tasks)
        self.opened_at: datetime | None = None
        self.budget_told = False
        """Whether those were ended that its failure budget keeps from ever starting."""
        self._granted: set[str] = set()
        self._rank = {name: rank for rank, name in enumerate(brief.tasks)}
        self._others: list[tuple[int, str]] = []
        self._left = len(brief.tasks)
        self._succeeded = 0
        self._last_end: datetime | None = None

    @property
    def over(self) -> bool:
        """Whether every task of it has ended."""
        return self._left == 0

    @property
    def due(self) -> datetime | None:
        """When its approval times out; None where nobody is asked, or it is waited for without end."""
        approval = self.brief.approval
        if approval is None or self.asks_from is None or approval.on_time_out is TimeOutAction.KEEP_WAITING:
            return None
        return self.asks_from + approval.time_out

    def rank(self, task: str) -> int:
        """Its place in the order of admission."""
        return self._rank[task]

    def line_up(self, task: TaskBrief) -> None:
        """Everything that a task depends on has succeeded."""
        if task.owner is Owner.OURS:
            self.ready.add(task, self._rank[task.id])
        else:
            self._others.append((self._rank[task.id], task.id))

    def take_others(self) -> list[str]:
        """Tasks of the provider and of people that nothing holds back any more, each given once, ended or not."""
        taken, self._others = [name for _, name in sorted(self._others)], []
        return taken

    def end(self, task: TaskBrief, result: TaskResult) -> None:
        """One of its tasks has ended."""
        self._left -= 1
        self._succeeded += result.outcome is Outcome.SUCCEEDED
        self.limits.end(task, result.outcome)
        self.ready.discard(task.id)
        if result.outcome is not Outcome.SKIPPED:
            self._last_end = max(self._last_end or result.ended_at, result.ended_at)

    def reach(self, when: datetime) -> None:
        """Every earlier wave is over, and may have been watched until `when`."""
        self.asks_from = when

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
        if self.opened:
            return WavePhase.OPEN
        if self.asks_from is None or now < self.asks_from:
            return WavePhase.WATCHED
        approval = self.brief.approval
        if approval is None or len(self._granted) >= approval.minimum:
            return WavePhase.OPEN
        return WavePhase.ASKED if self.due is None or now < self.due else WavePhase.TIMED_OUT

    def grant(self, by: str, approver: str, now: datetime) -> bool:
        """Somebody lets it go; counts only from somebody who was asked, while they are."""
        approval = self.brief.approval
        if approval is None or approver not in approval.approvers or self.phase(now) is not WavePhase.ASKED:
            return False
        self._granted.add(by)
        return True

    def open(self, now: datetime) -> bool:
        """Let it go at `now`; gives whether this is news."""
        news, self.opened = self.opened_at is None, True
        if news:
            self.opened_at = now
        return news


def _was_under_way(task: TaskBrief) -> bool:
    """Whether it had been started before the run's host went away: then its wave had been open."""
    left = task.left_off
    return bool(left.begun) or (left.result is not None and left.result.outcome is not Outcome.SKIPPED)
