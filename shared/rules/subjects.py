"""Everything a run has to account for: every private cloud, connector and mesh that anybody saw, each exactly once.

Three sources are joined, because each of them can miss something: the inventory knows clouds without HCX and
connectors that never answered, the facts know meshes, and the plan remembers what an earlier pass saw and the last one
did not.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, reduce
from typing import cast

from shared.model.facts import Appliance, FleetFacts, ManagerFacts, Mesh
from shared.model.inventory import Inventory, Manager, ManagerKind
from shared.model.plan import MeshTask, Plan, SubjectKind, Task
from shared.model.same import Same
from shared.model.version import Version
from shared.model.view import SubjectSeen
from shared.rules.grouping import Pairings
from shared.rules.meshes import meshes_seen
from shared.rules.planning.mesh_ends import UPGRADE_ORDER

type Key = tuple[SubjectKind, str]
"""A connector may bear the name of a private cloud, so an id alone names nothing."""


def kind_of(task: Task) -> SubjectKind:
    """What a task is about."""
    if isinstance(task, MeshTask):
        return SubjectKind.MESH
    return kind_of_manager(task.manager_kind)


def kind_of_manager(kind: ManagerKind) -> SubjectKind:
    """What a manager is counted as."""
    return SubjectKind.PRIVATE_CLOUD if kind is ManagerKind.CLOUD_MANAGER else SubjectKind.CONNECTOR


def subjects_seen(
    inventory: Inventory | None, facts: FleetFacts, plan: Plan | None, only: str | None = None
) -> tuple[SubjectSeen, ...]:
    """Every subject once, clouds first; of `only` that private cloud and what belongs to it, where one is named."""
    seen = _every(Same(inventory, facts, plan))
    return tuple(one for one in seen if only is None or only in one.clouds)


@lru_cache(maxsize=8)
def _every(known: Same) -> tuple[SubjectSeen, ...]:
    """Remembered: a run that people follow is looked at far more often than anything new is seen."""
    inventory, facts, plan = cast("tuple[Inventory | None, FleetFacts, Plan | None]", known.records)
    found: dict[Key, SubjectSeen] = {}
    pairings = Pairings(facts)
    for seen in (*_of_inventory(inventory, facts, pairings), *_of_facts(facts, pairings), *_of_plan(plan)):
        key = (seen.kind, seen.id)
        found[key] = _joined(found[key], seen) if key in found else seen
    ranks = {kind: rank for rank, kind in enumerate(SubjectKind)}
    return tuple(sorted(found.values(), key=lambda one: (ranks[one.kind], one.id)))


def _joined(first: SubjectSeen, later: SubjectSeen) -> SubjectSeen:
    """The plan comes last and adds the clouds it was made for; name and version stay as they were observed."""
    return replace(first, clouds=tuple(sorted({*first.clouds, *later.clouds})))


def _of_inventory(inventory: Inventory | None, facts: FleetFacts, pairings: Pairings) -> Iterator[SubjectSeen]:
    if inventory is None:
        return
    for cloud in inventory.private_clouds:
        seen = facts.of(cloud.id)
        yield SubjectSeen(
            kind=SubjectKind.PRIVATE_CLOUD,
            id=cloud.id,
            name=cloud.name,
            clouds=(cloud.id,),
            version=seen.version if seen and seen.manager.kind is ManagerKind.CLOUD_MANAGER else None,
        )
    read = {(one.manager.id, one.manager.kind): one for one in reversed(facts.managers)}
    for manager in inventory.managers:
        if manager.kind is ManagerKind.CONNECTOR:
            yield _manager(manager, read.get((manager.id, manager.kind)), pairings)


def _of_facts(facts: FleetFacts, pairings: Pairings) -> Iterator[SubjectSeen]:
    appliances = _appliances(facts)
    yield from (_manager(one.manager, one, pairings) for one in facts.managers)
    yield from (_mesh(mesh, reporter, facts, appliances[mesh.id]) for mesh, reporter in meshes_seen(facts))


def _of_plan(plan: Plan | None) -> Iterator[SubjectSeen]:
    if plan is None:
        return
    for task in plan.tasks:
        name = task.name if isinstance(task, MeshTask) else task.subject
        yield SubjectSeen(kind=kind_of(task), id=task.subject, name=name, clouds=task.clouds, version=None)
    for rest in plan.rest:
        if rest.kind is not SubjectKind.SUBSCRIPTION:
            yield SubjectSeen(kind=rest.kind, id=rest.subject, name=rest.subject, clouds=rest.clouds, version=None)


def _manager(manager: Manager, seen: ManagerFacts | None, pairings: Pairings) -> SubjectSeen:
    kind = kind_of_manager(manager.kind)
    clouds = (manager.id,) if kind is SubjectKind.PRIVATE_CLOUD else _clouds_of(seen, pairings)
    return SubjectSeen(kind=kind, id=manager.id, name=manager.id, clouds=clouds, version=seen.version if seen else None)


def _clouds_of(connector: ManagerFacts | None, pairings: Pairings) -> tuple[str, ...]:
    return _cloud_ids(pairings.partners(connector)) if connector else ()


def _cloud_ids(managers: Iterable[ManagerFacts]) -> tuple[str, ...]:
    return tuple(sorted(one.manager.id for one in managers if one.manager.kind is ManagerKind.CLOUD_MANAGER))


def _mesh(mesh: Mesh, reporter: ManagerFacts, facts: FleetFacts, appliances: Iterable[Appliance]) -> SubjectSeen:
    ends = [one for one in (facts.by_system_id(end.system_id) for end in mesh.ends) if one]
    return SubjectSeen(
        kind=SubjectKind.MESH,
        id=mesh.id,
        name=mesh.name or mesh.id,
        clouds=_cloud_ids({one.manager.id: one for one in (reporter, *ends)}.values()),
        version=_lowest(one.version for one in appliances),
    )


def _appliances(facts: FleetFacts) -> defaultdict[str, list[Appliance]]:
    """By mesh, those that its task upgrades: a gateway left behind would make a finished mesh look old for ever."""
    found: defaultdict[str, list[Appliance]] = defaultdict(list)
    for one in facts.managers:
        for appliance in one.appliances.value if one.appliances else ():
            if appliance.kind in UPGRADE_ORDER:
                found[appliance.mesh_id].append(appliance)
    return found


def _lowest(versions: Iterable[Version]) -> Version | None:
    known = [version for version in versions if version.known]
    return reduce(lambda low, one: one if one.older_than(low) else low, known) if known else None
