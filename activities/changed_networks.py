"""Telling the journal what became of the networks of an appliance while it changed, other than was planned."""

from collections.abc import Iterable

from activities.witnesses import bursts_of
from shared.model.outage import ChangedNetwork
from shared.model.plan import ApplianceUpgrade, MeshTask
from shared.model.run import JournalKind
from shared.ports import Ports
from shared.rules import networks_changed
from shared.rules.entries import about_step


def tell_extended(ports: Ports, run: str, task: MeshTask, item: ApplianceUpgrade) -> None:
    """Say which were extended, as soon as they are seen. One that is missing in a look may still come back."""
    found = networks_changed.changed(bursts_of(ports, run, task, item), item)
    _tell(ports, run, task, item, (one for one in found if one.extended))


def tell_changed(ports: Ports, run: str, task: MeshTask, item: ApplianceUpgrade) -> tuple[ChangedNetwork, ...]:
    """Say which were extended and which are gone, once the change is over; gives them."""
    found = networks_changed.changed(bursts_of(ports, run, task, item), item)
    _tell(ports, run, task, item, found)
    return found


def _tell(ports: Ports, run: str, task: MeshTask, item: ApplianceUpgrade, found: Iterable[ChangedNetwork]) -> None:
    for one in found:
        key, at = f"networks/{'extended' if one.extended else 'gone'}/{one.network}", ports.clock.now()
        text = f"{networks_changed.told(one)}. Next: {networks_changed.REMEDY}"
        ports.store.append(run, about_step(task.id, item.back, key, at=at, kind=JournalKind.CHECKED, text=text))
