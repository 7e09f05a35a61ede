"""What a hop or a mesh needs of the other side, judged on what was just observed there.

The plan holds it as data: this manager, or this mesh, at this version or beyond. Nobody's word counts, only versions
that were read: what cannot be seen is not met.
"""

from collections.abc import Iterable

from shared.model.facts import Appliance, FleetFacts, Mesh
from shared.model.orders import Unmet
from shared.model.plan import ManagerTask, Requirement, Task
from shared.model.version import Version
from shared.model.waiting import WaitingFor
from shared.rules.planning.mesh_ends import upgradable
from shared.rules.progress import Progress, State


def of_step(task: Task, step: str) -> tuple[Requirement, ...]:
    """What the change of a step needs of the other side."""
    return task.hop(step).requires if isinstance(task, ManagerTask) else task.requires


def has_mesh(requires: Iterable[Requirement]) -> bool:
    """Whether a mesh is among them."""
    return any(one.kind == "mesh" for one in requires)


def managers_in(requires: Iterable[Requirement]) -> tuple[str, ...]:
    """Managers that have to be observed for these requirements."""
    return tuple(dict.fromkeys(one.subject for one in requires if one.kind == "manager"))


def unmet(requires: Iterable[Requirement], facts: FleetFacts) -> tuple[Unmet, ...]:
    """Those of these requirements that the facts do not show to be met."""
    seen = ((one, _manager(one, facts) if one.kind == "manager" else _mesh(one, facts)) for one in requires)
    return tuple(Unmet(requirement=one, seen=what) for one, what in seen if what is not None)


def met(left: tuple[Unmet, ...]) -> Progress:
    """Whether a change may begin, from what is not met yet."""
    if not left:
        return Progress(state=State.DONE, detail="the other side is where it must be")
    detail = "; ".join(
        f"{one.requirement.subject} must be at {one.requirement.version.release} ({one.requirement.reason}), {one.seen}"
        for one in left
    )
    return Progress(state=State.NOT_YET, detail=detail, waiting_for=WaitingFor.PEER)


def _manager(requirement: Requirement, facts: FleetFacts) -> str | None:
    """What keeps a manager from being far enough; None where it is."""
    one = facts.of(requirement.subject)
    version = one.version if one else None
    if version is None:
        return "and its version cannot be seen"
    return None if _reached(version, requirement.version) else f"and it is at {version}"


def _mesh(requirement: Requirement, facts: FleetFacts) -> str | None:
    """What keeps a mesh from being far enough, at either of its sides; None where it is."""
    mesh = next((one for one in _meshes(facts) if one.id == requirement.subject), None)
    if mesh is None:
        return "and it cannot be seen"
    sides = [_side(mesh, end.system_id, facts) for end in mesh.ends]
    if not sides or not all(sides):
        return "and its appliances cannot be seen from both sides"
    behind = [one for side in sides for one in side if not _reached(one.version, requirement.version)]
    return f"and {behind[0].name} is at {behind[0].version}" if behind else None


def _side(mesh: Mesh, system_id: str, facts: FleetFacts) -> tuple[Appliance, ...]:
    one = facts.by_system_id(system_id)
    seen = one.appliances.value if one and one.appliances else ()
    return upgradable(item for item in seen if item.mesh_id == mesh.id)


def _meshes(facts: FleetFacts) -> Iterable[Mesh]:
    return (mesh for one in facts.managers if one.meshes for mesh in one.meshes.value)


def _reached(version: Version, wanted: Version) -> bool:
    return version.known and not version.older_than(wanted)
