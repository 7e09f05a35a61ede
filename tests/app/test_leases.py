"""Leases of a run: nobody is alone by luck, nobody holds anything while they wait, and everything is given back."""

from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story

PAIR = "examples/worlds/one-pair.yaml"


def leased(told: Any, task: str = "") -> list[str]:
    """What the journal says of the leases of a task, in order."""
    found = (one for one in told["journal"] if one["kind"] == "leased" and one["task"].startswith(task))
    return [one["key"].partition("/lease/")[2] for one in found]


def calls(told: Any) -> list[str]:
    """When something was changed through us, and what."""
    return [f"{one['at'][:19]} {one['manager']}" for one in told["truth"]["mutations"] if one["caller"] == "api"]


def test_what_another_run_changes_is_left_alone(play: Play) -> None:
    """A task that has changed nothing ends as blocked, names the run that has the lease, and nothing was sent."""
    told = play("leased_elsewhere", PAIR)
    end = next(one["result"] for one in told["journal"] if one["kind"] == "task-ended")

    assert (end["task"], end["outcome"], end["reason"]) == ("manager:pc-weu-01", "blocked", "leased")
    assert "of run another has the lease on manager:pc-weu-01 until 2026-12-24" in end["detail"]
    assert calls(told) == []


def test_a_neighbour_in_the_same_run_is_waited_for(play: Play) -> None:
    """What another task of its own run is still busy with does not end a task: it begins an hour later."""
    told = play("leased_to_a_neighbour", PAIR)

    assert calls(told)[0].startswith("2026-11-24T07:")
    assert told["run"]["status"] == "Succeeded"


@pytest.fixture(scope="module")
def broken(play: Play) -> Any:
    """A lease that is broken between two appliances."""
    return play("lease_broken", PAIR)


def test_a_half_done_mesh_waits_for_the_lease(broken: Any) -> None:
    """It lost its lease, so no further appliance is touched until the other run is done with the connector."""
    meshes = leased(broken, "mesh:")
    changes = calls(broken)

    assert meshes[:3] == ["3/taken", "3/lost", "refused/another/4"]
    assert changes[2] < broken["asides"]["until"] < changes[3]
    assert any(one["waiting"] and one["waiting"]["reason"] == "lease" for one in broken["journal"])


def test_it_goes_on_under_another_one(broken: Any) -> None:
    """It takes a lease with a greater number then, and every appliance is upgraded once."""
    assert leased(broken, "mesh:")[-1].endswith("/given-back")
    assert broken["run"]["status"] == "Succeeded"
    assert len(calls(broken)) == 5


def test_a_mesh_keeps_its_managers_quiet(broken: Any) -> None:
    """Its lease names both of them."""
    assert broken["asides"]["quiet"] == ["manager:con-lyon", "manager:pc-weu-01"]


def test_every_lease_is_given_back(broken: Any) -> None:
    """What was taken was given back or lost, each once."""
    told = leased(broken)
    taken = {one.removesuffix("/taken") for one in told if one.endswith("/taken")}
    left = [one.partition("/")[0] for one in told if one.endswith(("/given-back", "/lost"))]

    assert sorted(left) == sorted(taken)
