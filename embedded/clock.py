"""The clocks a host can run by. Everything in a host that has to do with time asks one of these, and only one.

A `HostClock` is a clock that can also say how long a moment is away in real seconds, so that a thread can sleep until
then. In lockstep the answer is infinity: time stands until the pump moves it, and no thread moves it by itself. An
activity sleeps by `wait_until`, and the host counts it as idle meanwhile.
"""

import math
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from embedded.waits import Waits
from embedded.world_control import WorldControl
from shared.ports import AlarmClock


class HostClock(AlarmClock, Protocol):
    """A clock that a host can sleep by."""

    @property
    def waits(self) -> Waits:
        """The threads of activities that sleep by it."""
        ...

    def real_seconds_until(self, at: datetime) -> float:
        """How long `at` is away, in seconds outside; zero or less when it has come, infinite where time stands."""
        ...


class SystemClock:
    """The machine's own clock."""

    def __init__(self) -> None:
        self.waits = Waits()

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)

    def wait_until(self, at: datetime) -> bool:
        """Sleep as long as that takes."""
        return _asleep(self, at)

    def real_seconds_until(self, at: datetime) -> float:
        """The plain difference."""
        return (at - self.now()).total_seconds()


class SpeedClock:
    """A clock that runs `speed` times as fast as the machine's, and had shown `start` when that stood at `began`."""

    def __init__(self, start: datetime, speed: float, began: float | None = None) -> None:
        self._start = start
        self._speed = speed
        self._began = time.monotonic() if began is None else began
        self.waits = Waits()

    @classmethod
    def of(cls, control: WorldControl) -> "SpeedClock":
        """The clock of a world that runs by itself, read once: both count the same seconds of the same machine.

        It is off by half the time of the request at most, times the speed.

        Raises:
            ValueError: the world is in lockstep.
        """
        asked = time.monotonic()
        world = control.clock()
        answered = time.monotonic()
        if world.speed is None:
            raise ValueError("the world is in lockstep: it needs a LockstepClock and a pump")
        return cls(world.now, world.speed, (asked + answered) / 2)

    def now(self) -> datetime:
        """Now, in UTC."""
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self._speed)

    def wait_until(self, at: datetime) -> bool:
        """Sleep as long as that takes at this speed."""
        return _asleep(self, at)

    def real_seconds_until(self, at: datetime) -> float:
        """The difference, at this speed."""
        return (at - self.now()).total_seconds() / self._speed


class LockstepClock:
    """A clock that stands until it is set."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self.waits = Waits()

    @classmethod
    def of(cls, control: WorldControl) -> "LockstepClock":
        """The clock of a world in lockstep.

        Raises:
            ValueError: the world's time runs by itself.
        """
        world = control.clock()
        if world.speed is not None:
            raise ValueError(f"the world runs by itself, {world.speed:g} times as fast: it needs a SpeedClock")
        return cls(world.now)

    def now(self) -> datetime:
        """The moment it was last set to."""
        return self._now

    def wait_until(self, at: datetime) -> bool:
        """Sleep until the pump has moved time as far."""
        return at <= self._now or self.waits.until(at, None)

    def set(self, now: datetime) -> None:
        """Move time, and wake whoever sleeps until then.

        Raises:
            ValueError: `now` lies in the past; orchestrations would see time run backwards.
        """
        if now < self._now:
            raise ValueError(f"time cannot go back from {self._now.isoformat()} to {now.isoformat()}")
        self._now = now
        self.waits.reach(now)

    def real_seconds_until(self, at: datetime) -> float:
        """Never by itself."""
        del at
        return math.inf


def _asleep(clock: HostClock, at: datetime) -> bool:
    seconds = clock.real_seconds_until(at)
    return seconds <= 0 or clock.waits.until(at, seconds)
