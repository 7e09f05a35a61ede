"""Closing a run: place every subject, write both reports, keep the state."""

from dataclasses import replace

from shared.model.orders import Finished, FinishOrder
from shared.model.run import JournalEntry, JournalKind, Run, RunState
from shared.ports import Ports
from shared.report.html import render_html
from shared.report.run_json import render_json
from shared.report.stored import view_of
from shared.rules.run_end import end_state


def finish(ports: Ports, order: FinishOrder) -> Finished:
    """Close a run; doing it twice writes the same again."""
    now = ports.clock.now()
    run = ports.store.run(order.request.id) or Run(request=order.request, state=RunState.RUNNING)
    open_run = replace(run, ended_at=run.ended_at or now, problem=order.problem)
    seen = view_of(ports.store, open_run, now)
    state = end_state(run.request, seen.placed, seen.subscriptions, order.problem)
    closed = replace(open_run, placed=seen.placed, state=state)
    ports.store.append(closed.request.id, _ended(closed))
    ports.store.update_run(closed)
    view = view_of(ports.store, closed, now)
    name, calls = closed.request.id, ports.hcx.calls()
    reports = (
        ports.reports.publish(name, "report.html", render_html(view, calls)),
        ports.reports.publish(name, "report.json", render_json(view, calls)),
    )
    return Finished(state=closed.state.value, reports=reports)


def _ended(run: Run) -> JournalEntry:
    text = run.problem or f"the run ended: {run.state.value}"
    return JournalEntry(
        key="run-ended", at=run.ended_at or run.request.requested_at, kind=JournalKind.RUN_ENDED, text=text
    )
