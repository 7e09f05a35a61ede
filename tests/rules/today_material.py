"""What `today` is made from, for tests: the small plan of `tests/report/planned_fleet.py` and a policy with people."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from shared.model.facts import FleetFacts
from shared.model.inventory import Inventory, Maintenance, SubscriptionSeen, SubscriptionState
from shared.model.plan import Plan
from shared.model.policy import NetworkEntry, Policy, ProviderDates, SiteEntry
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.model.view import RunView
from shared.rules.agenda.records import Material, Row, Today
from shared.rules.catalogue import catalogue
from shared.rules.run_view import run_view
from tests.builders.fleet_facts import cloud_manager, connector, entry, fleet, policy, private_cloud
from tests.report.planned_fleet import NOW, PLAN

LYON = "lyon-ops@contoso.example"
WEU = "weu@contoso.example"
DENIED = SubscriptionSeen(id="sub-9", name="lab", state=SubscriptionState.DENIED, detail="403")
PEOPLE = policy(
    sites=(
        SiteEntry(
            name="lyon", contacts=(LYON,), networks=(NetworkEntry(network="net-1", owner="shop@contoso.example"),)
        ),
        SiteEntry(
            name="pc-weu-01",
            private_cloud="pc-weu-01",
            contacts=(WEU,),
            provider=ProviderDates(announced=date(2026, 11, 24), answer_by=date(2026, 11, 20), case="SR-77"),
        ),
    ),
    connectors=(replace(entry("con-lyon"), site="lyon"), replace(entry("con-ulm"), site="ulm")),
)
FACTS = fleet(
    connector("con-lyon", "4.8.2", pairs=("pc-weu-01",)),
    connector("con-ulm", "4.10.3", pairs=("pc-ger-01",)),
    cloud_manager("pc-ger-01", "4.11.4", pairs=("con-ulm",)),
    cloud_manager("pc-weu-01", "4.10.3", pairs=("con-lyon",)),
)


def inventory(*maintenances: Maintenance, facts: FleetFacts = FACTS) -> Inventory:
    """The planned private clouds, of which one subscription could not be read."""
    return Inventory(
        observed_at=NOW,
        subscriptions=(DENIED,),
        private_clouds=tuple(private_cloud(name) for name in PLAN.private_clouds),
        managers=tuple(
            replace(one.manager, site="lyon") if one.manager.id == "con-lyon" else one.manager for one in facts.managers
        ),
        maintenances=maintenances,
    )


def a_view(
    plan: Plan = PLAN, kind: RunKind = RunKind.PLAN, *, facts: FleetFacts = FACTS, found: Inventory | None = None
) -> RunView:
    """A run that made the plan and ended, or an upgrade that has just begun."""
    request = RunRequest(
        id=kind.value, kind=kind, trigger=RunTrigger.HTTP, requested_by="test", requested_at=plan.made_at
    )
    state = RunState.RUNNING if kind is RunKind.UPGRADE else RunState.SUCCEEDED
    return run_view(
        run=Run(request=request, state=state, plan_hash=plan.hash),
        plan=plan,
        journal=(),
        inventory=found or inventory(facts=facts),
        facts=facts,
        findings=plan.findings,
        now=plan.made_at,
    )


def material(plan: Plan = PLAN, wanted: Policy = PEOPLE, facts: FleetFacts = FACTS, **more: Any) -> Material:
    """Everything at hand; `more` are further fields."""
    found = more.pop("inventory", None) or inventory(facts=facts)
    view = more.pop("view", None) or a_view(plan, facts=facts, found=found)
    return Material(
        run=view.run,
        view=view,
        plan=plan,
        policy=wanted,
        inventory=found,
        facts=facts,
        catalogue=catalogue(),
        **more,
    )


def row(found: Today, key: str) -> Row:
    """The row of that key."""
    [one] = [one for one in found.rows if one.item.key == key]
    return one


def moment(row: Row) -> datetime | date | None:
    """By when, in whichever form it is."""
    return row.item.by.at or row.item.by.day
