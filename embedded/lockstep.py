"""The pump: moves time from event to event, in a host and a simulated world together.

Both stand still until the pump finds the host idle: no call, turn or activity under way but those that sleep by the
clock. It then looks for the earliest of the next durable timer, the next sleeper to be woken and the next scheduled
function, lets the world go on until that moment, sets the host's clock to the moment the world came to, which wakes the
sleepers, passes on what people said, and fires what is due. Days of waiting take as long as the work in them.

**Determinism.** Time moves only here and only while nothing runs, so what is seen at a moment does not depend on how
fast the machine is. The exception: work that is due at the same moment runs side by side, in no order.

It never moves time while no orchestration is alive and nothing is scheduled.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from embedded.clock import LockstepClock
from embedded.host import LocalHost
from embedded.people import Hearing, Listener
from embedded.schedule import Agenda, Schedule, fire
from embedded.world_control import Said, WorldControl

BLIND_STEP = timedelta(hours=1)
"""How far time moves when somebody is waited for and no timer says until when; the world stops when they speak."""


def nobody_listens(statement: Said) -> None:
    """What is said while nothing is there to be told."""
    del statement


class LockstepPump:
    """Drives a host and a world. It runs in the thread that calls `run_until`."""

    def __init__(
        self,
        host: LocalHost,
        control: WorldControl,
        clock: LockstepClock,
        *,
        schedules: Iterable[Schedule] = (),
        said: Listener = nobody_listens,
    ) -> None:
        self._host = host
        self._control = control
        self._clock = clock
        self._agenda = Agenda(schedules, clock.now())
        self._hearing = Hearing(control, said)
        self._stopped = False

    def run_until(self, done: Callable[[], bool], real_timeout_seconds: float) -> None:
        """Move time until `done`, which is asked whenever the host has come to rest, or until `stop`.

        Raises:
            TimeoutError: it is not done after that many real seconds; says what time it is and what goes on.
        """
        deadline = time.monotonic() + real_timeout_seconds
        while not self._stopped and not self._rests_and(done, deadline):
            # People may have spoken while time stood, in answer to a call; that is heard before time moves on.
            if not self._hearing.ask():
                self._step(deadline)

    def stop(self) -> None:
        """Let `run_until` end; from any thread."""
        self._stopped = True
        self._host.wake()

    def _rests_and(self, done: Callable[[], bool], deadline: float) -> bool:
        if not self._host.wait_idle(self._left(deadline)):
            raise TimeoutError(self._describe("not idle"))
        return done()

    def _step(self, deadline: float) -> None:
        with self._host.standstill(self._left(deadline)):
            until = self._next_moment()
            advanced = self._control.advance(until) if until and until > self._clock.now() else None
            if advanced:
                self._clock.set(advanced.now)
        if advanced:
            self._hearing.pass_on(advanced.said)
        if until is None:
            self._wait_for_work(deadline)
        self._fire_due()

    def _next_moment(self) -> datetime | None:
        known = (self._host.next_timer, self._host.next_alarm, self._agenda.next_at)
        moments = [at for at in known if at is not None]
        if moments:
            return min(moments)
        return self._clock.now() + BLIND_STEP if self._host.alive else None

    def _fire_due(self) -> None:
        self._host.fire_due_timers()
        for function in self._agenda.take_due(self._clock.now()):
            fire(self._host, function)

    def _wait_for_work(self, deadline: float) -> None:
        """Nobody waits for a moment to come: only a call from outside can bring work."""
        if not self._host.wait_until(self._has_work, self._left(deadline)):
            raise TimeoutError(self._describe("nothing to do"))

    def _has_work(self) -> bool:
        return self._stopped or self._host.alive or not self._host.idle

    def _left(self, deadline: float) -> float:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(self._describe("not done"))
        return left

    def _describe(self, what: str) -> str:
        return f"{what} in the real time given; it is {self._clock.now().isoformat()}; {self._host.going_on()}"
