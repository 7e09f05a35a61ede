"""Closing a run: place every subject, write both reports, keep the state."""

import json
from dataclasses import replace

from activities.known import facts_of, findings_of
from shared.model.codec import from_json
from shared.model.facts import FleetFacts
from shared.model.inventory import Inventory
from shared.model.orders import Finished, FinishOrder
from shared.model.run import JournalEntry, JournalKind, Run, RunState
from shared.model.view import RunView
from shared.ports import Ports
from shared.report.html import render_html
from shared.report.run_json import render_json
from shared.rules.run_end import end_state
from shared.rules.run_view import run_view


def finish(ports: Ports, order: FinishOrder) -> Finished:
    """Close a run; doing it twice writes the same again."""
    now = ports.clock.now()
    run = ports.store.run(order.request.id) or Run(request=order.request, state=RunState.RUNNING)
    open_run = replace(run, ended_at=run.ended_at or now, problem=order.problem)
    placed = view_of(ports, open_run).placed
    closed = replace(open_run, placed=placed, state=end_state(order.request.kind, placed, order.problem))
    ports.store.append(closed.request.id, _ended(closed))
    ports.store.update_run(closed)
    view = view_of(ports, closed)
    name, calls = closed.request.id, ports.hcx.calls()
    reports = (
        ports.reports.publish(name, "report.html", render_html(view, calls)),
        ports.reports.publish(name, "report.json", render_json(view, calls)),
    )
    return Finished(state=closed.state.value, reports=reports)


def view_of(ports: Ports, run: Run) -> RunView:
    """The read model of a run as the store has it now."""
    name = run.request.id
    inventory = ports.store.document(name, "inventory")
    return run_view(
        run=run,
        plan=ports.store.plan(run.plan_hash) if run.plan_hash else None,
        journal=tuple(entry for _, entry in ports.store.journal(name)),
        inventory=from_json(Inventory, json.loads(inventory)) if inventory else None,
        facts=facts_of(ports, name) if inventory else FleetFacts(managers=()),
        findings=findings_of(ports, name),
        now=ports.clock.now(),
    )


def _ended(run: Run) -> JournalEntry:
    text = run.problem or f"the run ended: {run.state.value}"
    return JournalEntry(
        key="run-ended", at=run.ended_at or run.request.requested_at, kind=JournalKind.RUN_ENDED, text=text
    )
