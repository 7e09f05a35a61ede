"""The local Functions host: triggers in front, durable work behind, the production worker library in the middle.

It does what the Functions host and its durable extension do for this app: hands orchestrations and activities from the
backend to the functions bound to their names, invokes the HTTP trigger for a request and the timer trigger when asked.
What it does not do: keys, scale-out, retries of the host's own, and the management endpoints of the extension.
"""

import base64
import contextlib
import json
import logging
import os
import re
import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import grpc
from durabletask.client import OrchestrationState, TaskHubGrpcClient
from durabletask.internal import orchestrator_service_pb2 as pb
from durabletask.internal import orchestrator_service_pb2_grpc as stubs
from google.protobuf import wrappers_pb2

from embedded.backend import ClockedBackend
from embedded.clock import HostClock
from embedded.messages import RpcHttp, TypedData
from embedded.worker import Function, Worker, WorkerError
from shared.model.record import record

THREADS = 24
"""Invocations at a time, in the worker's pool and in ours: activities mostly wait for other machines."""

MESSAGE_BYTES_MAX = 64 * 1024 * 1024
"""A long orchestration's whole history travels in one message."""

LINKS = ("id", "statusQueryGetUri", "sendEventPostUri", "terminatePostUri", "purgeHistoryDeleteUri")
"""Management links that a client configuration carries; this app hands none of them out."""

log = logging.getLogger(__name__)


@record
class HttpAnswer:
    """An HTTP answer of the app."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class LocalHost:
    """The app, running. A context manager; one at a time in a process."""

    def __init__(self, app_directory: Path, clock: HostClock, url: str = "http://127.0.0.1:7071") -> None:
        self.clock = clock
        self._url = url
        self._prefix = route_prefix(app_directory)
        self._port = free_port()
        self.backend = ClockedBackend(self._port, clock)
        self.worker = Worker(app_directory)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="invocation")
        self._calls = 0
        self._by_trigger: dict[tuple[str, str], Function] = {}

    # --- life -------------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        # The worker library reads its pool size from the environment, as it does on Azure.
        os.environ.setdefault("PYTHON_THREADPOOL_THREAD_COUNT", str(THREADS))  # noqa: TID251
        self.worker.start()
        self._by_trigger = {(one.kind, one.durable_name): one for one in self.worker.functions.values()}
        self.backend.start()
        options = [
            ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
            ("grpc.max_send_message_length", MESSAGE_BYTES_MAX),
        ]
        self._channel = grpc.insecure_channel(f"127.0.0.1:{self._port}", options=options)
        self._stub = stubs.TaskHubSidecarServiceStub(self._channel)  # type: ignore[no-untyped-call]
        self._client = TaskHubGrpcClient(host_address=f"127.0.0.1:{self._port}")
        self._stream = self._stub.GetWorkItems(pb.GetWorkItemsRequest())
        self._pump = Thread(target=self._hand_out, name="work-items", daemon=True)
        self._pump.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.backend.stop(grace=0.2)
        self._channel.close()
        self._client.close()
        self.worker.stop()

    # --- the front doors --------------------------------------------------------------------------------------------

    @property
    def functions(self) -> Mapping[str, Function]:
        """Every function of the app by name."""
        return self.worker.functions

    @property
    def busy_in_front(self) -> bool:
        """Whether an HTTP call or a timer trigger is being answered."""
        return self._calls > 0

    def http(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> HttpAnswer:
        """Send a request to the app's HTTP trigger that fits; 404 when none does."""
        found = self._route(method, path)
        if found is None:
            return HttpAnswer(status=404, headers={}, body=b"")
        function, parameters = found
        content = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        suffix = "?" + "&".join(f"{quote(k)}={quote(v)}" for k, v in query.items()) if query else ""
        request = RpcHttp(
            method=method,
            url=f"{self._url}{path}{suffix}",
            headers={"content-type": "application/json", **(headers or {})},
            params=parameters,
            query=dict(query or {}),
            body=TypedData(bytes=content),
        )
        with self._in_front():
            answer = self.worker.invoke(function, TypedData(http=request), self._clients(function)).http
        return HttpAnswer(status=int(answer.status_code), headers=dict(answer.headers or {}), body=_body(answer.body))

    def fire_timer(self, name: str) -> None:
        """Fire a timer trigger now."""
        function = self.functions[name]
        due = {"Schedule": {"AdjustForDST": True}, "ScheduleStatus": None, "IsPastDue": False}
        with self._in_front():
            self.worker.invoke(function, TypedData(json=json.dumps(due)), self._clients(function))

    def state(self, instance_id: str) -> OrchestrationState | None:
        """The state of an orchestration."""
        return self._client.get_orchestration_state(instance_id)

    def start(self, orchestrator: str, instance_id: str, request: Any) -> None:
        """Start an orchestration without going through a trigger: for resuming what a crash has stopped."""
        self._client.schedule_new_orchestration(orchestrator, input=request, instance_id=instance_id)

    # --- the durable extension --------------------------------------------------------------------------------------

    def _hand_out(self) -> None:
        with contextlib.suppress(grpc.RpcError, RuntimeError):  # the stream is cancelled, the pool is closed: the end
            for item in self._stream:
                self._pool.submit(self._work, item)

    def _work(self, item: Any) -> None:
        try:
            if item.HasField("orchestratorRequest"):
                self._orchestrate(item.orchestratorRequest, item.completionToken)
            elif item.HasField("activityRequest"):
                self._act(item.activityRequest, item.completionToken)
            else:
                log.error("the app uses a kind of work item that this host does not hand out: %s", item)
        except (grpc.RpcError, ValueError) as error:  # ValueError: the channel is closed already
            log.debug("a work item was not completed, the host is closing: %s", error)

    def _orchestrate(self, request: Any, token: str) -> None:
        response = pb.OrchestratorResponse(instanceId=request.instanceId)
        try:
            function = self._bound("orchestrationTrigger", _orchestrator_name(request))
            encoded = base64.b64encode(request.SerializeToString()).decode()
            returned = self.worker.invoke(function, TypedData(string=encoded), {})
            response = pb.OrchestratorResponse.FromString(base64.b64decode(returned.string))
        except WorkerError as error:
            failed = pb.CompleteOrchestrationAction(
                orchestrationStatus=pb.ORCHESTRATION_STATUS_FAILED, failureDetails=_details(error)
            )
            response.actions.append(pb.OrchestratorAction(id=-1, completeOrchestration=failed))
        response.completionToken = token
        self._stub.CompleteOrchestratorTask(response)

    def _act(self, request: Any, token: str) -> None:
        instance = request.orchestrationInstance.instanceId
        response = pb.ActivityResponse(instanceId=instance, taskId=request.taskId, completionToken=token)
        try:
            function = self._bound("activityTrigger", request.name)
            given = request.input.value if request.HasField("input") else "null"
            returned = self.worker.invoke(function, TypedData(json=given), {})
            response.result.CopyFrom(wrappers_pb2.StringValue(value=_returned(returned)))
        except WorkerError as error:
            response.failureDetails.CopyFrom(_details(error))
        self._stub.CompleteActivityTask(response)

    def _bound(self, kind: str, name: str) -> Function:
        function = self._by_trigger.get((kind, name))
        if function is None:
            raise WorkerError("LookupError", f"the app has no {kind} named {name}")
        return function

    # --- small things -----------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _in_front(self) -> Iterator[None]:
        self._calls += 1
        try:
            yield
        finally:
            self._calls -= 1

    def _route(self, method: str, path: str) -> tuple[Function, dict[str, str]] | None:
        for function in self.functions.values():
            if function.kind != "httpTrigger" or method.lower() not in _methods(function):
                continue
            template = str(function.trigger.get("route") or function.name)
            whole = "/".join(part for part in (self._prefix, template) if part)
            if match := re.fullmatch(pattern_of(whole), path.strip("/")):
                return function, match.groupdict()
        return None

    def _clients(self, function: Function) -> dict[str, str]:
        return dict.fromkeys(function.client_parameters, self._client_configuration())

    def _client_configuration(self) -> str:
        """What the durable extension hands to a client binding. No trailing slash: gRPC would not find the port."""
        base = f"{self._url}/runtime/webhooks/durabletask"
        links = dict.fromkeys(LINKS, f"{base}/instances/INSTANCEID")
        return json.dumps(
            {
                "taskHubName": "Embedded",
                "connectionName": "Storage",
                "creationUrls": {},
                "managementUrls": links,
                "baseUrl": base,
                "requiredQueryStringParameters": "",
                "rpcBaseUrl": f"http://127.0.0.1:{self._port}",
                "httpBaseUrl": base,
                "maxGrpcMessageSizeInBytes": MESSAGE_BYTES_MAX,
                "grpcHttpClientTimeout": "00:01:40",
            }
        )


def route_prefix(app_directory: Path) -> str:
    """The prefix of every route, from `host.json`; `api` where it says nothing, as on Azure."""
    try:
        settings = json.loads((app_directory / "host.json").read_text())
    except FileNotFoundError:
        return "api"
    return str(settings.get("extensions", {}).get("http", {}).get("routePrefix", "api"))


def pattern_of(route: str) -> str:
    """A route template as a pattern: `{name}` is one segment, `{*name}` all the rest."""
    parts = re.split(r"(\{\*?\w+[^}]*\})", route)
    return "".join(_part(part) for part in parts)


def free_port() -> int:
    """A port that nobody uses right now; that somebody takes it before we do is accepted and fails loudly."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _part(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    name = re.match(r"\{\*?(\w+)", part)
    return f"(?P<{name[1] if name else ''}>{'.*' if part.startswith('{*') else '[^/]+'})"


def _methods(function: Function) -> set[str]:
    return {str(one).lower() for one in function.trigger.get("methods") or ("get", "post")}


def _orchestrator_name(request: Any) -> str:
    events = [*request.pastEvents, *request.newEvents]
    return str(next(e.executionStarted.name for e in reversed(events) if e.HasField("executionStarted")))


def _returned(value: Any) -> str:
    if value is None:
        return "null"
    return str(value.json if value.json is not None else json.dumps(value.string))


def _body(value: Any) -> bytes:
    if value is None:
        return b""
    content = value.bytes if value.bytes is not None else value.string
    return content if isinstance(content, bytes) else str(content or "").encode()


def _details(error: WorkerError) -> pb.TaskFailureDetails:
    return pb.TaskFailureDetails(
        errorType=error.error_type or "Exception",
        errorMessage=error.message,
        stackTrace=wrappers_pb2.StringValue(value=error.stack),
    )
