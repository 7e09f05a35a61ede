"""The production worker library, in process: it indexes, loads and invokes the real `function_app.py`.

`azure_functions_runtime` is what Azure runs for Python 3.13, and `requirements.txt` pins Azure to the version used
here: what the tests invoke is what is deployed. The library keeps one app in a module-level registry, so a process can
hold one app directory only.
"""

import asyncio
import json
import sys
import uuid
from collections.abc import Coroutine, Mapping
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import azure_functions_runtime as runtime

from embedded import messages
from embedded.messages import ParameterBinding, StatusResult, TypedData

INVOCATION_SECONDS_MAX = 600
"""No activity of ours is meant to run for minutes; one that hangs must not hang the host for ever."""


class WorkerError(RuntimeError):
    """The app cannot be indexed, or an invocation failed."""

    def __init__(self, error_type: str, message: str, stack: str = "") -> None:
        super().__init__(f"{error_type}: {message}" if error_type else message)
        self.error_type = error_type
        self.message = message
        self.stack = stack


class Function:
    """One indexed function with its bindings as the host sees them."""

    def __init__(self, metadata: Any) -> None:
        self.metadata = metadata
        self.name: str = metadata.name
        self.id: str = metadata.function_id
        self.bindings: list[dict[str, Any]] = [json.loads(text) for text in metadata.raw_bindings]
        self.trigger = next(b for b in self.bindings if str(b["type"]).lower().endswith("trigger"))

    @property
    def kind(self) -> str:
        """Type of the trigger, such as `httpTrigger`."""
        return str(self.trigger["type"])

    @property
    def durable_name(self) -> str:
        """The name under which the durable extension calls it."""
        given = (self.trigger.get(key) for key in ("orchestration", "activity", "entityName"))
        return str(next((name for name in given if name), self.name))

    @property
    def client_parameters(self) -> list[str]:
        """Names of its durable client bindings."""
        return [str(b["name"]) for b in self.bindings if b["type"] == "durableClient"]


class Worker:
    """The app, loaded; `invoke` may be called from any thread."""

    def __init__(self, app_directory: Path) -> None:
        self._directory = app_directory
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="functions-worker", daemon=True)
        self.functions: dict[str, Function] = {}

    def start(self) -> None:
        """Index and load the app.

        Raises:
            WorkerError: with the library's own message, as Azure would show it.
        """
        if str(self._directory) not in sys.path:
            sys.path.insert(0, str(self._directory))
        self._thread.start()
        runtime.start_threadpool_executor()
        asked = SimpleNamespace(capabilities={}, function_app_directory=str(self._directory), host_version="4.1040.0")
        _succeeded(self._ask(runtime.worker_init_request, worker_init_request=asked))
        indexed = self._ask(runtime.functions_metadata_request).function_metadata_results
        self.functions = {one.name: Function(one) for one in indexed or ()}
        for function in self.functions.values():
            asked = SimpleNamespace(function_id=function.id, metadata=function.metadata)
            _succeeded(self._ask(runtime.function_load_request, function_load_request=asked))

    def stop(self) -> None:
        """Let go of the threads."""
        runtime.stop_threadpool_executor()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)

    def invoke(self, function: Function, trigger: TypedData, clients: Mapping[str, str]) -> Any:
        """Invoke a function and give its return value (a `TypedData`, or None).

        Raises:
            WorkerError: with type, message and stack of the exception that the function raised.
        """
        inputs = [ParameterBinding(name=function.trigger["name"], data=trigger)]
        inputs += [ParameterBinding(name=name, data=TypedData(string=value)) for name, value in clients.items()]
        asked = SimpleNamespace(
            invocation_id=str(uuid.uuid4()),
            function_id=function.id,
            input_data=inputs,
            trigger_metadata={},
            trace_context=SimpleNamespace(trace_parent="", trace_state="", attributes={}),
            retry_context=SimpleNamespace(retry_count=0, max_retry_count=0, exception=None),
        )
        answer = self._ask(runtime.invocation_request, invocation_request=asked)
        _succeeded(answer)
        return answer.return_value

    def _ask(self, handler: Any, **request: Any) -> Any:
        message = SimpleNamespace(
            request=SimpleNamespace(**request), properties={"host": "127.0.0.1", "protos": messages}
        )
        return self._run(handler(message))

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(INVOCATION_SECONDS_MAX)


def _succeeded(answer: Any) -> None:
    if answer.result.status == StatusResult.Success:
        return
    found = answer.result.exception
    error_type, separator, message = str(found.message).partition(": ")
    if not separator:
        error_type, message = "", error_type
    raise WorkerError(error_type, message, str(found.stack_trace or ""))
