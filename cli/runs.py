"""`show fleet`, `check`, `plan` and `run`: each is one run through the front door of the app in this process."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cli import printing, tables
from cli.edge import coming_back, logging_to
from cli.environment import settings_from
from cli.exits import Exit, exit_of
from cli.local import Asked, Local, opened, to_resume
from cli.readiness import readiness
from cli.watch import Watch
from embedded.clock import SystemClock
from shared.api.reading import facts_of, inventory_of
from shared.model.codec import to_json
from shared.model.facts import FleetFacts
from shared.model.plan import Plan
from shared.model.record import record
from shared.model.run import RunKind, RunState
from shared.model.view import RunView
from shared.report.content import report
from shared.report.needs import needs
from shared.report.words import moment
from shared.rules.run_view import ENDED
from shared.settings import Settings


@record
class Wanted:
    """What every one of these commands is told."""

    settings: Path | None
    json: bool
    requester: str | None
    cloud: str | None = None


@record
class Ended:
    """A run that is over, and what it left."""

    view: RunView
    facts: FleetFacts
    reports: tuple[str, ...]


def show_fleet(wanted: Wanted) -> int:
    """Observe and list; says nothing about whether the fleet is as wanted, so it exits 0."""

    def shown(local: Local, ended: Ended) -> int:
        inventory = inventory_of(local.ports.store, ended.view.run)
        if wanted.json:
            printing.as_json(local.host.http("GET", "/v1/clouds").json())
        elif inventory:
            _print(
                tables.fleet(ended.view, inventory, ended.facts),
                "",
                tables.connectors(ended.view),
                tables.unread(ended.view),
            )
        return _problem(ended.view) or Exit.AS_WANTED

    return _run(wanted, RunKind.CHECK, shown)


def check(wanted: Wanted) -> int:
    """Observe and check: READY or not, and why not."""

    def shown(_local: Local, ended: Ended) -> int:
        ready = readiness(ended.view, ended.facts)
        if wanted.json:
            printing.as_json({"ready": ready.ready, "countsUntil": _iso(ready.counts_until), **_report(ended.view)})
        else:
            _print(tables.clouds(ended.view), tables.unread(ended.view), tables.findings(ended.view.findings))
            _print_readiness(ready.ready, ready.observed_from, ready.counts_until)
        return _problem(ended.view) or (Exit.AS_WANTED if ready.ready else Exit.NEEDS_OTHERS)

    return _run(wanted, RunKind.CHECK, shown)


def plan(wanted: Wanted) -> int:
    """Observe, check and plan: who does what, in which order."""

    def shown(_local: Local, ended: Ended) -> int:
        made = ended.view.plan
        if made and wanted.json:
            printing.as_json(to_json(made, Plan))
        elif made:
            _print(tables.plan(made), tables.unread(ended.view), tables.findings(made.findings))
        return _problem(ended.view) or exit_of(ended.view)

    return _run(wanted, RunKind.PLAN, shown)


def upgrade(wanted: Wanted, *, include_shared: bool, watch: bool) -> int:
    """Plan and carry out, to the end of what can be done."""

    def shown(_local: Local, ended: Ended) -> int:
        if wanted.json:
            printing.as_json(_report(ended.view))
        else:
            _print(tables.clouds(ended.view), tables.unread(ended.view))
            if needed := needs(ended.view):
                _print("", tables.what_is_needed(needed))
            _print("", tables.sentence(ended.view), *(f"Report: {place}" for place in ended.reports))
        return _problem(ended.view) or exit_of(ended.view)

    return _run(wanted, RunKind.UPGRADE, shown, include_shared=include_shared, watch=watch)


def _run(
    wanted: Wanted,
    kind: RunKind,
    shown: Callable[[Local, Ended], int],
    *,
    include_shared: bool = False,
    watch: bool = True,
) -> int:
    settings = settings_from(wanted.settings)
    logging_to(log_beside(settings))
    asked = Asked(kind=kind, private_cloud=wanted.cloud, include_shared=include_shared, requested_by=wanted.requester)
    with opened(settings, SystemClock()) as local:
        run_id = _start(local, asked)
        with coming_back(_come_back(kind, run_id)):
            _follow(local, run_id, watch=watch)
        run = local.ports.store.run(run_id)
        facts = facts_of(local.ports.store, run) if run else FleetFacts(managers=())
        return shown(local, Ended(view=local.view(run_id), facts=facts, reports=local.reports(run_id)))


def log_beside(settings: Settings) -> Path:
    """Where the log of a command lies: beside the store, which every command has."""
    return Path(settings.store).with_suffix(".log")


def _start(local: Local, asked: Asked) -> str:
    runs = local.ports.store.active_runs()
    resumed = to_resume(runs, asked)
    run_id = resumed or f"{asked.kind.value}-{local.ports.clock.now():%Y%m%dT%H%M%S}"
    local.start(run_id, asked)
    if resumed:
        printing.progress().print(f"Run {run_id} had not ended and goes on: what is done is observed and not repeated.")
    return run_id


def _follow(local: Local, run_id: str, *, watch: bool) -> None:
    with ExitStack() as stack:
        stack.callback(_close_if_interrupted, local, run_id)
        if watch:
            view = lambda: local.view(run_id)  # noqa: E731 -- shorter than a function that says the same
            stack.enter_context(Watch(local.ports.store, run_id, view, printing.progress()))
        else:
            printing.progress().print(f"Run {run_id} has started. Elsewhere: hcx-fleet status {run_id}")
        local.wait(run_id)


def _close_if_interrupted(local: Local, run_id: str) -> None:
    """A check or plan that somebody stopped never ends by itself: left open, it would keep the timer from its work."""
    run = local.ports.store.run(run_id)
    if run and run.request.kind is not RunKind.UPGRADE and run.state not in ENDED:
        now = local.ports.clock.now()
        local.ports.store.update_run(replace(run, state=RunState.CANCELED, ended_at=now, problem="interrupted"))


def _come_back(kind: RunKind, run_id: str) -> str:
    if kind is not RunKind.UPGRADE:
        return "Interrupted. Nothing was changed, and nothing goes on."
    return (
        f"Interrupted. Run {run_id} stops with this process; upgrades that HCX is carrying out go on there. "
        "Start it again with the same command: what is done is observed and not repeated. "
        f"How it stands: hcx-fleet status {run_id}"
    )


def _problem(view: RunView) -> int:
    """Say why the run as a whole could not go on; 0 when it could."""
    if not view.run.problem:
        return 0
    printing.progress().print(f"error: {view.run.problem}")
    return exit_of(view)


def _print(*parts: Any) -> None:
    console = printing.results()
    for part in parts:
        if part is not None:
            console.print(part)


def _print_readiness(ready: bool, since: datetime | None, until: datetime | None) -> None:  # noqa: FBT001
    seen = f", observed from {moment(since)}" if since else ""
    counts = f"; counts until {moment(until)}" if ready and until else ""
    _print("", f"{'READY' if ready else 'NOT READY'}{seen}{counts}")


def _report(view: RunView) -> dict[str, Any]:
    return report(view).model_dump(mode="json", by_alias=True)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
