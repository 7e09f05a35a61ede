"""A revert in part: the cloud manager and one connector have no way back any more, and the other connector has."""

from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story

WORLD = "tests/app/worlds/way-back-in-part.yaml"


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("taken_back_in_part", WORLD)


@pytest.fixture(scope="module")
def plan(told: Any) -> Any:
    """The plan that was looked at before it was begun."""
    return told["asides"]["look"]["plan"]


@pytest.fixture(scope="module")
def ends(told: Any) -> Any:
    """When each task ended, by its id."""
    return {one["task"]: one["at"] for one in told["journal"] if one["kind"] == "task-ended"}


def test_the_plan_says_who_has_no_way_back(plan: Any) -> None:
    """It is partial, names both that cannot go back, and says what stands mixed afterwards."""
    notes = " ".join(plan["notes"])

    assert plan["scope"] == "partial"
    assert "pc-weu-01 has no way back" in notes
    assert "con-lyon has no way back" in notes
    assert "Afterwards it is mixed: con-nice at 4.11.2, pc-weu-01 at 4.11.4 and con-lyon at 4.11.4" in notes


def test_support_is_asked_how_to_go_on(plan: Any) -> None:
    """The text asks how the others can be brought back, and whether the managers may stay mixed meanwhile."""
    text = plan["supportCase"]

    assert "say how pc-weu-01 can be brought back to 4.11.2 without a snapshot" in text
    assert "say how con-lyon can be brought back to 4.11.2 without a snapshot" in text
    assert "say whether the managers may stay on different releases until then" in text


def test_nobody_goes_back_before_support_has_answered(told: Any, ends: Any) -> None:
    """The request comes first, then the connector, then pairings and meshes."""
    starts = {one["task"]: one["at"] for one in told["journal"] if one["kind"] == "step-started"}

    assert ends["case:pc-weu-01"] <= starts["manager:con-nice"]
    assert ends["manager:con-nice"] <= starts["pairs:pc-weu-01"]
    assert not {"manager:pc-weu-01", "manager:con-lyon"} & set(starts)


def test_every_step_of_it_names_a_person(plan: Any) -> None:
    """Whatever is left to do has somebody who does it."""
    assert plan["steps"]
    assert all(one["who"] for one in plan["steps"])


def test_it_ends_with_each_in_its_bucket(told: Any) -> None:
    """It has not succeeded, and says of each what became of it and who can still help."""
    placed = {one["subject"]: (one["bucket"], one["whoActsNext"]) for one in told["run"]["placed"]}

    assert told["run"]["status"] == "Failed"
    assert placed["con-nice"][0] == "reverted"
    assert {placed[name][0] for name in ("pc-weu-01", "con-lyon")} == {"blocked"}
    assert all(placed[name][1].startswith("support") for name in ("pc-weu-01", "con-lyon"))


def test_the_mesh_of_what_went_back_is_redeployed_after_the_pairings(told: Any, ends: Any) -> None:
    """Its appliances are each at the version of their own manager, with their tunnels up."""
    mesh = next(one for one in told["truth"]["meshes"] if one["name"] == "mesh-nice")

    assert ends["pairs:pc-weu-01"] <= ends[f"mesh:{mesh['id']}"]
    assert {(one["manager"], one["release"], one["tunnel"]) for one in mesh["appliances"]} == {
        ("con-nice", "4.11.2", "UP"),
        ("pc-weu-01", "4.11.4", "UP"),
    }


def test_the_truth_agrees(told: Any) -> None:
    """The one connector went back, and by a person; what has no way back was left as it was."""
    truth = told["truth"]
    after = [one for one in truth["mutations"] if one["at"] > told["asides"]["upgrade"]["endedAt"]]
    releases = {one["id"]: one["release"] for one in truth["managers"]}

    assert (releases["con-nice"], releases["pc-weu-01"]) == ("4.11.2", "4.11.4")
    assert {one["manager"] for one in after if one["route"] == "restore-snapshot"} == {"con-nice"}
    assert {one["caller"] for one in after} == {"person"}
