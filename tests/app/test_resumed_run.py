"""A run whose host went away goes on under its own id, and nothing is done twice."""

from collections import Counter
from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("resumed", "examples/worlds/one-pair.yaml")


def test_its_own_work_under_way_stops_nothing(told: Any) -> None:
    """A manager that reboots and a tunnel that is down for our own upgrade block no check: everything is upgraded."""
    placed = {one["subject"]: (one["bucket"], one["detail"]) for one in told["run"]["placed"]}

    assert {bucket for bucket, _ in placed.values()} == {"upgraded"}, placed
    assert told["run"]["status"] == "Succeeded"


def test_no_change_is_made_twice(told: Any) -> None:
    """The truth lists two managers and three appliance pairs, each once, though the run began three times."""
    calls = Counter(f"{one['route']} {one['manager']} {one['body']}" for one in told["truth"]["mutations"])

    assert (set(calls.values()), len(calls)) == ({1}, 5)


def test_its_plan_stays_the_same(told: Any) -> None:
    """One plan is carried out, however often the run begins."""
    assert [one["kind"] for one in told["journal"]].count("planned") == 1


def test_each_task_ends_once(told: Any) -> None:
    """A task that had ended is not carried out again, and every one of the plan has one end."""
    ends = [one["task"] for one in told["journal"] if one["kind"] == "task-ended"]
    tasks = [task["id"] for group in told["plan"]["groups"] for task in group["tasks"]]

    assert sorted(ends) == sorted(tasks)
