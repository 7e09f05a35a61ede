"""Pins every internal of durabletask and of the worker library that the local host rests on.

A failure here after an upgrade means: something that `embedded/` overrides, calls or replaces has changed. Each message
says which file to read again, beside the new release; then this page is corrected together with it.
"""

import importlib.metadata
import inspect
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import azure_functions_runtime as runtime
import pytest
from azure.durable_functions import client as durable_client  # noqa: TID251 -- pinned here, not used
from durabletask import task
from durabletask.internal import helpers
from durabletask.testing import in_memory_backend
from durabletask.testing.in_memory_backend import InMemoryOrchestrationBackend, OrchestrationInstance

from embedded import messages
from embedded.host import _client_binding

BACKEND = "read embedded/backend.py again, method by method, beside durabletask/testing/in_memory_backend.py"
CLOCK = "read embedded/clocked_datetime.py again: durabletask asks for the time in another way"
WORKER = "read embedded/worker.py and embedded/messages.py again, beside azure_functions_runtime/handle_event.py"
CLIENT = "read _client_binding in embedded/host.py again, beside azure/durable_functions/client.py"


@pytest.mark.parametrize(
    ("package", "version", "again"),
    [
        ("durabletask", "1.12.0", BACKEND),
        ("azure-functions-durable", "2.0.0rc3", CLIENT),
        ("azure-functions-runtime", "1.3.0", WORKER),
    ],
)
def test_the_releases_are_those_it_was_written_for(package: str, version: str, again: str) -> None:
    """The installed releases are those whose internals are pinned here."""
    assert importlib.metadata.version(package) == version, again


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("start", ["self"]),
        ("stop", ["self", "grace"]),
        ("StartInstance", ["self", "request", "context"]),
        ("SignalEntity", ["self", "request", "context"]),
        ("GetWorkItems", ["self", "request", "context"]),
        ("CompleteOrchestratorTask", ["self", "request", "context"]),
        ("CompleteActivityTask", ["self", "request", "context"]),
        ("_enqueue_orchestration", ["self", "instance_id"]),
        ("_notify_waiters", ["self", "instance_id"]),
        ("_wait_for_state", ["self", "instance_id", "predicate", "timeout"]),
        ("_watch_sub_orchestration", ["self", "parent_instance_id", "sub_instance_id", "task_id"]),
        ("_process_schedule_task_action", ["self", "instance", "action"]),
        ("_process_create_timer_action", ["self", "instance", "action"]),
        ("_process_send_entity_message_action", ["self", "instance", "action"]),
        ("_is_terminal_status", ["self", "status"]),
    ],
)
def test_the_backend_has_the_methods_that_are_overridden_or_called(method: str, parameters: list[str]) -> None:
    """Each method exists under its name and takes what it took."""
    found = getattr(InMemoryOrchestrationBackend, method, None)
    assert found is not None, f"{method} is gone: {BACKEND}"
    assert list(inspect.signature(found).parameters) == parameters, f"{method} takes something else: {BACKEND}"


def test_the_backend_is_made_as_it_was() -> None:
    """It takes a history limit of 10,000 events by default, and a port."""
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(InMemoryOrchestrationBackend).parameters.items()
    }
    assert defaults == {"max_history_size": 10000, "port": 50051}, BACKEND


def test_the_backend_has_the_attributes_that_are_used() -> None:
    """Lock, instances, queue, work under way, waiters, port and events are where they were."""
    used = {
        "_lock",
        "_instances",
        "_orchestration_queue",
        "_orchestration_in_flight",
        "_state_waiters",
        "_shutdown_event",
        "_work_available",
        "_server",
        "_port",
    }
    assert used <= set(vars(InMemoryOrchestrationBackend())), BACKEND


def test_an_instance_has_the_fields_that_are_used() -> None:
    """The backend's record of an instance has every field that is read or written."""
    used = {
        "instance_id",
        "name",
        "status",
        "input",
        "output",
        "custom_status",
        "created_at",
        "last_updated_at",
        "failure_details",
        "history",
        "pending_events",
        "dispatched_events",
        "completion_token",
    }
    assert used <= set(inspect.signature(OrchestrationInstance).parameters), BACKEND


def test_waiting_without_a_deadline_gives_up_after_thirty_seconds() -> None:
    """The default that loses children is still there, and 0 still counts as none."""
    assert "timeout if timeout else 30.0" in _source(InMemoryOrchestrationBackend._wait_for_state), (
        f"the 30-second default has changed, the override may be unneeded: {BACKEND}"
    )


def test_children_are_watched_by_threads() -> None:
    """Threads are started for timers, for children and for delayed signals to entities, and nowhere else."""
    methods = ("_process_create_timer_action", "_watch_sub_orchestration", "_schedule_delayed_entity_operation")
    assert _source(in_memory_backend).count("threading.Thread(") == len(methods), BACKEND
    for method in methods:
        assert "threading.Thread(" in _source(getattr(InMemoryOrchestrationBackend, method)), f"{method}: {BACKEND}"


def test_a_turn_is_committed_in_the_order_that_is_relied_on() -> None:
    """An instance leaves the work under way, then its waiters are notified, once, then it may be queued again."""
    source = _source(InMemoryOrchestrationBackend.CompleteOrchestratorTask)
    commit = source[source.index("# Remove from in-flight") :]
    steps = ["_orchestration_in_flight.discard", "_notify_waiters", "_enqueue_orchestration"]
    positions = [commit.index(step) for step in steps]
    assert positions == sorted(positions), BACKEND
    assert _source(in_memory_backend).count("self._notify_waiters(") == 1, BACKEND


def test_an_activity_carries_the_token_of_the_turn_that_scheduled_it() -> None:
    """Activities of different executions differ by the completion token of their work item."""
    assert "completion_token=instance.completion_token" in _source(
        InMemoryOrchestrationBackend._process_schedule_task_action
    ), BACKEND
    assert "completionToken=str(matched_activity.completion_token)" in _source(
        InMemoryOrchestrationBackend.GetWorkItems
    ), BACKEND


def test_details_without_message_still_count_as_success() -> None:
    """The backend takes a failed activity without a message for a successful one, so one is always given."""
    assert "request.failureDetails and request.failureDetails.errorMessage" in _source(
        InMemoryOrchestrationBackend.CompleteActivityTask
    ), "read embedded/failures.py again"


@pytest.mark.parametrize("module", [in_memory_backend, task])
def test_time_is_asked_for_through_a_name_that_can_be_replaced(module: Any) -> None:
    """The modules call `datetime.now` with a zone, through their own name `datetime`, and never test for that type."""
    source = _source(module)
    assert module.datetime is datetime, CLOCK
    assert set(re.findall(r"datetime\.now\(([^)]*)\)", source)) <= {"timezone.utc", "tz=timezone.utc"}, CLOCK
    assert not re.search(r"isinstance\([^()]*\bdatetime\b|time\.time\(|utcnow", source), CLOCK


def test_the_backend_asks_for_the_time_everywhere_in_that_way() -> None:
    """There are as many places that ask for the time as there were."""
    assert _source(in_memory_backend).count("datetime.now(timezone.utc)") == 29, CLOCK
    assert "datetime.now(tz=timezone.utc)" in _source(task.RetryableTask.compute_next_delay), CLOCK


@pytest.mark.parametrize(
    ("helper", "parameters"),
    [
        ("new_timer_created_event", ["timer_id", "fire_at"]),
        ("new_timer_fired_event", ["timer_id", "fire_at"]),
        ("new_sub_orchestration_completed_event", ["event_id", "encoded_output"]),
        ("new_sub_orchestration_failed_event", ["event_id", "ex"]),
        (
            "new_complete_orchestration_action",
            ["id", "status", "result", "failure_details", "carryover_events", "new_version"],
        ),
    ],
)
def test_the_helpers_build_what_they_built(helper: str, parameters: list[str]) -> None:
    """Each helper exists under its name and takes what it took."""
    assert list(inspect.signature(getattr(helpers, helper)).parameters) == parameters, f"{helper}: {BACKEND}"


@pytest.mark.parametrize(
    "handler", ["worker_init_request", "functions_metadata_request", "function_load_request", "invocation_request"]
)
def test_the_worker_has_its_four_handlers(handler: str) -> None:
    """Each handler is exported, asynchronous, and takes one request."""
    found = getattr(runtime, handler)
    assert inspect.iscoroutinefunction(found), f"{handler}: {WORKER}"
    assert list(inspect.signature(found).parameters) == ["request"], f"{handler}: {WORKER}"


def test_the_worker_has_its_thread_pool() -> None:
    """The pool is started, stopped and reached through the functions that are exported for it."""
    for name in ("start_threadpool_executor", "stop_threadpool_executor", "get_threadpool_executor"):
        assert not inspect.signature(getattr(runtime, name)).parameters, f"{name}: {WORKER}"


def test_the_worker_uses_the_messages_that_there_are() -> None:
    """Every message type that the worker library names is defined, but those for cookies and for reloading."""
    left_out = {
        "FunctionEnvironmentReloadResponse",
        "NullableBool",
        "NullableDouble",
        "NullableString",
        "NullableTimestamp",
        "RpcHttpCookie",
    }
    package = Path(inspect.getfile(runtime)).parent
    named = {name for file in package.rglob("*.py") for name in re.findall(r"\bprotos\.([A-Z]\w+)", file.read_text())}
    assert named - left_out == {name for name in named if hasattr(messages, name)}, WORKER


def test_a_message_says_which_value_it_holds() -> None:
    """A value names its one field; an empty one names none, which the worker takes for no value."""
    assert messages.TypedData(json="1").WhichOneof("data") == "json"
    assert messages.TypedData().WhichOneof("data") is None


def test_the_durable_client_reads_what_it_is_given() -> None:
    """Every field of the client's configuration is one that it reads, and the backend's address ends without slash."""
    read = set(re.findall(r'client\.get\("(\w+)"\)', _source(durable_client.DurableFunctionsClient)))
    binding = json.loads(_client_binding("http://127.0.0.1:7071", "127.0.0.1:1"))
    assert set(binding) <= read, CLIENT
    assert binding["rpcBaseUrl"] == "http://127.0.0.1:1", CLIENT


def _source(thing: Any) -> str:
    return inspect.getsource(thing)
