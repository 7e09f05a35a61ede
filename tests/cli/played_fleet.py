"""A small fleet that was upgraded, as reported and as it really was: for tests of what compares and shows both."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from cli.truth import Truth, WorldCloud
from shared.model.facts import ApplianceKind, FleetFacts
from shared.model.plan import Plan
from shared.model.policy import CloudManagerEntry, Owner, Policy
from shared.model.run import (
    JournalEntry,
    JournalKind,
    Outcome,
    Run,
    RunKind,
    RunRequest,
    RunState,
    RunTrigger,
    TaskResult,
)
from shared.model.view import RunView
from shared.rules import planner
from shared.rules.catalogue import catalogue
from shared.rules.run_view import run_view
from tests.builders.fleet_facts import (
    NOTHING_CONFIRMED,
    NOW,
    appliance,
    cloud_manager,
    connector,
    entry,
    fleet,
    inventory,
    mesh,
    meshed,
    policy,
)

LATER = NOW + timedelta(hours=5)
TARGET = "4.11.4"
MANAGERS = ("pc-a", "con-a")
ENDS = {"initiator": "con-a", "receiver": "pc-a"}
CLOUDS = (WorldCloud(id="pc-a", subscription="one", subscription_id="sub-1"),)


def facts_at(version: str) -> FleetFacts:
    """One cloud manager and one connector at a version, with a mesh of one interconnect appliance."""
    ix = appliance("IX-I1", "mesh-a", "con-a", version, ApplianceKind.INTERCONNECT)
    con = meshed(connector("con-a", version, pairs=("pc-a",)), mesh("mesh-a", "con-a", "pc-a"), ix)
    return fleet(cloud_manager("pc-a", version), con)


def plan_of(facts: FleetFacts, wanted: Policy | None = None) -> Plan:
    """The plan for these facts, with nothing confirmed."""
    return planner.make_plan(
        planner.Inputs(
            inventory=inventory(facts),
            facts=facts,
            policy=wanted or policy(TARGET),
            confirmations=NOTHING_CONFIRMED,
            catalogue=catalogue(),
            now=NOW,
        )
    )


def view(outcome: Outcome | None = Outcome.SUCCEEDED, **about: Any) -> RunView:
    """An upgrade in which every task ended so, or none has begun where the outcome is None."""
    before, after = facts_at("4.11.2"), facts_at(TARGET if outcome is Outcome.SUCCEEDED else "4.11.2")
    plan = about.get("plan") or plan_of(before)
    request = RunRequest(
        id="r1",
        kind=about.get("kind", RunKind.UPGRADE),
        trigger=RunTrigger.HTTP,
        requested_by="test",
        requested_at=NOW,
    )
    state = about.get("state", RunState.SUCCEEDED if outcome else RunState.RUNNING)
    run = Run(request=request, state=state, plan_hash=plan.hash, ended_at=LATER, problem=about.get("problem", ""))
    made = run_view(
        run=run,
        plan=plan,
        journal=[ended(task.id, outcome) for task in plan.tasks] if outcome else [],
        inventory=inventory(before),
        facts=after,
        findings=about.get("findings", ()),
        now=LATER,
    )
    return replace(made, subscriptions=(*made.subscriptions, *about.get("subscriptions", ())))


def ended(task: str, outcome: Outcome) -> JournalEntry:
    """The end of a task."""
    result = TaskResult(
        task=task, outcome=outcome, reason="because", detail="it came so", who_can_act="lea", ended_at=LATER
    )
    return JournalEntry(
        key=f"{task}/ended",
        at=LATER,
        kind=JournalKind.TASK_ENDED,
        text=f"{outcome.value}: it came so",
        task=task,
        result=result,
    )


def owned_policy() -> Policy:
    """The policy with every manager and mesh wanted as ours."""
    return policy(
        TARGET,
        clouds=(CloudManagerEntry(cloud="pc-a", owner=Owner.OURS),),
        connectors=(entry("con-a", owner=Owner.OURS, mesh_owner=Owner.OURS),),
    )


def truth(release: str = TARGET, **changes: Any) -> Truth:
    """What the world says: both managers and the mesh at a release, nothing else happened."""
    told: dict[str, Any] = {
        "now": LATER,
        "managers": [{"id": name, "release": release} for name in MANAGERS],
        "meshes": [{"id": "mesh-a", "name": "mesh-a", **ENDS, "appliances": [true_appliance(release)]}],
        "mutations": [],
        "logins": [{"secret": "hcx-pc-a", "failed": 1, "locked": False}],
        "outages": [],
        "expectations": [{"cloud": "pc-a", "outcome": "upgraded", "reason": "upgraded"}],
    }
    return Truth.model_validate({**told, **changes})


def true_appliance(release: str = TARGET, tunnel: str = "UP") -> dict[str, str]:
    """An appliance in the world's words."""
    return {"id": "id-IX-I1", "name": "IX-I1", "type": "IX", "release": release, "tunnel": tunnel}


def call(subject: str, caller: str = "api", **body: Any) -> dict[str, Any]:
    """A changing call in the world's words."""
    route = "upgrade-appliance" if subject.startswith("mesh:") else "upgrade-manager-4x"
    return {"at": NOW, "route": route, "subject": subject, "body": body, "caller": caller}
