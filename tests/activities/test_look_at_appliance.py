"""A look at an appliance: how its extended networks stand is asked where its upgrade is verified, and nowhere else."""

from dataclasses import replace
from pathlib import Path

import pytest

from activities.observe import look_at_appliance
from shared.model.acts import ApplianceSeen, ApplianceTraffic
from shared.model.codec import to_json_text
from shared.model.facts import Gap, GapReason, Health, NetworkExtension, Status
from shared.model.inventory import Inventory, Manager
from shared.model.orders import StepOrder
from shared.ports import Ports
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, connector
from tests.report.planned_fleet import MESH, PLAN

IX, NE = MESH.appliances
GROUPED = replace(NE, together=("standby",))
OWN, STANDBY, OTHER = (
    NetworkExtension(id=f"x-{on}", network=on, appliance_id=on, state=Status(health=Health.UP, text="REALIZED"))
    for on in (NE.appliance_id, "standby", "another")
)
GAP = Gap(section="extensions", reason=GapReason.NOT_YET, detail="503", remedy="wait", at=NOW)


class Scene(Hands):
    """An initiator that tells of its appliances and of its extended networks."""

    def __init__(self) -> None:
        super().__init__()
        self.traffic = ApplianceTraffic(at=NOW, extensions=(OWN, STANDBY, OTHER))

    def appliance_seen(self, manager: Manager, mesh: str, appliance: str, job: str | None) -> ApplianceSeen:
        """It is there."""
        del job
        assert (manager.id, mesh) == (MESH.initiator, MESH.subject)
        assert appliance in {IX.appliance_id, *GROUPED.members}
        return ApplianceSeen(at=NOW)

    def networks_seen(self, manager: Manager, mesh: str, seconds: float) -> ApplianceTraffic:
        """What it says of them."""
        del seconds
        assert (manager.id, mesh) == (MESH.initiator, MESH.subject)
        return self.traffic


def _ports(scene: Scene, folder: Path) -> Ports:
    ports = replace(ports_of(scene, folder), hcx=scene)  # type: ignore[arg-type]  # the part that is used
    mesh = replace(MESH, appliances=(IX, GROUPED))
    ports.store.put_plan(replace(PLAN, groups=(replace(PLAN.groups[0], tasks=(mesh,)),), hash="grouped"))
    asked(ports)
    manager = connector(MESH.initiator, "4.8.2").manager
    inventory = Inventory(observed_at=NOW, subscriptions=(), private_clouds=(), managers=(manager,))
    ports.store.put_document("r", "inventory", to_json_text(inventory))
    return ports


def _seen(ports: Ports, step: str) -> ApplianceSeen:
    return look_at_appliance(ports, StepOrder(run="r", plan_hash="grouped", task=MESH.id, step=step, generation=1))


def test_a_verified_appliance_shows_the_networks_of_its_group(tmp_path: Path) -> None:
    """Its own, and those that another member carries now; no other appliance's."""
    assert _seen(_ports(Scene(), tmp_path), NE.verify.id).extensions == (OWN, STANDBY)


def test_what_cannot_be_read_is_a_gap(tmp_path: Path) -> None:
    """Nobody takes it for no network."""
    scene = Scene()
    scene.traffic = ApplianceTraffic(at=NOW, gap=GAP)

    assert _seen(_ports(scene, tmp_path), NE.verify.id).extensions == GAP


@pytest.mark.parametrize("step", [NE.back.id, IX.verify.id])
def test_nobody_asks_before_or_without_networks(tmp_path: Path, step: str) -> None:
    """While the appliance is waited for, and for an interconnect."""
    assert _seen(_ports(Scene(), tmp_path), step).extensions is None
