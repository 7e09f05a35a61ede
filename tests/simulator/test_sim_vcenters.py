"""vCenters of a world: who is served, what is published, and what an upgrade does to plug-ins."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from simulator.build import build
from simulator.loading import load
from simulator.reading import FileUnreadableError
from simulator.running import running
from simulator.vcenter.build import available
from simulator.vcenters import without_effect
from simulator.world_file import WorldFile

PEER = pytest.mark.skipif(not available(), reason="no vCenter peer, and none can be built: run make vcenter")
WORLD = """
start: 2026-11-24T06:00:00Z
subscriptions: [{name: one}]
clouds: [{name: pc-a, subscription: one, hcx: "4.11.4"}, {name: pc-b, subscription: one, hcx: "4.11.4"}]
connectors: [{name: con-a, hcx: "4.11.2"}]
vcenters: [VCENTERS]
"""


def world(folder: Path, vcenters: str) -> WorldFile:
    """A small world with these vCenters."""
    path = folder / "small.yaml"
    path.write_text(WORLD.replace("VCENTERS", vcenters))
    return load(path)


def test_wrong_names_are_told(tmp_path: Path) -> None:
    """A manager that is not there, one in two vCenters, and a vCenter's name that is given twice."""
    with pytest.raises(FileUnreadableError) as wrong:
        world(tmp_path, "{name: vc, serves: [con-a, con-x]}, {name: vc, serves: [con-a]}, {name: vc-2, serves: []}")

    assert [(one.field, one.message) for one in wrong.value.faults] == [
        ("vcenters[0].serves[1]", "there is no manager 'con-x' in this file"),
        ("vcenters[1].name", "there is another vcenter of the name 'vc'"),
        ("vcenters[1].serves[0]", "there is another served manager of the name 'con-a'"),
        ("vcenters[2].serves", "List should have at least 1 item after validation, not 0"),
    ]


@PEER
def test_fleet_yaml_names_the_vcenter_of_each_served_manager(tmp_path: Path) -> None:
    """Served connectors and cloud managers get one with a secret that is there; others get none."""
    file = world(tmp_path, "{name: vc, serves: [con-a, pc-b], credentials: my-vc}")
    with running(file, tmp_path / "out") as published:
        fleet: dict[str, Any] = YAML(typ="safe").load(tmp_path / "out" / "fleet.yaml")
        secrets: dict[str, Any] = YAML(typ="safe").load(tmp_path / "out" / "secrets.yaml")

    [listed] = published["vcenters"]
    entry = {
        "endpoint": f"https://vc.vcenter.sim.test:{listed['port']}",
        "address": "127.77.0.2",
        "ca": "ca.pem",
        "credentials": "kv:my-vc",
    }
    assert fleet["sites"][0]["connectors"][0]["vcenter"] == entry
    assert fleet["cloudManagers"]["entries"] == [{"cloud": "pc-b", "vcenter": entry}]
    assert secrets["my-vc"]["username"] == "hcx-fleet@vsphere.local"


def test_a_world_without_vcenters_publishes_none(tmp_path: Path) -> None:
    """Nothing is started and nothing is named."""
    with running(world(tmp_path, ""), tmp_path / "out") as published:
        fleet = (tmp_path / "out" / "fleet.yaml").read_text()

    assert published["vcenters"] == []
    assert "vcenter" not in fleet


def test_a_fault_of_a_vcenter_that_does_not_run_is_said_to_be_without_effect(tmp_path: Path) -> None:
    """Where none can be built the world says what of its file comes to nothing; where they run nothing is said."""
    path = tmp_path / "small.yaml"
    path.write_text(WORLD.replace("VCENTERS", "{name: vc, serves: [con-a]}"))
    made = build(load(path, faults=["vcenter_silent@vc", "vcenter_red_alarm"]))

    assert without_effect(made, ()) == [
        "vCenter vc does not run, and fleet.yaml does not name it: make vcenter installs what it takes",
        "fault vcenter_silent is without effect: there is no vCenter",
        "fault vcenter_red_alarm is without effect: there is no vCenter",
    ]
    assert without_effect(build(world(tmp_path, "")), ()) == []


def test_a_fault_of_an_unknown_vcenter_is_told(tmp_path: Path) -> None:
    """The name of another thing is no vCenter."""
    path = tmp_path / "small.yaml"
    path.write_text(WORLD.replace("VCENTERS", "{name: vc, serves: [con-a]}"))

    with pytest.raises(FileUnreadableError, match="there is no vcenter 'con-a' in this file"):
        load(path, faults=["vcenter_silent@con-a"])
