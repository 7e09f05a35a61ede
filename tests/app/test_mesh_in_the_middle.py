"""Two hops on both sides, and a mesh that has to come along between them, let go by people of its own."""

from itertools import groupby
from typing import Any

import pytest

from tests.app.conftest import Play
from tests.app.procedure import strays

pytestmark = pytest.mark.story


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of a laboratory that goes from 4.8.2 by 4.9.2 to 4.11.4."""
    return play("mesh_in_the_middle", "tests/app/worlds/two-hops.yaml")


def changes(told: Any) -> list[str]:
    """What really changed in the world, in order; appliances that go to one release after each other are one."""
    pairs = ((one["subject"].partition(":"), one["to"]) for one in told["truth"]["changes"])
    names = (f"{name if kind == 'manager' else 'mesh'} {release}" for (kind, _, name), release in pairs)
    return [name for name, _ in groupby(names)]


def at(told: Any, key: str) -> int:
    """Where in the journal an entry stands."""
    return next(place for place, one in enumerate(told["journal"]) if one["key"] == key)


def test_everything_gets_to_the_target(told: Any) -> None:
    """The run succeeds with all four tasks, and the world says so too: managers and appliances of both sides."""
    ends = [one["result"]["outcome"] for one in told["journal"] if one["kind"] == "task-ended"]
    releases = {one["release"] for one in told["truth"]["managers"]}
    appliances = {one["release"] for mesh in told["truth"]["meshes"] for one in mesh["appliances"]}

    assert told["run"]["status"] == "Succeeded"
    assert ends == ["succeeded"] * 4
    assert (releases, appliances) == ({"4.11.4"}, {"4.11.4"})


def test_the_mesh_comes_along_between_the_hops(told: Any) -> None:
    """Both managers first, then every appliance to the release in between, then both managers and appliances again."""
    assert changes(told) == [
        "pc-lab 4.9.2",
        "con-lab 4.9.2",
        "mesh 4.9.2",
        "pc-lab 4.11.4",
        "con-lab 4.11.4",
        "mesh 4.11.4",
    ]


def test_each_change_is_made_once(told: Any) -> None:
    """The host went away while the mesh was half done, and the one that came back began nothing a second time."""
    calls = [one["text"].partition(" (")[0] for one in told["journal"] if one["kind"] == "called"]

    assert sorted(calls) == ["called upgrade-appliance"] * 4 + ["called upgrade-manager-4x"] * 4
    assert len(told["truth"]["mutations"]) == len(calls)


def test_nobody_is_asked_about_meshes_before_both_managers_are_there(told: Any) -> None:
    """Managers are let go first; meshes are asked about when the second of their ends is verified, and not again."""
    keys = [one["key"] for one in told["journal"]]
    verified = [at(told, f"manager:{one}/verify-manager:4.9.2/done") for one in ("pc-lab", "con-lab")]

    assert at(told, "wave/all/asked") < at(told, "wave/all/open") < min(verified)
    assert max(verified) < at(told, "wave/all/asked/mesh") < at(told, "wave/all/open/mesh")
    assert keys.count("wave/all/asked/mesh") == 1


def test_why_says_how_far_its_managers_have_to_be(told: Any) -> None:
    """While the first of them is under way: the mesh begins in the middle of their way, and not after it."""
    assert "begins after con-lab is at 4.9.2 and pc-lab is at 4.9.2" in told["asides"]["why"]


def test_every_task_follows_the_procedure(told: Any) -> None:
    """The steps that were begun are the headings of docs/procedure.md, per hop and per appliance."""
    assert strays(told["journal"]) == []
