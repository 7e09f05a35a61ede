"""Lockstep: time that only moves when nothing else can happen, so that days pass in seconds and repeat exactly.

Idle means: no work item queued or in hand, no activity running, no HTTP call or timer trigger being answered. The world
answers every call at once, whatever its own time is, so an idle host means an idle world. Then the world is asked to go
on to the earliest of the host's timers and schedules, the clock follows, and what is due is fired.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic
from typing import Protocol

from embedded.clock import LockstepClock, Said, WorldControl
from embedded.host import LocalHost

BUSY_SECONDS = 0.5
"""How long one wait for idleness lasts before the end condition is looked at again."""


class StalledError(RuntimeError):
    """Nothing is left that could move time, and what was waited for has not come; or real time ran out."""


class Schedule(Protocol):
    """Something that fires by the clock."""

    def next_due(self, after: datetime) -> datetime:
        """When it fires next after a time."""
        ...

    def fire(self) -> None:
        """Fire now."""
        ...


class LockstepPump:
    """Drives host and world together."""

    def __init__(
        self,
        host: LocalHost,
        control: WorldControl,
        clock: LockstepClock,
        schedules: Sequence[Schedule] = (),
        said: Callable[[Said], None] = lambda _: None,
    ) -> None:
        self._host = host
        self._control = control
        self._clock = clock
        self._schedules = [(schedule, schedule.next_due(clock.now())) for schedule in schedules]
        self._said = said

    def run_until(self, done: Callable[[], bool], real_seconds: float) -> None:
        """Let time go on until `done`.

        Raises:
            StalledError: nothing is left that could move time, or `real_seconds` are over.
        """
        end = monotonic() + real_seconds
        while not done():
            if monotonic() > end:
                raise StalledError(
                    f"not done after {real_seconds:.0f} s of real time; the clock is at {self._clock.now()}"
                )
            if self._host.backend.wait_idle(BUSY_SECONDS) and not self._host.busy_in_front and not done():
                self._move()

    def _move(self) -> None:
        due = self._earliest()
        if due is None:
            raise StalledError(f"nothing is left that could happen; the clock is at {self._clock.now()}")
        if due > self._clock.now():
            now, said = self._control.advance(due)
            self._clock.move(now)
            for statement in said:
                self._said(statement)
        self._host.backend.fire_due()
        self._fire_schedules()

    def _earliest(self) -> datetime | None:
        timer = self._host.backend.next_timer()
        dues = [due for _, due in self._schedules] + ([timer] if timer else [])
        return min(dues, default=None)

    def _fire_schedules(self) -> None:
        now = self._clock.now()
        due = [schedule for schedule, at in self._schedules if at <= now]
        self._schedules = [(one, one.next_due(now) if one in due else at) for one, at in self._schedules]
        for schedule in due:
            schedule.fire()
