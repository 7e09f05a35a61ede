"""The truth, and that it repeats."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from simulator.loading import load
from simulator.running import running
from simulator.visitor import Visitor

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "examples" / "demo" / "world.yaml"


def story(world: Visitor) -> dict[str, Any]:
    """Some calls and some days of the demo's world, and the truth after them."""
    for name in ("con-lyon", "pc-sea-01", "con-boston"):
        world.manager(name).login()
    world.manager("con-lyon").appliance("POST", "/api/admin/upgrade", {"targetVersion": "4.9.2"})
    world.advance(timedelta(days=2))
    world.manager("con-lyon").appliance("POST", "/api/admin/upgrade", {"targetVersion": "4.11.4"})
    world.advance(timedelta(days=1))
    return world.truth()


def told(folder: Path, seed: int) -> dict[str, Any]:
    """The truth of one run of the story."""
    with running(load(DEMO, seed), folder) as published, Visitor(published) as world:
        return story(world)


def test_the_same_seed_and_calls_give_the_same_truth(tmp_path: Path) -> None:
    """Two worlds of one file and one seed, asked the same, end in the same truth; another seed has other ids."""
    first, second, other = told(tmp_path / "a", 1), told(tmp_path / "b", 1), told(tmp_path / "c", 2)

    assert first == second
    assert len(first["changes"]) > 5
    assert first["managers"][0]["endpointId"] != other["managers"][0]["endpointId"]


def test_mutating_calls_are_written_down(pair: Visitor) -> None:
    """Every mutating call is in the truth with time, manager, route, body, caller and how it was answered."""
    con = pair.manager("con-lyon")
    con.appliance("POST", "/api/admin/upgrade", {"targetVersion": "4.11.4"})
    pair.advance(timedelta(minutes=5))
    con.appliance("POST", "/api/admin/upgrade", {"targetVersion": "4.11.4"})

    common = {
        "manager": "con-lyon",
        "route": "upgrade-manager-4x",
        "subject": "manager:con-lyon",
        "body": {"targetVersion": "4.11.4"},
        "caller": "api",
    }
    assert pair.truth()["mutations"] == [
        {"at": "2026-11-24T06:00:00Z", **common, "status": 202, "accepted": True},
        {"at": "2026-11-24T06:05:00Z", **common, "status": 409, "accepted": False},
    ]


def test_reading_changes_nothing(pair: Visitor) -> None:
    """Reads are counted by route and are no mutations, also where they are POST."""
    con = pair.manager("con-lyon")
    con.login()
    for path in ("/migrations?action=query", "/replications?action=query", "/interconnect/appliances/query"):
        con.query(path, {})
    con.get("/cloudConfigs")
    con.get("/cloudConfigs")

    truth = pair.truth()

    assert truth["mutations"] == []
    assert truth["requests"] == {"appliances": 1, "login": 1, "migrations": 1, "pairings": 2, "replications": 1}


def test_final_versions_and_expectations(serve: Callable[[str], Visitor]) -> None:
    """The truth has the release of every manager and appliance, and what the file expects of every cloud."""
    truth = serve("""
clouds: [{name: pc, subscription: sub-a, hcx: "4.11.4", expect: {outcome: blocked, reason: some-check}}]
connectors: [{name: con, hcx: "4.11.2", pairs: [{cloud: pc}]}]
meshes: [{name: mesh, initiator: con, receiver: pc, version: "4.10.3", appliances: [{type: IX}]}]
""").truth()

    assert truth["schema"] == "hcxfleet-truth/v1"
    assert [(each["id"], each["release"]) for each in truth["managers"]] == [("pc", "4.11.4"), ("con", "4.11.2")]
    assert [(each["name"], each["release"]) for each in truth["meshes"][0]["appliances"]] == [
        ("mesh-IX-I1", "4.10.3"),
        ("mesh-IX-R1", "4.10.3"),
    ]
    assert truth["expectations"] == [{"cloud": "pc", "outcome": "blocked", "reason": "some-check"}]


def test_what_people_said_is_part_of_it(serve: Callable[[str], Visitor]) -> None:
    """Statements are in the truth with who said what about what."""
    world = serve(
        'connectors: [{name: con, hcx: "4.11.2"}]\npeople: [{who: ann, about: "manager:con", do: say-done}]\n'
    )
    world.advance(timedelta(hours=1))

    assert world.truth()["said"] == [
        {"seq": 1, "at": "2026-11-24T06:00:00Z", "who": "ann", "about": "manager:con", "says": "done"}
    ]
