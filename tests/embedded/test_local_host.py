"""A real app on the local host: everything that an app can do there, on the machine's own clock."""

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from embedded.functions import FunctionUnknownError
from embedded.instance import Failure
from embedded.worker import InvocationFailedError

if TYPE_CHECKING:
    from tests.embedded.conftest import Sample


def test_an_orchestration_runs_its_activities_in_order(sample: "Sample") -> None:
    """A chain of activities, sync and async, ends with what each returned."""
    assert sample.run("chain", ["one", "two"]) == ["ONE", "TWO", "done"]


def test_children_run_side_by_side(sample: "Sample") -> None:
    """A fan-out over forty children gathers every result in order."""
    assert sample.run("fan_out", 40) == [f"W{number}" for number in range(40)]


def test_a_turn_does_not_wait_for_a_poll(sample: "Sample") -> None:
    """A hundred turns take far less than the tenth of a second each that a lost wake-up costs."""
    began = time.monotonic()
    sample.run("chain", [str(number) for number in range(100)])
    assert time.monotonic() - began < 5


def test_a_state_says_where_an_instance_stands(sample: "Sample") -> None:
    """A finished instance shows its name, input, output, custom status and times."""
    sample.run("chain", ["one"])
    state = sample.host.instance("chain")
    assert state is not None
    assert (state.name, state.input, state.custom_status) == ("chain", ["one"], {"at": "one"})
    assert abs((datetime.now(UTC) - state.created_at).total_seconds()) < 10
    assert state.ended
    assert state.failure is None
    assert [each.id for each in sample.host.instances()] == ["chain"]


def test_an_unknown_instance_has_no_state(sample: "Sample") -> None:
    """An instance that was never started is None."""
    assert sample.host.instance("nobody") is None


def test_the_durable_client_works_from_http(sample: "Sample") -> None:
    """The app's own client reads over HTTP what the host sees, over real gRPC."""
    sample.run("chain", ["one"])
    assert sample.host.http("GET", "/runs/chain").json() == {"status": "COMPLETED"}
    assert sample.host.http("GET", "/runs/nobody").json() == {"status": None}


def test_starting_an_instance_twice_is_refused(sample: "Sample") -> None:
    """A second start under the same id fails inside the app, as on Azure."""
    sample.run("chain", ["one"])
    assert sample.host.http("PUT", "/runs/chain", [], query={"orchestrator": "chain"}).status == 500


def test_an_event_ends_a_wait(sample: "Sample") -> None:
    """Events raised through the durable client arrive once each and in order."""
    sample.start("bells", "two_bells")
    sample.ring("bells", "first")
    sample.ring("bells", "second")
    assert sample.host.wait_for_instance("bells", timeout=5).output == ["first", "second"]


def test_a_terminated_instance_ends(sample: "Sample") -> None:
    """Terminating from outside ends an instance that waits."""
    sample.start("bells", "two_bells")
    sample.host.http("POST", "/runs/bells/terminate")
    assert sample.host.wait_for_instance("bells", timeout=5).status == "TERMINATED"


def test_a_terminated_child_fails_its_parent(sample: "Sample") -> None:
    """A parent hears at once that its child was terminated."""
    sample.start("parent", "parent", {"name": "two_bells", "input": 0, "id": "child"})
    assert sample.host.wait_until(lambda: sample.host.instance("child") is not None, timeout=5)
    sample.host.http("POST", "/runs/child/terminate")
    state = sample.host.wait_for_instance("parent", timeout=5)
    assert state.failure is not None
    assert "terminated" in state.failure.message


def test_a_failing_activity_surfaces(sample: "Sample") -> None:
    """What an activity raised is the failure of the orchestration that did not catch it."""
    sample.start("failing", "failing")
    state = sample.host.wait_for_instance("failing", timeout=5)
    assert state.status == "FAILED"
    assert state.failure is not None
    assert "no such host" in state.failure.message


def test_a_failing_orchestrator_surfaces(sample: "Sample") -> None:
    """What an orchestrator raised is its failure, even when it has no message."""
    sample.start("raising", "raising")
    assert sample.host.wait_for_instance("raising", timeout=5).failure == Failure(
        error_type="builtins.KeyError", message=""
    )


def test_a_failing_child_keeps_the_type_of_its_failure(sample: "Sample") -> None:
    """A parent fails with the message of its child's activity, two levels up."""
    sample.start("parent", "parent", {"name": "failing", "input": 0})
    failure = sample.host.wait_for_instance("parent", timeout=5).failure
    assert failure is not None
    assert "no such host" in failure.message


@pytest.mark.parametrize(
    ("orchestrator", "says"),
    [
        ("calls_nobody", "no activityTrigger named 'no_such_activity'; it has: BuiltIn__HttpActivity, dozing, fail"),
        ("not_there", "no orchestrationTrigger named 'not_there'; it has: BuiltIn__HttpPollOrchestrator, bell_or_"),
        ("calls_entity", "this host serves no entities"),
    ],
)
def test_what_is_not_there_is_a_failure_and_no_hang(sample: "Sample", orchestrator: str, says: str) -> None:
    """An unknown activity, an unknown orchestrator and an entity fail the instance with what there is instead."""
    sample.start("it", orchestrator)
    failure = sample.host.wait_for_instance("it", timeout=5).failure
    assert failure is not None
    assert says in failure.message


def test_waiting_for_what_does_not_end_says_what_goes_on(sample: "Sample") -> None:
    """A time-out names the state of the instance and everything that is alive."""
    sample.start("bells", "two_bells")
    assert sample.host.wait_idle(timeout=5)
    with pytest.raises(TimeoutError, match=r"bells is RUNNING after 0\.05 s; .* running: nothing; alive: bells"):
        sample.host.wait_for_instance("bells", timeout=0.05)


def test_it_is_not_idle_while_an_activity_runs(sample: "Sample") -> None:
    """A host with one running activity is not idle, says which, and becomes idle when it ends."""
    sample.start("holding", "leaves_behind", "one")
    sample.wait_held("one")
    assert not sample.host.wait_idle(timeout=0.05)
    assert "activity held of holding" in sample.host.going_on()
    sample.release("one")
    assert sample.host.wait_idle(timeout=5)


def test_an_activity_that_outlives_its_instance_counts_and_is_dropped(sample: "Sample") -> None:
    """An activity left behind keeps the host busy until it ends; then its result changes nothing."""
    sample.start("left", "leaves_behind", "one")
    sample.wait_held("one")
    ended = sample.host.wait_for_instance("left", timeout=5)
    assert not sample.host.idle
    sample.release("one")
    assert sample.host.wait_idle(timeout=5)
    assert sample.host.instance("left") == ended
    assert sample.host.next_timer is None


def test_a_result_of_an_earlier_round_is_dropped(sample: "Sample") -> None:
    """After continue-as-new, the result of an activity that still ran is not taken for that of a new one."""
    sample.start("twice", "held_twice", ["old", "new"])
    sample.wait_held("old")
    sample.wait_held("new")
    sample.release("old")
    assert sample.host.wait_until(lambda: "held of twice, " not in sample.host.going_on(), timeout=5)
    assert not sample.host.instance("twice").ended  # type: ignore[union-attr]
    sample.release("new")
    assert sample.host.wait_for_instance("twice", timeout=5).output == "new"


def test_a_plain_http_function_answers(sample: "Sample") -> None:
    """A function with a closer route than the catch-all gets the request, with its route parameters."""
    answer = sample.host.http("GET", "/plain/ann")
    assert (answer.status, answer.text) == (200, "hello ann")


def test_a_request_reaches_the_app_as_it_was_sent(sample: "Sample") -> None:
    """Path, repeated query parameters, headers and body arrive unchanged."""
    answer = sample.host.http("PUT", "/echo/a%20b/c?x=1&x=2", b"raw", {"X-Sample": "kept"}).json()
    assert answer["rest"] == "a b/c"
    assert answer["query"] == [["x", "1"], ["x", "2"]]
    assert (answer["header"], answer["body"]) == ("kept", "raw")
    assert answer["url"].startswith("http://127.0.0.1:7071/echo/")


def test_a_request_without_route_is_not_found(sample: "Sample") -> None:
    """A method that no function takes is answered with 404 by the host."""
    assert sample.host.http("DELETE", "/plain/ann").status == 404


def test_a_failing_http_function_is_a_server_error(sample: "Sample", caplog: pytest.LogCaptureFixture) -> None:
    """What an HTTP function raises is a 500 to the caller and the whole story in the log."""
    assert sample.host.http("GET", "/plain/nobody").status == 500
    assert "ValueError: nobody is there" in caplog.text


def test_a_timer_function_fires_on_demand(sample: "Sample") -> None:
    """Firing a timer function runs it, with its durable client."""
    sample.host.fire_timer("tick")
    assert sample.host.wait_for_instance("tick-0", timeout=5).output == ["TICK", "done"]


def test_a_failing_timer_function_surfaces(sample: "Sample") -> None:
    """Firing a timer function that raises raises its type and message."""
    sample.break_tick()
    with pytest.raises(InvocationFailedError, match="OSError: told to fail"):
        sample.host.fire_timer("tick")


def test_an_unknown_timer_function_is_refused(sample: "Sample") -> None:
    """Only timer functions can be fired."""
    with pytest.raises(FunctionUnknownError, match="no timerTrigger named 'plain'; it has: tick"):
        sample.host.fire_timer("plain")


def test_the_functions_are_listed_as_indexed(sample: "Sample") -> None:
    """The list shows names, triggers, routes, methods, schedules and bindings as function.json would."""
    functions = {each.name: each for each in sample.host.functions}
    assert (functions["api"].route, functions["api"].methods) == ("{*path}", ("GET", "PUT", "POST"))
    assert functions["tick"].schedule == "%SAMPLE_SCHEDULE%"
    assert {each.trigger for each in functions.values()} == {
        "httpTrigger",
        "timerTrigger",
        "orchestrationTrigger",
        "activityTrigger",
    }
    assert [each["type"] for each in functions["api"].bindings] == ["durableClient", "httpTrigger", "http"]
    assert json.dumps([each.bindings for each in functions.values()])
