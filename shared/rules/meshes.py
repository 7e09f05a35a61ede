"""Meshes as facts show them: every one once, with the manager whose report counts."""

from shared.model.facts import FleetFacts, ManagerFacts, Mesh


def meshes_seen(facts: FleetFacts) -> tuple[tuple[Mesh, ManagerFacts], ...]:
    """Every mesh once, with the manager whose report counts: the initiator's, else the only one there is."""
    seen: dict[str, tuple[Mesh, ManagerFacts]] = {}
    for reporter in sorted(facts.managers, key=lambda one: one.manager.id):
        for mesh in reporter.meshes.value if reporter.meshes else ():
            if mesh.id not in seen or _initiates(reporter, mesh):
                seen[mesh.id] = (mesh, reporter)
    return tuple(seen[key] for key in sorted(seen))


def ends_seen(mesh: Mesh, facts: FleetFacts) -> tuple[ManagerFacts, ...]:
    """Facts of the managers at its ends, in their order; an end that nobody observed is left out."""
    found = (facts.by_system_id(end.system_id) for end in mesh.ends)
    return tuple(one for one in found if one is not None)


def _initiates(facts: ManagerFacts, mesh: Mesh) -> bool:
    own = facts.identity.value.system_id if facts.identity else None
    return any(end.initiator and end.system_id == own for end in mesh.ends)


def within_one_manager(mesh: Mesh) -> bool:
    """Whether it is a mesh of a manager with itself, which belongs to the product and is left out of every plan."""
    return len({end.system_id for end in mesh.ends}) < len(mesh.ends)
