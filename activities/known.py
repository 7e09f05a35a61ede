"""What a run already knows: reading its documents back into records."""

import json
from collections.abc import Iterable

from shared.model.codec import from_json
from shared.model.facts import FleetFacts, ManagerFacts
from shared.model.finding import Finding
from shared.model.inventory import Inventory
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
    return from_json(Inventory, json.loads(text))


def facts_of(ports: Ports, run: str) -> FleetFacts:
    """The freshest facts of every manager that the run observed."""
    return FleetFacts(managers=tuple(_read(ports.store.documents(run, "facts/").values())))


def _read(documents: Iterable[str]) -> Iterable[ManagerFacts]:
    return sorted((from_json(ManagerFacts, json.loads(text)) for text in documents), key=lambda one: one.manager.id)


def findings_of(ports: Ports, run: str) -> tuple[Finding, ...]:
    """Every finding that the run kept, of the planning and of its tasks, in the order of their documents."""
    documents = ports.store.documents(run, "findings/")
    return tuple(
        one for name in sorted(documents) for one in from_json(tuple[Finding, ...], json.loads(documents[name]))
    )


class TaskDocuments:
    """A run's plan, opened once."""

    def __init__(self, ports: Ports, run: str, plan_hash: str) -> None:
        plan = ports.store.plan(plan_hash)
        if plan is None:
            raise LookupError(f"run {run} has no plan {plan_hash}")
        self.plan: Plan = plan

    def task(self, name: str) -> Task:
        """The task of that id."""
        return self.plan.task(name)
