"""The clocks of the embedded host, and how it talks to a simulated world about time.

One clock drives everything that is durable: timers, `current_utc_datetime`, journal, waits. With the system clock that
is real time. With a simulated world it is the world's time, in one of two modes: `speed`, in which it runs N times as
fast, and `lockstep`, in which it only moves when host and world are both idle.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Protocol

import httpx

from shared.model.codec import from_json
from shared.model.record import record


class HostClock(Protocol):
    """A clock that can also say how long a wait is in real time."""

    def now(self) -> datetime:
        """Now, in UTC with zone."""
        ...

    def real_seconds_until(self, at: datetime) -> float | None:
        """Real seconds until `at`; None when time does not pass by itself."""
        ...


class RealClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)

    def real_seconds_until(self, at: datetime) -> float:
        """Seconds until `at`."""
        return max(0.0, (at - self.now()).total_seconds())


class SpeedClock:
    """A world's time that runs `speed` times as fast as real time."""

    def __init__(self, world_now: datetime, speed: float) -> None:
        self._start = world_now
        self._speed = speed
        self._begun = monotonic()

    def now(self) -> datetime:
        """Now in the world."""
        return self._start + timedelta(seconds=(monotonic() - self._begun) * self._speed)

    def real_seconds_until(self, at: datetime) -> float:
        """Real seconds until the world's time is `at`."""
        return max(0.0, (at - self.now()).total_seconds() / self._speed)


class LockstepClock:
    """A world's time that stands still until somebody moves it."""

    def __init__(self, world_now: datetime) -> None:
        self._now = world_now

    def now(self) -> datetime:
        """Now in the world."""
        return self._now

    def real_seconds_until(self, at: datetime) -> None:
        """Never: this time does not pass by itself."""
        del at

    def move(self, to: datetime) -> None:
        """Move to what the world says its time is; never backwards."""
        self._now = max(self._now, to)


@record
class Said:
    """Something a simulated person said."""

    seq: int
    at: datetime
    who: str
    about: str
    """Id of the task it is about, such as `manager:con-lyon`."""
    says: str


class WorldControl:
    """The control endpoint of a simulated world: its clock, and what its people say."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False)

    def clock(self) -> SpeedClock | LockstepClock:
        """The clock that this world runs by, set to its time."""
        found = self._get("/clock")
        now = datetime.fromisoformat(found["now"])
        return LockstepClock(now) if found["mode"] == "lockstep" else SpeedClock(now, float(found["speed"]))

    def advance(self, until: datetime) -> tuple[datetime, tuple[Said, ...]]:
        """Let the world go on until `until`, or to the next thing somebody says; gives its time and what was said."""
        answer = self._http.post("/clock/advance", json={"until": until.isoformat()}).raise_for_status().json()
        return datetime.fromisoformat(answer["now"]), _said(answer["said"])

    def said(self, after: int) -> tuple[Said, ...]:
        """What was said after the statement with that number."""
        return _said(self._get(f"/people/said?after={after}")["said"])

    def truth(self) -> Any:
        """What really happened. For tests and the demo's last comparison only."""
        return self._get("/truth")

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _get(self, path: str) -> Any:
        return self._http.get(path).raise_for_status().json()


def _said(found: Sequence[Any]) -> tuple[Said, ...]:
    return tuple(from_json(Said, one) for one in found)
