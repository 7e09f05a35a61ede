"""Fleets of any size for measurements: the same number of private clouds gives the same fleet, every time.

They are shaped like what a large owner has: most private clouds with a connector of their own, one in five behind a hub
connector that it shares with three others, rings as tags, three kinds of windows, and one mesh of three appliances for
each private cloud. Releases are mixed so that paths of one, two and interleaved hops occur.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from shared.model.confirmation import Confirmation, Confirmations
from shared.model.facts import Appliance, ApplianceKind, FleetFacts, ManagerFacts
from shared.model.inventory import Inventory, Tag
from shared.model.policy import (
    Amount,
    Approval,
    Budget,
    ConnectorEntry,
    ExtensionPolicy,
    Mode,
    Owner,
    Policy,
    Selector,
    SiteEntry,
    Soak,
    Wave,
    Window,
)
from shared.model.version import Version
from shared.rules.catalogue import catalogue
from shared.rules.ownership import MANAGER_ROUTES, MESH_ROUTES
from shared.rules.planner import Inputs
from tests.builders import fleet_facts as build

BLOCK = 20
"""Private clouds that the shape repeats over."""
OWN_CONNECTOR = 16
"""Of each block: those with a connector of their own. The rest share one."""
CLOUD_VERSIONS = ("4.11.4", "4.11.2", "4.11.4", "4.11.2", "4.10.3")
CONNECTOR_VERSIONS = ("4.11.2", "4.10.3", "4.11.4", "4.11.2", "4.9.2", "4.8.2", "4.11.0")
"""Of another length than the list above, so that every pair of releases meets."""
RINGS = ("canary", *("early",) * 9, *("broad",) * 40)
NIGHTS = (
    Window(
        name="weeknights",
        rrule="FREQ=WEEKLY;BYDAY=TU,WE,TH",
        start="22:00",
        zone="Europe/Paris",
        duration=timedelta(hours=6),
    ),
    Window(name="nights", rrule="FREQ=DAILY", start="21:00", zone="America/New_York", duration=timedelta(hours=5)),
    Window(name="sundays", rrule="FREQ=WEEKLY;BYDAY=SU", start="01:00", zone="Asia/Tokyo", duration=timedelta(hours=8)),
)


def large_inputs(clouds: int) -> Inputs:
    """What the planner is given for a fleet of so many private clouds."""
    facts = FleetFacts(managers=tuple(_managers(clouds)))
    return Inputs(
        inventory=_inventory(facts),
        facts=facts,
        policy=_policy(facts),
        confirmations=Confirmations(entries=tuple(_confirmed()), hash="all"),
        catalogue=catalogue(),
        now=build.NOW,
    )


def _managers(clouds: int) -> Iterator[ManagerFacts]:
    connectors: dict[str, ManagerFacts] = {}
    for number in range(clouds):
        cloud, connector = f"pc-{number:05}", _connector_of(number)
        version = CONNECTOR_VERSIONS[(number // BLOCK * BLOCK if _shares(number) else number) % len(CONNECTOR_VERSIONS)]
        own = connectors.get(connector) or build.connector(connector, version)
        pairings = own.pairings.value if own.pairings else ()
        pair = build.connector("any", version, pairs=(cloud,)).pairings
        own = replace(own, pairings=build.seen((*pairings, *(pair.value if pair else ()))))
        mesh = build.mesh(f"mesh-{number:05}", connector, cloud, services=("INTERCONNECT", "NETWORK_EXTENSION"))
        connectors[connector] = build.meshed(own, mesh, *_appliances(mesh.name, connector, version, "I"))
        facts = build.cloud_manager(cloud, CLOUD_VERSIONS[number % len(CLOUD_VERSIONS)])
        yield build.meshed(facts, mesh, *_appliances(mesh.name, cloud, version, "R"))
    yield from connectors.values()


def _shares(number: int) -> bool:
    return number % BLOCK >= OWN_CONNECTOR


def _connector_of(number: int) -> str:
    return f"con-hub-{number // BLOCK:05}" if _shares(number) else f"con-{number:05}"


def _appliances(mesh: str, side: str, version: str, letter: str) -> Iterator[Appliance]:
    other = "R" if letter == "I" else "I"
    kinds = (ApplianceKind.INTERCONNECT, ApplianceKind.NETWORK_EXTENSION, ApplianceKind.NETWORK_EXTENSION)
    for place, kind in enumerate(kinds):
        usual = build.appliance(f"{mesh}-{letter}{place}", mesh, side, version, kind)
        yield replace(usual, extension_count=place * 2, peers=(f"id-{mesh}-{other}{place}",))


def _inventory(facts: FleetFacts) -> Inventory:
    found = build.inventory(facts)
    clouds = (
        replace(one, tags=(Tag(name="hcx-ring", value=RINGS[number % len(RINGS)]),))
        for number, one in enumerate(found.private_clouds)
    )
    return replace(found, private_clouds=tuple(clouds))


def _policy(facts: FleetFacts) -> Policy:
    connectors = [one.manager.id for one in facts.managers if one.manager.cloud_resource_id is None]
    return Policy(
        name="large",
        mode=Mode.PLAN_ONLY,
        target=Version("4.11.4"),
        concurrency=40,
        connectors=tuple(_entry(number, name) for number, name in enumerate(connectors)),
        sites=tuple(
            SiteEntry(name=name, windows=(NIGHTS[number % len(NIGHTS)],), firewall_attested=True)
            for number, name in enumerate(connectors)
        ),
        waves=(
            _wave("canary", Amount(number=2), Soak(span=timedelta(hours=24))),
            _wave("early", Amount(percent=20), Soak(span=timedelta(hours=4))),
            _wave("broad", None, None),
        ),
        budget=Budget(max_failed=Amount(percent=5)),
        extension=ExtensionPolicy(at_risk=100),
        split=True,
        hash="large",
    )


def _entry(number: int, name: str) -> ConnectorEntry:
    """Every other connector is ours, with its mesh."""
    owner = Owner.OURS if number % 2 else None
    return build.entry(name, owner=owner, mesh_owner=owner)


def _wave(name: str, concurrency: Amount | None, soak: Soak | None) -> Wave:
    return Wave(
        name=name,
        select=Selector(tags=(Tag(name="hcx-ring", value=name),)),
        concurrency=concurrency,
        soak=soak,
        approval=Approval(approvers=("avs-leads",)),
    )


def _confirmed() -> Iterator[Confirmation]:
    for routes in (MANAGER_ROUTES, MESH_ROUTES):
        for generation, names in routes.items():
            for name in names:
                yield Confirmation(
                    route=name,
                    generation=generation,
                    call="POST /some/call",
                    trust=build.ANCHOR,
                    evidence="a measurement",
                    author="a measurement",
                    confirmed_on=date(2026, 11, 1),
                )
