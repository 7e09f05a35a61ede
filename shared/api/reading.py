"""What the store holds, read back for whoever asks: one run as it stands, and the private clouds last observed."""

import json
from collections.abc import Sequence
from datetime import datetime

from shared.model.codec import from_json
from shared.model.facts import FleetFacts, ManagerFacts
from shared.model.finding import Finding
from shared.model.inventory import Inventory, PrivateCloud
from shared.model.plan import Plan
from shared.model.run import Run
from shared.model.view import RunView
from shared.ports import Store
from shared.rules.cloud_ids import long_id
from shared.rules.run_view import run_view


class CloudUnknownError(LookupError):
    """No private cloud in scope has that id or name."""


class CloudAmbiguousError(LookupError):
    """Several private clouds have that name; `ids` says what each of them is called here."""

    def __init__(self, name: str, ids: Sequence[str]) -> None:
        super().__init__(f"{name} is the name of several private clouds: {', '.join(ids)}")
        self.ids = tuple(ids)


def view_of(store: Store, run: Run, now: datetime) -> RunView:
    """The read model of a run as the store has it, at `now`."""
    inventory = inventory_of(store, run)
    return run_view(
        run=run,
        plan=plan_of(store, run),
        journal=tuple(entry for _, entry in store.journal(run.request.id)),
        inventory=inventory,
        facts=facts_of(store, run) if inventory else FleetFacts(managers=()),
        findings=_findings(store, run),
        now=now,
    )


def inventory_of(store: Store, run: Run) -> Inventory | None:
    """What the run discovered, None while it has not."""
    text = store.document(run.request.id, "inventory")
    return from_json(Inventory, json.loads(text)) if text else None


def plan_of(store: Store, run: Run) -> Plan | None:
    """The run's plan, None while there is none."""
    return store.plan(run.plan_hash) if run.plan_hash else None


def facts_of(store: Store, run: Run) -> FleetFacts:
    """The freshest facts of every manager that the run observed."""
    texts = store.documents(run.request.id, "facts/").values()
    facts = (from_json(ManagerFacts, json.loads(text)) for text in texts)
    return FleetFacts(managers=tuple(sorted(facts, key=lambda one: one.manager.id)))


def _findings(store: Store, run: Run) -> tuple[Finding, ...]:
    """Those of planning time sort before those of tasks, whose names begin with what they are about."""
    documents = store.documents(run.request.id, "findings/")
    return tuple(
        finding
        for name in sorted(documents, key=lambda one: (one != "findings/plan", one))
        for finding in from_json(list[Finding], json.loads(documents[name]))
    )


def newest_observation(store: Store) -> Run | None:
    """The newest run that discovered the whole scope; a run of one private cloud places that one alone."""
    runs = (run for run in store.runs() if run.request.private_cloud is None)
    return next((run for run in runs if store.document(run.request.id, "inventory")), None)


def clouds_known(store: Store) -> tuple[PrivateCloud, ...] | None:
    """The private clouds of the newest inventory, None while nothing was observed."""
    found = next((inventory for run in store.runs() if (inventory := inventory_of(store, run))), None)
    return found.private_clouds if found else None


def newest_plan_with(store: Store, cloud: str) -> Plan | None:
    """The newest plan that covers a private cloud."""
    plans = (plan_of(store, run) for run in store.runs())
    return next((plan for plan in plans if plan and cloud in plan.private_clouds), None)


def cloud_named(text: str, clouds: Sequence[PrivateCloud]) -> str:
    """The id of the private cloud that `text` means: its id, its name where that is unique, or its long id always.

    Raises:
        CloudUnknownError: none is meant.
        CloudAmbiguousError: several are.
    """
    meant = [cloud for cloud in clouds if text in {cloud.id, cloud.name, long_id(cloud)}]
    if not meant:
        raise CloudUnknownError(text)
    if len(meant) > 1:
        raise CloudAmbiguousError(text, [cloud.id for cloud in meant])
    return meant[0].id
