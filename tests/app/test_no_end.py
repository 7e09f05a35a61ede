"""What never comes to its end is given up after a stated time, told apart from what merely takes long."""

from datetime import datetime
from typing import Any

import pytest

from shared.rules.progress import STALLED_AFTER
from shared.rules.task_steps import ANSWERING
from tests.app.conftest import Play

pytestmark = pytest.mark.story


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("fleet_run", "tests/app/worlds/no-end.yaml")


def _ended(told: Any, task: str) -> tuple[str, str]:
    (result,) = [one["result"] for one in told["journal"] if one["task"] == task and one["result"]]
    return result["outcome"], result["reason"]


def _took(told: Any, task: str) -> float:
    """Seconds from the call until the task ended."""
    times = {one["kind"]: one["at"] for one in told["journal"] if one["task"] == task}
    began, ended = (datetime.fromisoformat(times[kind]) for kind in ("called", "task-ended"))
    return (ended - began).total_seconds()


def test_a_manager_that_stays_away_is_waited_for_until_the_limit(told: Any) -> None:
    """Refused connections are "not yet" for as long as the step may take, and then a person has to look."""
    assert _ended(told, "manager:con-away") == ("failed", "timed-out")
    assert ANSWERING.total_seconds() <= _took(told, "manager:con-away") < 1.1 * ANSWERING.total_seconds()


def test_an_upgrade_that_stops_changing_has_stalled(told: Any) -> None:
    """It says IN_PROGRESS for ever; the limit is for how long it shows the same."""
    assert _ended(told, "manager:con-stuck") == ("failed", "stalled")
    assert _took(told, "manager:con-stuck") < ANSWERING.total_seconds()
    assert _took(told, "manager:con-stuck") >= STALLED_AFTER.total_seconds()


def test_neither_is_called_a_second_time(told: Any) -> None:
    """Whoever gives up does not try again by itself."""
    assert sorted(one["manager"] for one in told["truth"]["mutations"]) == ["con-away", "con-stuck"]
