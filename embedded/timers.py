"""Durable timers in one heap, each of a live instance: what was waited for by an instance that ended is forgotten."""

import heapq
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple


class DurableTimer(NamedTuple):
    """One timer of one instance. Its fields are its order: timers due together fire in the same order in every run."""

    at: datetime
    instance_id: str
    timer_id: int


class DurableTimers:
    """Every timer that has not fired. Not thread-safe: the backend's lock guards it."""

    def __init__(self) -> None:
        self._heap: list[DurableTimer] = []

    def add(self, timer: DurableTimer) -> None:
        """Wait for one more."""
        heapq.heappush(self._heap, timer)

    @property
    def next_at(self) -> datetime | None:
        """When the earliest is due."""
        return self._heap[0].at if self._heap else None

    def take_due(self, now: datetime) -> Iterator[DurableTimer]:
        """Remove and give what is due, in order."""
        while self._heap and self._heap[0].at <= now:
            yield heapq.heappop(self._heap)

    def forget(self, instance_id: str) -> None:
        """Wait no longer for an instance.

        The whole heap is walked, once for each instance that ends. Marking entries as stale would be cheaper, and then
        `next_at` could name a moment at which nothing happens, and a pump would move time for it.
        """
        kept = [timer for timer in self._heap if timer.instance_id != instance_id]
        if len(kept) < len(self._heap):
            heapq.heapify(kept)
            self._heap = kept
