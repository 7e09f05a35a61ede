"""A revert that somebody pauses, resumes and cancels: no further step begins, and what is left has its people."""

from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story

WORLD = "examples/worlds/way-back.yaml"


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("taken_back_by_halves", WORLD)


def _started(journal: Any) -> set[str]:
    return {one["task"] for one in journal if one["kind"] == "step-started"}


def _ends(told: Any) -> dict[str, Any]:
    return {one["task"]: one["result"] for one in told["journal"] if one["kind"] == "task-ended"}


def test_nothing_begins_while_it_is_paused(told: Any) -> None:
    """What had begun comes to its end, and what could begin then does not."""
    assert told["asides"]["pause"]["status"] == 202
    assert _started(told["asides"]["held"]) == {"case:pc-weu-01"}


def test_a_pause_is_a_wait_that_names_who_can_end_it(told: Any) -> None:
    """Of each step that could begin."""
    waits = [one["waiting"] for one in told["asides"]["held"] if one.get("waiting")]
    waits = [one for one in waits if one["reason"] == "paused"]

    assert waits
    assert all("hcx-fleet resume back" in one["who_can_act"] for one in waits)


def test_the_cancel_says_of_each_step_what_still_happens(told: Any) -> None:
    """Those begun are followed to their end, the others are left for whom they name."""
    answer = told["asides"]["cancel"]
    texts = {one["task"]: one["text"] for one in answer["body"]["still"]}

    assert answer["status"] == 202
    assert "is followed to its end" in texts["manager:con-nice"]
    assert "ends before it begins, and is left for" in texts["pairs:pc-weu-01"]


def test_after_the_cancel_what_was_begun_ends_as_observed_and_nothing_else_begins(told: Any) -> None:
    """Each step has an end, and each one that was left names who would do it."""
    ends, started = _ends(told), _started(told["journal"])
    left = {name: one for name, one in ends.items() if name not in started}

    assert started == {"case:pc-weu-01", "manager:pc-weu-01", "manager:con-lyon", "manager:con-nice"}
    assert {ends[one]["outcome"] for one in started} == {"succeeded"}
    assert {one["outcome"] for one in left.values()} == {"canceled"}
    assert all("to do it is for" in one["who_can_act"] for one in left.values())


def test_a_step_of_a_revert_cannot_be_skipped(told: Any) -> None:
    """Nothing that depends on it could be done."""
    assert told["asides"]["skip"]["status"] == 409
