"""What a plan was made from, as far as a change of it would make another plan: pure, sorted, without times.

The plan keeps it, and a run that takes the plan makes it again from what it sees, to compare both (`drift.py`).
"""

from collections.abc import Collection, Iterable, Iterator

from shared.model.facts import Appliance, FleetFacts, ManagerFacts, Mesh
from shared.model.inventory import Inventory
from shared.model.plan import ApplianceThen, Baseline, ManagerThen, MeshThen, RestraintThen
from shared.rules import restraints as held_back
from shared.rules.meshes import within_one_manager
from shared.rules.planning.mesh_ends import Standing, standing

_COMPARED = ("identity", "pairings", "meshes", "appliances")
"""Sections of the facts that a baseline is made from."""


def baseline_of(
    facts: FleetFacts,
    inventory: Inventory,
    meshes: Iterable[tuple[Mesh, ManagerFacts]],
    restraints: tuple[RestraintThen, ...] = (),
) -> Baseline:
    """The baseline of one pass; `meshes` is every mesh once, with the manager whose report counts."""
    stand = standing(facts)
    found = {mesh.id: _mesh(facts, stand, mesh) for mesh, _ in meshes if not within_one_manager(mesh)}
    managers = {one.manager: one for one in _managers(facts)}
    return Baseline(
        managers=tuple(managers[key] for key in sorted(managers)),
        meshes=tuple(found[key] for key in sorted(found)),
        members=tuple(sorted({cloud.resource_id.lower() for cloud in inventory.private_clouds})),
        restraints=restraints,
    )


def unread(facts: FleetFacts) -> frozenset[str]:
    """Managers of which a pass did not see everything: what they no longer show may well be there."""
    return frozenset(
        one.manager.id for one in facts.managers if any(getattr(one, section) is None for section in _COMPARED)
    )


def part_of(baseline: Baseline, managers: Collection[str], members: Collection[str]) -> Baseline:
    """The part of a baseline that concerns these managers and these private clouds (resource ids in any case)."""
    kept = tuple(one for one in baseline.managers if one.manager in managers)
    systems = {one.system_id for one in kept}
    wanted = {one.lower() for one in members}
    meshes = tuple(one for one in baseline.meshes if systems & set(one.ends))
    return Baseline(
        managers=kept,
        meshes=meshes,
        members=tuple(one for one in baseline.members if one in wanted),
        restraints=held_back.part(baseline.restraints, {*managers, *(one.mesh for one in meshes)}),
    )


def _managers(facts: FleetFacts) -> Iterator[ManagerThen]:
    for one in facts.managers:
        if one.identity is not None:
            pairings = one.pairings.value if one.pairings else ()
            yield ManagerThen(
                manager=one.manager.id,
                system_id=one.identity.value.system_id,
                version=one.identity.value.version,
                pairs=tuple(sorted({pairing.remote_system_id for pairing in pairings})),
            )


def _mesh(facts: FleetFacts, stand: Standing, mesh: Mesh) -> MeshThen:
    ends = sorted(mesh.ends, key=lambda end: (not end.initiator, end.system_id))
    initiator = facts.by_system_id(ends[0].system_id) if ends and ends[0].initiator else None
    return MeshThen(
        mesh=mesh.id,
        name=mesh.name,
        ends=tuple(end.system_id for end in ends),
        services=tuple(sorted(set(mesh.services))),
        appliances=_appliances(stand.get((initiator.manager.id, mesh.id), ())) if initiator else (),
    )


def _appliances(listed: Iterable[Appliance]) -> tuple[ApplianceThen, ...]:
    own = {one.id: one for one in listed}
    return tuple(ApplianceThen(id=key, name=own[key].name, version=own[key].version) for key in sorted(own))
