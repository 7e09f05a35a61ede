"""A store as it is in the middle of things: a plan, an upgrade by it that waits, words of people, and leases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from shared.model.codec import to_json_text
from shared.model.command import Command, CommandKind
from shared.model.confirmation import Confirmations
from shared.model.facts import ApplianceKind, FleetFacts
from shared.model.inventory import PrivateCloud
from shared.model.ledger import LeaseWish
from shared.model.plan import Plan
from shared.model.policy import Policy
from shared.model.run import JournalKind, Run, RunKind, RunRequest, RunState, RunTrigger
from shared.report.kept_plans import POLICY
from tests.api.api_fleet import Api
from tests.api.commanded_fleet import CONNECTOR, told
from tests.builders.fleet_facts import (
    NOTHING_CONFIRMED,
    NOW,
    appliance,
    cloud_manager,
    connector,
    fleet,
    mesh,
    meshed,
    policy,
)

IX = appliance("m-1-IX", "m-1", "con-a", "4.10.3", ApplianceKind.INTERCONNECT)
FACTS = fleet(
    cloud_manager("pc-a", "4.10.3"),
    meshed(connector("con-a", "4.10.3", pairs=("pc-a",)), mesh("m-1", "con-a", "pc-a"), IX),
)


class Owned:
    """The files of an owner who confirms nothing."""

    def policy(self) -> Policy:
        """`fleet.yaml`."""
        return policy()

    def confirmations(self) -> Confirmations:
        """None."""
        return NOTHING_CONFIRMED


def filled(api: Api, facts: FleetFacts = FACTS, clouds: tuple[PrivateCloud, ...] | None = None) -> Plan:
    """Fill it; gives the plan that run p1 made and run u1 carries out."""
    api.ports = replace(api.ports, configuration=cast("Any", Owned()))
    plan = api.keep_run("p1", facts, kind=RunKind.PLAN, state=RunState.SUCCEEDED, clouds=clouds)
    assert plan is not None
    made = api.store.run("p1")
    assert made is not None
    api.store.update_run(replace(made, ended_at=NOW + timedelta(minutes=1)))
    _begun(api, plan, facts)
    for run in ("p1", "u1"):
        api.store.put_document(run, POLICY, to_json_text(policy()))
    return plan


def _begun(api: Api, plan: Plan, facts: FleetFacts) -> None:
    asked = RunRequest(
        id="u1",
        kind=RunKind.UPGRADE,
        trigger=RunTrigger.HTTP,
        requested_by="a pipeline (unauthenticated)",
        requested_at=NOW + timedelta(minutes=2),
        plan_hash=plan.hash,
    )
    api.store.put_run(Run(request=asked, state=RunState.RUNNING, plan_hash=plan.hash, started_at=asked.requested_at))
    inventory = api.store.document("p1", "inventory")
    assert inventory is not None
    api.store.put_document("u1", "inventory", inventory)
    for one in facts.managers:
        api.store.put_document("u1", f"facts/{one.manager.id}", to_json_text(one))
    told(api, "u1", JournalKind.ADMITTED, f"{CONNECTOR}/admitted", CONNECTOR)
    pause = Command(key="k1", kind=CommandKind.PAUSE, by="Ann", authenticated=False, at=NOW, comment="wait for us")
    api.store.command("u1", pause)
    wish = LeaseWish(subject="manager:con-a", quiet=(), run="u1", task=CONNECTOR, until=NOW + timedelta(days=1))
    api.store.take_lease(wish, NOW)
