"""The durable backend by itself, with durabletask's own worker and client on its gRPC port."""

import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest
from durabletask.client import OrchestrationStatus, TaskHubGrpcClient
from durabletask.entities import EntityInstanceId
from durabletask.internal import orchestrator_service_pb2 as pb
from durabletask.task import OrchestrationContext
from durabletask.testing import in_memory_backend
from durabletask.worker import TaskHubGrpcWorker

from embedded.backend import DurableBackend, HostFaultError
from embedded.clock import HostClock, SpeedClock, SystemClock

type Steps = Generator[Any, Any, Any]


def echo(_ctx: Any, value: Any) -> Any:
    """An activity."""
    return value


def busy_loop(ctx: OrchestrationContext, _: Any) -> Steps:
    """Never waits."""
    while True:
        yield ctx.call_activity(echo, input=1)


def child(ctx: OrchestrationContext, seconds: Any) -> Steps:
    """Takes its time."""
    yield ctx.create_timer(timedelta(seconds=seconds))
    return "grown up"


def parent(ctx: OrchestrationContext, seconds: Any) -> Steps:
    """Waits for a child."""
    return (yield ctx.call_sub_orchestrator(child, input=seconds))


def bell(ctx: OrchestrationContext, _: Any) -> Steps:
    """Waits for an event."""
    return (yield ctx.wait_for_external_event("bell"))


@contextmanager
def durable(clock: HostClock, history_events_max: int = 1000) -> Iterator[tuple[DurableBackend, TaskHubGrpcClient]]:
    """A backend, a worker that serves it, and a client."""
    backend = DurableBackend(clock, history_events_max)
    address = backend.start()
    try:
        with TaskHubGrpcWorker(host_address=address) as worker, TaskHubGrpcClient(host_address=address) as client:
            for orchestrator in (busy_loop, child, parent, bell):
                worker.add_orchestrator(orchestrator)
            worker.add_activity(echo)
            worker.start()  # type: ignore[no-untyped-call]  # the library leaves it bare
            yield backend, client
    finally:
        backend.stop()


@pytest.mark.timeout(90)
def test_a_child_may_take_longer_than_thirty_seconds() -> None:
    """A parent gets the result of a child of 31 real seconds; durabletask's own backend drops it after 30.

    A client that waits for the child without a deadline gets its answer, too.
    """
    with durable(SystemClock()) as (_, client):
        parent_id = client.schedule_new_orchestration(parent, input=31)
        child_id = client.schedule_new_orchestration(child, input=31)
        waited = _without_deadline(client, child_id)
        state = client.wait_for_orchestration_completion(parent_id, timeout=45)
        assert state is not None
        assert (state.runtime_status, state.get_output()) == (OrchestrationStatus.COMPLETED, "grown up")
        assert waited() == "grown up"


def _without_deadline(client: TaskHubGrpcClient, instance_id: str) -> Callable[[], Any]:
    """Wait for an instance in a thread with a call that has no deadline; gives how to get its output."""
    found: list[Any] = []

    def wait() -> None:
        request = pb.GetInstanceRequest(instanceId=instance_id, getInputsAndOutputs=True)
        answer = client._stub.WaitForInstanceCompletion(request)
        found.append(answer.orchestrationState.output.value.strip('"'))

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()

    def output() -> Any:
        thread.join(10)
        return found[0]

    return output


def test_timers_follow_a_fast_clock() -> None:
    """Ten days at a million times the speed of the machine pass in real seconds, by timestamps of the fast clock."""
    start = datetime(2026, 11, 24, 6, tzinfo=UTC)
    with durable(SpeedClock(start, 1_000_000)) as (backend, client):
        instance_id = client.schedule_new_orchestration(child, input=10 * 86400)
        state = client.wait_for_orchestration_completion(instance_id, timeout=10)
        assert state is not None
        assert state.runtime_status is OrchestrationStatus.COMPLETED
        seen = backend.instance(instance_id)
        assert seen is not None
        assert start + timedelta(days=10) <= seen.updated_at < start + timedelta(days=100)


def test_waiting_instances_cost_no_threads() -> None:
    """Two hundred parents with children and timers add no threads; in durabletask's own backend, four hundred."""
    with durable(SystemClock()) as (backend, client):
        before = threading.active_count()
        for _ in range(200):
            client.schedule_new_orchestration(parent, input=3600)
        assert backend.wait_until(lambda: len(backend.instances()) == 400, timeout=20)
        assert backend.wait_idle(timeout=20)
        assert threading.active_count() - before < 60  # the pools of the gRPC server and of the worker


def test_a_history_without_end_fails() -> None:
    """An orchestration whose history passes the limit fails with a reason instead of being stuck."""
    with durable(SystemClock(), history_events_max=60) as (backend, client):
        instance_id = client.schedule_new_orchestration(busy_loop)
        state = client.wait_for_orchestration_completion(instance_id, timeout=10)
        assert state is not None
        assert state.failure_details is not None
        assert state.failure_details.error_type == "HistoryTooLong"
        assert backend.wait_idle(timeout=5)


def test_what_it_cannot_do_is_refused() -> None:
    """A delayed start and a signal to an entity are answered with UNIMPLEMENTED."""
    with durable(SystemClock()) as (_, client):
        with pytest.raises(grpc.RpcError) as delayed:
            client.schedule_new_orchestration(child, input=1, start_at=datetime(2030, 1, 1, tzinfo=UTC))
        with pytest.raises(grpc.RpcError) as entity:
            client.signal_entity(EntityInstanceId("counter", "one"), "add", 1)
        assert {delayed.value.code(), entity.value.code()} == {grpc.StatusCode.UNIMPLEMENTED}


def test_a_turn_that_was_asked_for_during_another_follows_at_once() -> None:
    """After a turn during which an event arrived, the next one comes without waiting for a poll."""
    backend = DurableBackend(SystemClock())
    backend.StartInstance(pb.CreateInstanceRequest(instanceId="one", name="bell"), None)
    items = backend.GetWorkItems(pb.GetWorkItemsRequest(), _Listening())
    item, waited = next(items), 0.0
    for _ in range(20):
        backend.RaiseEvent(pb.RaiseEventRequest(instanceId="one", name="bell"), None)
        with ThreadPoolExecutor(1) as pool:
            following = pool.submit(next, items)
            assert not following.done()
            threading.Event().wait(0.01)  # the stream looks, and finds nothing that it may give out
            turn = pb.OrchestratorResponse(instanceId="one", completionToken=item.completionToken)
            began = time.monotonic()
            backend.CompleteOrchestratorTask(turn, None)
            item = following.result(5)
            waited += time.monotonic() - began
    assert waited < 0.5


def test_busy_instances_do_not_hold_up_others() -> None:
    """With ten instances rung during their turns, the turn of another one is given out without waiting for polls."""
    backend = DurableBackend(SystemClock())
    items = backend.GetWorkItems(pb.GetWorkItemsRequest(), _Listening())
    for number in range(10):
        backend.StartInstance(pb.CreateInstanceRequest(instanceId=f"busy-{number}", name="bell"), None)
        next(items)
    for number in range(10):
        backend.RaiseEvent(pb.RaiseEventRequest(instanceId=f"busy-{number}", name="bell"), None)
    backend.StartInstance(pb.CreateInstanceRequest(instanceId="other", name="bell"), None)
    began = time.monotonic()
    assert next(items).orchestratorRequest.instanceId == "other"
    assert time.monotonic() - began < 0.5


class _Listening:
    """A caller that listens."""

    def is_active(self) -> bool:
        """It does."""
        return True


def test_an_instance_that_replaces_another_inherits_nothing() -> None:
    """The timer of a running instance is forgotten when another one is started in its place."""
    with durable(SystemClock()) as (backend, client):
        client.schedule_new_orchestration(child, input=3600, instance_id="one")
        assert backend.wait_until(lambda: backend.next_timer is not None, timeout=5)
        replace = pb.OrchestrationIdReusePolicy(replaceableStatus=[pb.ORCHESTRATION_STATUS_RUNNING])
        client.schedule_new_orchestration(bell, instance_id="one", reuse_id_policy=replace)
        assert backend.next_timer is None
        client.raise_orchestration_event("one", "bell", data="heard")
        state = client.wait_for_orchestration_completion("one", timeout=5)
        assert state is not None
        assert state.get_output() == "heard"


def test_an_event_that_arrives_during_a_turn_is_not_lost() -> None:
    """Of many instances that are started and rung at once, each ends with its own event."""
    with durable(SystemClock()) as (backend, client):
        names = [f"bell-{number}" for number in range(50)]
        for name in names:
            client.schedule_new_orchestration(bell, instance_id=name)
            client.raise_orchestration_event(name, "bell", data=name)
        assert backend.wait_until(lambda: all(each.ended for each in backend.instances()), timeout=10)
        assert [each.output for each in backend.instances()] == names


def test_it_is_not_idle_during_work_from_outside() -> None:
    """A call that only its caller knows keeps it busy until the call ends."""
    backend = DurableBackend(SystemClock())
    with backend.outside_work():
        assert not backend.wait_idle(timeout=0.01)
    assert backend.wait_idle(timeout=0)


def test_work_from_outside_waits_while_time_moves() -> None:
    """During a standstill no work begins; what came meanwhile begins right after it."""
    backend = DurableBackend(SystemClock())
    began = threading.Event()

    def work() -> None:
        with backend.outside_work():
            began.set()

    with backend.standstill(timeout=1):
        thread = threading.Thread(target=work)
        thread.start()
        assert not began.wait(0.05)
    assert began.wait(5)
    thread.join()


def test_a_standstill_that_does_not_come_says_why() -> None:
    """Waiting for a standstill in vain names what goes on."""
    backend = DurableBackend(SystemClock())
    with (
        backend.outside_work(),
        pytest.raises(TimeoutError, match="running: 1 calls from outside; alive: nothing"),
        backend.standstill(timeout=0.01),
    ):
        pass


def test_a_fault_of_the_host_reaches_who_waits() -> None:
    """Somebody who waits when the host breaks gets the cause at once, and so does everybody after."""
    backend = DurableBackend(SystemClock())
    fault = ZeroDivisionError("a bug")
    threading.Timer(0.05, backend.break_down, args=(fault,)).start()
    with pytest.raises(HostFaultError) as first:
        backend.wait_until(lambda: False, timeout=5)
    with pytest.raises(HostFaultError):
        backend.wait_idle(timeout=5)
    assert first.value.__cause__ is fault


def test_a_fault_of_the_timers_is_a_fault_of_the_host() -> None:
    """When timers can no longer be fired, everybody who waits hears of it instead of waiting for ever."""

    class BrokenClock(SystemClock):
        def real_seconds_until(self, at: datetime) -> float:
            raise ZeroDivisionError(at)

    with durable(BrokenClock()) as (backend, client):
        client.schedule_new_orchestration(child, input=1)
        with pytest.raises(HostFaultError):
            backend.wait_until(lambda: False, timeout=5)


def test_stopping_answers_who_waits() -> None:
    """A client that waits for an instance without end is let go when the backend stops, within two seconds."""
    answered = threading.Event()

    def wait(client: TaskHubGrpcClient) -> None:
        try:
            client._stub.WaitForInstanceCompletion(pb.GetInstanceRequest(instanceId="bell"))
        except grpc.RpcError:
            pass
        finally:
            answered.set()

    with durable(SystemClock()) as (backend, client):
        client.schedule_new_orchestration(bell, instance_id="bell")
        threading.Thread(target=wait, args=(client,), daemon=True).start()
        while not backend._state_waiters:  # nothing tells when the call has arrived
            assert not answered.is_set()
        backend.stop()
        assert answered.wait(2)


def test_one_backend_at_a_time() -> None:
    """A second backend in the same process is refused, and possible again when the first has stopped."""
    first = DurableBackend(SystemClock())
    first.start()
    with pytest.raises(RuntimeError, match="already runs a durable backend"):
        DurableBackend(SystemClock()).start()
    first.stop()
    second = DurableBackend(SystemClock())
    second.start()
    second.stop()
    assert vars(in_memory_backend)["datetime"] is datetime


def test_it_listens_on_the_loopback_interface_only() -> None:
    """The address is on 127.0.0.1, with a port of the system's choice."""
    backend = DurableBackend(SystemClock())
    address = backend.start()
    backend.stop()
    host, _, port = address.partition(":")
    assert host == "127.0.0.1"
    assert int(port) > 1023
