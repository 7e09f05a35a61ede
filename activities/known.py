"""What a run already knows, for activities: the same as `shared/report/stored.py`, where it must be there."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from shared.model.facts import Seen
from shared.model.inventory import (
    Inventory,
    MaintenancesSeen,
    Manager,
    PrivateCloud,
)
from shared.model.plan import MeshTask, PairingGroup, Task
from shared.model.policy import Policy
from shared.policy.problems import PolicyInvalidError
from shared.ports import Ports, Store
from shared.report import kept_plans, stored
from shared.rules.catalogue import catalogue_of
from shared.rules.catalogue.records import Catalogue
from shared.rules.maintenances import maintenances_discovered


def inventory_of(ports: Ports, run: str) -> Inventory:
    """The inventory that the run discovered.

    Raises:
        LookupError: it has discovered nothing yet.
    """
    found = stored.inventory_of(ports.store, run)
    if found is None:
        raise LookupError(f"run {run} has no inventory")
    return found


def policy_of(ports: Ports, run: str) -> Policy:
    """The policy that the run discovered under: a file that changes meanwhile counts from the next run on.

    But for what holds back: holds, exclusions, windows and freezes count as the file says them now (`policy_now`).
    """
    return kept_plans.policy_of(ports.store, run) or ports.configuration.policy()


def policy_now(ports: Ports) -> tuple[Policy | None, str]:
    """The policy as the file says it now, or None and why it cannot be read."""
    try:
        return ports.configuration.policy(), ""
    except PolicyInvalidError as error:
        return None, str(error)


def policy_by_now(ports: Ports, run: str) -> Policy:
    """As the file says it now; as the run discovered under it where it cannot be read."""
    policy, _ = policy_now(ports)
    return policy or policy_of(ports, run)


def catalogue_of_run(ports: Ports) -> Catalogue:
    """What is known of releases, paths and risks, with the owner's own file where there is one.

    Raises:
        PolicyInvalidError: that file holds errors.
    """
    return catalogue_of(ports.overrides.read())


def manager_of(ports: Ports, run: str, name: str) -> Manager:
    """One manager of the run's inventory.

    Raises:
        LookupError: the inventory has no manager of that id.
    """
    found = next((one for one in inventory_of(ports, run).managers if one.id == name), None)
    if found is None:
        raise LookupError(f"run {run} knows no manager {name}")
    return found


def task_of(ports: Ports, plan_hash: str, task: str) -> Task:
    """One task of a plan.

    Raises:
        KeyError: the plan holds no such task.
    """
    return _places(ports.store, plan_hash)[task][0]


def mesh_task_of(ports: Ports, plan_hash: str, task: str) -> MeshTask:
    """The same of a task that must be a mesh task.

    Raises:
        KeyError: the plan holds no such task.
        TypeError: it is the task of a manager.
    """
    found = task_of(ports, plan_hash, task)
    if not isinstance(found, MeshTask):
        raise TypeError(f"{found.id} has no appliances")
    return found


def group_of(ports: Ports, plan_hash: str, task: str) -> PairingGroup:
    """The pairing group that a task of a plan belongs to.

    Raises:
        KeyError: the plan holds no such task.
    """
    return _places(ports.store, plan_hash)[task][1]


@lru_cache(maxsize=4)
def _places(store: Store, plan_hash: str) -> Mapping[str, tuple[Task, PairingGroup]]:
    """Every step asks for its task, and a plan of a large fleet has ten thousand: they are indexed once."""
    groups = stored.plan_known(store, plan_hash).groups
    return {task.id: (task, group) for group in groups for task in group.tasks}


def clouds_of(
    ports: Ports, run: str, inventory: Inventory, names: Iterable[str]
) -> tuple[tuple[PrivateCloud, ...], datetime]:
    """These private clouds as Azure described them last in this run, and the oldest of the times it did."""
    wanted = frozenset(names)
    seen = [_newest(ports, run, cloud, inventory) for cloud in inventory.private_clouds if cloud.id in wanted]
    return tuple(one.value for one in seen), min((one.at for one in seen), default=inventory.observed_at)


def _newest(ports: Ports, run: str, cloud: PrivateCloud, inventory: Inventory) -> Seen[PrivateCloud]:
    """A run that goes on after its host went away discovers anew: then its inventory is newer than a task's look."""
    discovered = Seen(value=cloud, at=inventory.observed_at)
    looked = stored.document_of(ports.store, run, f"cloud/{cloud.id}", Seen[PrivateCloud]) or discovered
    return max(discovered, looked, key=lambda one: one.at)


def maintenances_of(
    ports: Ports, run: str, inventory: Inventory, clouds: Iterable[PrivateCloud]
) -> tuple[Seen[MaintenancesSeen], ...]:
    """What the provider plans for each of these private clouds, as it was last read in this run.

    Where it never was, the reason that discovery had.
    """
    return tuple(_maintenances(ports, run, cloud, inventory) for cloud in clouds)


def _maintenances(ports: Ports, run: str, cloud: PrivateCloud, inventory: Inventory) -> Seen[MaintenancesSeen]:
    discovered = Seen(value=maintenances_discovered(cloud, inventory), at=inventory.observed_at)
    looked = stored.document_of(ports.store, run, f"maintenances/{cloud.id}", Seen[MaintenancesSeen]) or discovered
    read = [one for one in (discovered, looked) if one.value.unread is None]
    return max(read or [discovered], key=lambda one: one.at)
