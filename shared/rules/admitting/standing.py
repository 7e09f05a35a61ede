"""What a task waits for that has not started, as one value: the same that `why` and a forecast tell."""

from collections.abc import Mapping
from datetime import datetime

from shared.model.command import TaskStanding
from shared.model.orders import TaskBrief
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.span import Opening
from shared.model.waiting import Waiting, WaitingFor
from shared.rules.admitting import held_back
from shared.rules.admitting.held_back import Because
from shared.rules.admitting.limits import Limits
from shared.rules.admitting.task_book import TaskBook
from shared.rules.admitting.wave_state import WavePhase, WaveState
from shared.rules.calendar.openings import next_fit


@record
class Standing:
    """A rollout at one moment."""

    book: TaskBook
    waves: list[WaveState]
    current: WaveState
    """The first wave that is not over."""
    limits: Limits
    calendars: Mapping[str, tuple[Opening, ...]]
    began: datetime
    now: datetime
    said: Mapping[str, TaskStanding]
    """What people said of tasks that have not started."""

    def waiting(self, task: TaskBrief) -> Waiting:
        """What a task waits for that has not started."""
        wave = self.waves[self.book.wave_of[task.id]]
        if wave is not self.current:
            return held_back.waits(held_back.earlier_wave(self.current.brief.name), self.began)
        if not wave.goes(self.now) or wave.asks_about(task):
            return self._for_wave(wave)
        opened = wave.opened_at or self.now
        if task.id in wave.paused:
            return held_back.waits(held_back.paused(self.said[task.id]), opened)
        if not self.book.is_ready(task.id):
            moving = self.book.moving(task)
            ends, hops = self.book.open_ends_of(task), self.book.open_hops_of(task)
            return held_back.waits(held_back.open_dependency(ends, hops, moving.owner), opened)
        since = max(opened, self.book.ready_since.get(task.id, opened))
        return self._for_time(task, since) or held_back.waits(self.limited(task), since)

    def limited(self, task: TaskBrief, *, ever: bool = False) -> Because:
        """Which limit keeps a task back, the run's own before that of its wave; `ever` where nothing is under way."""
        wave = self.waves[self.book.wave_of[task.id]]
        named = ((self.limits, "the run"), (wave.limits, f"wave {wave.brief.name}"))
        for limits, where in named if task.owner is Owner.OURS else ():
            reason = limits.obstacle(task)
            if reason is not None and ever:
                return held_back.limited_for_ever(reason, limits, where, task)
            if reason is not None:
                return held_back.limited(reason, limits, where)
        return held_back.limited(WaitingFor.SLOT, self.limits, "the run")

    def _for_wave(self, wave: WaveState) -> Waiting:
        since = wave.asks_from or self.now
        if wave.phase(self.now) is WavePhase.WATCHED:
            return held_back.waits(held_back.watched(since), self.began, next_look=since)
        return held_back.waits(wave.waits_for_people, wave.asked_since or since, due=wave.due)

    def _for_time(self, task: TaskBrief, since: datetime) -> Waiting | None:
        if task.owner is not Owner.OURS or not task.calendar:
            return None
        opens = next_fit(self.calendars.get(task.calendar, ()), self.now, task.needs)
        if opens is None:
            return held_back.waits(held_back.no_opening(), since)
        return held_back.waits(held_back.later_opening(opens), since, next_look=opens) if opens > self.now else None
