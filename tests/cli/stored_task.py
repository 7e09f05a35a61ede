"""A store with one planned run, as the commands that only read find it: plan, policy, inventory and facts."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli.runs import Wanted
from shared.model.codec import to_json_text
from shared.model.facts import FleetFacts, ManagerFacts, Seen
from shared.model.plan import Plan
from shared.model.run import JournalEntry, JournalKind, Run, RunKind, RunRequest, RunState, RunTrigger
from shared.report.kept_plans import POLICY
from shared.report.runsheet.record import Material
from shared.store.sqlite import SqliteStore

FLEET_FILE = """\
apiVersion: hcxfleet/v1
kind: Fleet
metadata: {name: test}
target: {version: "4.11.4"}
"""


def stored(folder: Path, given: Material, *reports: str) -> Wanted:
    """Settings of a store that holds what a page is made from, with what people reported of its task."""
    path = folder / "store.sqlite"
    with SqliteStore(path) as store:
        store.put_plan(given.plan)
        store.put_run(_run("r1", given.plan))
        store.put_document("r1", POLICY, to_json_text(given.policy))
        store.put_document("r1", "inventory", to_json_text(given.inventory))
        for one in given.facts.managers:
            store.put_document("r1", f"facts/{one.manager.id}", to_json_text(one, ManagerFacts))
        for text in reports:
            store.append("r1", _reported(given, text))
    settings = folder / "settings.env"
    (folder / "fleet.yaml").write_text(FLEET_FILE, "utf-8")
    lines = {"STORE": path, "POLICY": folder / "fleet.yaml", "SECRETS_FILE": folder, "REPORTS": folder}
    settings.write_text("".join(f"HCX_FLEET_{name}={value}\n" for name, value in lines.items()), "utf-8")
    return Wanted(settings=settings, json=False, requester=None)


def later(folder: Path, plan: Plan) -> None:
    """One more run, which made another plan after that."""
    with SqliteStore(folder / "store.sqlite") as store:
        store.put_plan(plan)
        store.put_run(_run("r2", plan))


def _run(name: str, plan: Plan) -> Run:
    request = RunRequest(
        id=name, kind=RunKind.PLAN, trigger=RunTrigger.HTTP, requested_by="test", requested_at=plan.made_at
    )
    return Run(request=request, state=RunState.SUCCEEDED, plan_hash=plan.hash)


def _reported(given: Material, text: str) -> JournalEntry:
    return JournalEntry(
        key=f"report/{text}", at=given.plan.made_at, kind=JournalKind.REPORTED, text=text, task=given.task.id
    )


def seen_now(given: Material) -> Material:
    """The same, observed a moment ago by this machine's clock: commands that read a store go by that."""
    now = datetime.now(UTC)
    managers = tuple(_at(one, now) for one in given.facts.managers)
    inventory = replace(given.inventory, observed_at=now)
    return replace(given, facts=FleetFacts(managers=managers), inventory=inventory)


def _at(facts: ManagerFacts, now: datetime) -> ManagerFacts:
    sections = {one.name: getattr(facts, one.name) for one in fields(facts)}
    moved: dict[str, Any] = {
        name: replace(value, at=now) for name, value in sections.items() if isinstance(value, Seen)
    }
    return replace(facts, observed_at=now, **moved)
