"""Changes that take too long are told of, and those that are gone end by what is observed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story

BEGAN = datetime.fromisoformat("2026-11-24T06:00:00Z")


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("paced", "tests/app/worlds/paced.yaml")


def task_of(told: Any, name: str) -> str:
    """Id of the task of a connector, or of the mesh of that name."""
    planned = (one for group in told["plan"]["groups"] for one in group["tasks"])
    return str(next(one["id"] for one in planned if name in {one.get("name"), one["subject"]}))


def result_of(told: Any, name: str) -> tuple[str, str, timedelta]:
    """How the task ended, why, and how long after the beginning."""
    (end,) = [one for one in told["journal"] if one["kind"] == "task-ended" and one["task"] == task_of(told, name)]
    return end["result"]["outcome"], end["result"]["reason"], datetime.fromisoformat(end["at"]) - BEGAN


def paces(told: Any, name: str) -> list[str]:
    """How its waits stood one after the other, each once."""
    own = [one for one in told["journal"] if one["kind"] == "waiting" and one["task"] == task_of(told, name)]
    return list(dict.fromkeys(one["waiting"]["pace"] for one in own))


def notices(told: Any, name: str) -> list[str]:
    """Which notices arrived of its task, in the order in which they came."""
    own = [one["body"] for one in told["asides"]["got"] if one["body"]["task"] == task_of(told, name)]
    return [one["kind"] for one in own]


def test_an_upgrade_that_stalls_is_slow_then_stuck_then_over(told: Any) -> None:
    """Somebody is told twice before it ends, and it ends long before the three hours that the step has."""
    outcome, reason, after = result_of(told, "con-still")

    assert paces(told, "con-still") == ["on-time", "slow", "stuck"]
    assert (outcome, reason) == ("failed", "stalled")
    assert timedelta(minutes=90) < after < timedelta(hours=2)


def test_a_slow_start_is_told_and_fails_nothing(told: Any) -> None:
    """The manager that starts for an hour is slow, is never stuck, and is upgraded."""
    assert paces(told, "con-slow") == ["on-time", "slow"]
    assert result_of(told, "con-slow")[:2] == ("succeeded", "upgraded")


def test_each_is_said_on_once(told: Any) -> None:
    """One notice each for slow and stuck, though nobody was ever told to do anything; then the end."""
    assert notices(told, "con-slow") == ["slow"]
    assert notices(told, "con-still") == ["slow", "stuck", "stopped"]


def test_they_come_to_the_minute(told: Any) -> None:
    """A wait looks when it becomes slow and when it becomes stuck, however far apart its looks are by then."""
    sent = {one["body"]["kind"]: one["body"] for one in told["asides"]["got"] if "con-still" in one["body"]["task"]}
    slow, stuck = (datetime.fromisoformat(sent[kind]["at"]) - BEGAN for kind in ("slow", "stuck"))

    assert timedelta(minutes=60) <= slow < timedelta(minutes=61)
    assert timedelta(minutes=90) <= stuck < timedelta(minutes=91)


def test_a_notice_says_what_is_seen_and_what_to_do(told: Any) -> None:
    """How long, against what, whether the job still moves, and where to look."""
    stuck = next(one["body"] for one in told["asides"]["got"] if one["body"]["kind"] == "stuck")

    assert stuck["detail"].startswith("90 min so far; stuck: half of the 180 min that this may take are over")
    assert "the HCX job has shown the same for " in stuck["detail"]
    assert "APPLY_UPGRADE" in stuck["detail"]
    assert stuck["nextAction"].startswith("Now read the upgrade's sub-tasks on port 9443 of con-still")
    assert stuck["who"] == "a person at con-still"


def test_why_and_what_is_needed_say_it_too(told: Any) -> None:
    """Whoever asks, or looks at what needs somebody, finds the same next action."""
    (need,) = [one for one in told["asides"]["needs"] if one["subject"] == "con-still"]

    assert "stuck: half of the 180 min" in told["asides"]["why"]
    assert "What to do: Now read the upgrade's sub-tasks on port 9443 of con-still" in told["asides"]["why"]
    assert need["remedy"].startswith("Now read the upgrade's sub-tasks on port 9443 of con-still")


def test_a_job_that_vanished_with_its_work_ends_by_observation(told: Any) -> None:
    """Nothing moves any more: a quarter of an hour later it stops with what to do, and nobody waits for two hours."""
    outcome, reason, after = result_of(told, "mesh-gone")
    (end,) = [one["result"] for one in told["journal"] if one["result"] and one["result"]["reason"] == "job-vanished"]

    assert (outcome, reason) == ("failed", "job-vanished")
    assert timedelta(minutes=15) < after < timedelta(minutes=30)
    assert "tunnels UP, UP" in end["detail"]
    assert "hcx-fleet retry fleet --task mesh:" in end["who_can_act"]


@pytest.mark.parametrize("mesh", ["mesh-on", "mesh-stale"])
def test_what_is_done_is_done_whatever_is_said_of_the_job(told: Any, mesh: str) -> None:
    """One has lost its job and one says RUNNING for ever: versions and tunnels end both within minutes."""
    outcome, _, after = result_of(told, mesh)

    assert (outcome, after < timedelta(minutes=15)) == ("succeeded", True)
    assert paces(told, mesh) == ["on-time"]
