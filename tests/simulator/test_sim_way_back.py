"""Going back in a world: HCX's own snapshots, managers that are restored, meshes that have to follow."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from simulator.visitor import Visitor

SITE = """
clouds: [{name: pc, subscription: sub-a, hcx: "4.11.2"}]
connectors:
  - {name: con, hcx: "4.11.2", pairs: [{cloud: pc}], trouble: TROUBLE}
meshes: [{name: mesh, initiator: con, receiver: pc, appliances: [{type: IX}, {type: NE, networks: 1}]}]
"""
UP = """
people:
  - {id: up, who: ann, about: "manager:con", do: upgrade-manager}
"""


def played(serve: Callable[[str], Visitor], acts: str, trouble: str = "none", hours: int = 48) -> Visitor:
    """A world in which people did that."""
    world = serve(SITE.replace("TROUBLE", trouble) + UP + acts)
    world.advance(timedelta(hours=hours))
    return world


def connector(world: Visitor) -> dict[str, Any]:
    """The truth of the connector."""
    return next(one for one in world.truth()["managers"] if one["id"] == "con")


def test_an_upgrade_takes_a_snapshot_for_a_day(serve: Callable[[str], Visitor]) -> None:
    """What it brings back and until when is in the truth."""
    world = played(serve, "", hours=2)

    assert world.truth()["ownSnapshots"] == [
        {"manager": "con", "release": "4.11.2", "made": "2026-11-24T06:07:00Z", "expires": "2026-11-25T06:07:00Z"}
    ]


def test_a_manager_that_is_dead_after_its_reboot_stays_dead(serve: Callable[[str], Visitor]) -> None:
    """It has the new version, and takes no connection any more."""
    dead = connector(played(serve, "", trouble="dead-after-reboot"))

    assert (dead["reach"], dead["upgrade"]) == ("refused", "IN_PROGRESS")


def test_its_snapshot_brings_it_back(serve: Callable[[str], Visitor]) -> None:
    """With the old version and its services up; its mesh is out of sync until somebody resynchronises it."""
    back = '  - {who: ann, about: "manager:con", do: revert-manager, at: PT20H}\n'
    world = played(serve, back, trouble="dead-after-reboot", hours=21)
    out_of_sync = world.truth()["meshes"][0]["state"]

    assert (connector(world)["reach"], connector(world)["release"]) == ("up", "4.11.2")
    assert out_of_sync == "UPDATE_FAILED"


@pytest.mark.parametrize(("act", "state"), [("resync-mesh", "COMMITTED"), ("redeploy-mesh", "COMMITTED")])
def test_a_mesh_that_was_not_upgraded_comes_into_sync(serve: Callable[[str], Visitor], act: str, state: str) -> None:
    """By a resync, and by a redeployment of all its appliances as well."""
    back = f"""
  - {{id: back, who: ann, about: "manager:con", do: revert-manager, at: PT20H}}
  - {{who: ann, about: "mesh:mesh", do: {act}, after: back}}
"""

    assert played(serve, back).truth()["meshes"][0]["state"] == state


@pytest.mark.parametrize(
    ("act", "state", "releases"),
    [("resync-mesh", "UPDATE_FAILED", {"4.11.4", "4.11.2"}), ("redeploy-mesh", "COMMITTED", {"4.11.2"})],
)
def test_an_upgraded_mesh_comes_back_by_a_redeployment_alone(
    serve: Callable[[str], Visitor], act: str, state: str, releases: set[str]
) -> None:
    """Appliances that are newer than their managers do not come into sync, and go back when they are redeployed."""
    cloud = "provider: [{cloud: pc, at: PT0H}]\n"
    back = f"""
  - {{who: ann, about: "mesh:mesh", do: upgrade-mesh, after: up}}
  - {{id: back, who: ann, about: "manager:con", do: revert-manager, at: PT20H}}
  - {{id: cloud, who: Microsoft, about: "manager:pc", do: revert-manager, at: PT20H}}
  - {{who: ann, about: "mesh:mesh", do: {act}, at: PT21H}}
"""
    world = serve(SITE.replace("TROUBLE", "none") + cloud + UP + back)
    world.advance(timedelta(hours=30))
    mesh = world.truth()["meshes"][0]

    assert mesh["state"] == state
    assert {one["release"] for one in mesh["appliances"]} <= releases
    assert {one["tunnel"] for one in mesh["appliances"]} == {"UP"}


def test_nobody_goes_back_to_what_is_deleted(serve: Callable[[str], Visitor]) -> None:
    """A day after the upgrade nothing happens, and nothing is said."""
    world = played(serve, '  - {who: bob, about: "manager:con", do: revert-manager, at: P1DT1H}\n')

    assert connector(world)["release"] == "4.11.4"
    assert [one["who"] for one in world.truth()["said"]] == ["ann"]


def test_people_can_say_that_a_request_for_support_was_agreed(serve: Callable[[str], Visitor]) -> None:
    """Of a case there is nothing to do in the world, and something to say."""
    world = played(serve, '  - {who: bob, about: "case:pc", do: say-done, at: PT1H}\n')

    assert ("bob", "case:pc") in [(one["who"], one["about"]) for one in world.truth()["said"]]
