"""Operation statuses and times, as recorded traffic has them and as nobody should write them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.arm.operation import OperationState, operation_of
from shared.arm.times import time_of

OPERATION = {
    "id": "/subscriptions/s/operationstatuses/o",
    "name": "o",
    "percentComplete": 88.75,
    "startTime": "2021-05-14T11:18:28-05:00",
    "status": "Building",
}


def test_one_that_goes_on() -> None:
    """A provider's own word goes on, with a percentage that has a fraction."""
    found = operation_of(OPERATION)

    assert (found.state, found.status, found.percent, found.over) == (OperationState.RUNNING, "Building", 88.75, False)
    assert found.started_at == datetime(2021, 5, 14, 16, 18, 28, tzinfo=UTC)


def test_an_end_time_ends_nothing() -> None:
    """Recorded operations have an end time, the same as their start, while they still build."""
    found = operation_of({**OPERATION, "endTime": OPERATION["startTime"]})

    assert (found.over, found.ended_at) == (False, found.started_at)


def test_the_last_look_holds_the_resource() -> None:
    """The final document has the resource's own properties, which the record does not show."""
    found = operation_of({**OPERATION, "status": "Succeeded", "properties": {"output": ["canary"]}})

    assert (found.over, found.state, found.resource) == (True, OperationState.SUCCEEDED, {"output": ["canary"]})
    assert "canary" not in repr(found)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Succeeded", OperationState.SUCCEEDED),
        ("succeeded", OperationState.SUCCEEDED),
        ("Failed", OperationState.FAILED),
        ("Canceled", OperationState.CANCELED),
        ("Cancelled", OperationState.CANCELED),
        ("Cancelling", OperationState.RUNNING),
        ("Pending", OperationState.RUNNING),
        ("Succeeding", OperationState.RUNNING),
        ("", OperationState.UNKNOWN),
        (" ", OperationState.UNKNOWN),
        (None, OperationState.UNKNOWN),
        (True, OperationState.UNKNOWN),
    ],
)
def test_words(word: object, state: OperationState) -> None:
    """Four words end an operation, every other one goes on, and none at all says nothing."""
    assert operation_of({**OPERATION, "status": word}).state is state


@pytest.mark.parametrize("percent", [True, "50", -1, 100.5, float("nan"), float("inf"), None, []])
def test_percentages_that_are_none(percent: object) -> None:
    """A percentage that cannot be one is left out."""
    assert operation_of({**OPERATION, "percentComplete": percent}).percent is None


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ({"code": "Conflict", "message": "busy"}, "Conflict: busy"),
        ({"code": "Conflict"}, "Conflict"),
        ({"code": 7}, ""),
        ("broken", ""),
        (None, ""),
    ],
)
def test_why_one_failed(error: object, text: str) -> None:
    """Code and message of a failed one are told, as far as they are there."""
    assert operation_of({**OPERATION, "status": "Failed", "error": error}).error == text


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*OPERATION, "error"]), inner),
    max_leaves=9,
)


@given(document=ANYTHING)
def test_anything_is_an_operation_or_an_unknown_one(document: object) -> None:
    """Whatever a status document holds, reading it never fails, and only a word of the four ends it."""
    found = operation_of(document)

    ends = {"succeeded", "failed", "canceled", "cancelled"}
    assert found.over == (found.status.lower() in ends)


@pytest.mark.parametrize(
    "text",
    [
        "2021-05-14 16:18:28Z",
        "2021-05-14T16:18:28Z",
        "2021-05-14T11:18:28-05:00",
        " 2021-05-14T16:18:28.0000000Z ",
        "2021-05-14 16:18:28.000+00:00",
    ],
)
def test_times_as_they_are_written(text: str) -> None:
    """A space, an offset or seven digits of a fraction are the same time."""
    assert time_of(text) == datetime(2021, 5, 14, 16, 18, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["", "soon", "2021-05-14", "2021-05-14T16:18:28", "0001-01-01T00:00:00+05:00", 7, None, True, []]
)
def test_what_is_no_time(value: object) -> None:
    """A time without a zone, and anything else, is none."""
    assert time_of(value) is None
