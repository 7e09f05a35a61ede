"""Work that is delivered at least once: items that come twice, completions that are lost, workers that vanish."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from durabletask.internal import orchestrator_service_pb2 as pb

from embedded.backend import DurableBackend
from embedded.clock import SystemClock
from embedded.delivery import TWICE, Delivery, loses_the_first
from embedded.host import LocalHost
from tests.embedded.conftest import SAMPLE_APP, Sample


@contextmanager
def delivering(delivery: Delivery, folder: Path) -> Iterator[Sample]:
    """The sample app on a backend that delivers so."""
    settings = {"SAMPLE_FOLDER": str(folder), "SAMPLE_SCHEDULE": "0 30 * * * *"}
    backend = partial(DurableBackend, delivery=delivery)
    with LocalHost(SAMPLE_APP, SystemClock(), app_settings=settings, backend=backend) as host:
        yield Sample(host, folder)


class _Worker:
    """A worker that takes one stream of work, until it vanishes."""

    def __init__(self, backend: DurableBackend) -> None:
        self._active = True
        self.items = backend.GetWorkItems(pb.GetWorkItemsRequest(), self)

    def is_active(self) -> bool:
        """Whether it is there."""
        return self._active

    def vanish(self) -> None:
        """Go away without a word."""
        self._active = False
        self.items.close()  # type: ignore[attr-defined]  # a generator: what gRPC does when the other end is gone


def one_activity(backend: DurableBackend, worker: _Worker) -> pb.WorkItem:
    """Start an instance whose first turn schedules one activity, and take that."""
    backend.StartInstance(pb.CreateInstanceRequest(instanceId="one", name="any"), None)
    turn = next(worker.items)
    call = pb.OrchestratorAction(id=1, scheduleTask=pb.ScheduleTaskAction(name="change"))
    answer = pb.OrchestratorResponse(instanceId="one", completionToken=turn.completionToken, actions=[call])
    backend.CompleteOrchestratorTask(answer, None)
    return next(worker.items)


def done(item: pb.WorkItem) -> pb.ActivityResponse:
    """The completion of an activity."""
    return pb.ActivityResponse(instanceId="one", taskId=1, completionToken=item.completionToken)


def test_everything_twice_comes_to_the_same(tmp_path: Path) -> None:
    """With every turn and activity delivered twice, children, timers and results are as with one delivery."""
    with delivering(TWICE, tmp_path) as sample:
        assert sample.run("fan_out", 5) == ["W0", "W1", "W2", "W3", "W4"]
        assert sample.run("chain", ["a", "b"]) == ["A", "B", "done"]
        assert sample.host.wait_idle(timeout=5)


def test_lost_completions_come_to_the_same(tmp_path: Path) -> None:
    """With the first completion of every activity lost, each is done again and the run ends as it should."""
    with delivering(Delivery(loses=loses_the_first), tmp_path) as sample:
        assert sample.run("chain", ["a", "b"]) == ["A", "B", "done"]


def test_every_item_really_comes_twice() -> None:
    """An activity is handed out twice under one token, and only its first completion is delivered."""
    backend = DurableBackend(SystemClock(), delivery=TWICE)
    worker = _Worker(backend)
    backend.StartInstance(pb.CreateInstanceRequest(instanceId="one", name="any"), None)
    turn, again = next(worker.items), next(worker.items)
    call = pb.OrchestratorAction(id=1, scheduleTask=pb.ScheduleTaskAction(name="change"))
    answer = pb.OrchestratorResponse(instanceId="one", completionToken=turn.completionToken, actions=[call])
    backend.CompleteOrchestratorTask(answer, None)
    backend.CompleteOrchestratorTask(answer, None)
    first, second = next(worker.items), next(worker.items)
    backend.CompleteActivityTask(done(first), None)
    assert (turn, first) == (again, second)
    assert first.activityRequest.name == "change"
    assert not backend.idle
    backend.CompleteActivityTask(done(second), None)
    results = next(worker.items).orchestratorRequest.newEvents
    assert sum(event.HasField("taskCompleted") for event in results) == 1


def test_it_is_not_idle_while_the_second_copy_runs() -> None:
    """Time must not move while a copy of an activity that was completed by another one is still at work."""
    backend = DurableBackend(SystemClock(), delivery=TWICE)
    worker = _Worker(backend)
    backend.StartInstance(pb.CreateInstanceRequest(instanceId="one", name="any"), None)
    turn = next(worker.items)
    end = pb.OrchestratorAction(
        id=1,
        completeOrchestration=pb.CompleteOrchestrationAction(orchestrationStatus=pb.ORCHESTRATION_STATUS_COMPLETED),
    )
    answer = pb.OrchestratorResponse(instanceId="one", completionToken=turn.completionToken, actions=[end])
    backend.CompleteOrchestratorTask(answer, None)
    assert not backend.wait_idle(timeout=0.05)
    backend.CompleteOrchestratorTask(answer, None)
    assert backend.wait_idle(timeout=0)


def test_an_activity_whose_worker_vanishes_comes_again() -> None:
    """The next worker gets the activity that the first one took with it, and its completion counts."""
    backend = DurableBackend(SystemClock())
    first, second = _Worker(backend), _Worker(backend)
    item = one_activity(backend, first)
    first.vanish()
    assert not backend.idle
    assert next(second.items) == item
    backend.CompleteActivityTask(done(item), None)
    assert next(second.items).orchestratorRequest.newEvents[-1].HasField("taskCompleted")


def test_a_worker_that_comes_back_late_changes_nothing() -> None:
    """The completion of a worker that was given up, after that of the next one, is dropped."""
    backend = DurableBackend(SystemClock())
    first, second = _Worker(backend), _Worker(backend)
    item = one_activity(backend, first)
    first.vanish()
    backend.CompleteActivityTask(done(next(second.items)), None)
    backend.CompleteActivityTask(done(item), None)
    results = next(second.items).orchestratorRequest.newEvents
    assert sum(event.HasField("taskCompleted") for event in results) == 1


def test_a_turn_whose_worker_vanishes_is_taken_anew() -> None:
    """The turn comes again with all that happened since, and the late end of the first one is not taken for its own."""
    backend = DurableBackend(SystemClock())
    first, second = _Worker(backend), _Worker(backend)
    backend.StartInstance(pb.CreateInstanceRequest(instanceId="one", name="any"), None)
    lost = next(first.items)
    backend.RaiseEvent(pb.RaiseEventRequest(instanceId="one", name="bell"), None)
    first.vanish()
    anew = next(second.items)
    late = pb.OrchestratorResponse(instanceId="one", completionToken=lost.completionToken)
    backend.CompleteOrchestratorTask(late, None)
    assert any(event.HasField("eventRaised") for event in anew.orchestratorRequest.newEvents)
    assert not backend.idle


def test_an_abandoned_activity_comes_again() -> None:
    """A worker that gives an activity up is handed it again."""
    backend = DurableBackend(SystemClock())
    worker = _Worker(backend)
    item = one_activity(backend, worker)
    backend.AbandonTaskActivityWorkItem(pb.AbandonActivityTaskRequest(completionToken=item.completionToken), None)
    assert next(worker.items) == item
