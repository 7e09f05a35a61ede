"""World time, and the processes that happen in it.

A process is a generator that reads from top to bottom as what it simulates: it yields how long something takes, or a
condition to wait for. Everything runs on one thread, in the order of world time; processes due at the same moment
run in the order of their names and not of their arrival, since calls that arrive together have no order.
"""

import asyncio
import heapq
import time
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from itertools import count

type Process = Generator[timedelta | Callable[[], bool]]

_REAL_SECONDS_MAX = 3600.0


class Lockstep:
    """Time stands still until somebody advances it."""

    speed: float | None = None

    def reading(self) -> datetime | None:
        """Nothing: no time passes by itself."""
        return None


class Speed:
    """Time runs `speed` times as fast as outside, from the moment this is made."""

    def __init__(self, start: datetime, speed: float) -> None:
        self.speed: float | None = speed
        self._start = start
        self._began = time.monotonic()
        self._rate = speed

    def reading(self) -> datetime | None:
        """What time it should be now."""
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self._rate)


class Clock:
    """The one clock of a world."""

    def __init__(self, start: datetime, pace: Lockstep | Speed) -> None:
        self.now = start
        self.pace = pace
        self._due: list[tuple[datetime, str, int, Process]] = []
        self._waiting: list[tuple[str, int, Callable[[], bool], Process]] = []
        self._numbers = count()
        self._changed = asyncio.Event()

    def spawn(self, name: str, process: Process) -> None:
        """Begin a process now; its first part runs before this returns."""
        self._step(name, process)
        self._look_around()

    def advance(self, until: datetime, stop: Callable[[], bool]) -> None:
        """Let everything happen that is due up to `until`, in order, but no more once `stop` says so."""
        while self._due and self._due[0][0] <= until:
            at, name, _, process = heapq.heappop(self._due)
            self.now = max(self.now, at)
            self._step(name, process)
            self._look_around()
            if stop():
                return
        self.now = max(self.now, until)

    def settle(self) -> None:
        """Bring the world up to the present, in speed mode; then nothing happens until the next call."""
        present = self.pace.reading()
        if present is not None:
            self.advance(present, stop=lambda: False)

    async def run(self) -> None:
        """In speed mode, sleep from event to event for as long as the world stands."""
        while True:
            self.settle()
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), self._real_seconds())
            except TimeoutError:
                continue

    def _real_seconds(self) -> float:
        if not self._due or not self.pace.speed:
            return _REAL_SECONDS_MAX
        return min(_REAL_SECONDS_MAX, (self._due[0][0] - self.now).total_seconds() / self.pace.speed)

    def _step(self, name: str, process: Process) -> None:
        """Run `process` up to the next thing that takes time."""
        for wanted in process:
            if isinstance(wanted, timedelta):
                heapq.heappush(self._due, (self.now + wanted, name, next(self._numbers), process))
                self._changed.set()
                return
            if not wanted():
                self._waiting.append((name, next(self._numbers), wanted, process))
                return

    def _look_around(self) -> None:
        """Wake every process whose condition has come true, until there is none."""
        while ready := min((entry for entry in self._waiting if entry[2]()), key=lambda entry: entry[:2], default=None):
            self._waiting.remove(ready)
            self._step(ready[0], ready[3])
