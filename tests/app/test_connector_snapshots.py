"""Snapshots of connectors that hcx-fleet takes in vCenter: one each, seen before the upgrade, removed after it."""

from typing import Any

import pytest

from simulator.vcenter.build import available
from tests.app.conftest import Play
from tests.app.procedure import strays

pytestmark = [
    pytest.mark.story,
    pytest.mark.skipif(not available(), reason="no vCenter peer, and none can be built: run make vcenter"),
]

TAKE, REMOVE = "called vcenter-create-snapshot", "called vcenter-remove-snapshot"


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of four connectors."""
    return play("fleet_run", "tests/app/worlds/connector-snapshots.yaml")


def of_task(told: Any, manager: str) -> list[dict[str, Any]]:
    """The journal of a manager's task."""
    return [one for one in told["journal"] if one["task"] == f"manager:{manager}"]


def calls(told: Any, manager: str) -> list[str]:
    """What was called in a task, in order, without the words about the route."""
    return [one["text"].partition(" (")[0] for one in of_task(told, manager) if one["kind"] == "called"]


def ended(told: Any, manager: str) -> str:
    """How a task ended."""
    (result,) = [one["result"] for one in of_task(told, manager) if one["result"]]
    return str(result["reason"])


def about_snapshot(told: Any, manager: str) -> list[str]:
    """What the journal says of a snapshot at the end of a task."""
    return [one["text"] for one in of_task(told, manager) if one["text"].startswith("the snapshot: ")]


def task_of(told: Any, manager: str) -> dict[str, Any]:
    """The task of the plan."""
    found = (task for group in told["plan"]["groups"] for task in group["tasks"])
    return next(one for one in found if one["id"] == f"manager:{manager}")


@pytest.mark.parametrize(("manager", "ours"), [("con-ours", 1), ("con-helped", 0)])
def test_it_is_taken_once_and_removed(told: Any, manager: str, ours: int) -> None:
    """One is taken, then somebody upgrades, then that one is removed and seen to be gone."""
    made = calls(told, manager)

    assert (made[0], made[-1], len(made)) == (TAKE, REMOVE, 2 + ours)
    assert ended(told, manager) == "upgraded"
    assert [one.startswith("the snapshot: vCenter shows no snapshot") for one in about_snapshot(told, manager)] == [
        True
    ]


def test_it_was_seen_before_the_upgrade_began(told: Any) -> None:
    """The step that takes it is done by what vCenter shows, and the upgrade is called for after that."""
    lines = of_task(told, "con-ours")
    done = next(at for at, one in enumerate(lines) if one["section"] == "1.3" and one["kind"] == "step-done")
    upgrade = next(at for at, one in enumerate(lines) if one["section"] == "1.5" and one["kind"] == "called")

    assert lines[done]["text"].startswith("vCenter shows snapshot hcx-fleet fleet manager:con-ours of hcx-con-ours")
    assert done < upgrade


def test_the_plan_says_which_machine_is_meant(told: Any) -> None:
    """The machine that vCenter showed when the plan was made, or that there is none to take a snapshot of."""
    machine, none = task_of(told, "con-ours")["machine"], task_of(told, "con-none")

    assert machine["name"] == "hcx-con-ours"
    assert (none["snapshot"], none["machine"]) == ("none", None)
    assert any("names no vCenter" in one["text"] for one in none["way_back"])
    assert not {TAKE, REMOVE} & set(calls(told, "con-none"))


def test_after_a_failed_upgrade_it_stays_and_is_told(told: Any) -> None:
    """It is the way back, so that nobody removes it, and the journal says that it does not go by itself."""
    assert ended(told, "con-fails") == "upgrade-failed"
    assert REMOVE not in calls(told, "con-fails")
    (said,) = about_snapshot(told, "con-fails")
    assert "it leads back, and it stays until somebody deletes it" in said


def test_a_person_is_told_of_it(told: Any) -> None:
    """Whoever presses the button knows that there is a snapshot; nothing deletes it at some hour."""
    (instructed,) = [one for one in of_task(told, "con-helped") if one["kind"] == "instructed"]

    assert instructed["text"].endswith("A snapshot of it is there.")


def test_the_journal_follows_the_procedure(told: Any) -> None:
    """A task with such a snapshot goes through the numbered headings like every other one."""
    assert strays(told["journal"]) == []
