"""The catastrophe: a connector dies in its reboot, its snapshot is about to be deleted, and people go back."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.rules.polling import OTHERS_LONGEST
from tests.app.conftest import Play

pytestmark = pytest.mark.story

WORLD = "examples/worlds/way-back.yaml"


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("taken_back", WORLD)


def test_the_upgrade_ends_with_a_stop_that_names_the_way_back(told: Any) -> None:
    """The connector failed, and what is said of the stop says what leads back."""
    upgrade = told["asides"]["upgrade"]
    stops = [one["text"] for one in told["asides"]["stopped"]]

    assert upgrade["status"] == "Failed"
    assert {one["subject"]: one["bucket"] for one in upgrade["placed"]}["con-lyon"] == "failed"
    assert len(stops) == 1
    assert "The way back: HCX takes a snapshot of con-lyon itself" in stops[0]
    assert "left" in stops[0]


def test_nothing_is_planned_while_the_upgrade_goes_on(told: Any) -> None:
    """Two runs over the same managers would undo each other: the first has to end."""
    refused = told["asides"]["too early"]

    assert (refused["status"], refused["body"]["code"]) == (409, "revert.nothing")


def test_another_plan_than_the_approved_one_is_not_begun(told: Any) -> None:
    """A hash that nobody looked at starts nothing, and says what there is instead."""
    wrong = told["asides"]["wrong"]

    assert wrong["status"] == "Failed"
    assert f"by what is seen now it would be {told['asides']['look']['plan']['hash'][:12]}" in wrong["problem"]


def test_both_sides_go_back_after_the_promise(told: Any) -> None:
    """Nobody is told to revert anything before somebody says that Microsoft has agreed."""
    ends = {one["task"]: one["at"] for one in told["journal"] if one["kind"] == "task-ended"}
    starts = {one["task"]: one["at"] for one in told["journal"] if one["kind"] == "step-started"}
    managers = ["manager:pc-weu-01", "manager:con-lyon", "manager:con-nice"]

    assert {starts[one] for one in managers} == {ends["case:pc-weu-01"]}
    assert max(ends[one] for one in managers) <= starts["pairs:pc-weu-01"]


def test_every_step_names_who_performs_it(told: Any) -> None:
    """Each has somebody, and each of them was told."""
    steps = told["asides"]["look"]["plan"]["steps"]
    instructed = {one["task"] for one in told["journal"] if one["kind"] == "instructed"}

    assert {one["id"]: one["who"] for one in steps}["manager:con-lyon"] == "a person at lyon"
    assert all(one["who"] for one in steps)
    assert instructed == {one["id"] for one in steps}


def test_the_mesh_that_was_upgraded_is_redeployed_and_the_other_resynchronised(told: Any) -> None:
    """As the vendor's procedure has it."""
    titles = [one["title"] for one in told["asides"]["look"]["plan"]["steps"] if one["subjectKind"] == "mesh"]

    assert titles == ["resync mesh-lyon", "redeploy all appliances of mesh-nice"]


def test_it_ends_with_everything_taken_back(told: Any) -> None:
    """Every subject of the cloud is in the same bucket, and the run has succeeded."""
    assert told["run"]["status"] == "Succeeded"
    assert {one["bucket"] for one in told["run"]["placed"]} == {"reverted"}
    assert len(told["run"]["placed"]) == 5


def test_the_truth_agrees(told: Any) -> None:
    """Managers and appliances run what they ran before, meshes are in sync, tunnels are up."""
    truth = told["truth"]

    assert {one["release"] for one in truth["managers"]} == {"4.11.2"}
    assert {one["reach"] for one in truth["managers"]} == {"up"}
    assert {one["state"] for one in truth["meshes"]} == {"COMMITTED"}
    assert {(one["release"], one["tunnel"]) for mesh in truth["meshes"] for one in mesh["appliances"]} == {
        ("4.11.2", "UP")
    }


def test_hcx_fleet_changed_nothing_in_it(told: Any) -> None:
    """What was sent to managers after the upgrade had ended, people sent."""
    after = [one for one in told["truth"]["mutations"] if one["at"] > told["asides"]["upgrade"]["endedAt"]]

    assert {one["route"] for one in after} == {"restore-snapshot", "resync-mesh", "redeploy-appliance"}
    assert {one["caller"] for one in after} == {"person"}


def test_no_deadline_is_later_than_the_truth(told: Any) -> None:
    """Whoever trusts the plan is never too late, and hurries in vain by no more than looks lie apart and one takes."""
    kept = {one["manager"]: datetime.fromisoformat(one["expires"]) for one in told["truth"]["ownSnapshots"]}
    planned = {
        one["manager"]: datetime.fromisoformat(one["until"]) for one in told["asides"]["look"]["plan"]["managers"]
    }

    early = {name: kept[name] - planned[name] for name in kept}

    assert all(timedelta() <= each <= OTHERS_LONGEST + timedelta(hours=2) for each in early.values()), early


def test_what_is_asked_of_support_is_ready(told: Any) -> None:
    """It names the cloud, the region, the versions and what is wanted, and holds no secret."""
    text = told["asides"]["look"]["plan"]["supportCase"]

    assert "Region: westeurope" in text
    assert "HCX Cloud Manager pc-weu-01: from 4.11.2 to 4.11.4" in text
    assert "- revert pc-weu-01 to its snapshot" in text


def test_a_host_that_went_away_goes_on_where_it_was(told: Any) -> None:
    """The same step was begun once, although the host was started anew in the middle of it."""
    starts = [one["key"] for one in told["journal"] if one["kind"] == "step-started"]

    assert told["asides"]["restarted"] is True
    assert len(starts) == len(set(starts)) == len(told["asides"]["look"]["plan"]["steps"])
