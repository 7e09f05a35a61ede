"""A network on which nothing passes after its upgrade, though its tunnel is up: the task does not end as if it did."""

from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story

WORLD = "tests/app/worlds/no-traffic.yaml"


def _end(told: Any) -> dict[str, Any]:
    (found,) = [one["result"] for one in told["journal"] if one["kind"] == "task-ended"]
    assert isinstance(found, dict)
    return found


def test_a_red_probe_after_the_change_is_the_reason(play: Play) -> None:
    """Every version and tunnel is as wanted; the end names the network, and what a person has to look at."""
    told = play("fleet_run", WORLD)
    end = _end(told)

    assert (end["outcome"], end["reason"]) == ("failed", "traffic-missing")
    assert "traffic does not pass on mesh-oslo-ne1-net1 (mesh-oslo-NE-I1) though the tunnel is up" in end["detail"]
    assert end["who_can_act"].startswith("a person at the site: see whether what the probe asks is there")
    assert {one["tunnel"] for mesh in told["truth"]["meshes"] for one in mesh["appliances"]} == {"UP"}


def test_the_outage_has_no_end_and_is_called_silent(play: Play) -> None:
    """By the probe; the network without one is said to be up again, for HCX says no more."""
    outages = {one["network"].removeprefix("mesh-oslo-ne1-"): one for one in play("fleet_run", WORLD)["outages"]}
    probed, other = outages["net1"], outages["net2"]

    assert (probed["witness"], probed["silent"], probed["intervals"][-1]["ended"]) == ("probe", True, None)
    assert (other["witness"], other["silent"]) == ("hcx", False)
    assert other["intervals"][-1]["ended"] is not None


def test_the_looks_come_to_an_end(play: Play) -> None:
    """Some minutes after the appliance was verified one looks at it for the last time, but for the hand-over."""
    told = play("fleet_run", WORLD)
    looked = max(one["samples"] for one in told["outages"])

    assert looked < 12 * 30
