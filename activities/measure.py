"""What all looks at the networks of a task come to: in the journal, and as a document for each appliance."""

from collections.abc import Iterable

from activities.changed_networks import tell_changed
from activities.known import mesh_task_of, policy_of
from activities.witnesses import bursts_of, looks_in
from shared.model.codec import to_json_text
from shared.model.orders import MeasureOrder
from shared.model.outage import NetworkOutage, Sample
from shared.model.plan import ApplianceUpgrade, MeshTask
from shared.model.run import JournalKind
from shared.ports import Ports
from shared.report.outage_text import sentence
from shared.report.stored import outages_name
from shared.rules import outage
from shared.rules.entries import about_step
from shared.rules.first_look import with_what_was_missed
from shared.rules.networks_changed import noted
from shared.rules.outage_limits import limits_of


def measured(ports: Ports, order: MeasureOrder) -> None:
    """Say what the change of each appliance cost each of its networks; nothing of one that nobody looked at."""
    task = mesh_task_of(ports, order.plan_hash, order.task)
    for item in task.appliances:
        samples = looks_in(bursts_of(ports, order.run, task, item))
        if samples:
            found = _measured(ports, order, task, item, samples)
            text = to_json_text(found, tuple[NetworkOutage, ...])
            ports.store.put_document(order.run, outages_name(task.id, item.name), text)
            _tell(ports, order, item, found)


def _measured(
    ports: Ports, order: MeasureOrder, task: MeshTask, item: ApplianceUpgrade, samples: tuple[Sample, ...]
) -> tuple[NetworkOutage, ...]:
    networks = {seen.network for one in samples for seen in one.networks}
    limits = limits_of(policy_of(ports, order.run), task.sites, networks)
    found = noted(
        outage.measured(samples, item.name, item.mode.mode, limits), tell_changed(ports, order.run, task, item)
    )
    return with_what_was_missed(found, task.owner)


def _tell(ports: Ports, order: MeasureOrder, item: ApplianceUpgrade, found: Iterable[NetworkOutage]) -> None:
    for one in found:
        key, at, text = f"measured/{one.network}", ports.clock.now(), sentence(one)
        entry = about_step(order.task, item.verify, key, at=at, kind=JournalKind.MEASURED, text=text)
        ports.store.append(order.run, entry)
