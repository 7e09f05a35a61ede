"""What a revert is planned from, and who belongs to it."""

from collections.abc import Iterable
from datetime import datetime

from shared.model.facts import FleetFacts
from shared.model.inventory import Inventory, Manager
from shared.model.plan import ManagerTask, ManagerThen, MeshTask, Plan
from shared.model.record import record
from shared.model.run import JournalEntry
from shared.model.way_back import ManagerClock
from shared.rules.earliest_begin import BEGUN


@record
class Material:
    """The run that is taken back, and what is seen now."""

    parent: str
    """Its id."""
    plan: Plan
    """What it carried out."""
    journal: tuple[JournalEntry, ...]
    """Its journal."""
    clocks: tuple[ManagerClock, ...]
    """What leads each manager back that it changed, now."""
    inventory: Inventory
    facts: FleetFacts
    """Fresh ones; a manager that does not answer has none, or few."""
    cloud: str
    """Id of the private cloud."""
    now: datetime

    def begun(self, task: str, step: str) -> bool:
        """Whether a step that changes something was begun, by anybody."""
        return any((one.task, one.step) == (task, step) and one.kind in BEGUN for one in self.journal)

    def manager(self, name: str) -> Manager | None:
        """A manager as it was discovered."""
        return next((one for one in self.inventory.managers if one.id == name), None)

    def site(self, name: str) -> str:
        """Where a manager stands, for people."""
        found = self.manager(name)
        return found.site if found else name


def members(material: Material) -> tuple[str, ...]:
    """The cloud manager first, then every connector that was paired with it when the run was planned."""
    then = {one.manager: one for one in material.plan.baseline.managers}
    cloud = then.get(material.cloud)
    if cloud is None:
        return (material.cloud,)
    partners = (one.manager for one in then.values() if one is not cloud and paired(one, cloud))
    others = {one.id for one in material.inventory.private_clouds}
    return (material.cloud, *sorted(one for one in partners if one not in others))


def paired(one: ManagerThen, other: ManagerThen) -> bool:
    """Whether they were paired when the run was planned, by the word of either."""
    return one.system_id in other.pairs or other.system_id in one.pairs


def manager_tasks(plan: Plan, managers: Iterable[str]) -> tuple[ManagerTask, ...]:
    """The tasks of these managers, in their order."""
    found = {task.subject: task for task in plan.tasks if isinstance(task, ManagerTask)}
    return tuple(found[name] for name in managers if name in found)


def mesh_tasks(plan: Plan) -> tuple[MeshTask, ...]:
    """Every mesh task."""
    return tuple(task for task in plan.tasks if isinstance(task, MeshTask))
