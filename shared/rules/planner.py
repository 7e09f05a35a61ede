"""The first planner: facts and policy in, an immutable plan out, with nothing seen left out.

It reads as the plan does: cloud managers first, connectors (which follow them), then the meshes between them. What gets
no task gets a `Rest` entry with its reason.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import rfc8785

from shared.model.codec import to_json
from shared.model.confirmation import Confirmations
from shared.model.facts import Appliance, ApplianceKind, FleetFacts, ManagerFacts, Mesh
from shared.model.finding import Finding
from shared.model.inventory import Inventory, Manager, ManagerKind, PrivateCloud
from shared.model.plan import (
    ManagerTask,
    MeshTask,
    PairingGroup,
    Plan,
    Rest,
    StepKind,
    SubjectKind,
    Task,
    Unplanned,
)
from shared.model.policy import Owner, PairOrder, Policy
from shared.model.record import record
from shared.model.version import Version
from shared.rules import grouping, ownership, targets, task_steps
from shared.rules.path import NoPath
from shared.rules.targets import NoTask

UPGRADE_ORDER = (ApplianceKind.INTERCONNECT, ApplianceKind.NETWORK_EXTENSION)
"""Appliances that a mesh task upgrades, in order. WAN optimization is removed, not upgraded; a sentinel gateway never
carries the update flag and is redeployed by a person."""

UNSEEN = NoTask(reason=Unplanned.NOT_OBSERVED, detail="it was not observed", who_can_act="observe again")

type FindHops = Callable[[Version, Version], tuple[Version, ...] | NoPath]
"""Releases to pass through, the last one being the target: the catalogue's knowledge as a function."""

type Planned = Mapping[str, ManagerTask | Rest]
"""What became of each manager, by its id."""


@record
class Inputs:
    """Everything a plan is made from."""

    inventory: Inventory
    facts: FleetFacts
    policy: Policy
    confirmations: Confirmations
    find_hops: FindHops
    now: datetime


def make_plan(inputs: Inputs) -> Plan:
    """Plan everything that was observed."""
    cloud_managers = {
        one.manager.id: _cloud_manager(inputs, one) for one in _of_kind(inputs, ManagerKind.CLOUD_MANAGER)
    }
    after = _versions_after(inputs, cloud_managers)
    connectors = {one.manager.id: _connector(inputs, one, after) for one in _of_kind(inputs, ManagerKind.CONNECTOR)}
    managers = _ordered_after_clouds(inputs, {**cloud_managers, **connectors})
    meshes = [_mesh(inputs, mesh, reporter, managers) for mesh, reporter in meshes_seen(inputs.facts)]
    rest = [one for one in (*managers.values(), *meshes) if isinstance(one, Rest)]
    rest += _unobserved(inputs)
    tasks = [one for one in (*managers.values(), *meshes) if not isinstance(one, Rest)]
    return _sealed(inputs, tasks, rest)


def meshes_seen(facts: FleetFacts) -> tuple[tuple[Mesh, ManagerFacts], ...]:
    """Every mesh once, with the manager whose report counts: the initiator's, else the only one there is."""
    seen: dict[str, tuple[Mesh, ManagerFacts]] = {}
    for reporter in facts.managers:
        for mesh in reporter.meshes.value if reporter.meshes else ():
            if mesh.id not in seen or _initiates(reporter, mesh):
                seen[mesh.id] = (mesh, reporter)
    return tuple(seen[key] for key in sorted(seen))


def _initiates(facts: ManagerFacts, mesh: Mesh) -> bool:
    own = facts.identity.value.system_id if facts.identity else None
    return any(end.initiator and end.system_id == own for end in mesh.ends)


def _of_kind(inputs: Inputs, kind: ManagerKind) -> Iterable[ManagerFacts]:
    chosen = (one for one in inputs.facts.managers if one.manager.kind is kind)
    return sorted(chosen, key=lambda one: one.manager.id)


# --- managers -------------------------------------------------------------------------------------------------------


def _cloud_manager(inputs: Inputs, facts: ManagerFacts) -> ManagerTask | Rest:
    entry = inputs.policy.cloud_manager(facts.manager.id, _cloud_name(inputs, facts))
    owner = ownership.manager_owner(
        entry.owner if entry else None, inputs.policy.owners.cloud_manager, facts, inputs.confirmations
    )
    return _manager_task(inputs, facts, inputs.policy.target, owner, (facts.manager.id,))


def _connector(inputs: Inputs, facts: ManagerFacts, after: Mapping[str, Version]) -> ManagerTask | Rest:
    clouds = _clouds_of(inputs.facts, facts)
    unseen = targets.not_observed(facts)
    target = unseen or targets.connector_target(facts, inputs.facts, inputs.policy, after)
    if isinstance(target, NoTask):
        return _rest(SubjectKind.CONNECTOR, facts.manager.id, clouds, target)
    entry = inputs.policy.connector(facts.manager.id)
    owner = ownership.manager_owner(
        entry.owner if entry else None, inputs.policy.owners.connector, facts, inputs.confirmations
    )
    return _manager_task(inputs, facts, target, owner, clouds)


def _manager_task(
    inputs: Inputs, facts: ManagerFacts, target: Version, who: ownership.Ownership, clouds: tuple[str, ...]
) -> ManagerTask | Rest:
    kind = _subject_kind(facts.manager)
    unseen = targets.not_observed(facts)
    if unseen or facts.identity is None:
        return _rest(kind, facts.manager.id, clouds, unseen or UNSEEN)
    source = facts.identity.value.version
    there = targets.reached(source, target)
    if there:
        return _rest(kind, facts.manager.id, clouds, there)
    # Which releases a provider passes through is the provider's business; only the end can be observed.
    route = (target,) if who.owner is Owner.PROVIDER else inputs.find_hops(source, target)
    if isinstance(route, NoPath):
        reason = NoTask(
            reason=Unplanned.NO_PATH, detail=f"{route.rule}: {route.detail}", who_can_act=route.what_would_open
        )
        return _rest(kind, facts.manager.id, clouds, reason)
    name, patience = facts.manager.id, inputs.policy.patience
    ends = zip((source, *route[:-1]), route, strict=True)
    return ManagerTask(
        id=f"manager:{name}",
        subject=name,
        manager_kind=facts.manager.kind,
        system_id=facts.identity.value.system_id,
        clouds=clouds,
        peers=tuple(sorted(one.manager.id for one in grouping.partners(inputs.facts, facts))),
        depends_on=(),
        owner=who.owner,
        owner_reason=who.reason,
        source=source,
        target=target,
        observe=task_steps.single(StepKind.OBSERVE_MANAGER, f"Observe {name} and its pairs", who.owner),
        check=task_steps.single(StepKind.CHECK_MANAGER, f"Check that upgrading {name} is safe now", who.owner),
        protect=task_steps.single(StepKind.PROTECT, f"Know the way back of {name}", who.owner),
        hops=tuple(task_steps.manager_hop(name, start, end, who.owner, patience) for start, end in ends),
        hand_over=task_steps.single(StepKind.HAND_OVER_MANAGER, f"Hand over {name}", who.owner, task_steps.CONVERGING),
    )


def _versions_after(inputs: Inputs, planned: Planned) -> dict[str, Version]:
    """The release each cloud manager ends at; those for which nobody can say are left out."""
    ends: dict[str, Version] = {}
    for facts in inputs.facts.managers:
        became = planned.get(facts.manager.id)
        if isinstance(became, ManagerTask):
            ends[facts.manager.id] = became.target
        elif became and became.reason in {Unplanned.CURRENT, Unplanned.NEWER} and facts.version:
            ends[facts.manager.id] = facts.version
    return ends


def _ordered_after_clouds(inputs: Inputs, planned: Planned) -> dict[str, ManagerTask | Rest]:
    """Connectors wait for the tasks of their cloud managers unless the policy lets them go together."""
    if inputs.policy.pair_order is PairOrder.TOGETHER:
        return dict(planned)
    ordered = dict(planned)
    for key, task in planned.items():
        if isinstance(task, ManagerTask) and task.manager_kind is ManagerKind.CONNECTOR:
            first = (planned[cloud] for cloud in task.clouds if cloud in planned)
            ordered[key] = replace(task, depends_on=tuple(one.id for one in first if isinstance(one, ManagerTask)))
    return ordered


# --- meshes ---------------------------------------------------------------------------------------------------------


def _mesh(inputs: Inputs, mesh: Mesh, reporter: ManagerFacts, managers: Planned) -> MeshTask | Rest:
    ends = _ends(inputs.facts, mesh)
    clouds = _mesh_clouds(reporter, ends)
    if ends is None:
        unseen = ", ".join(
            end.name or end.system_id for end in mesh.ends if not inputs.facts.by_system_id(end.system_id)
        )
        return _rest(SubjectKind.MESH, mesh.id, clouds, _peer_unseen(unseen))
    initiator, receiver = ends
    target = _mesh_target(initiator, receiver, managers)
    if isinstance(target, NoTask):
        return _rest(SubjectKind.MESH, mesh.id, clouds, target)
    behind = _behind(initiator, receiver, mesh, target)
    if isinstance(behind, NoTask):
        return _rest(SubjectKind.MESH, mesh.id, clouds, behind)
    return _mesh_task(inputs, mesh, (initiator, receiver), target=target, behind=behind, managers=managers)


def _mesh_task(
    inputs: Inputs,
    mesh: Mesh,
    ends: tuple[ManagerFacts, ManagerFacts],
    *,
    target: Version,
    behind: tuple[Appliance, ...],
    managers: Planned,
) -> MeshTask:
    initiator, receiver = ends
    entry = inputs.policy.connector(initiator.manager.id)
    who = ownership.mesh_owner(
        entry.mesh_owner if entry else None, inputs.policy.owners.mesh, initiator, inputs.confirmations
    )
    first = (managers[one.manager.id] for one in ends)
    return MeshTask(
        id=f"mesh:{mesh.id}",
        subject=mesh.id,
        name=mesh.name,
        initiator=initiator.manager.id,
        receiver=receiver.manager.id,
        clouds=_mesh_clouds(initiator, ends),
        depends_on=tuple(one.id for one in first if isinstance(one, ManagerTask)),
        owner=who.owner,
        owner_reason=who.reason,
        target=target,
        observe=task_steps.single(StepKind.OBSERVE_MESH, f"Observe both managers and {mesh.name}", who.owner),
        check=task_steps.single(StepKind.CHECK_MESH, f"Check that upgrading {mesh.name} is safe now", who.owner),
        appliances=tuple(
            task_steps.appliance_upgrade(one, target, who.owner, inputs.policy.patience) for one in behind
        ),
        hand_over=task_steps.single(
            StepKind.HAND_OVER_MESH, f"Hand over {mesh.name}", who.owner, task_steps.CONVERGING
        ),
    )


def _ends(facts: FleetFacts, mesh: Mesh) -> tuple[ManagerFacts, ManagerFacts] | None:
    source = next((facts.by_system_id(end.system_id) for end in mesh.ends if end.initiator), None)
    other = next((facts.by_system_id(end.system_id) for end in mesh.ends if not end.initiator), None)
    return (source, other) if source and other else None


def _mesh_target(initiator: ManagerFacts, receiver: ManagerFacts, managers: Planned) -> Version | NoTask:
    """The release that both managers end at; a mesh follows its managers and has no wish of its own."""
    ends = [_manager_after(one, managers[one.manager.id]) for one in (initiator, receiver)]
    missing = next((one for one in ends if isinstance(one, NoTask)), None)
    if missing:
        return missing
    first, second = (one for one in ends if isinstance(one, Version))
    if first.same_release(second):
        return Version(first.release)
    return NoTask(
        reason=Unplanned.NO_TARGET,
        detail=f"its managers end at {first.release} and {second.release}",
        who_can_act="the owner of fleet.yaml: give both managers one target",
    )


def _manager_after(facts: ManagerFacts, became: ManagerTask | Rest) -> Version | NoTask:
    if isinstance(became, ManagerTask):
        return became.target
    if became.reason in {Unplanned.CURRENT, Unplanned.NEWER} and facts.version:
        return facts.version
    return NoTask(
        reason=Unplanned.PEER_NOT_OBSERVED if became.reason is Unplanned.NOT_OBSERVED else became.reason,
        detail=f"{facts.manager.id}: {became.detail}",
        who_can_act=became.who_can_act,
    )


def _behind(
    initiator: ManagerFacts, receiver: ManagerFacts, mesh: Mesh, target: Version
) -> tuple[Appliance, ...] | NoTask:
    """Appliances of the initiator side to upgrade, interconnect first; or why there are none.

    One whose peer was left behind is behind itself: the two are upgraded together, from this side.
    """
    if initiator.appliances is None or receiver.appliances is None:
        gap = (initiator if initiator.appliances is None else receiver).gap("appliances")
        return NoTask(
            reason=Unplanned.NOT_OBSERVED,
            detail=gap.detail if gap else "its appliances were not observed",
            who_can_act=gap.remedy if gap else "observe again",
        )
    own = [
        one
        for one in initiator.appliances.value
        if one.mesh_id == mesh.id and _stands_on(one, initiator) and one.kind in UPGRADE_ORDER
    ]
    there = {one.id: one for one in receiver.appliances.value}
    pairs = {one.id: (one, *(there[peer] for peer in one.peers if peer in there)) for one in own}
    strange = [one.name for pair in pairs.values() for one in pair if not one.version.known]
    if strange:
        return NoTask(
            reason=Unplanned.UNKNOWN_VERSION,
            detail=f"the versions of {', '.join(strange)} are not understood",
            who_can_act="a person at the site: read them in the HCX plug-in",
        )
    late = [one for one in own if any(each.version.older_than(target) for each in pairs[one.id])]
    if not late:
        return NoTask(reason=Unplanned.CURRENT, detail=f"all its appliances are at {target.release}")
    return tuple(sorted(late, key=lambda one: (UPGRADE_ORDER.index(one.kind), one.name)))


def _stands_on(appliance: Appliance, side: ManagerFacts) -> bool:
    return side.identity is not None and appliance.system_id in {side.identity.value.system_id, ""}


# --- what a plan is put together from ---------------------------------------------------------------------------------


def _peer_unseen(names: str) -> NoTask:
    return NoTask(
        reason=Unplanned.PEER_NOT_OBSERVED,
        detail=f"its other manager could not be observed: {names}",
        who_can_act="see the finding on that manager; a connector must be in fleet.yaml",
    )


def _subject_kind(manager: Manager) -> SubjectKind:
    is_cloud = manager.kind is ManagerKind.CLOUD_MANAGER
    return SubjectKind.PRIVATE_CLOUD if is_cloud else SubjectKind.CONNECTOR


def _clouds_of(fleet: FleetFacts, connector: ManagerFacts) -> tuple[str, ...]:
    others = grouping.partners(fleet, connector)
    return tuple(sorted(one.manager.id for one in others if one.manager.kind is ManagerKind.CLOUD_MANAGER))


def _mesh_clouds(reporter: ManagerFacts, ends: tuple[ManagerFacts, ManagerFacts] | None) -> tuple[str, ...]:
    sides = ends or (reporter,)
    return tuple(sorted(one.manager.id for one in sides if one.manager.kind is ManagerKind.CLOUD_MANAGER))


def _cloud_name(inputs: Inputs, facts: ManagerFacts) -> str:
    clouds = inputs.inventory.private_clouds
    return next((one.name for one in clouds if one.resource_id == facts.manager.cloud_resource_id), facts.manager.id)


def _rest(kind: SubjectKind, subject: str, clouds: tuple[str, ...], why: NoTask) -> Rest:
    return Rest(
        kind=kind, subject=subject, clouds=clouds, reason=why.reason, detail=why.detail, who_can_act=why.who_can_act
    )


def _unobserved(inputs: Inputs) -> Iterator[Rest]:
    """What the inventory knows and no facts speak of: left out, without HCX, or a manager whose look broke."""
    observed = {one.manager.id for one in inputs.facts.managers}
    managers = {one.id: one for one in inputs.inventory.managers if one.id not in observed}
    for manager in managers.values():
        clouds = (manager.id,) if manager.kind is ManagerKind.CLOUD_MANAGER else ()
        yield _rest(_subject_kind(manager), manager.id, clouds, UNSEEN)
    for cloud in inputs.inventory.private_clouds:
        if cloud.id not in observed and cloud.id not in managers:
            yield _rest(SubjectKind.PRIVATE_CLOUD, cloud.id, (cloud.id,), _without_manager(inputs.policy, cloud))


def _without_manager(policy: Policy, cloud: PrivateCloud) -> NoTask:
    if {cloud.id, cloud.name} & set(policy.scope.exclude):
        return NoTask(reason=Unplanned.EXCLUDED, detail="excluded by fleet.yaml")
    return NoTask(reason=Unplanned.NO_HCX, detail=f"no HCX endpoint, {cloud.provisioning_state.value}")


def _sealed(inputs: Inputs, tasks: list[Task], rest: list[Rest]) -> Plan:
    policy = inputs.policy
    plan = Plan(
        hash="",
        made_at=inputs.now,
        name=policy.name,
        mode=policy.mode,
        target=policy.target,
        policy_hash=policy.hash,
        confirmations_hash=inputs.confirmations.hash,
        concurrency=policy.concurrency,
        private_clouds=tuple(sorted(cloud.id for cloud in inputs.inventory.private_clouds)),
        groups=_groups(inputs.facts, tasks),
        rest=tuple(sorted(rest, key=lambda one: (one.kind, one.subject))),
        findings=(),
    )
    return replace(plan, hash=plan_hash(plan))


def _groups(facts: FleetFacts, tasks: list[Task]) -> tuple[PairingGroup, ...]:
    groups: list[PairingGroup] = []
    for members in grouping.components(facts):
        inside = [one for one in tasks if _anchor(one) in members]
        if inside:
            ordered = tuple(sorted(inside, key=lambda one: (one.kind, one.id)))
            groups.append(PairingGroup(id=f"group:{members[0]}", managers=members, tasks=ordered))
    return tuple(groups)


def _anchor(task: Task) -> str:
    return task.subject if isinstance(task, ManagerTask) else task.initiator


def plan_hash(plan: Plan) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of everything that execution follows.

    When the plan was made and the findings of that moment are left out: the same plan made an hour later is the same
    plan, and findings are judged anew before each task.
    """
    content = {key: value for key, value in to_json(plan).items() if key not in {"hash", "made_at", "findings"}}
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def with_findings(plan: Plan, findings: Iterable[Finding]) -> Plan:
    """The plan with what the checks say of its tasks now; the hash stays, since findings are judged anew."""
    return replace(plan, findings=tuple(one for one in findings if one.blocks))


# --- parts of a plan --------------------------------------------------------------------------------------------------


def only(plan: Plan, cloud: str) -> Plan:
    """The part of a plan that concerns one private cloud: its manager, its connectors and the meshes between them.

    Dependencies on tasks outside that part stay out with them: a shared connector that goes now does not wait for
    another private cloud's manager, which is why the caller must have allowed it (`include_shared`).
    """
    chosen = [task for task in plan.tasks if cloud in task.clouds]
    inside = {task.id for task in chosen}
    groups = tuple(_part(group, cloud, inside) for group in plan.groups if any(cloud in t.clouds for t in group.tasks))
    part = replace(
        plan,
        private_clouds=tuple(one for one in plan.private_clouds if one == cloud),
        groups=groups,
        rest=tuple(one for one in plan.rest if cloud in one.clouds),
    )
    return replace(part, hash=plan_hash(part))


def _part(group: PairingGroup, cloud: str, inside: set[str]) -> PairingGroup:
    tasks = (task for task in group.tasks if cloud in task.clouds)
    return replace(
        group,
        tasks=tuple(replace(task, depends_on=tuple(d for d in task.depends_on if d in inside)) for task in tasks),
    )


def shared_connectors(plan: Plan, cloud: str) -> dict[str, tuple[str, ...]]:
    """Connectors with a task that also serve other private clouds: connector → those other clouds."""
    return {
        task.subject: tuple(one for one in task.clouds if one != cloud)
        for task in plan.tasks
        if isinstance(task, ManagerTask) and cloud in task.clouds and len(task.clouds) > 1
    }
