"""What the checks of a task look at, from what was observed: the same whoever asks for them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from shared.checks.interface import CheckContext, Concern
from shared.model.facts import FleetFacts, Seen
from shared.model.inventory import CloudDetails, Inventory, MaintenancesSeen, PrivateCloud
from shared.model.plan import MeshTask, Task
from shared.model.policy import Policy
from shared.rules.catalogue.records import Catalogue
from shared.rules.maintenances import maintenances_discovered
from shared.rules.planning.admission import managers_of


def concern_of(task: Task) -> Concern:
    """Which checks concern a task."""
    return Concern.MESH if isinstance(task, MeshTask) else Concern.MANAGER


def context_of(
    task: Task,
    *,
    facts: FleetFacts,
    inventory: Inventory,
    clouds: tuple[PrivateCloud, ...],
    clouds_observed_at: datetime,
    maintenances: tuple[Seen[MaintenancesSeen], ...],
    policy: Policy | None,
    catalogue: Catalogue,
    now: datetime,
) -> CheckContext:
    """What the checks of a task look at; `clouds` and `maintenances` may be newer than the inventory."""
    return CheckContext(
        facts=facts,
        clouds=clouds,
        subject=task.subject,
        subject_name=task.name if isinstance(task, MeshTask) else "",
        managers=managers_of(task),
        mesh=task.subject if isinstance(task, MeshTask) else None,
        target=task.target,
        now=now,
        clouds_observed_at=clouds_observed_at,
        cloud_ids=task.clouds,
        policy=policy,
        catalogue=catalogue,
        maintenances=maintenances,
        details=tuple(_details(inventory, clouds)),
        subscriptions=inventory.subscriptions,
        task=task,
    )


def context_discovered(
    task: Task, *, facts: FleetFacts, inventory: Inventory, policy: Policy, catalogue: Catalogue, now: datetime
) -> CheckContext:
    """The same where nothing of Azure was read since the inventory was."""
    wanted, at = {*managers_of(task), *task.clouds}, inventory.observed_at
    clouds = tuple(one for one in inventory.private_clouds if one.id in wanted)
    return context_of(
        task,
        facts=facts,
        inventory=inventory,
        clouds=clouds,
        clouds_observed_at=at,
        maintenances=tuple(Seen(value=maintenances_discovered(one, inventory), at=at) for one in clouds),
        policy=policy,
        catalogue=catalogue,
        now=now,
    )


def _details(inventory: Inventory, clouds: Iterable[PrivateCloud]) -> Iterator[Seen[CloudDetails]]:
    wanted = {one.resource_id.lower() for one in clouds}
    for one in inventory.details:
        if one.cloud_resource_id.lower() in wanted:
            yield Seen(value=one, at=inventory.observed_at)
