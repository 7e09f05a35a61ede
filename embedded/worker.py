"""The production worker library, loading and invoking a real `function_app.py` in this process.

Everything goes through the four handlers that the library exports for its proxy process, so that what is refused on
Azure (an annotation that is no type, a binding without parameter) is refused here, with the same message. Synchronous
functions run in the library's own thread pool, sized as on Azure by PYTHON_THREADPOOL_THREAD_COUNT; asynchronous ones
on the one event loop, which has its own thread.

The library keeps its registry in a module and apps are imported by name, so one worker runs at a time in a process; a
second one, of the same app or of another, can follow when the first has stopped.
"""

import asyncio
import importlib
import logging
import os
import sys
import threading
import uuid
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import azure_functions_runtime as runtime

from embedded import messages
from embedded.functions import AppFunction, AppInvalidError
from embedded.messages import InvocationRequest, InvocationResponse, ParameterBinding, StreamingMessage, TraceContext

SCRIPT = "function_app"
THREADS_SETTING = "PYTHON_THREADPOOL_THREAD_COUNT"
THREADS = "16"
"""For synchronous functions, where the app's settings do not say; without any, one slow activity could hold up all."""

STOP_SECONDS = 1.0
"""How long invocations may take to end when the worker stops; what has not begun is cancelled."""

_log = logging.getLogger(__name__)
_one_at_a_time = threading.Lock()


class InvocationFailedError(RuntimeError):
    """A function raised, or the worker refused its input or output."""

    def __init__(self, error_type: str, message: str, stack_trace: str = "") -> None:
        super().__init__(f"{error_type}: {message}")
        self.error_type = error_type
        self.message = message
        self.stack_trace = stack_trace


class Worker:
    """One app, loaded. A context manager; `invoke` runs on its event loop, everything else on any thread."""

    def __init__(self, app_dir: Path, settings: Mapping[str, str]) -> None:
        self.functions: tuple[AppFunction, ...] = ()
        self._app_dir = app_dir.resolve()
        self._settings = {THREADS_SETTING: THREADS, **settings}
        self._loop: asyncio.AbstractEventLoop
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(_alone())
            stack.enter_context(_environment(self._settings))
            stack.enter_context(_importable(self._app_dir))
            self._loop = stack.enter_context(_event_loop())
            runtime.start_threadpool_executor()
            stack.callback(self._stop_threads)
            self.functions = self.submit(self._load()).result()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def submit[T](self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run something on the worker's event loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def invoke(self, function: AppFunction, inputs: list[ParameterBinding]) -> InvocationResponse:
        """Run one function to its end.

        Raises:
            InvocationFailedError: with the type and message of what the function raised.
        """
        if task := asyncio.current_task():
            task.set_name(function.name)
        request = InvocationRequest(
            invocation_id=str(uuid.uuid4()),
            function_id=function.id,
            input_data=inputs,
            trace_context=TraceContext(trace_parent=f"00-{uuid.uuid4().hex}-{uuid.uuid4().hex[:16]}-01"),
        )
        answer: InvocationResponse = await runtime.invocation_request(_message(invocation_request=request))
        _check(answer.result)
        return answer

    async def _load(self) -> tuple[AppFunction, ...]:
        """Start the worker, which imports and indexes the app; then load every function."""
        start = messages.WorkerInitRequest(function_app_directory=str(self._app_dir))
        started: messages.WorkerInitResponse = await runtime.worker_init_request(_message(worker_init_request=start))
        try:
            _check(started.result)
        except InvocationFailedError as error:
            raise AppInvalidError(f"{self._app_dir} cannot be loaded: {error}\n{error.stack_trace}") from None
        indexed: messages.FunctionMetadataResponse = await runtime.functions_metadata_request(_message())
        if not indexed.function_metadata_results:
            raise AppInvalidError(f"{self._app_dir} has no {SCRIPT}.py with functions")
        for metadata in indexed.function_metadata_results:
            load = messages.FunctionLoadRequest(function_id=metadata.function_id, metadata=metadata)
            loaded: messages.FunctionLoadResponse = await runtime.function_load_request(
                _message(function_load_request=load)
            )
            _check(loaded.result)
        return tuple(AppFunction.of(metadata) for metadata in indexed.function_metadata_results)

    def _stop_threads(self) -> None:
        """Let running invocations end, for a moment; a function that goes on cannot be stopped by anybody."""
        pool = runtime.get_threadpool_executor()
        pool.shutdown(wait=False, cancel_futures=True)
        left = self.submit(_ended(STOP_SECONDS)).result()
        if left:
            _log.warning("stopped while still running: %s; its threads end when it does", ", ".join(left))
        else:
            runtime.stop_threadpool_executor()


def _message(**body: object) -> StreamingMessage:
    return StreamingMessage(messages, **body)


def _check(result: messages.StatusResult) -> None:
    if result.status == messages.StatusResult.Success:
        return
    if result.exception is None:
        raise InvocationFailedError("Unknown", "the worker gave no reason")
    error_type, _, message = result.exception.message.partition(": ")
    raise InvocationFailedError(error_type, message, result.exception.stack_trace)


async def _ended(seconds: float) -> list[str]:
    """Wait until everything on this loop has ended, then cancel the rest and say what it was."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if not others:
        return []
    _, running = await asyncio.wait(others, timeout=seconds)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    return [task.get_name() for task in running]


@contextmanager
def _alone() -> Iterator[None]:
    if not _one_at_a_time.acquire(blocking=False):
        raise RuntimeError("this process already runs a worker; one at a time")
    try:
        yield
    finally:
        _one_at_a_time.release()


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """App settings are environment variables: that is how Azure hands them to an app and to the worker."""
    environ = os.environ  # noqa: TID251 -- nothing of ours is configured by it: the app and the worker library read it
    before = {name: environ.get(name) for name in settings}
    environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                environ.pop(name, None)
            else:
                environ[name] = value


@contextmanager
def _importable(app_dir: Path) -> Iterator[None]:
    """Make the app's script what its name means to `import`, and afterwards what it meant before.

    Only the script is imported anew for each worker. The modules it imports stay: a process that uses them itself, as a
    test does, would otherwise hold a second copy of every class.
    """
    before = sys.modules.pop(SCRIPT, None)
    sys.path.insert(0, str(app_dir))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(app_dir))
        sys.modules.pop(SCRIPT, None)
        if before is not None:
            sys.modules[SCRIPT] = before


@contextmanager
def _event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop that runs in its own thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="functions-worker", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
