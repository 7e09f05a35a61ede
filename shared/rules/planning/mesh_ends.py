"""The two sides of a mesh, and its appliances on each."""

from collections.abc import Iterable, Mapping

from shared.model.facts import Appliance, ApplianceKind, FleetFacts, ManagerFacts, Mesh
from shared.model.record import record

UPGRADE_ORDER = (ApplianceKind.INTERCONNECT, ApplianceKind.NETWORK_EXTENSION)
"""Appliances that a mesh task upgrades, in order. WAN optimization is removed, not upgraded; a sentinel gateway never
carries the update flag and is redeployed by a person."""


@record
class Ends:
    """Both managers of a mesh; all mesh work starts at the initiator."""

    initiator: ManagerFacts
    receiver: ManagerFacts


def ends_of(facts: FleetFacts, mesh: Mesh) -> Ends | None:
    """Both managers of a mesh, None where one was not observed."""
    source = next((facts.by_system_id(end.system_id) for end in mesh.ends if end.initiator), None)
    other = next((facts.by_system_id(end.system_id) for end in mesh.ends if not end.initiator), None)
    return Ends(initiator=source, receiver=other) if source and other else None


type Standing = Mapping[tuple[str, str], tuple[Appliance, ...]]
"""Appliances by the ids of the manager on whose side they stand and of their mesh."""


def standing(facts: FleetFacts) -> Standing:
    """Every appliance under its side and mesh; one of which the side is not told stands where it is reported."""
    found: dict[tuple[str, str], list[Appliance]] = {}
    for side in facts.managers:
        own = side.identity.value.system_id if side.identity else None
        for one in side.appliances.value if side.appliances else ():
            if one.system_id in {own, ""}:
                found.setdefault((side.manager.id, one.mesh_id), []).append(one)
    return {key: tuple(listed) for key, listed in found.items()}


def upgradable(appliances: Iterable[Appliance]) -> tuple[Appliance, ...]:
    """Those of them that a mesh task upgrades."""
    return tuple(one for one in appliances if one.kind in UPGRADE_ORDER)
