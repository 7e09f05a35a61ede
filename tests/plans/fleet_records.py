"""From the notation of a story to what the planner is given."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from shared.model.confirmation import Confirmation, Confirmations
from shared.model.facts import (
    AddressPool,
    AddressUse,
    Appliance,
    ApplianceKind,
    FleetFacts,
    Gap,
    GapReason,
    HaGroup,
    ManagerFacts,
    Migration,
    NetworkExtension,
    Protection,
    Seen,
    UpgradeStatus,
)
from shared.model.facts import Mesh as MeshFacts
from shared.model.inventory import (
    Inventory,
    Maintenance,
    MaintenanceConstraint,
    Manager,
    ManagerKind,
    PrivateCloud,
    SubscriptionSeen,
    SubscriptionState,
    Tag,
)
from shared.model.policy import Policy
from shared.model.vcenter import MachineSeen, VcenterFacts, VcenterGap
from shared.model.version import Version
from shared.policy.policy import read_policy
from shared.ports import CloudPorts
from shared.rules.catalogue import catalogue, catalogue_with
from shared.rules.managers import managers_of
from shared.rules.ownership import MANAGER_ROUTES, MESH_ROUTES
from shared.rules.planner import Inputs
from tests.builders import fleet_facts as build
from tests.plans import fleet_notation as notation
from tests.plans.fleet_file import write_fleet_file

GIB = 2**30
KINDS = {
    "IX": ApplianceKind.INTERCONNECT,
    "NE": ApplianceKind.NETWORK_EXTENSION,
    "WO": ApplianceKind.WAN_OPTIMIZATION,
    "SGW": ApplianceKind.SENTINEL_GATEWAY,
}


def inputs_of(path: Path, folder: Path) -> Inputs:
    """What the planner is given for the story in `path`; its `fleet.yaml` is written into `folder` and read there."""
    story = notation.read_story(path)
    policy = read_policy(write_fleet_file(path, folder))
    found = inventory(story, policy)
    return Inputs(
        inventory=found,
        facts=facts(story, found),
        policy=policy,
        confirmations=confirmations(story),
        catalogue=catalogue_with(story.catalogue, "catalogue.yaml") if story.catalogue else catalogue(),
        now=story.now,
        not_offered=not_offered(found),
    )


def not_offered(found: Inventory) -> dict[str, str]:
    """Where no snapshot can be taken: of connectors without a vCenter. Run commands are offered everywhere."""
    without = (one.id for one in found.managers if one.kind is ManagerKind.CONNECTOR and one.vcenter is None)
    return dict.fromkeys(without, "its entry in fleet.yaml names no vCenter")


# --- what Azure says --------------------------------------------------------------------------------------------------


def inventory(story: notation.Story, policy: Policy) -> Inventory:
    """Everything that discovery would find."""
    clouds = tuple(_private_cloud(one) for one in story.clouds)
    return Inventory(
        observed_at=story.now,
        subscriptions=tuple(_subscriptions(story)),
        private_clouds=clouds,
        managers=managers_of(clouds, policy, CloudPorts()),
        maintenances=tuple(_maintenance(story, one, number) for number, one in enumerate(story.maintenances, 1)),
    )


def _subscriptions(story: notation.Story) -> Iterator[SubscriptionSeen]:
    names = [one.subscription for one in story.clouds]
    for name in sorted(set(names)):
        yield SubscriptionSeen(id=name, name=name, state=SubscriptionState.READ, private_clouds=names.count(name))


def _private_cloud(given: notation.Cloud) -> PrivateCloud:
    usual = build.private_cloud(given.name, hcx=given.hcx != notation.NO_HCX)
    return replace(
        usual,
        resource_id=usual.resource_id.replace("/sub-1/", f"/{given.subscription}/"),
        subscription_id=given.subscription,
        location=given.region,
        provisioning_state=given.provisioning,
        tags=tuple(Tag(name=name, value=value) for name, value in given.tags.items()),
    )


def _maintenance(story: notation.Story, given: notation.Maintenance, number: int) -> Maintenance:
    cloud = next(one for one in story.clouds if one.name == given.cloud)
    return Maintenance(
        id=f"maintenance-{number}",
        cloud_resource_id=_private_cloud(cloud).resource_id,
        component=given.component,
        title=given.title,
        state=given.state,
        starts_at=given.starts,
        duration=given.takes,
        constraints=tuple(
            MaintenanceConstraint(
                kind=one.kind, starts_at=one.starts, ends_at=one.ends, category=one.category, reason=one.reason
            )
            for one in given.constraints
        ),
    )


# --- what the managers say --------------------------------------------------------------------------------------------


def facts(story: notation.Story, found: Inventory) -> FleetFacts:
    """What one pass over the managers of the inventory observed."""
    known = {one.id: one for one in found.managers}
    observed = (_manager_facts(story, one, known[one.name]) for one in story.managers if one.name in known)
    return FleetFacts(managers=tuple(_observed_at(one, story.now) for one in observed))


def _manager_facts(story: notation.Story, given: notation.Manager, manager: Manager) -> ManagerFacts:
    healthy = build.cloud_manager if manager.kind is ManagerKind.CLOUD_MANAGER else build.connector
    facts = replace(healthy(given.name, given.hcx, pairs=tuple(given.pairs)), manager=manager)
    if given.unreadable is not None:
        return build.unread(facts, given.unreadable)
    meshes = [one for one in story.meshes if given.name in {one.initiator, one.receiver}]
    whole = replace(facts, **_own_sections(story, given), **_mesh_sections(story, given.name, meshes))
    gone: dict[str, Any] = dict.fromkeys(given.missing)
    if isinstance(given, notation.Connector) and manager.vcenter:
        whole = replace(whole, vsphere=_vsphere(story, given))
    return replace(whole, gaps=tuple(_gap(*one) for one in given.missing.items()), **gone)


def _vsphere(story: notation.Story, given: notation.Connector) -> VcenterFacts:
    shown, host = given.vcenter, f"vcenter.{given.name}.example"
    if shown.unreadable is not None:
        words = f"{host}: {shown.unreadable}"
        gap = VcenterGap(part="vcenter", reason="unreachable", detail=words, remedy="see that vCenter runs")
        return VcenterFacts(observed_at=story.now, gaps=(gap,))
    machine = MachineSeen(
        reference=shown.machine,
        instance_uuid=f"instance-{given.name}",
        name=f"hcx-{given.name}",
        snapshots=tuple(f"snapshot {number}" for number in range(shown.chain)),
        chain=shown.chain,
        consolidation_needed=False,
        independent_disks=0,
        provisioned_bytes=60 * GIB,
        free_bytes=500 * GIB,
    )
    return VcenterFacts(observed_at=story.now, machine=machine, tasks=(), missing_privileges=tuple(shown.denied))


def _own_sections(story: notation.Story, given: notation.Manager) -> dict[str, Any]:
    protection = Protection(
        backup_at=_ago(story, given.backup), snapshot_at=_ago(story, given.snapshot), text="as the site says"
    )
    return {
        "upgrade": build.seen(UpgradeStatus(job=None, staged=Version(given.staged) if given.staged else None)),
        "room": None if given.room is None else build.seen(given.room),
        "protection": build.seen(protection) if given.backup or given.snapshot else None,
    }


def _mesh_sections(story: notation.Story, side: str, meshes: list[notation.Mesh]) -> dict[str, Any]:
    parts = [_MeshSide(story, mesh, side) for mesh in meshes]
    return {
        "meshes": build.seen(tuple(one.mesh for one in parts)),
        "appliances": build.seen(tuple(each for one in parts for each in one.appliances)),
        "extensions": build.seen(tuple(each for one in parts for each in one.extensions)),
        "ha_groups": build.seen(tuple(each for one in parts for each in one.ha_groups)),
        "address_pools": build.seen(tuple(each for one in parts for each in one.pools)),
        "migrations": build.seen(tuple(each for one in parts for each in one.migrations)),
    }


class _MeshSide:
    """One side of a mesh, as the manager of that side reports it."""

    def __init__(self, story: notation.Story, given: notation.Mesh, side: str) -> None:
        self._given, self._side, self._now = given, side, story.now
        self._letter, self._other = ("I", "R") if side == given.initiator else ("R", "I")
        self._version = given.version or next(one.hcx for one in story.managers if one.name == given.initiator)
        self._named = tuple(_numbered(given.appliances))

    @property
    def mesh(self) -> MeshFacts:
        """The mesh itself, the same from both sides."""
        given = self._given
        return build.mesh(given.name, given.initiator, given.receiver, services=tuple(given.services))

    @property
    def appliances(self) -> Iterator[Appliance]:
        """Those that stand on this side."""
        for kind, number, one in self._named:
            version = one.version or self._version
            usual = build.appliance(self._name(kind, number), self._given.name, self._side, version, KINDS[kind])
            peer = f"id-{self._given.name}-{kind}-{self._other}{number}"
            yield replace(usual, extension_count=len(one.networks), peers=(peer,))

    @property
    def extensions(self) -> Iterator[NetworkExtension]:
        """Networks that the appliances of this side extend."""
        for kind, number, one in self._named:
            for network in one.networks:
                yield NetworkExtension(
                    id=f"ext-{self._given.name}-{network}",
                    network=network,
                    appliance_id=f"id-{self._name(kind, number)}",
                    state=build.UP,
                    optimized=network in one.optimized,
                    ephemeral=network in one.ephemeral,
                )

    @property
    def ha_groups(self) -> Iterator[HaGroup]:
        """High availability groups of this side."""
        for group in sorted({one.ha for _, _, one in self._named if one.ha}):
            members = (f"id-{self._name(kind, number)}" for kind, number, one in self._named if one.ha == group)
            mesh = self._given.name
            yield HaGroup(id=f"{mesh}-{group}-{self._letter}", mesh_id=mesh, members=tuple(members))

    @property
    def pools(self) -> Iterator[AddressPool]:
        """Addresses that this side has left."""
        free = self._given.free.initiator if self._letter == "I" else self._given.free.receiver
        for use, number in ((AddressUse.UPLINK, free.uplink), (AddressUse.MANAGEMENT, free.management)):
            name = f"{self._side}-{use.value}-{self._given.name}"
            yield AddressPool(id=name, name=name, use=use, free=number, meshes=(self._given.name,))

    @property
    def migrations(self) -> Iterator[Migration]:
        """Migrations over the mesh that have not ended."""
        for one in self._given.migrations:
            yield Migration(
                id=f"id-{one.vm}",
                virtual_machine=one.vm,
                kind=one.kind,
                phase=one.phase,
                started_at=self._now - timedelta(hours=2),
                switchover_at=one.switchover,
            )

    def _name(self, kind: str, number: int) -> str:
        return f"{self._given.name}-{kind}-{self._letter}{number}"


def _numbered(appliances: Iterable[notation.Appliance]) -> Iterator[tuple[str, int, notation.Appliance]]:
    """Appliances with the number that HCX gives them in their names, counted by kind."""
    counted = dict.fromkeys(KINDS, 0)
    for one in appliances:
        counted[one.type] += 1
        yield one.type, counted[one.type], one


def _ago(story: notation.Story, age: timedelta | None) -> datetime | None:
    return None if age is None else story.now - age


def _gap(section: str, reason: GapReason) -> Gap:
    words = reason.value.replace("-", " ")
    return Gap(section=section, reason=reason, detail=words, remedy=f"mend: {words}", at=build.NOW)


def _observed_at(facts: ManagerFacts, now: datetime) -> ManagerFacts:
    """The same facts, observed at the story's own time."""
    sections = {field.name: getattr(facts, field.name) for field in fields(facts)}
    moved: dict[str, Any] = {
        name: Seen(value=value.value, at=now) for name, value in sections.items() if isinstance(value, Seen)
    }
    gaps = tuple(replace(one, at=now) for one in facts.gaps)
    return replace(facts, observed_at=now, gaps=gaps, **moved)


# --- what is confirmed ------------------------------------------------------------------------------------------------


def confirmations(story: notation.Story) -> Confirmations:
    """Every mutating route for every manager, or nothing, which is how hcx-fleet is delivered."""
    if story.confirmations == "none":
        return build.NOTHING_CONFIRMED
    routes = {(route, spoken) for by in (MANAGER_ROUTES, MESH_ROUTES) for spoken, all_ in by.items() for route in all_}
    entries = (
        Confirmation(
            route=route,
            generation=spoken,
            call="POST /some/call",
            trust=build.ANCHOR,
            evidence="a story",
            author="avs-platform@contoso.example",
            confirmed_on=date(2026, 11, 1),
        )
        for route, spoken in sorted(routes)
    )
    return Confirmations(entries=tuple(entries), hash="all")
