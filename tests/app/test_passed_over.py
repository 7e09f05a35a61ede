"""The mode that was chosen is carried out; an appliance for which it holds no more is left, and the rest goes on."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.app.conftest import Play
from tests.app.procedure import strays

pytestmark = pytest.mark.story

IN_SERVICE = "tests/app/worlds/in-service.yaml"
PASSED_OVER = "tests/app/worlds/passed-over.yaml"


def asked(told: Any) -> list[tuple[str, str]]:
    """Which appliance was upgraded in which mode, as the manager was asked for it."""
    bodies = [one["body"] for one in told["truth"]["mutations"]]
    return [(name.removeprefix("mesh-lab-"), body["mode"]) for body in bodies for name in body["appliances"]]


def end(told: Any) -> dict[str, Any]:
    """How the task of the mesh ended."""
    (found,) = [one["result"] for one in told["journal"] if one["kind"] == "task-ended"]
    assert isinstance(found, dict)
    return found


def appliances(plan: Any) -> list[str]:
    """The appliances that a plan upgrades, in its order."""
    tasks = [task for group in plan["groups"] for task in group["tasks"] if task["kind"] == "mesh"]
    return [one["name"].removeprefix("mesh-lab-") for task in tasks for one in task["appliances"]]


def test_in_service_is_asked_for_where_it_is_possible(play: Play) -> None:
    """The interconnect first, then the appliance with the fewest networks; no outage is longer than a switch-over."""
    told = play("fleet_run", IN_SERVICE)
    outages = [
        (datetime.fromisoformat(one["from"]), datetime.fromisoformat(one["to"])) for one in told["truth"]["outages"]
    ]
    longest = max(to - since for since, to in outages)

    assert asked(told) == [("IX-I1", "STANDARD"), ("NE-I2", "IN_SERVICE"), ("NE-I1", "IN_SERVICE")]
    assert told["run"]["status"] == "Succeeded"
    assert strays(told["journal"]) == []
    assert longest < timedelta(seconds=10)


def test_an_appliance_without_a_spare_address_is_left_and_the_group_goes_on(play: Play) -> None:
    """No other mode takes its place; the group is asked for as standard, which is the product's own way with it."""
    told = play("passed_over", PASSED_OVER)
    passed = [one for one in told["journal"] if one["key"].endswith("/passed-over")]

    assert asked(told) == [("IX-I1", "STANDARD"), ("NE-I2", "STANDARD")]
    assert ["no spare uplink address at pc-lab" in one["text"] for one in passed] == [True]
    assert "Next: give the uplink network profile of pc-lab a spare address" in passed[0]["text"]


def test_a_mesh_that_is_mixed_now_has_failed(play: Play) -> None:
    """With the reason of the appliance that is left, its name, and what somebody has to do."""
    told = play("passed_over", PASSED_OVER)

    assert (end(told)["outcome"], end(told)["reason"]) == ("failed", "mode-changed")
    assert "mesh-lab-NE-I1" in end(told)["detail"]
    assert "a spare address" in end(told)["who_can_act"]
    assert any("What remains for the next plan: mesh-lab-NE-I1." in one["text"] for one in told["journal"])


def test_the_next_plan_holds_what_is_left(play: Play) -> None:
    """Exactly the appliance that was passed over, in service again now that there is an address."""
    told = play("passed_over", PASSED_OVER)
    (task,) = [task for group in told["asides"]["next"]["groups"] for task in group["tasks"]]

    assert appliances(told["asides"]["next"]) == ["NE-I1"]
    assert task["appliances"][0]["mode"]["mode"] == "in-service"


def test_what_was_overtaken_before_anything_was_changed_is_blocked(play: Play) -> None:
    """The plan was good when it was made; nothing is sent, and nothing is half done."""
    told = play("address_taken", "tests/app/worlds/address-taken.yaml")

    assert appliances(told["asides"]["before"]) == ["NE-I1"]
    assert (end(told)["outcome"], end(told)["reason"], asked(told)) == ("blocked", "mode-changed", [])
