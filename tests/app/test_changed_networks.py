"""Somebody extends a network while its appliance is upgraded, or takes one away: the change is followed to its end.

The mesh is at its release then, and the task does not end as if all had gone as planned.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.rules.networks_changed import REMEDY
from tests.app.conftest import ROOT, Play

pytestmark = pytest.mark.story

WORLD = ROOT / "tests" / "app" / "worlds" / "changed-networks.yaml"
STEP = timedelta(seconds=5)
MEANWHILE = datetime.fromisoformat("2026-11-24T06:04:00Z")
"""When somebody does it: the new appliances are being deployed, and the tunnel still is the old one."""

type Worlds = dict[str, str]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """The world with each fault, and one whose appliance has no network when it is planned."""
    folder, text = tmp_path_factory.mktemp("worlds"), WORLD.read_text("utf-8")
    bare = text.replace("networks: 2", "networks: 0")
    return {
        "extended": _written(folder / "extended.yaml", text, "network_extended"),
        "first": _written(folder / "first.yaml", bare, "network_extended"),
        "gone": _written(folder / "gone.yaml", text, "extension_removed"),
    }


def _written(file: Path, text: str, fault: str) -> str:
    file.write_text(f"{text}\nfaults: [{{name: {fault}, on: mesh-oslo, from: PT4M}}]\n", "utf-8")
    return str(file)


def _end(told: Any) -> dict[str, Any]:
    (found,) = [one["result"] for one in told["journal"] if one["kind"] == "task-ended"]
    assert isinstance(found, dict)
    return found


def _entries(told: Any) -> list[tuple[str, str, str]]:
    """What the journal says of networks meanwhile: when, at which section, and of which one what."""
    found = [one for one in told["journal"] if "/networks/" in one["key"]]
    assert all(one["text"].endswith(f"Next: {REMEDY}") for one in found)
    return [(one["at"], one["section"], one["text"].partition(" after ")[0]) for one in found]


@pytest.mark.parametrize(
    ("world", "carries"),
    [
        ("extended", "carries 3 extended networks now, and 2 extended networks when it was planned"),
        ("first", "carries 1 extended network now, and no extended networks when it was planned"),
        ("gone", "carries 1 extended network now, and 2 extended networks when it was planned"),
    ],
)
def test_the_change_comes_to_its_end_and_the_task_says_what_was_not_planned(
    play: Play, worlds: Worlds, world: str, carries: str
) -> None:
    """One call, both appliances at the release, tunnels up; then the end with its reason and who has to look."""
    told = play("asked_why", worlds[world])
    end = _end(told)

    assert len(told["truth"]["mutations"]) == 1
    assert {(one["release"], one["tunnel"]) for mesh in told["truth"]["meshes"] for one in mesh["appliances"]} == {
        ("4.11.4", "UP")
    }
    assert (end["outcome"], end["reason"], end["who_can_act"]) == ("failed", "networks-changed", REMEDY)
    assert end["detail"].startswith(f"mesh-oslo-NE-I1 {carries}: ")


def test_a_new_network_is_told_before_the_change_is_over(play: Play, worlds: Worlds) -> None:
    """Within the minute in which it is first seen, while hcx-fleet waits for the appliance; and once."""
    ((at, section, what),) = _entries(play("asked_why", worlds["extended"]))

    assert (section, what) == ("2.4", "mesh-oslo-late was extended on mesh-oslo-NE-I1")
    assert MEANWHILE <= datetime.fromisoformat(at) <= MEANWHILE + timedelta(minutes=1)


def test_a_network_that_is_gone_is_told_once_the_change_is_over(play: Play, worlds: Worlds) -> None:
    """At the hand-over: what looks miss in the middle of a change may come back."""
    told = play("asked_why", worlds["gone"])
    ((at, section, what),) = _entries(told)
    (begun,) = [one["at"] for one in told["journal"] if (one["section"], one["kind"]) == ("2.7", "step-started")]

    assert (section, what, at) == ("2.4", "mesh-oslo-ne1-net2 was taken away from mesh-oslo-NE-I1", begun)


@pytest.mark.parametrize(("world", "network"), [("extended", "mesh-oslo-late"), ("first", "mesh-oslo-late")])
def test_the_outage_of_a_new_network_is_that_since_it_was_seen(
    play: Play, worlds: Worlds, world: str, network: str
) -> None:
    """Every outage is the true one within a step; the new network's figure says from when it is."""
    told = play("asked_why", worlds[world])
    truth = {one["network"]: (one["from"], one["to"]) for one in told["truth"]["outages"]}

    assert sorted(one["network"] for one in told["outages"]) == sorted(truth)
    for one in told["outages"]:
        (interval,) = one["intervals"]
        for said, true in zip((interval["began"], interval["ended"]), truth[one["network"]], strict=True):
            assert abs(datetime.fromisoformat(said) - datetime.fromisoformat(true)) <= STEP
        assert (f"measured from {MEANWHILE:%Y-%m-%d %H:%M:%S} UTC on" in one["note"]) is (one["network"] == network)


def test_a_network_that_is_gone_has_no_outage_by_that(play: Play, worlds: Worlds) -> None:
    """It went before the tunnel did; what was seen of it up to then counts, and the figure says so."""
    (gone,) = [one for one in play("asked_why", worlds["gone"])["outages"] if one["network"].endswith("net2")]

    assert (gone["intervals"], gone["lost"], gone["error"]) == ([], 0, "PT5S")
    assert gone["note"].startswith(f"it is not extended there any more, first missed at {MEANWHILE:%Y-%m-%d %H:%M:%S}")


@pytest.mark.parametrize(
    ("world", "words"),
    [
        ("extended", "mesh-oslo-late was extended on mesh-oslo-NE-I1 after"),
        ("gone", "mesh-oslo-ne1-net2 was taken away from mesh-oslo-NE-I1 after"),
    ],
)
def test_whoever_asks_why_is_told_what_happened_and_who_looks(
    play: Play, worlds: Worlds, world: str, words: str
) -> None:
    """The reason, the networks, the next action, and the outage with from when or up to when it is measured."""
    told = play("asked_why", worlds[world])
    standing, *lines = told["asides"]["why"].splitlines()

    assert "[networks-changed]" in standing
    assert words in standing
    assert REMEDY[1:] in standing
    assert [True for one in told["outages"] if one["note"] and any(one["note"] in line for line in lines)] == [True]
