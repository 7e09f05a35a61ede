"""durabletask's in-memory backend, made fit for runs of days: one clock, timers in a heap, children that may take long.

What the parent (durabletask 1.12.0) does and this class changes, each held by a contract test:

- It waits for a child orchestration in a thread, for 30 seconds at the most, then drops the child's end: the parent
  orchestration hangs for ever. Here a child's end is delivered in the transaction in which it ends, by nobody's thread.
- It starts a sleeping thread for every timer. Here timers lie in a heap, and one thread wakes for the earliest; where
  time does not pass by itself, whoever moves it fires what is due.
- It stamps everything with the machine's time. Here the module's `datetime` name is one that asks the clock. Copying
  the dozen methods that use it was rejected: a copy ages silently, a name that is gone fails at once.
- It wakes its stream of work only when an id was not queued yet, which costs up to 0.1 s a turn. Here always.
"""

import datetime as dt
import heapq
from collections import defaultdict
from itertools import count
from threading import Condition, Thread
from typing import Any

import durabletask.internal.helpers as ph
from durabletask.internal import orchestrator_service_pb2 as pb
from durabletask.testing import in_memory_backend as parent

from embedded.clock import HostClock

HISTORY_EVENTS_MAX = 100_000
"""Two weeks of waiting for people are a few hundred events; a run that observes a thousand managers is some ten
thousand. The parent's limit of 10,000 would end such a run."""


def clocked(clock: HostClock) -> type[dt.datetime]:
    """A `datetime` class whose `now` is the clock's."""

    class Clocked(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return clock.now() if tz is None else clock.now().astimezone(tz)

    return Clocked


class ClockedBackend(parent.InMemoryOrchestrationBackend):
    """The backend of the embedded host. One per process, since the parent's module keeps the clock."""

    def __init__(self, port: int, clock: HostClock) -> None:
        super().__init__(max_history_size=HISTORY_EVENTS_MAX, port=port)
        self._clock = clock
        self._timers: list[tuple[dt.datetime, int, str, int]] = []
        self._numbers = count()
        self._parents: dict[str, tuple[str, int]] = {}
        self._activities_running: dict[str, int] = defaultdict(int)
        self._changed = Condition(self._lock)
        self._closing = False
        self._waker = Thread(target=self._wake_for_timers, name="durable-timers", daemon=True)
        vars(parent)["datetime"] = clocked(clock)

    def start(self) -> str:
        """Listen, and begin to fire timers."""
        address: str = super().start()
        self._waker.start()
        return address

    def stop(self, grace: float | None = None) -> None:
        """Stop listening and firing."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        super().stop(grace)
        self._waker.join(timeout=5)

    # --- what an embedded host asks ---------------------------------------------------------------------------------

    def idle(self) -> bool:
        """Whether nothing can happen before time moves: no work item queued or in hand, no activity running."""
        with self._lock:
            return not (
                self._orchestration_queue
                or self._orchestration_in_flight
                or self._activity_queue
                or self._entity_queue
                or self._entity_in_flight
                or self._activities_running
            )

    def wait_idle(self, seconds: float) -> bool:
        """Wait until it is idle; False when it is still busy after `seconds` of real time."""
        with self._changed:
            return bool(self._changed.wait_for(self.idle, timeout=seconds))

    def alive(self) -> bool:
        """Whether any orchestration has not ended."""
        with self._lock:
            return any(not self._is_terminal_status(one.status) for one in self._instances.values())

    def next_timer(self) -> dt.datetime | None:
        """When the earliest timer of a living orchestration is due."""
        with self._lock:
            while self._timers and not self._lives(self._timers[0][2]):
                heapq.heappop(self._timers)
            return self._timers[0][0] if self._timers else None

    def fire_due(self) -> int:
        """Fire every timer that is due now; gives how many."""
        fired = 0
        with self._lock:
            while self._timers and self._timers[0][0] <= self._clock.now():
                at, _, instance_id, timer_id = heapq.heappop(self._timers)
                if self._lives(instance_id):
                    self._instances[instance_id].pending_events.append(ph.new_timer_fired_event(timer_id, at))
                    self._enqueue_orchestration(instance_id)
                    fired += 1
        return fired

    # --- what the parent does differently ---------------------------------------------------------------------------

    def CompleteOrchestratorTask(self, request: Any, context: Any) -> Any:  # noqa: N802 -- gRPC's name
        """Take the result of an orchestrator's turn."""
        answer = super().CompleteOrchestratorTask(request, context)
        self._tell()
        return answer

    def CompleteActivityTask(self, request: Any, context: Any) -> Any:  # noqa: N802 -- gRPC's name
        """Take the result of an activity."""
        answer = super().CompleteActivityTask(request, context)
        with self._lock:
            self._activities_running[request.instanceId] -= 1
            if self._activities_running[request.instanceId] <= 0:
                del self._activities_running[request.instanceId]
        self._tell()
        return answer

    def _process_schedule_task_action(self, instance: Any, action: Any) -> None:
        super()._process_schedule_task_action(instance, action)
        self._activities_running[instance.instance_id] += 1

    def _process_create_timer_action(self, instance: Any, action: Any) -> None:
        at = action.createTimer.fireAt.ToDatetime(tzinfo=dt.UTC)
        instance.history.append(ph.new_timer_created_event(action.id, at))
        if instance.status == pb.ORCHESTRATION_STATUS_PENDING:
            instance.status = pb.ORCHESTRATION_STATUS_RUNNING
        heapq.heappush(self._timers, (at, next(self._numbers), instance.instance_id, action.id))
        self._tell()

    def _watch_sub_orchestration(self, parent_instance_id: str, sub_instance_id: str, task_id: int) -> None:
        self._parents[sub_instance_id] = (parent_instance_id, task_id)

    def _notify_waiters(self, instance_id: str) -> None:
        super()._notify_waiters(instance_id)
        child = self._instances.get(instance_id)
        if child is not None and self._is_terminal_status(child.status) and instance_id in self._parents:
            self._deliver(child, *self._parents.pop(instance_id))

    def _deliver(self, child: Any, parent_id: str, task_id: int) -> None:
        if not self._lives(parent_id):
            return
        if child.status == pb.ORCHESTRATION_STATUS_COMPLETED:
            event = ph.new_sub_orchestration_completed_event(task_id, child.output)
        else:
            details = child.failure_details
            error = RuntimeError(details.errorMessage if details else "it was terminated")
            event = ph.new_sub_orchestration_failed_event(task_id, error)
        self._instances[parent_id].pending_events.append(event)
        self._enqueue_orchestration(parent_id)

    def _enqueue_orchestration(self, instance_id: str) -> None:
        super()._enqueue_orchestration(instance_id)
        self._work_available.set()

    def _lives(self, instance_id: str) -> bool:
        instance = self._instances.get(instance_id)
        return instance is not None and not self._is_terminal_status(instance.status)

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _wake_for_timers(self) -> None:
        while True:
            with self._changed:
                if self._closing:
                    return
                due = self._timers[0][0] if self._timers else None
                wait = None if due is None else self._clock.real_seconds_until(due)
                if wait is None or wait > 0:
                    self._changed.wait(timeout=wait)
                    continue
            self.fire_due()
