"""Looking: Azure for what there is, HCX for how it stands, vCenter as a second witness."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from activities import collected
from activities.clouds import read_clouds, read_details
from activities.known import inventory_of, manager_of, mesh_task_of, task_of
from shared.model.acts import ApplianceSeen, ManagerSeen, MemberSeen
from shared.model.codec import to_json_text
from shared.model.facts import Gap, GapReason, ManagerFacts, NetworkExtension, Seen
from shared.model.inventory import (
    CloudPart,
    Inventory,
    MaintenancesSeen,
    Manager,
    ManagerKind,
    PrivateCloud,
    ProvisioningState,
    Reach,
    SubscriptionState,
    Unread,
)
from shared.model.orders import CloudsOrder, Discovered, ManagerBrief, Observed, ObserveOrder, StepOrder
from shared.model.plan import ApplianceUpgrade, ByHand, ManagerTask, MeshTask
from shared.model.run import JournalEntry, JournalKind, RunRequest, RunState
from shared.policy.problems import PolicyInvalidError
from shared.ports import Ports
from shared.report.kept_plans import POLICY
from shared.report.words import several
from shared.rules.managers import managers_of
from shared.rules.told_elsewhere import told_of

A_MOMENT = timedelta(minutes=5)
"""How long what a manager told spares its partners the same question: a pass, and far less than the facts count for."""
PATIENCE_FOR_NETWORKS = 30.0
"""Seconds of real time in which a side has to say how its extended networks stand; it is asked again soon anyway."""
_SOON = frozenset({GapReason.NOT_YET})
_READABLE = frozenset({SubscriptionState.READ, SubscriptionState.EMPTY})


def discover(ports: Ports, request: RunRequest) -> Discovered:
    """Read the policy and Azure, and keep both with the run: what is found under a policy is planned under it."""
    _begun(ports, request)
    try:
        policy = ports.configuration.policy()
    except PolicyInvalidError as error:
        return Discovered(managers=(), problem=str(error))
    connectors = [entry.name for entry in policy.connectors]
    subscriptions, clouds = read_clouds(ports.azure, policy.scope.subscriptions, connectors)
    details, maintenances = read_details(ports.azure, clouds)
    managers = managers_of(clouds, policy, ports.cloud_ports)
    inventory = Inventory(
        observed_at=ports.clock.now(),
        subscriptions=subscriptions,
        private_clouds=clouds,
        managers=managers,
        maintenances=maintenances,
        details=details,
    )
    if ports.store.document(request.id, POLICY) is None:
        # A run that goes on keeps what it began under: that a site left the file since then must show.
        ports.store.put_document(request.id, POLICY, to_json_text(policy))
    ports.store.put_document(request.id, "inventory", to_json_text(inventory))
    ports.store.append(request.id, _discovered(inventory))
    # Of a manager whose reach is manual only people can say how it stands.
    return Discovered(managers=tuple(brief(one) for one in managers if one.reach is not Reach.MANUAL))


def brief(manager: Manager) -> ManagerBrief:
    """What its round goes by. Nobody logs in where facts are collected: such a manager waits for no account."""
    collected = manager.reach is Reach.COLLECTOR
    account = f"none: {manager.id}" if collected else manager.credentials
    return ManagerBrief(id=manager.id, account=account, connector=manager.kind is ManagerKind.CONNECTOR)


def observe(ports: Ports, order: ObserveOrder) -> Observed:
    """Observe one manager and keep its facts with the run; what cannot be read leaves a gap with its reason."""
    manager = manager_of(ports, order.run, order.manager)
    facts = _facts(ports, order, manager)
    ports.store.put_document(order.run, f"facts/{manager.id}", to_json_text(facts))
    for mesh in told_of(facts):
        ports.store.put_document(order.run, f"told/{mesh}", facts.observed_at.isoformat())
    return Observed(manager=manager.id, complete=facts.identity is not None, ask_again=_worth_another_look(facts))


def _facts(ports: Ports, order: ObserveOrder, manager: Manager) -> ManagerFacts:
    if manager.reach is Reach.COLLECTOR:
        return collected.facts(ports, manager)
    seen = ports.hcx.facts(manager, partial(_told, ports, order.run), order.seconds)
    return replace(seen, vsphere=ports.vcenters.facts(manager))


def _told(ports: Ports, run: str, mesh: str) -> bool:
    """Whether the manager where the mesh begins was read in this run, and so lately that it need not be asked twice."""
    text = ports.store.document(run, f"told/{mesh}")
    return text is not None and ports.clock.now() - datetime.fromisoformat(text) <= A_MOMENT


def observe_clouds(ports: Ports, order: CloudsOrder) -> None:
    """Ask Azure once more about private clouds.

    Whole subscriptions are read, each once: it is one call for up to a page of clouds, and the reader knows how to
    report a subscription that became unreadable. One that cannot be read now leaves what was seen before, which grows
    too old. A cloud that a readable subscription does not show any more is in no state that anybody knows. What the
    provider plans for the clouds is read along with them, by the same rule.
    """
    inventory = inventory_of(ports, order.run)
    known = [one for one in inventory.private_clouds if one.id in order.clouds]
    for scope in inventory.subscriptions:
        inside = [one for one in known if one.subscription_id == scope.id]
        read, clouds = ports.azure.private_clouds(scope) if inside else (scope, ())
        if inside and read.state in _READABLE:
            _keep_clouds(ports, order.run, inside, clouds)
            _keep_maintenances(ports, order.run, inside)


def _keep_clouds(ports: Ports, run: str, known: Iterable[PrivateCloud], listed: Iterable[PrivateCloud]) -> None:
    now = {one.resource_id: one for one in listed}
    for cloud in known:
        gone = replace(cloud, provisioning_state=ProvisioningState.UNKNOWN)
        seen = Seen(value=replace(now.get(cloud.resource_id, gone), id=cloud.id), at=ports.clock.now())
        ports.store.put_document(run, f"cloud/{cloud.id}", to_json_text(seen, Seen[PrivateCloud]))


def _keep_maintenances(ports: Ports, run: str, known: Sequence[PrivateCloud]) -> None:
    for cloud, found in zip(known, ports.azure.maintenances_of(known), strict=True):
        if found.unread is None:
            seen = Seen(value=found, at=ports.clock.now())
            ports.store.put_document(run, f"maintenances/{cloud.id}", to_json_text(seen, Seen[MaintenancesSeen]))


def look_at_manager(ports: Ports, order: StepOrder) -> ManagerSeen:
    """A short look at a task's manager.

    Its vCenter is asked only where that counts, which is a log-in each time: when an upgrade is verified, and only once
    the manager says its version.
    """
    task = task_of(ports, order.plan_hash, order.task)
    if not isinstance(task, ManagerTask):
        raise TypeError(f"{task.id} has no manager of its own")
    manager = manager_of(ports, order.run, task.subject)
    if manager.reach is Reach.COLLECTOR:
        return collected.manager_seen(ports, manager)
    seen = ports.hcx.manager_seen(manager)
    if seen.version is None or order.step not in {hop.verify.id for hop in task.hops}:
        return seen
    return replace(seen, plugins=ports.vcenters.plugins(manager))


def look_at_appliance(ports: Ports, order: StepOrder) -> ApplianceSeen:
    """A short look at the appliance that a step is about, from the initiator side."""
    task = mesh_task_of(ports, order.plan_hash, order.task)
    item, manager = task.gateway(order.step) or task.item(order.step), manager_of(ports, order.run, task.initiator)

    def look(appliance: str, job: str | None) -> ApplianceSeen:
        if manager.reach is Reach.COLLECTOR:
            return collected.appliance_seen(ports, order.run, manager, appliance)
        return ports.hcx.appliance_seen(manager, task.subject, appliance, job)

    seen = look(item.appliance_id, order.job)
    if not isinstance(item, ByHand) and order.step != item.upgrade.id:
        seen = replace(seen, others=tuple(_member(one, look(one, None)) for one in item.together))
    if (
        manager.reach is Reach.COLLECTOR
        or isinstance(item, ByHand)
        or order.step != item.verify.id
        or not item.networks
    ):
        return seen
    return replace(seen, extensions=_extensions(ports, manager, task, item))


def _member(appliance: str, seen: ApplianceSeen) -> MemberSeen:
    return MemberSeen(
        appliance=appliance,
        version=seen.version,
        peer_versions=seen.peer_versions,
        tunnel=seen.tunnel,
        peer_tunnels=seen.peer_tunnels,
        gap=seen.gap,
    )


def _extensions(
    ports: Ports, manager: Manager, task: MeshTask, item: ApplianceUpgrade
) -> tuple[NetworkExtension, ...] | Gap | None:
    """What the appliance or another member of its group carries; asked only where an upgrade is verified."""
    found = ports.hcx.networks_seen(manager, task.subject, PATIENCE_FOR_NETWORKS)
    if found.extensions is None:
        return found.gap
    return tuple(one for one in found.extensions if one.appliance_id in item.members)


def _begun(ports: Ports, request: RunRequest) -> None:
    """From here on the run is running; one that goes on after a crash keeps the time at which it began."""
    run = ports.store.run(request.id)
    if run is not None:
        ports.store.update_run(replace(run, state=RunState.RUNNING, started_at=run.started_at or ports.clock.now()))


def _worth_another_look(facts: ManagerFacts) -> bool:
    gap = facts.gap("identity") if facts.identity is None else None
    return gap is not None and gap.reason in _SOON


def _discovered(inventory: Inventory) -> JournalEntry:
    clouds = several(len(inventory.private_clouds), "private cloud", "private clouds")
    subscriptions = several(len(inventory.subscriptions), "subscription", "subscriptions")
    text = (
        f"{clouds} in {subscriptions}, {several(len(inventory.managers), 'manager', 'managers')}{_not_read(inventory)}"
    )
    return JournalEntry(key="discovered", at=inventory.observed_at, kind=JournalKind.DISCOVERED, text=text)


def _not_read(inventory: Inventory) -> str:
    """Which parts of how many clouds were not read, and why it was for the first of each part."""
    first: dict[CloudPart, Unread] = {}
    often = Counter[CloudPart]()
    for unread in (one for details in inventory.details for one in details.unread):
        first.setdefault(unread.part, unread)
        often[unread.part] += 1
    told = (
        f"{part} of {several(often[part], 'private cloud', 'private clouds')} not read ({one.reason}: {one.detail})"
        for part, one in sorted(first.items())
    )
    return "".join(f"; {one}" for one in told)
