"""The host: a real Durable Functions app behind plain calls.

`LocalHost` starts the durable backend, the worker with the app, and the durable extension between them; it is what a
test, a demo or the HTTP front drives. What it promises is said in `embedded/__init__.py`.
"""

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from pathlib import Path
from typing import Self

from embedded.backend import DurableBackend
from embedded.clock import HostClock
from embedded.extension import DurableExtension
from embedded.functions import CLIENT, TIMER, AppFunction, FunctionIndex, route_prefix
from embedded.http_trigger import HttpAnswer, HttpRequest
from embedded.instance import InstanceState
from embedded.messages import ParameterBinding, TypedData
from embedded.worker import InvocationFailedError, Worker

NOT_FOUND = 404
SERVER_ERROR = 500
TASK_HUB = "local"

_log = logging.getLogger(__name__)


class LocalHost:
    """One app, running. A context manager for one `with`; every method may be called from any thread."""

    def __init__(
        self,
        app_dir: Path,
        clock: HostClock,
        *,
        functions_base_url: str = "http://127.0.0.1:7071",
        app_settings: Mapping[str, str] | None = None,
        backend: Callable[[HostClock], DurableBackend] = DurableBackend,
    ) -> None:
        self.clock = clock
        self.app_settings = dict(app_settings or {})
        """The app's environment variables, while it runs."""
        self._app_dir = app_dir
        self._base_url = functions_base_url.rstrip("/")
        self._backend = backend(clock)
        self._worker = Worker(app_dir, self.app_settings)
        self._index = FunctionIndex((), "")
        self._client = TypedData()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._client = TypedData(string=_client_binding(self._base_url, self._backend.start()))
            stack.callback(self._backend.stop)
            stack.enter_context(self._worker)
            self.clock.waits.open(self._backend.wake)
            stack.callback(self.clock.waits.close)
            self._index = FunctionIndex(self._worker.functions, route_prefix(self._app_dir))
            stack.enter_context(DurableExtension(self._backend, self._worker, self._index))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    # --- Triggers -------------------------------------------------------------------------------------------------

    @property
    def functions(self) -> tuple[AppFunction, ...]:
        """Every function of the app, in the order of its registration."""
        return self._index.all

    def http(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        """Send a request to the app: 404 when no route fits, 500 when the function raises, which is logged as well."""
        return self.answer(HttpRequest.of(method, path, body, headers, query))

    def answer(self, request: HttpRequest) -> HttpAnswer:
        """The app's answer to a request."""
        found = self._index.routed(request.method, request.path)
        if found is None:
            return HttpAnswer.empty(NOT_FOUND)
        function, parameters = found
        try:
            return HttpAnswer.of(self._invoke(function, request.message(self._base_url, parameters)))
        except InvocationFailedError as error:
            _log.error("%s %s failed: %s\n%s", request.method, request.path, error, error.stack_trace)
            return HttpAnswer.empty(SERVER_ERROR)

    def fire_timer(self, function_name: str) -> None:
        """Run a timer function now.

        Raises:
            FunctionUnknownError: there is no such timer function.
            InvocationFailedError: it raised.
        """
        timer = {"Schedule": {"AdjustForDST": True}, "ScheduleStatus": None, "IsPastDue": False}
        self._invoke(self._index.named(TIMER, function_name), TypedData(json=json.dumps(timer)))

    def ring(self, instance_id: str, event: str) -> bool:
        """Raise an event without data at an orchestration: a bell. False where none of that id goes on to hear it."""
        return self._backend.ring(instance_id, event)

    # --- Orchestrations ---------------------------------------------------------------------------------------------

    def instance(self, instance_id: str) -> InstanceState | None:
        """One orchestration as it stands."""
        return self._backend.instance(instance_id)

    def instances(self) -> tuple[InstanceState, ...]:
        """Every orchestration, in the order of their creation."""
        return self._backend.instances()

    def wait_for_instance(self, instance_id: str, timeout: float) -> InstanceState:
        """Sleep until an orchestration has ended, whichever way. In lockstep, a pump has to move time meanwhile.

        Raises:
            TimeoutError: it has not ended after `timeout` real seconds, or was never started; says what goes on.
            HostFaultError: the host broke.
        """
        if not self._backend.wait_until(lambda: self._has_ended(instance_id), timeout):
            state = self.instance(instance_id)
            raise TimeoutError(
                f"{instance_id} is {state.status if state else 'unknown'} after {timeout:g} s; "
                f"it is {self.clock.now().isoformat()}; {self.going_on()}"
            )
        ended = self.instance(instance_id)
        assert ended is not None  # noqa: S101 -- instances are never taken away here
        return ended

    def _has_ended(self, instance_id: str) -> bool:
        state = self._backend.instance(instance_id)
        return state is not None and state.ended

    # --- Being idle, and time -----------------------------------------------------------------------------------------

    def wait_idle(self, timeout: float | None = None) -> bool:
        """Sleep until no call, turn or activity is under way; False when that is not so in time."""
        return self._backend.wait_idle(timeout)

    def wait_until(self, condition: Callable[[], bool], timeout: float | None) -> bool:
        """Sleep until `condition`, which is asked whenever something has changed; False when it is not so in time."""
        return self._backend.wait_until(condition, timeout)

    def wake(self) -> None:
        """Have the conditions that others wait for asked again."""
        self._backend.wake()

    def standstill(self, timeout: float | None) -> AbstractContextManager[None]:
        """Wait until it is idle and keep it so, for moving time; `TimeoutError` when it is not idle in time."""
        return self._backend.standstill(timeout)

    def fire_due_timers(self) -> None:
        """Fire every durable timer that is due by the clock."""
        self._backend.fire_due()

    @property
    def next_timer(self) -> datetime | None:
        """When the earliest durable timer is due."""
        return self._backend.next_timer

    @property
    def next_alarm(self) -> datetime | None:
        """When the first activity that sleeps by the clock wants to be woken."""
        return self.clock.waits.next_at

    @property
    def idle(self) -> bool:
        """Whether no call, turn or activity is under way; an activity that sleeps by the clock is not."""
        return self._backend.idle

    @property
    def alive(self) -> bool:
        """Whether any orchestration has not ended."""
        return self._backend.alive

    def going_on(self) -> str:
        """What is under way and who is alive, in words."""
        return self._backend.going_on()

    def _invoke(self, function: AppFunction, trigger_data: TypedData) -> TypedData | None:
        inputs = [ParameterBinding(name=function.trigger_binding["name"], data=trigger_data)]
        inputs += [
            ParameterBinding(name=each["name"], data=self._client)
            for each in function.bindings
            if each["type"] == CLIENT
        ]
        with self._backend.outside_work():
            return self._worker.submit(self._worker.invoke(function, inputs)).result().return_value


def _client_binding(base_url: str, backend_address: str) -> str:
    """What a durable client is made of: where the backend listens, and the addresses of the management endpoints.

    The addresses are of the right shape and lead nowhere, since this host does not serve those endpoints. No slash may
    follow the backend's port: gRPC would take it for a part of the number.
    """
    webhooks = f"{base_url}/runtime/webhooks/durabletask"
    required = f"taskHub={TASK_HUB}"
    instance = f"{webhooks}/instances/INSTANCEID"
    return json.dumps(
        {
            "taskHubName": TASK_HUB,
            "connectionName": "",
            "creationUrls": {},
            "managementUrls": {
                "id": "INSTANCEID",
                "statusQueryGetUri": f"{instance}?{required}",
                "sendEventPostUri": f"{instance}/raiseEvent/{{eventName}}?{required}",
                "terminatePostUri": f"{instance}/terminate?reason={{text}}&{required}",
                "purgeHistoryDeleteUri": f"{instance}?{required}",
            },
            "baseUrl": webhooks,
            "requiredQueryStringParameters": required,
            "rpcBaseUrl": f"http://{backend_address}",
            "httpBaseUrl": webhooks,
        }
    )
