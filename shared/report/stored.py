"""What a store holds of a run, read back into records: for activities, the API, the command line and reports alike.

All of it is read far more often than it changes, and reading one inventory of a large fleet costs tens of
milliseconds. So it is remembered: a plan by its store and hash, everything else by its text, so none can go stale.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import cast

from shared.model.codec import from_json_text
from shared.model.facts import FleetFacts, ManagerFacts
from shared.model.finding import Finding
from shared.model.inventory import Inventory
from shared.model.outage import NetworkOutage
from shared.model.plan import MeshTask, Plan
from shared.model.remembered import remembering
from shared.model.revert import RevertPlan
from shared.model.run import Run, RunKind
from shared.model.same import Same
from shared.model.view import RunView
from shared.ports import Store
from shared.report.stored_soaks import soaks_of
from shared.report.stored_ways_back import ways_back_of
from shared.rules.outage_view import outages_of
from shared.rules.plan_parts import with_findings
from shared.rules.run_view import ENDED, run_view
from shared.rules.told_elsewhere import completed

PLANNING = "findings/plan"
"""Name of the document with the findings of planning time; those of a task are named after the task."""

REVERT = "revert"
"""Name of the document with the plan of a revert."""

_OUTAGES = "outage/"


def outages_name(task: str, appliance: str) -> str:
    """Name of the document with what the change of an appliance cost its networks."""
    return f"{_OUTAGES}{task}/{appliance}"


def view_of(store: Store, run: Run, now: datetime) -> RunView:
    """The read model of a run as the store has it, at `now`."""
    name = run.request.id
    inventory = inventory_of(store, name)
    facts = facts_of(store, name) if inventory else FleetFacts(managers=())
    view = run_view(
        run=run,
        plan=plan_of(store, run),
        journal=tuple(entry for _, entry in store.journal(name)),
        inventory=inventory,
        facts=facts,
        findings=_findings_of(store, name),
        now=now,
        revert=document_of(store, name, REVERT, RevertPlan) if run.request.kind is RunKind.REVERT else None,
    )
    return _with_ways_back(store, _with_outages(store, view, facts), facts)


def settled_view(store: Store, run: Run, now: datetime) -> RunView:
    """The same, where a run that has ended stands still at its end, whatever the clock says."""
    ended = run.ended_at if run.state in ENDED else None
    return view_of(store, run, ended or now)


def _with_ways_back(store: Store, view: RunView, facts: FleetFacts) -> RunView:
    """The same with what leads changed managers back, and with the waves that are watched."""
    if view.plan is None or view.run.request.kind is not RunKind.UPGRADE:
        return view
    name = view.run.request.id
    ways = ways_back_of(store, name, view.plan, facts, now=view.now, journal=view.journal)
    return replace(view, ways_back=ways, soaks=soaks_of(store, name, view.plan, view.journal))


def _with_outages(store: Store, view: RunView, facts: FleetFacts) -> RunView:
    """The same with what was measured, where anything may have been: only a run that changes meshes does."""
    if view.plan is None or view.run.request.kind is not RunKind.UPGRADE:
        return view
    meshes = [task.id for task in view.plan.tasks if isinstance(task, MeshTask)]
    kept = _measured(store, view.run.request.id, meshes) if meshes else {}
    return replace(view, outages=outages_of(view.plan, view.tasks, facts, kept))


def _measured(store: Store, run: str, tasks: Iterable[str]) -> Mapping[str, tuple[NetworkOutage, ...]]:
    """What was measured, by task: in one read, since most runs have many tasks of which few have anything."""
    found: dict[str, tuple[NetworkOutage, ...]] = defaultdict(tuple)
    begins = {outages_name(task, ""): task for task in tasks}
    for name, text in store.documents(run, _OUTAGES).items():
        task = next((one for begin, one in begins.items() if name.startswith(begin)), None)
        if task is not None:
            found[task] += from_json_text(tuple[NetworkOutage, ...], text)
    return found


def document_of[T](store: Store, run: str, name: str, kind: type[T]) -> T | None:
    """A document of a run as the record that was kept in it; None where there is none."""
    text = store.document(run, name)
    return from_json_text(kind, text) if text else None


def inventory_of(store: Store, run: str) -> Inventory | None:
    """What the run discovered, None while it has not."""
    text = store.document(run, "inventory")
    return _inventory(text) if text else None


def facts_of(store: Store, run: str, managers: Iterable[str] | None = None) -> FleetFacts:
    """The freshest facts of these managers, or of every manager that the run observed.

    What some were not asked for is read from the others here, so that nobody who reads facts has to know of it.
    """
    if managers is None:
        texts = list(store.documents(run, "facts/").values())
    else:
        found = (store.document(run, f"facts/{name}") for name in managers)
        texts = [text for text in found if text is not None]
    facts = map(_facts, texts)
    return _fleet(Same(*sorted(facts, key=lambda one: one.manager.id)))


def plan_of(store: Store, run: Run) -> Plan | None:
    """The run's plan with the findings of its own planning, None while there is none.

    Two runs may make the same plan, which is kept once, with the findings of the first: this run's are in a document.
    """
    plan = store.plan(run.plan_hash) if run.plan_hash else None
    own = store.document(run.request.id, PLANNING)
    if plan is None or own is None:
        return plan
    return _plan_with(Same(plan, _findings(own)))


@lru_cache(maxsize=4)
def plan_known(store: Store, plan_hash: str) -> Plan:
    """The plan of that hash, whichever run made it first.

    Raises:
        LookupError: there is none.
    """
    plan = store.plan(plan_hash)
    if plan is None:
        raise LookupError(f"there is no plan {plan_hash}")
    return plan


@lru_cache(maxsize=64)
def planned_by(store: Store, plan_hash: str, carried_out_by: str) -> str | None:
    """The run that made a plan first, for another one to carry out; None where that one made it for itself.

    The facts of a run that changes things are overwritten as it goes, so they are not those of planning. Remembered
    with the run that carries out: whatever made its plan was there before it began.
    """
    made = [
        run.request.id
        for run in store.runs()
        if run.plan_hash == plan_hash and run.request.kind is not RunKind.UPGRADE and run.request.id != carried_out_by
    ]
    return made[-1] if made else None


def _findings_of(store: Store, run: str) -> tuple[Finding, ...]:
    """Those of planning time first: what a task's own look found comes after them and replaces them."""
    documents = store.documents(run, "findings/")
    return tuple(
        finding
        for name in sorted(documents, key=lambda one: (one != PLANNING, one))
        for finding in _findings(documents[name])
    )


@lru_cache(maxsize=16)
def _fleet(facts: Same) -> FleetFacts:
    """The same facts are the same fleet, so that what was worked out from it holds still."""
    return FleetFacts(managers=completed(cast("tuple[ManagerFacts, ...]", facts.records)))


@lru_cache(maxsize=8)
def _plan_with(known: Same) -> Plan:
    plan, findings = known.records
    return with_findings(cast("Plan", plan), cast("tuple[Finding, ...]", findings))


_inventory = remembering(Inventory, 4)
_facts = remembering(ManagerFacts, 1024)
_findings = remembering(tuple[Finding, ...], 1024)
