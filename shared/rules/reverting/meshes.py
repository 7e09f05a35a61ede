"""Which meshes have to follow a manager that goes back, and how: resynchronised, or with all appliances anew.

Their appliances are never restored from snapshots (vendor's procedure): a mesh that was not upgraded yet is
resynchronised, and of one that was, all appliances are redeployed.
"""

from collections.abc import Collection

from shared.model.plan import MeshTask, MeshThen
from shared.model.revert import MeshBack
from shared.rules.reverting.material import Material, mesh_tasks


def meshes_back(material: Material, going_back: Collection[str]) -> tuple[MeshBack, ...]:
    """Every mesh of a manager that goes back, by name."""
    found = [_mesh(material, one) for one in material.plan.baseline.meshes]
    return tuple(sorted((one for one in found if set(one.ends) & set(going_back)), key=lambda one: one.name))


def _mesh(material: Material, then: MeshThen) -> MeshBack:
    managers = {one.system_id: one.manager for one in material.plan.baseline.managers}
    tasks = [task for task in mesh_tasks(material.plan) if task.subject == then.mesh]
    return MeshBack(
        mesh=then.mesh,
        name=then.name,
        ends=tuple(managers[one] for one in then.ends if one in managers),
        upgraded=tuple(dict.fromkeys(name for task in tasks for name in _begun(material, task))),
    )


def _begun(material: Material, task: MeshTask) -> tuple[str, ...]:
    upgraded = (one.name for one in task.appliances if material.begun(task.id, one.upgrade.id))
    gateways = (one.name for one in task.by_hand if material.begun(task.id, one.redeploy.id))
    return (*upgraded, *gateways)
