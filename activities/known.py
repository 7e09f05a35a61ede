"""What a run already knows: reading its documents back into records.

Plans and inventories are read far more often than they change, and reading one of a large fleet costs tens of
milliseconds. Both are remembered by content (a plan's hash, an inventory's text), so nothing here can go stale.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from shared.model.codec import from_json
from shared.model.facts import FleetFacts, ManagerFacts, Seen
from shared.model.finding import Finding
from shared.model.inventory import Inventory, Manager, PrivateCloud
from shared.model.plan import Plan, Task
from shared.ports import Ports


def inventory_of(ports: Ports, run: str) -> Inventory:
    """The inventory that the run discovered.

    Raises:
        LookupError: it has discovered nothing yet.
    """
    text = ports.store.document(run, "inventory")
    if text is None:
        raise LookupError(f"run {run} has no inventory")
    return _inventory(text)


def manager_of(ports: Ports, run: str, name: str) -> Manager:
    """One manager of the run's inventory.

    Raises:
        LookupError: the inventory has no manager of that id.
    """
    found = next((one for one in inventory_of(ports, run).managers if one.id == name), None)
    if found is None:
        raise LookupError(f"run {run} knows no manager {name}")
    return found


def clouds_of(ports: Ports, run: str, names: Iterable[str]) -> tuple[tuple[PrivateCloud, ...], datetime]:
    """These private clouds as Azure described them last in this run, and the oldest of the times it did."""
    inventory = inventory_of(ports, run)
    seen: list[Seen[PrivateCloud]] = []
    for cloud in inventory.private_clouds:
        if cloud.id in names:
            text = ports.store.document(run, f"cloud/{cloud.id}")
            fresh = from_json(Seen[PrivateCloud], json.loads(text)) if text else None
            seen.append(fresh or Seen(value=cloud, at=inventory.observed_at))
    return tuple(one.value for one in seen), min((one.at for one in seen), default=inventory.observed_at)


def plan_of(ports: Ports, plan_hash: str) -> Plan:
    """The plan of that hash.

    Raises:
        LookupError: there is none.
    """
    return _plan(_PlanKey(ports, plan_hash))


def task_of(ports: Ports, plan_hash: str, task: str) -> Task:
    """One task of a plan."""
    return plan_of(ports, plan_hash).task(task)


def facts_of(ports: Ports, run: str, managers: Iterable[str] | None = None) -> FleetFacts:
    """The freshest facts of these managers, or of every manager that the run observed."""
    if managers is None:
        texts = list(ports.store.documents(run, "facts/").values())
    else:
        found = (ports.store.document(run, f"facts/{name}") for name in managers)
        texts = [text for text in found if text is not None]
    facts = (from_json(ManagerFacts, json.loads(text)) for text in texts)
    return FleetFacts(managers=tuple(sorted(facts, key=lambda one: one.manager.id)))


def findings_of(ports: Ports, run: str) -> tuple[Finding, ...]:
    """Every finding that the run kept, of the planning and of its tasks, in the order of their documents."""
    documents = ports.store.documents(run, "findings/")
    kept: list[Finding] = []
    for name in sorted(documents):
        kept += from_json(list[Finding], json.loads(documents[name]))
    return tuple(kept)


class _PlanKey:
    """A plan's hash with the store to read it from; only the hash tells two keys apart."""

    def __init__(self, ports: Ports, plan_hash: str) -> None:
        self.ports = ports
        self.plan_hash = plan_hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _PlanKey) and self.plan_hash == other.plan_hash

    def __hash__(self) -> int:
        return hash(self.plan_hash)


@lru_cache(maxsize=4)
def _plan(key: _PlanKey) -> Plan:
    plan = key.ports.store.plan(key.plan_hash)
    if plan is None:
        raise LookupError(f"there is no plan {key.plan_hash}")
    return plan


@lru_cache(maxsize=4)
def _inventory(text: str) -> Inventory:
    return from_json(Inventory, json.loads(text))
