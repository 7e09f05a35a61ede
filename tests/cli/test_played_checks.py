"""`check` of one subject against simulated worlds: real processes, real sockets, the real app."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.truth import World, read_truth
from cli.world_process import Pace, simulated
from shared.store.sqlite import SqliteStore
from tests.cli.command import hcx_fleet

pytestmark = pytest.mark.story

THREE_PAIRS = """\
start: 2026-11-24T06:00:00Z
seed: 7
generate:
  clouds: 3
  subscriptions: 1
  prefix: pc
  regions: [westeurope]
  cloudVersions: ["4.11.4"]
  connectorVersions: ["4.11.2"]
  ne: 1
  networks: 2
  staged: true
policy:
  metadata: {name: three}
  target: {version: "4.11.4"}
"""


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[tuple[Path, World]]:
    """A world of three pairs whose time stands still, with its settings."""
    file = tmp_path / "three.yaml"
    file.write_text(THREE_PAIRS, "utf-8")
    with simulated(file, tmp_path / "world", Pace()) as world:
        yield tmp_path / "world" / "settings.env", world


def looked_at(settings: Path) -> list[str]:
    """The managers that the newest run observed."""
    with SqliteStore(settings.with_name("store.sqlite")) as store:
        run = store.runs()[0].request.id
        return sorted(name.removeprefix("facts/") for name in store.documents(run, "facts/"))


def test_one_subject_is_checked_by_its_pairing_group_alone(standing: tuple[Path, World], tmp_path: Path) -> None:
    """A connector needs its own pair; once everybody was seen, so do a cloud and a mesh. Nothing is changed."""
    settings, world = standing
    connector = hcx_fleet(tmp_path, "check", "con-pc-0001", "--settings", settings)
    first = looked_at(settings)
    fleet = hcx_fleet(tmp_path, "check", "--settings", settings, "-o", "json")
    everybody = looked_at(settings)
    cloud = hcx_fleet(tmp_path, "check", "pc-0002", "--for", "manager", "--settings", settings, "-o", "json")
    second = looked_at(settings)
    mesh = hcx_fleet(tmp_path, "check", "mesh-pc-0003", "--settings", settings, "-o", "json")
    third = looked_at(settings)

    assert (connector.code, fleet.code, cloud.code, mesh.code) == (0, 0, 0, 3), connector.err + cloud.err + mesh.err
    assert connector.out.rstrip().splitlines()[-1].startswith("READY, observed from ")
    assert (first, second, third) == (
        ["con-pc-0001", "pc-0001"],
        ["con-pc-0002", "pc-0002"],
        ["con-pc-0003", "pc-0003"],
    )
    assert len(everybody) == 6
    assert json.loads(fleet.out)["seen"] == 9
    assert json.loads(cloud.out)["verdict"].startswith("READY for the manager step")
    assert [one["code"] for one in json.loads(mesh.out)["reasons"]] == ["managers-at-target"]
    assert read_truth(world.control).mutations == ()


def test_what_is_not_there_is_told_with_what_is(standing: tuple[Path, World], tmp_path: Path) -> None:
    """A name that nobody has is wrong use, with a name that is nearly so."""
    answered = hcx_fleet(tmp_path, "check", "con-pc-001", "--settings", standing[0])

    assert answered.code == 2
    assert "no private cloud, connector or mesh 'con-pc-001' in scope; did you mean con-pc-0001" in answered.err


def test_the_same_run_can_be_judged_again_without_asking(standing: tuple[Path, World], tmp_path: Path) -> None:
    """What a check kept is answered from again, with nobody called, and says as of when it is."""
    settings, _ = standing
    hcx_fleet(tmp_path, "check", "--settings", settings)
    with SqliteStore(settings.with_name("store.sqlite")) as store:
        run = store.runs()[0].request.id
    again = hcx_fleet(tmp_path, "check", "con-pc-0002", "--as-of", run, "--settings", settings)

    assert again.code == 0, again.err
    assert again.out.rstrip().splitlines()[-1].startswith("READY, as of ")
    assert "looked at" not in again.err


def test_a_silent_manager_costs_nobody_else_their_answer(tmp_path: Path) -> None:
    """One manager that says nothing is unknown with that reason; the other pairs are READY all the same."""
    file = tmp_path / "three.yaml"
    file.write_text(THREE_PAIRS, "utf-8")
    with simulated(file, tmp_path / "world", Pace(), faults=("conn_refused@con-pc-0002",)):
        settings = tmp_path / "world" / "settings.env"
        answered = hcx_fleet(tmp_path, "check", "--settings", settings, "-o", "json")
    told = json.loads(answered.out)
    ready = {one["id"]: one["ready"] for one in told["checked"] if one["kind"] == "private-cloud"}

    assert answered.code == 3
    assert ready == {"pc-0001": True, "pc-0002": False, "pc-0003": True}
    assert any(one["subject"] == "con-pc-0002" for one in told["reasons"])
