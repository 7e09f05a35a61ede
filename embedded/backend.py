"""The durable storage of a local host: durabletask's in-memory backend, made exact.

`InMemoryOrchestrationBackend` keeps orchestrations, histories and queues, and speaks the durable protocol. This
subclass changes what stands in the way of testing with it:

- **One clock.** Every timestamp, timer and retry follows the `HostClock` it is given.
- **Timers in one heap**, fired by one thread where time passes by itself, and by `fire_due` where a pump moves it. The
  parent starts one operating system thread per timer.
- **A child is reported when it ends**, in the same lock. The parent lets a thread wait for it, which gives up after 30
  seconds and leaves the parent orchestration hanging for ever.
- **It knows whether it is idle**, exactly: no turn queued or running, no activity scheduled and not completed but those
  that sleep by the clock, no work from outside in progress. `wait_idle` sleeps on a condition until then.
- **No lost tenth of a second**: a turn asked for while another one of its instance runs is queued when that has ended.
  The parent queues it at once, finds it busy, and looks again when its poll runs out.
- **What has ended stays ended**: timers, activities and children of an execution that is over, or that continued as
  new, are not delivered into the next one, whose numbers they would share.
- **At least once, where it is wanted.** A work item whose worker vanishes is handed out again, as a real engine does,
  and a `Delivery` can have every item handed out several times or completions lost. A completion that comes late, or
  a second time, changes nothing; the parent lets it take the turn that is running now for ended.
- **It says what it cannot do**: entities and delayed starts are refused instead of being run wrongly, and an instance
  whose history grows beyond all bounds fails instead of hanging.

It listens on the loopback interface alone, on a port of the system's choice. The internals that all this rests on are
pinned by tests/embedded/test_durabletask_internals.py.
"""

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, override

import grpc
from durabletask.internal import helpers
from durabletask.internal import orchestrator_service_pb2 as pb
from durabletask.internal import orchestrator_service_pb2_grpc as stubs
from durabletask.testing.in_memory_backend import (
    ActivityWorkItem,
    InMemoryOrchestrationBackend,
    OrchestrationInstance,
)

from embedded.clock import HostClock
from embedded.clocked_datetime import clocked_datetime
from embedded.delivery import EXACTLY_ONCE, Delivery
from embedded.failures import ended_in_failure, failure_details
from embedded.instance import InstanceState
from embedded.timers import DurableTimer, DurableTimers

HISTORY_EVENTS_MAX = 250_000
"""One look costs eight events, two each for an activity, for a timer and for two turns, so two weeks with a look a
minute make 161,280: sixteen times the parent's limit. This one only has to stop a loop that never waits."""

SERVER_THREADS = 16
"""For the app's durable clients. Each call that waits for an instance holds one until it is answered."""

WAIT_SECONDS_MAX = 365 * 86400.0
"""Long enough to mean for ever, and short enough for every lock."""

STOP_SECONDS = 0.5
_TURN = -1
NO_ENTITIES = "this host serves no entities"
NO_DELAYED_START = "this host serves no delayed starts"


class HostFaultError(RuntimeError):
    """The host itself broke; the cause is attached."""


@dataclass
class _Activity:
    """An activity that was scheduled and has not completed."""

    item: ActivityWorkItem
    wanted: bool = True
    """Whether the execution that scheduled it still goes on."""
    lost: int = 0
    """How many of its completions were lost."""


type _ActivityKey = tuple[str, int, str]
"""Instance, number of the task, token of the turn that scheduled it: numbers start again with each execution."""

type _ItemKey = tuple[str, int, str]
"""The same of any work item; a turn has no number, which is -1 here."""


class DurableBackend(InMemoryOrchestrationBackend):
    """The in-memory backend with one clock and an exact idea of being idle."""

    def __init__(
        self, clock: HostClock, history_events_max: int = HISTORY_EVENTS_MAX, delivery: Delivery = EXACTLY_ONCE
    ) -> None:
        # The parent's own limit leaves an instance in flight for ever; `_within_limit` takes its place.
        super().__init__(max_history_size=sys.maxsize, port=0)
        self._clock = clock
        self._history_events_max = history_events_max
        self._delivery = delivery
        self._out: Counter[_ItemKey] = Counter()
        """How many copies of each work item are out with a worker."""
        self._timers = DurableTimers()
        self._activities: dict[_ActivityKey, _Activity] = {}
        self._parents: dict[str, tuple[str, int]] = {}
        """For each watched child, its parent and the parent's number for it."""
        self._asked_again: set[str] = set()
        """Instances that a turn was asked for while one was running."""
        self._outside = 0
        self._standing_still = False
        self._fault: BaseException | None = None
        self._changed = threading.Condition(self._lock)
        self._timers_changed = threading.Condition(self._lock)
        self._stack = ExitStack()

    # --- Life -----------------------------------------------------------------------------------------------------

    @override
    def start(self) -> str:
        """Listen, and give the address. The parent's own start would listen on every interface."""
        with ExitStack() as stack:
            stack.enter_context(clocked_datetime(self._clock))
            pool = stack.enter_context(ThreadPoolExecutor(SERVER_THREADS, thread_name_prefix="durable-backend"))
            self._server = grpc.server(pool, options=[("grpc.max_receive_message_length", -1)])
            stubs.add_TaskHubSidecarServiceServicer_to_server(self, self._server)  # type: ignore[no-untyped-call]
            self._port = self._server.add_insecure_port("127.0.0.1:0")
            self._server.start()
            timers = threading.Thread(target=self._run_timers, name="durable-timers", daemon=True)
            timers.start()
            stack.callback(timers.join)
            self._stack = stack.pop_all()
        return f"127.0.0.1:{self._port}"

    @override
    def stop(self, grace: float | None = None) -> None:
        """Stop listening and answer everybody who still waits."""
        self._shutdown_event.set()
        self._release_waiters()
        super().stop(STOP_SECONDS if grace is None else grace)
        self._release_waiters()  # of calls that had just come in
        self._stack.close()

    def break_down(self, fault: BaseException) -> None:
        """Raise this in everybody who waits for anything, from now on."""
        with self._changed:
            self._fault = fault
            self._changed.notify_all()

    # --- What others ask ------------------------------------------------------------------------------------------

    def instance(self, instance_id: str) -> InstanceState | None:
        """One instance as it stands."""
        with self._lock:
            found = self._instances.get(instance_id)
            return None if found is None else InstanceState.of(found)

    def instances(self) -> tuple[InstanceState, ...]:
        """Every instance, in the order of their creation."""
        with self._lock:
            return tuple(InstanceState.of(each) for each in self._instances.values())

    @property
    def next_timer(self) -> datetime | None:
        """When the earliest durable timer is due."""
        with self._lock:
            return self._timers.next_at

    @property
    def idle(self) -> bool:
        """Whether nothing is going on."""
        with self._lock:
            turns = bool(self._orchestration_in_flight) or any(map(self._has_turn, self._orchestration_queue))
            queued = any(key not in self._out for key in self._activities)
            at_work = self._out.total() > self._clock.waits.number
            return not (turns or queued or at_work or self._outside)

    @property
    def alive(self) -> bool:
        """Whether any instance has not come to its end."""
        with self._lock:
            return any(not self._has_ended(each) for each in self._instances.values())

    def going_on(self) -> str:
        """What keeps it from being idle and who is alive, in words."""
        with self._lock:
            turns = [*self._orchestration_in_flight, *filter(self._has_turn, self._orchestration_queue)]
            found = [f"turn of {name}" for name in turns]
            found += [f"activity {each.item.name} of {key[0]}" for key, each in self._activities.items()]
            found += [f"{self._outside} calls from outside"] if self._outside else []
            alive = [each.instance_id for each in self._instances.values() if not self._has_ended(each)]
        return f"running: {', '.join(found) or 'nothing'}; alive: {', '.join(alive) or 'nothing'}"

    def wait_idle(self, timeout: float | None) -> bool:
        """Sleep until it is idle; False when it is not so in time."""
        return self.wait_until(lambda: self.idle, timeout)

    def wait_until(self, condition: Callable[[], bool], timeout: float | None) -> bool:
        """Sleep until `condition`, which is asked whenever something has changed here; False when it is not so in time.

        Raises:
            HostFaultError: the host broke.
        """
        with self._changed:
            seconds = None if timeout is None else min(timeout, WAIT_SECONDS_MAX)
            reached = self._changed.wait_for(lambda: self._fault is not None or condition(), seconds)
            if self._fault is not None:
                raise HostFaultError("the host broke") from self._fault
            return reached

    def wake(self) -> None:
        """Have every condition asked again."""
        with self._changed:
            self._changed.notify_all()

    def ring(self, instance_id: str, event: str) -> bool:
        """Raise an event without data at an instance; False, and nothing happens, where none of that id goes on."""
        with self.outside_work(), self._changed:
            instance = self._instances.get(instance_id)
            if instance is None or self._has_ended(instance):
                return False
            self.RaiseEvent(pb.RaiseEventRequest(instanceId=instance_id, name=event), None)
            return True

    # --- Moving time ----------------------------------------------------------------------------------------------

    @contextmanager
    def outside_work(self) -> Iterator[None]:
        """While this lasts there is work that only the caller knows; it begins when time is not being moved."""
        with self._changed:
            self._changed.wait_for(lambda: not self._standing_still)
            self._outside += 1
        try:
            yield
        finally:
            with self._changed:
                self._outside -= 1
                self._changed.notify_all()

    @contextmanager
    def standstill(self, timeout: float | None) -> Iterator[None]:
        """Wait until it is idle and keep it so while this lasts, so that time can be moved without anybody noticing.

        Raises:
            TimeoutError: it is not idle in time; says why.
        """
        with self._changed:
            if not self.wait_idle(timeout):
                raise TimeoutError(f"not idle after {timeout:.0f} s; {self.going_on()}")
            self._standing_still = True
        try:
            yield
        finally:
            with self._changed:
                self._standing_still = False
                self._changed.notify_all()

    def fire_due(self) -> None:
        """Fire every timer that is due by the clock."""
        with self._lock:
            for timer in self._timers.take_due(self._clock.now()):
                fired = helpers.new_timer_fired_event(timer.timer_id, timer.at)
                self._deliver(self._instances[timer.instance_id], fired)

    def _run_timers(self) -> None:
        try:
            self._fire_as_time_passes()
        except Exception as fault:  # noqa: BLE001 -- a thread that died unseen would leave every timer unfired
            self.break_down(fault)

    def _fire_as_time_passes(self) -> None:
        """Fire timers as time passes by itself. In lockstep it never does, and this sleeps until the end."""
        with self._timers_changed:
            while not self._shutdown_event.is_set():
                due = self._timers.next_at
                seconds = WAIT_SECONDS_MAX if due is None else self._clock.real_seconds_until(due)
                if seconds <= 0:
                    self.fire_due()
                else:
                    self._timers_changed.wait(min(seconds, WAIT_SECONDS_MAX))

    # --- The parent's methods, made exact ---------------------------------------------------------------------------

    @override
    def StartInstance(self, request: pb.CreateInstanceRequest, context: Any) -> pb.CreateInstanceResponse:
        """Start an instance; one that replaces another inherits nothing of it."""
        if request.HasField("scheduledStartTimestamp"):
            context.abort(grpc.StatusCode.UNIMPLEMENTED, NO_DELAYED_START)
        with self._lock:
            before = self._instances.get(request.instanceId)
            answer = super().StartInstance(request, context)
            if before is not None:
                self._forget(request.instanceId)
            return answer

    @override
    def SignalEntity(self, request: pb.SignalEntityRequest, context: Any) -> pb.SignalEntityResponse:
        """Refuse."""
        del request
        context.abort(grpc.StatusCode.UNIMPLEMENTED, NO_ENTITIES)
        raise NotImplementedError(NO_ENTITIES)

    @override
    def GetWorkItems(self, request: pb.GetWorkItemsRequest, context: Any) -> Iterator[pb.WorkItem]:
        """Hand out work; what its taker still had in hand when it goes away is handed out again."""
        given: dict[_ItemKey, pb.WorkItem] = {}
        try:
            for item in super().GetWorkItems(request, context):
                key = _key_of(item)
                given[key] = item
                with self._lock:
                    self._out[key] += self._delivery.copies
                    given = {each: one for each, one in given.items() if each in self._out}
                for _ in range(self._delivery.copies):
                    yield item
        finally:
            self._take_back(given)

    @override
    def AbandonTaskActivityWorkItem(
        self, request: pb.AbandonActivityTaskRequest, context: Any
    ) -> pb.AbandonActivityTaskResponse:
        """Hand an activity out again that its worker gave up; the parent forgets it, and its orchestration hangs."""
        with self._changed:
            for key in [each for each in self._activities if each[2] == request.completionToken and each in self._out]:
                self._come_back(key)
                self._hand_out_again(key)
            self._changed.notify_all()
            return pb.AbandonActivityTaskResponse()

    @override
    def CompleteOrchestratorTask(self, request: pb.OrchestratorResponse, context: Any) -> pb.CompleteTaskResponse:
        """Commit a turn, then queue the one that was asked for meanwhile; nothing for a turn that was committed."""
        with self._lock:
            self._come_back((request.instanceId, _TURN, request.completionToken))
            instance = self._instances.get(request.instanceId)
            if instance is not None and str(instance.completion_token) != request.completionToken:
                self._changed.notify_all()
                return pb.CompleteTaskResponse()
            answer = super().CompleteOrchestratorTask(self._within_limit(request), context)
            if request.instanceId in self._asked_again:
                self._enqueue_orchestration(request.instanceId)
            self._changed.notify_all()
            return answer

    @override
    def CompleteActivityTask(self, request: pb.ActivityResponse, context: Any) -> pb.CompleteTaskResponse:
        """Deliver a result to the execution that wants it; the parent would run a turn of one that has ended."""
        with self._lock:
            key = (request.instanceId, request.taskId, request.completionToken)
            self._come_back(key)
            if not self._loses(key):
                activity = self._activities.pop(key, None)
                if activity is not None and activity.wanted:
                    super().CompleteActivityTask(request, context)
            self._changed.notify_all()
            return pb.CompleteTaskResponse()

    @override
    def _process_schedule_task_action(self, instance: OrchestrationInstance, action: pb.OrchestratorAction) -> None:
        super()._process_schedule_task_action(instance, action)
        key = (instance.instance_id, action.id, str(instance.completion_token))
        self._activities[key] = _Activity(self._activity_queue[-1])

    @override
    def _process_create_timer_action(self, instance: OrchestrationInstance, action: pb.OrchestratorAction) -> None:
        at = action.createTimer.fireAt.ToDatetime(tzinfo=UTC)
        instance.history.append(helpers.new_timer_created_event(action.id, at))
        self._timers.add(DurableTimer(at, instance.instance_id, action.id))
        self._timers_changed.notify_all()

    @override
    def _process_send_entity_message_action(
        self, instance: OrchestrationInstance, action: pb.OrchestratorAction
    ) -> None:
        # The parent makes whatever an action raises the failure of its instance.
        raise NotImplementedError(NO_ENTITIES)

    @override
    def _watch_sub_orchestration(self, parent_instance_id: str, sub_instance_id: str, task_id: int) -> None:
        self._parents[sub_instance_id] = (parent_instance_id, task_id)
        child = self._instances[sub_instance_id]
        if self._has_ended(child):
            self._tell_parent(child)

    @override
    def _notify_waiters(self, instance_id: str) -> None:
        """Called when a turn is committed: the one moment at which an execution can end."""
        super()._notify_waiters(instance_id)
        instance = self._instances[instance_id]
        if self._has_ended(instance):
            self._forget(instance_id)
            self._tell_parent(instance)
        elif instance.status == pb.ORCHESTRATION_STATUS_PENDING:  # after a turn this means: continued as new
            self._forget(instance_id)

    @override
    def _enqueue_orchestration(self, instance_id: str) -> None:
        if instance_id in self._orchestration_in_flight:
            self._asked_again.add(instance_id)
            return
        self._asked_again.discard(instance_id)
        super()._enqueue_orchestration(instance_id)
        self._work_available.set()
        self._changed.notify_all()

    @override
    def _wait_for_state(
        self, instance_id: str, predicate: Callable[[OrchestrationInstance], bool], timeout: float | None
    ) -> OrchestrationInstance | None:
        """Wait as long as the caller does.

        The parent takes "no time-out" for 30 seconds, and gRPC says of a call without deadline that it has so many
        seconds left that waiting for them fails.
        """
        seconds = WAIT_SECONDS_MAX if timeout is None else min(timeout, WAIT_SECONDS_MAX)
        return super()._wait_for_state(instance_id, predicate, seconds)

    def _release_waiters(self) -> None:
        with self._lock:
            self._timers_changed.notify_all()
            for waiter in (waiter for waiters in self._state_waiters.values() for waiter in waiters):
                waiter.event.set()

    # --- At least once --------------------------------------------------------------------------------------------

    def _come_back(self, key: _ItemKey) -> None:
        """One copy of an item is out no longer."""
        if self._out[key] > 1:
            self._out[key] -= 1
        else:
            del self._out[key]

    def _take_back(self, given: dict[_ItemKey, pb.WorkItem]) -> None:
        """Hand out again what a worker that went away had not completed, whatever became of its work."""
        with self._changed:
            for key in [each for each in given if each in self._out]:
                del self._out[key]
                if key[1] == _TURN:
                    self._give_up_turn(key)
                else:
                    self._hand_out_again(key)
            self._changed.notify_all()

    def _give_up_turn(self, key: _ItemKey) -> None:
        """Have a turn taken anew, with a token of its own: it may begin with more than the one that was given up."""
        instance = self._instances.get(key[0])
        abandon = pb.AbandonOrchestrationTaskRequest(completionToken=key[2])
        self.AbandonTaskOrchestratorWorkItem(abandon, None)
        if instance is not None and str(instance.completion_token) == key[2]:
            instance.completion_token = self._next_completion_token
            self._next_completion_token += 1

    def _loses(self, key: _ActivityKey) -> bool:
        """Lose a completion where that is wanted: the item is handed out again, as an engine does when time is up."""
        activity = self._activities.get(key)
        if activity is None or not self._delivery.loses(activity.item.name, activity.lost):
            return False
        activity.lost += 1
        self._hand_out_again(key)
        return True

    def _hand_out_again(self, key: _ActivityKey) -> None:
        activity = self._activities.get(key)
        if activity is not None:
            self._activity_queue.append(activity.item)
            self._work_available.set()

    # --- What they share ------------------------------------------------------------------------------------------

    def _within_limit(self, turn: pb.OrchestratorResponse) -> pb.OrchestratorResponse:
        instance = self._instances.get(turn.instanceId)
        if instance is None or len(instance.history) + len(instance.dispatched_events) <= self._history_events_max:
            return turn
        message = f"the history has more than {self._history_events_max} events: is there a loop without a wait?"
        details = failure_details("HistoryTooLong", message)
        return ended_in_failure(turn.instanceId, turn.completionToken, details)

    def _tell_parent(self, child: OrchestrationInstance) -> None:
        parent_id, task_id = self._parents.pop(child.instance_id, ("", 0))
        parent = self._instances.get(parent_id)
        if parent is None:
            return
        if child.status == pb.ORCHESTRATION_STATUS_COMPLETED:
            event = helpers.new_sub_orchestration_completed_event(task_id, child.output)
        else:
            event = helpers.new_sub_orchestration_failed_event(task_id, RuntimeError("the child was terminated"))
            if child.failure_details is not None:  # the parent class keeps the message only; the type matters, too
                event.subOrchestrationInstanceFailed.failureDetails.CopyFrom(child.failure_details)
        self._deliver(parent, event)

    def _deliver(self, instance: OrchestrationInstance, event: pb.HistoryEvent) -> None:
        instance.pending_events.append(event)
        instance.last_updated_at = self._clock.now()
        self._enqueue_orchestration(instance.instance_id)

    def _forget(self, instance_id: str) -> None:
        """Nothing that this execution waited for will be delivered. Its activities still run, and still count."""
        self._timers.forget(instance_id)
        self._parents = {child: watch for child, watch in self._parents.items() if watch[0] != instance_id}
        for key, activity in self._activities.items():
            if key[0] == instance_id:
                activity.wanted = False

    def _has_turn(self, instance_id: str) -> bool:
        instance = self._instances.get(instance_id)
        return instance is not None and bool(instance.pending_events)

    def _has_ended(self, instance: OrchestrationInstance) -> bool:
        return self._is_terminal_status(instance.status)


def _key_of(item: pb.WorkItem) -> _ItemKey:
    if item.HasField("activityRequest"):
        request = item.activityRequest
        return request.orchestrationInstance.instanceId, request.taskId, item.completionToken
    return item.orchestratorRequest.instanceId, _TURN, item.completionToken
