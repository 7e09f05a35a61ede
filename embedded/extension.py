"""The durable extension of the host: takes work items, invokes the function each is for, and reports what came out.

Work items are taken from the backend by plain calls and not through its gRPC port, which is there for the app's durable
clients: a history of ten thousand events can exceed gRPC's default message size, and one process has no need to talk to
itself through a socket. What goes wrong inside the app, an unknown name included, is reported as a failure of that
activity or orchestration. Anything else is a fault of this host: it is handed to the backend, which raises it in
whoever waits for anything, so that no test has to find it by a time-out.
"""

import base64
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from typing import Self

from durabletask.internal import orchestrator_service_pb2 as pb
from google.protobuf.wrappers_pb2 import StringValue

from embedded.backend import DurableBackend
from embedded.failures import ended_in_failure, failure_details
from embedded.functions import ACTIVITY, ORCHESTRATION, AppFunction, FunctionIndex, FunctionUnknownError
from embedded.messages import ParameterBinding, TypedData
from embedded.worker import InvocationFailedError, Worker


class DurableExtension:
    """Runs a backend's work on a worker. A context manager."""

    def __init__(self, backend: DurableBackend, worker: Worker, index: FunctionIndex) -> None:
        self._backend = backend
        self._worker = worker
        self._index = index
        self._call = _LocalCall()
        self._thread = threading.Thread(target=self._take_work, name="durable-extension", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._call.end()
        self._thread.join()

    def _take_work(self) -> None:
        items: Iterator[pb.WorkItem] = self._backend.GetWorkItems(pb.GetWorkItemsRequest(), self._call)
        for item in items:
            self._worker.submit(self._carry_out(item)).add_done_callback(self._look_back)
        if self._call.is_active():  # the backend ends its stream on any error, which it only logs
            self._backend.break_down(RuntimeError("the backend gives out no more work; its log says why"))

    def _look_back(self, done: Future[None]) -> None:
        try:
            fault = done.exception()
        except CancelledError:  # the worker is stopping
            return
        if fault is not None:
            self._backend.break_down(fault)

    async def _carry_out(self, item: pb.WorkItem) -> None:
        if item.HasField("orchestratorRequest"):
            turn = await self._turn(item.orchestratorRequest, item.completionToken)
            self._backend.CompleteOrchestratorTask(turn, self._call)
        elif item.HasField("activityRequest"):
            result = await self._activity(item.activityRequest, item.completionToken)
            self._backend.CompleteActivityTask(result, self._call)
        else:
            raise NotImplementedError(f"a work item of kind {item.WhichOneof('request')}")

    async def _turn(self, request: pb.OrchestratorRequest, token: str) -> pb.OrchestratorResponse:
        """One turn of an orchestration: its history goes in, what it does next comes out."""
        try:
            function = self._index.named(ORCHESTRATION, _orchestrator_name(request))
            history = TypedData(string=base64.b64encode(request.SerializeToString()).decode())
            returned = await self._invoke(function, history)
            turn: pb.OrchestratorResponse = pb.OrchestratorResponse.FromString(base64.b64decode(returned.string or ""))
        except (InvocationFailedError, FunctionUnknownError) as error:
            return ended_in_failure(request.instanceId, token, _details(error))
        turn.completionToken = token
        return turn

    async def _activity(self, request: pb.ActivityRequest, token: str) -> pb.ActivityResponse:
        instance_id = request.orchestrationInstance.instanceId
        answer = pb.ActivityResponse(instanceId=instance_id, taskId=request.taskId, completionToken=token)
        try:
            function = self._index.named(ACTIVITY, request.name)
            returned = await self._invoke(function, TypedData(json=request.input.value or "null"))
            answer.result.CopyFrom(StringValue(value=returned.json or "null"))
        except (InvocationFailedError, FunctionUnknownError) as error:
            answer.failureDetails.CopyFrom(_details(error))
        return answer

    async def _invoke(self, function: AppFunction, data: TypedData) -> TypedData:
        inputs = [ParameterBinding(name=function.trigger_binding["name"], data=data)]
        answer = await self._worker.invoke(function, inputs)
        return answer.return_value or TypedData()


def _orchestrator_name(request: pb.OrchestratorRequest) -> str:
    """The name it was started under; the last one counts, after continue-as-new."""
    events = (*request.pastEvents, *request.newEvents)
    names: list[str] = [event.executionStarted.name for event in events if event.HasField("executionStarted")]
    return names[-1]


def _details(error: InvocationFailedError | FunctionUnknownError) -> pb.TaskFailureDetails:
    if isinstance(error, FunctionUnknownError):
        return failure_details("FunctionUnknown", str(error))
    return failure_details(error.error_type, error.message, error.stack_trace)


class _LocalCall:
    """What the backend wants to know about a caller, when the caller is in this process."""

    def __init__(self) -> None:
        self._active = True

    def is_active(self) -> bool:
        """Whether the caller still listens."""
        return self._active

    def end(self) -> None:
        """Listen no longer."""
        self._active = False
