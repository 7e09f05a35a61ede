"""Meshes in the middle of the way of their managers: which hops they wait for.

The plan holds it as versions that a mesh requires of managers. A run that knows which task brings a manager there, and
by which hop, lets the mesh start at that moment: not before, when nothing of it could be done, and not after the whole
way, whose next hop waits for the mesh.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

from shared.model.orders import AtHop
from shared.model.plan import Hop, ManagerTask, MeshTask, Plan
from shared.rules import requirements


def hops_awaited(plan: Plan) -> dict[str, tuple[AtHop, ...]]:
    """The hops that have to be verified before each mesh task starts, by its id; those of managers with a task here.

    What another plan, or nobody, brings about is left to the observation before the change.
    """
    managers = {task.subject: task for task in plan.tasks if isinstance(task, ManagerTask)}
    meshes = (task for task in plan.tasks if isinstance(task, MeshTask) and task.requires)
    return {task.id: tuple(_awaited(task, managers)) for task in meshes}


def next_needs_mesh(task: ManagerTask, hop: Hop) -> bool:
    """Whether a mesh has to follow before the hop after this one, so that it has to be known when this one is done."""
    after = task.hops[task.hops.index(hop) + 1 :]
    return bool(after) and requirements.has_mesh(after[0].requires)


def _awaited(task: MeshTask, managers: Mapping[str, ManagerTask]) -> Iterator[AtHop]:
    for need in task.requires:
        if need.kind == "manager" and need.subject in managers:
            moving = managers[need.subject]
            releases = (hop.target.release for hop in moving.hops if not hop.target.older_than(need.version))
            yield from (AtHop(task=moving.id, release=release) for release in islice(releases, 1))
