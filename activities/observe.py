"""Looking: Azure for what there is, HCX for how it stands, vCenter as a second witness."""

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from activities.known import inventory_of, manager_of, task_of
from shared.model.acts import ApplianceSeen, ManagerSeen
from shared.model.codec import to_json_text
from shared.model.facts import GapReason, ManagerFacts, Seen
from shared.model.inventory import (
    CloudDetails,
    CloudPart,
    Inventory,
    Maintenance,
    PrivateCloud,
    ProvisioningState,
    Reach,
    SubscriptionSeen,
    SubscriptionState,
    Unread,
)
from shared.model.orders import CloudsOrder, Discovered, ManagerBrief, Observed, ObserveOrder, StepOrder
from shared.model.plan import ManagerTask, MeshTask
from shared.model.policy import Policy
from shared.model.run import JournalEntry, JournalKind, RunRequest, RunState
from shared.policy.problems import PolicyInvalidError
from shared.ports import Ports
from shared.report.kept_plans import POLICY
from shared.report.words import several
from shared.rules.cloud_ids import with_ids
from shared.rules.managers import managers_of

SUBSCRIPTIONS_AT_A_TIME = 8
"""Eight readers finish a thousand clouds in two seconds and stay far below Azure's read limits (measured)."""

_SOON = frozenset({GapReason.NOT_YET})
_READABLE = frozenset({SubscriptionState.READ, SubscriptionState.EMPTY})


def discover(ports: Ports, request: RunRequest) -> Discovered:
    """Read the policy and Azure, and keep both with the run: what is found under a policy is planned under it."""
    _begun(ports, request)
    try:
        policy = ports.configuration.policy()
    except PolicyInvalidError as error:
        return Discovered(managers=(), problem=str(error))
    subscriptions, clouds = _read_azure(ports, policy)
    details, maintenances = _read_details(ports, clouds)
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
    read = (one for one in managers if one.reach is Reach.DIRECT)  # the others only people at their site can read
    return Discovered(managers=tuple(ManagerBrief(id=one.id, account=one.credentials) for one in read))


def observe(ports: Ports, order: ObserveOrder) -> Observed:
    """Observe one manager and keep its facts with the run; what cannot be read leaves a gap with its reason."""
    manager = manager_of(ports, order.run, order.manager)
    facts = replace(ports.hcx.facts(manager), vsphere=ports.vcenters.facts(manager))
    ports.store.put_document(order.run, f"facts/{manager.id}", to_json_text(facts))
    return Observed(manager=manager.id, complete=facts.identity is not None, ask_again=_worth_another_look(facts))


def observe_clouds(ports: Ports, order: CloudsOrder) -> None:
    """Ask Azure once more about private clouds.

    Whole subscriptions are read, each once: it is one call for up to a page of clouds, and the reader knows how to
    report a subscription that became unreadable. One that cannot be read now leaves what was seen before, which grows
    too old. A cloud that a readable subscription does not show any more is in no state that anybody knows.
    """
    inventory = inventory_of(ports, order.run)
    known = [one for one in inventory.private_clouds if one.id in order.clouds]
    for scope in inventory.subscriptions:
        inside = [one for one in known if one.subscription_id == scope.id]
        read, clouds = ports.azure.private_clouds(scope) if inside else (scope, ())
        if inside and read.state in _READABLE:
            _keep_clouds(ports, order.run, inside, clouds)


def _keep_clouds(ports: Ports, run: str, known: Iterable[PrivateCloud], listed: Iterable[PrivateCloud]) -> None:
    now = {one.resource_id: one for one in listed}
    for cloud in known:
        gone = replace(cloud, provisioning_state=ProvisioningState.UNKNOWN)
        seen = Seen(value=replace(now.get(cloud.resource_id, gone), id=cloud.id), at=ports.clock.now())
        ports.store.put_document(run, f"cloud/{cloud.id}", to_json_text(seen, Seen[PrivateCloud]))


def look_at_manager(ports: Ports, order: StepOrder) -> ManagerSeen:
    """A short look at a task's manager; its vCenter is asked only once the manager says its version."""
    task = task_of(ports, order.plan_hash, order.task)
    if not isinstance(task, ManagerTask):
        raise TypeError(f"{task.id} has no manager of its own")
    manager = manager_of(ports, order.run, task.subject)
    seen = ports.hcx.manager_seen(manager)
    return seen if seen.version is None else replace(seen, plugins=ports.vcenters.plugins(manager))


def look_at_appliance(ports: Ports, order: StepOrder) -> ApplianceSeen:
    """A short look at the appliance that a step is about, from the initiator side."""
    task = task_of(ports, order.plan_hash, order.task)
    if not isinstance(task, MeshTask):
        raise TypeError(f"{task.id} has no appliances")
    item = task.item(order.step)
    return ports.hcx.appliance_seen(
        manager_of(ports, order.run, task.initiator), task.subject, item.appliance_id, order.job
    )


def _begun(ports: Ports, request: RunRequest) -> None:
    """From here on the run is running; one that goes on after a crash keeps the time at which it began."""
    run = ports.store.run(request.id)
    if run is not None:
        ports.store.update_run(replace(run, state=RunState.RUNNING, started_at=run.started_at or ports.clock.now()))


def _read_azure(ports: Ports, policy: Policy) -> tuple[tuple[SubscriptionSeen, ...], tuple[PrivateCloud, ...]]:
    scope = ports.azure.subscriptions(policy.scope.subscriptions)
    with ThreadPoolExecutor(SUBSCRIPTIONS_AT_A_TIME, thread_name_prefix="discover") as pool:
        answers = list(pool.map(ports.azure.private_clouds, scope))
    connectors = (entry.name for entry in policy.connectors)
    return tuple(seen for seen, _ in answers), with_ids(_all(clouds for _, clouds in answers), connectors)


def _read_details(
    ports: Ports, clouds: Sequence[PrivateCloud]
) -> tuple[tuple[CloudDetails, ...], tuple[Maintenance, ...]]:
    """What belongs to the clouds: those of one subscription one after the other, since Azure limits reads by it."""
    grouped: dict[str, list[PrivateCloud]] = {}
    for cloud in clouds:
        grouped.setdefault(cloud.subscription_id, []).append(cloud)
    with ThreadPoolExecutor(SUBSCRIPTIONS_AT_A_TIME, thread_name_prefix="details") as pool:
        answers = list(pool.map(ports.azure.details, grouped.values()))
    return _all(details for details, _ in answers), _all(found for _, found in answers)


def _all[T](parts: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(one for part in parts for one in part)


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
