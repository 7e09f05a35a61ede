"""Threads of activities that sleep by a host's clock, counted so that the host knows that they are idle.

Whoever moves time takes a thread off the count before it wakes it. So between the moment at which time has moved and
the moment at which the thread really goes on, nobody finds the host idle.
"""

import threading
from collections.abc import Callable
from datetime import datetime

WAITS_MAX = 8
"""Half of the worker's threads. One more could leave none for the work that these wait for."""


def nobody_told() -> None:
    """Nobody wants to know."""


class _Wait:
    """One thread that sleeps."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.woken = threading.Event()
        self.reached = False


class Waits:
    """Who sleeps by one clock. Every thread may use it."""

    def __init__(self, most: int = WAITS_MAX) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._sleeping: list[_Wait] = []
        self._closed = False
        self._told: Callable[[], None] = nobody_told

    @property
    def number(self) -> int:
        """How many sleep."""
        with self._lock:
            return len(self._sleeping)

    @property
    def next_at(self) -> datetime | None:
        """When the first one of them wants to be woken."""
        with self._lock:
            return min((one.at for one in self._sleeping), default=None)

    def open(self, told: Callable[[], None]) -> None:
        """Let threads sleep for a host that starts; `told` is called whenever one has begun to."""
        with self._lock:
            self._closed, self._told = False, told

    def close(self) -> None:
        """Wake everybody before their time, and let nobody sleep until it is opened again: the host stops."""
        with self._lock:
            self._closed, self._told = True, nobody_told
            self._wake(list(self._sleeping))

    def until(self, at: datetime, seconds: float | None) -> bool:
        """Sleep until `at` is reached, or for that many real seconds where time passes by itself.

        False, before that, where the host stops or as many sleep as may.
        """
        wait = self._begin(at)
        if wait is None:
            return False
        if not wait.woken.wait(seconds):
            with self._lock:
                wait.reached = wait.reached or not self._closed
                self._wake([wait])
        return wait.reached

    def reach(self, now: datetime) -> None:
        """Wake whoever wanted to sleep until now."""
        with self._lock:
            due = [one for one in self._sleeping if one.at <= now]
            for one in due:
                one.reached = True
            self._wake(due)

    def _begin(self, at: datetime) -> _Wait | None:
        with self._lock:
            if self._closed or len(self._sleeping) >= self._most:
                return None
            wait, told = _Wait(at), self._told
            self._sleeping.append(wait)
        told()
        return wait

    def _wake(self, these: list[_Wait]) -> None:
        self._sleeping = [one for one in self._sleeping if one not in these]
        for one in these:
            one.woken.set()
