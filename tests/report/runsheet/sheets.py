"""Tasks of one small site, ready to be printed: a connector of 4.x, one of 9.x, and a mesh."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared.model.facts import Appliance, ApplianceKind, FleetFacts, NetworkExtension, Protection
from shared.model.inventory import CloudDetails, Inventory
from shared.model.plan import Plan
from shared.model.policy import NetworkEntry, Policy, Probe, SiteEntry
from shared.report.runsheet.making import runsheet
from shared.report.runsheet.record import Material, RunSheet
from shared.report.runsheet.standing import standing
from shared.rules import planner
from shared.rules.catalogue import catalogue
from tests.builders import fleet_facts as build

LATER = build.NOW + timedelta(minutes=2)
"""When the page is printed: everything was seen two minutes ago."""
HOUR = timedelta(hours=1)
STALE = build.NOW + timedelta(hours=3)
MESH = "mesh-lyon"
KINDS = {"IX": ApplianceKind.INTERCONNECT, "NE": ApplianceKind.NETWORK_EXTENSION}


def policy(target: str) -> Policy:
    """The site with its people, the owner of one network, and a probe."""
    lyon = SiteEntry(
        name="con-lyon",
        contacts=("lyon-ops@contoso.example",),
        change="CHG0012345",
        networks=(NetworkEntry(network="shop", owner="shop-team@contoso.example"),),
    )
    probe = Probe(name="shop", network="shop", host="10.1.2.3", port=443)
    return build.policy(target, connectors=(build.entry("con-lyon"),), sites=(lyon,), probes=(probe,))


def _side(letter: str, of: str, release: str) -> list[Appliance]:
    other = {"I": "R", "R": "I"}[letter]
    return [
        replace(
            build.appliance(f"{kind}-{letter}1", MESH, of, release, what),
            peers=(f"id-{kind}-{other}1",),
            extension_count=2 if kind == "NE" else 0,
        )
        for kind, what in KINDS.items()
    ]


def _network(name: str) -> NetworkExtension:
    return NetworkExtension(
        id=f"ext-{name}", network=name, appliance_id="id-NE-I1", state=build.UP, optimized=False, ephemeral=False
    )


def facts(connector: str, cloud: str, appliances: str, **sections: Any) -> FleetFacts:
    """Both managers and their mesh at these releases; `sections` are those of the connector."""
    mesh = build.mesh(MESH, "con-lyon", "pc-weu-02", services=("INTERCONNECT", "NETWORK_EXTENSION"))
    con = build.connector("con-lyon", connector, pairs=("pc-weu-02",))
    here = build.meshed(con, mesh, *_side("I", "con-lyon", appliances))
    nets = build.seen((_network("shop"), _network("payroll")))
    there = build.meshed(build.cloud_manager("pc-weu-02", cloud), mesh, *_side("R", "pc-weu-02", appliances))
    groups = build.seen(())
    kept = Protection(backup_at=build.NOW - HOUR, snapshot_at=build.NOW - HOUR, text="as the site says")
    own: dict[str, Any] = {"extensions": nets, "ha_groups": groups, "protection": build.seen(kept), **sections}
    return build.fleet(replace(here, **own), replace(there, ha_groups=groups))


def inventory(seen: FleetFacts) -> Inventory:
    """The inventory, with everything about its private clouds read."""
    found = build.inventory(seen)
    details = tuple(CloudDetails(cloud_resource_id=one.resource_id) for one in found.private_clouds)
    return replace(found, details=details)


def plan_of(seen: FleetFacts, wanted: Policy) -> Plan:
    """What the planner makes of it, with nothing confirmed: everything at the site is a person's work."""
    return planner.make_plan(
        planner.Inputs(
            inventory=inventory(seen),
            facts=seen,
            policy=wanted,
            confirmations=build.NOTHING_CONFIRMED,
            catalogue=catalogue(),
            now=build.NOW,
        )
    )


def material(task: str, seen: FleetFacts, target: str, now: datetime = LATER, *, draft: bool = False) -> Material:
    """What the page of one task of the plan for these facts is made from."""
    wanted = policy(target)
    plan = plan_of(seen, wanted)
    return Material(
        plan=plan,
        task=plan.task(task),
        facts=seen,
        policy=wanted,
        inventory=inventory(seen),
        now=now,
        draft=draft,
    )


def made(given: Material) -> RunSheet:
    """Its page."""
    return runsheet(given, standing(given, catalogue()))


CONNECTOR = material("manager:con-lyon", facts("4.11.2", "4.11.4", "4.11.2"), "4.11.4")
NINE = material("manager:con-lyon", facts("9.1.0", "9.1.1", "9.1.0"), "9.1.1")
MESHED = material(f"mesh:{MESH}", facts("4.11.4", "4.11.4", "4.11.2"), "4.11.4")
OLD = replace(CONNECTOR, now=STALE, draft=True)
