"""Whole fleets and policies of any shape for property tests, small enough to be shrunk to something readable.

Records are built directly, so that a fleet may be stranger than any file describes: pairings in every direction, one
side unread, versions that nobody knows, holds on what is not there. Nothing is made to fit anything else on purpose,
except that a policy's waves share no private cloud, which would be an error and no plan.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from shared.model.confirmation import Confirmation, Confirmations
from shared.model.facts import (
    AddressPool,
    AddressUse,
    Appliance,
    ApplianceKind,
    FleetFacts,
    GapReason,
    HaGroup,
    ManagerFacts,
    Mesh,
    NetworkExtension,
    Seen,
)
from shared.model.inventory import Inventory, Maintenance, ManagerKind, PrivateCloud, Tag
from shared.model.policy import (
    AcceptedRisk,
    Amount,
    Approval,
    Budget,
    CloudManagerEntry,
    CloudManagerSnapshots,
    ConnectorEntry,
    ConnectorSnapshots,
    ConnectorTarget,
    DefaultOwners,
    Exclusion,
    ExtensionMode,
    ExtensionPolicy,
    Freeze,
    Hold,
    Mode,
    Owner,
    PairOrder,
    Policy,
    Scope,
    Selector,
    SharedConnectors,
    SiteEntry,
    SnapshotPolicy,
    Soak,
    Waiver,
    Wave,
    Window,
)
from shared.model.span import Span
from shared.model.vcenter import MachineSeen, VcenterFacts
from shared.model.version import Version
from shared.rules.catalogue import catalogue
from shared.rules.ownership import MANAGER_ROUTES, MESH_ROUTES
from shared.rules.planner import Inputs
from tests.builders import fleet_facts as build

CLOUDS = tuple(f"pc-{number}" for number in range(1, 7))
CONNECTORS = tuple(f"con-{number}" for number in range(1, 6))
MESHES = tuple(f"mesh-{number}" for number in range(1, 6))
NOW = build.NOW
LATER = date(2027, 6, 30)

NEAR = ["4.8.2", "4.9.2", "4.10.3", "4.11.0", "4.11.2", "4.11.3", "4.11.4"]
"""Releases that most fleets are made of: between these there is much to plan."""
FAR = ["4.0.0", "4.2.4", "4.3.3", "4.4.2", "4.8.0", "4.8.3", "4.9.0", "4.11.5", "9.0.2", "9.1.0", "9.1.1"]
STRANGE = ["4.12.7", "4.11.4-HF1", "", "4.11.3.0-24972693", "9.1.1.0.25690219"]
"""Nobody knows the first three; the others are releases with their builds."""
TARGETS = ["4.9.2", "4.10.3", "4.11.4", "4.11.4", "4.11.4", "4.11.5", "9.1.0", "9.1.1"]

versions = st.one_of(st.sampled_from(NEAR), st.sampled_from(NEAR), st.sampled_from(FAR), st.sampled_from(STRANGE))
_seldom = st.integers(min_value=0, max_value=7).map(lambda drawn: drawn == 7)
_often = st.integers(min_value=0, max_value=3).map(lambda drawn: drawn != 3)
_small = st.integers(min_value=0, max_value=3)


def _some[T](one: st.SearchStrategy[T], most: int = 2) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(one, max_size=most).map(tuple)


def _distinct(names: tuple[str, ...], most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), unique=True, max_size=most).map(tuple) if names else st.just(())


class AnyFleet:
    """What the planner is given, shown short enough to be read when a property fails: a dataclass would be unfolded."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs

    def __repr__(self) -> str:
        lines = [line for one in self.inputs.facts.managers for line in _shown(one)]
        wanted = (field for field in fields(self.inputs.policy) if field.name not in {"sites", "connectors"})
        policy = ((field, getattr(self.inputs.policy, field.name)) for field in wanted)
        lines += [f"policy.{field.name}: {value}" for field, value in policy if value != field.default]
        lines += [f"site {one.name}: {one.windows}" for one in self.inputs.policy.sites if one.windows]
        lines += [f"{one.name}: {one.owner}, {one.mesh_owner}, {one.target}" for one in self.inputs.policy.connectors]
        lines += [f"{one.id}: {one.tags}" for one in self.inputs.inventory.private_clouds if one.tags]
        lines += [f"{one.cloud_resource_id} {one.starts_at}" for one in self.inputs.inventory.maintenances]
        lines.append(f"confirmations: {self.inputs.confirmations.hash}")
        return "\n" + "\n".join(lines)


def _shown(facts: ManagerFacts) -> Iterator[str]:
    pairs = [pairing.remote_name for pairing in (facts.pairings.value if facts.pairings else ())]
    yield f"{facts.manager.id} {facts.version} paired with {pairs} {[gap.reason.value for gap in facts.gaps]}"
    for mesh in facts.meshes.value if facts.meshes else ():
        gear = [one for one in (facts.appliances.value if facts.appliances else ()) if one.mesh_id == mesh.id]
        told = ", ".join(f"{one.kind.value} {one.version} {one.extension_count}" for one in gear)
        yield f"  {mesh.id} {' to '.join(end.name for end in mesh.ends)} {mesh.services[2:]}: {told}"


@st.composite
def any_fleets(draw: st.DrawFn) -> AnyFleet:
    """A whole fleet with what its owner wants."""
    facts = draw(fleets())
    policy = draw(policies(facts))
    inputs = Inputs(
        inventory=draw(inventories(facts, policy)),
        facts=facts,
        policy=policy,
        confirmations=draw(st.sampled_from([build.NOTHING_CONFIRMED, EVERYTHING_CONFIRMED])),
        catalogue=catalogue(),
        now=NOW,
    )
    return AnyFleet(inputs)


def _everything_confirmed() -> Iterator[Confirmation]:
    for routes in (MANAGER_ROUTES, MESH_ROUTES):
        for generation, names in routes.items():
            for name in names:
                yield Confirmation(
                    route=name,
                    generation=generation,
                    call="POST /some/call",
                    trust=build.ANCHOR,
                    evidence="a test",
                    author="a test",
                    confirmed_on=date(2026, 11, 1),
                )


EVERYTHING_CONFIRMED = Confirmations(entries=tuple(_everything_confirmed()), hash="all")


# --- facts ------------------------------------------------------------------------------------------------------------


@st.composite
def fleets(draw: st.DrawFn) -> FleetFacts:
    """Facts of up to six cloud managers and five connectors, paired with whatever, with meshes between any two."""
    clouds = CLOUDS[: draw(st.integers(min_value=1, max_value=len(CLOUDS)))]
    connectors = CONNECTORS[: draw(st.integers(min_value=0, max_value=len(CONNECTORS)))]
    managers = [draw(_manager(name, clouds)) for name in (*clouds, *connectors)]
    names = tuple(one.manager.id for one in managers)
    for mesh in MESHES[: draw(st.integers(min_value=0, max_value=len(MESHES)))]:
        managers = draw(_with_mesh(managers, mesh, names))
    hidden = draw(_distinct(names, 1)) if draw(_seldom) else ()
    unread = [
        build.unread(one, draw(st.sampled_from(GapReason))) if one.manager.id in hidden else one for one in managers
    ]
    with_vcenters = [draw(_with_vcenter(one)) if one.manager.id in connectors else one for one in unread]
    return FleetFacts(managers=tuple(_section_lost(one) if draw(_seldom) else one for one in with_vcenters))


@st.composite
def _with_vcenter(draw: st.DrawFn, facts: ManagerFacts) -> ManagerFacts:
    """With what its vCenter shows: a machine, none, or one without an id; or nobody asks it."""
    machine = MachineSeen(
        reference=f"vm-{draw(_small)}",
        instance_uuid=draw(st.sampled_from(["5001", "5001", "5002", ""])),
        name=facts.manager.id,
        snapshots=(),
        chain=draw(_small),
        consolidation_needed=draw(st.sampled_from([False, True, None])),
        independent_disks=draw(_small),
        provisioned_bytes=60,
        free_bytes=draw(st.sampled_from([500, 1, None])),
    )
    looks = (VcenterFacts(observed_at=NOW, machine=machine), VcenterFacts(observed_at=NOW), None)
    return replace(facts, vsphere=draw(st.sampled_from([looks[0], *looks])))


def _section_lost(facts: ManagerFacts) -> ManagerFacts:
    """Without its appliances: a mesh is then seen from one side only."""
    return replace(facts, appliances=None)


@st.composite
def _manager(draw: st.DrawFn, name: str, clouds: tuple[str, ...]) -> ManagerFacts:
    is_connector = name in CONNECTORS
    others = tuple(one for one in clouds if one != name)
    most = 3 if is_connector else int(draw(_seldom))
    facts = (build.connector if is_connector else build.cloud_manager)(
        name, draw(versions), pairs=draw(_distinct(others, most))
    )
    return replace(
        facts,
        manager=replace(facts.manager, appliance_credentials=f"admin-{name}" if draw(_often) else None),
        room=draw(st.none() | _small.map(build.seen)),
        ha_groups=build.seen(()),
        address_pools=build.seen(()),
    )


@st.composite
def _with_mesh(draw: st.DrawFn, managers: list[ManagerFacts], name: str, names: tuple[str, ...]) -> list[ManagerFacts]:
    """One more mesh, seen by both of its ends, or by one of them where the other knows nothing of it."""
    initiator, receiver = draw(st.sampled_from(names)), draw(st.sampled_from(names))
    services = ("INTERCONNECT", "NETWORK_EXTENSION", *draw(_distinct(("WANOPT", "RAV", "DISASTER_RECOVERY"), 1)))
    mesh = build.mesh(name, initiator, receiver, services=services)
    own = next(one for one in managers if one.manager.id == initiator)
    gear = draw(_gear(own.version.text if own.version and draw(_often) else draw(versions)))
    silent = receiver if draw(_seldom) else None
    return [
        _seen_by(one, mesh, gear, "I" if one.manager.id == initiator else "R")
        if one.manager.id in {initiator, receiver} and one.manager.id != silent
        else one
        for one in managers
    ]


type Gear = tuple[tuple[ApplianceKind, str, int, bool], ...]
"""Appliances of a mesh: kind, version, extended networks, and whether one of these binds ephemerally."""


def _gear(version: str) -> st.SearchStrategy[Gear]:
    usual = st.tuples(
        st.sampled_from([*ApplianceKind, ApplianceKind.NETWORK_EXTENSION, ApplianceKind.NETWORK_EXTENSION]),
        st.sampled_from([version, version, version, "4.11.4"]),
        _small,
        _seldom,
    )
    return _some(usual, 3).map(lambda more: ((ApplianceKind.INTERCONNECT, version, 0, False), *more))


def _seen_by(facts: ManagerFacts, mesh: Mesh, gear: Gear, letter: str) -> ManagerFacts:
    added = build.meshed(facts, mesh, *_appliances(facts, mesh, gear, letter))
    pools = facts.address_pools.value if facts.address_pools else ()
    groups = facts.ha_groups.value if facts.ha_groups else ()
    extensions = facts.extensions.value if facts.extensions else ()
    return replace(
        added,
        address_pools=build.seen((*pools, *_pools(facts, mesh, len(gear)))),
        ha_groups=build.seen((*groups, *_ha_groups(mesh, gear, letter))),
        extensions=build.seen((*extensions, *_extensions(mesh, gear, letter))),
    )


def _appliances(facts: ManagerFacts, mesh: Mesh, gear: Gear, letter: str) -> Iterator[Appliance]:
    other = "R" if letter == "I" else "I"
    for number, (kind, version, networks, _) in enumerate(gear):
        name = f"{mesh.name}-{letter}{number}"
        usual = build.appliance(name, mesh.id, facts.manager.id, version, kind)
        extends = networks if kind is ApplianceKind.NETWORK_EXTENSION else 0
        yield replace(usual, extension_count=extends, peers=(f"id-{mesh.name}-{other}{number}",))


def _extensions(mesh: Mesh, gear: Gear, letter: str) -> Iterator[NetworkExtension]:
    for number, (kind, _, networks, ephemeral) in enumerate(gear):
        for network in range(networks if kind is ApplianceKind.NETWORK_EXTENSION else 0):
            yield NetworkExtension(
                id=f"ext-{mesh.name}-{number}-{network}",
                network=f"net-{mesh.name}-{number}-{network}",
                appliance_id=f"id-{mesh.name}-{letter}{number}",
                state=build.UP,
                optimized=network == 1,
                ephemeral=ephemeral,
            )


def _ha_groups(mesh: Mesh, gear: Gear, letter: str) -> Iterator[HaGroup]:
    """A high availability group wherever there are two network extension appliances side by side."""
    numbers = [number for number, one in enumerate(gear) if one[0] is ApplianceKind.NETWORK_EXTENSION]
    if len(numbers) == 2:
        members = tuple(f"id-{mesh.name}-{letter}{number}" for number in numbers)
        yield HaGroup(id=f"ha-{mesh.name}-{letter}", mesh_id=mesh.id, members=members)


def _pools(facts: ManagerFacts, mesh: Mesh, free: int) -> Iterator[AddressPool]:
    for use in AddressUse:
        name = f"{facts.manager.id}-{mesh.name}-{use.value}"
        yield AddressPool(id=name, name=name, use=use, free=free - 1, meshes=(mesh.id,))


# --- inventory --------------------------------------------------------------------------------------------------------

_tags = st.sampled_from(
    [
        Tag(name="hcx-ring", value="canary"),
        Tag(name="hcx-hold", value="true"),
        Tag(name="hcx-freeze", value="2026-11-20/2026-12-10"),
        Tag(name="hcx-window", value="nights"),
        Tag(name="hcx-max-version", value="4.11.3"),
        Tag(name="hcx-ne-mode", value="in-service-only"),
        Tag(name="hcx-anything", value="whatever"),
    ]
)


@st.composite
def inventories(draw: st.DrawFn, facts: FleetFacts, policy: Policy) -> Inventory:
    """The inventory in which these managers were found, with a cloud or two of which there is nothing to see."""
    found = build.inventory(facts)
    more = tuple(build.private_cloud(name, hcx=False) for name in draw(_distinct(("pc-bare", "pc-out"), 2)))
    excluded = {one.cloud for one in policy.scope.exclude}
    managers = tuple(one for one in found.managers if one.id not in excluded)
    return replace(
        found,
        private_clouds=tuple([draw(_tagged(one)) for one in (*found.private_clouds, *more)]),
        managers=managers,
        maintenances=draw(_some(_maintenances, 1)),
    )


def _tagged(cloud: PrivateCloud) -> st.SearchStrategy[PrivateCloud]:
    few = st.one_of(st.just(()), st.just(()), _tags.map(lambda tag: (tag,)))
    return few.map(lambda tags: replace(cloud, tags=tags))


_maintenances = st.builds(
    Maintenance,
    id=st.just("maintenance-1"),
    cloud_resource_id=st.sampled_from(CLOUDS).map(lambda name: build.private_cloud(name).resource_id),
    component=st.sampled_from(["VCSA", "ESXI", "NSXT"]),
    title=st.just("patch"),
    state=st.sampled_from(["Scheduled", "NotScheduled"]),
    starts_at=st.integers(min_value=0, max_value=72).map(lambda hours: NOW + timedelta(hours=hours)),
    duration=st.just(timedelta(hours=5)),
)


# --- policy -----------------------------------------------------------------------------------------------------------

WINDOWS = (
    Window(name="nights", rrule="FREQ=DAILY", start="22:00", zone="Europe/Paris", duration=timedelta(hours=5)),
    Window(
        name="tuesdays",
        rrule="FREQ=WEEKLY;BYDAY=TU",
        start="20:00",
        zone="America/New_York",
        duration=timedelta(hours=4),
        cut_off=timedelta(minutes=90),
    ),
    Window(name="short", rrule="FREQ=DAILY", start="23:00", zone="Asia/Tokyo", duration=timedelta(minutes=45)),
)
_windows = _some(st.sampled_from(WINDOWS), 1)
_subjects = st.sampled_from([*CLOUDS, *CONNECTORS, *MESHES, "pc-nowhere"])


def holds_on(subject: str) -> Hold:
    """A hold of that subject."""
    return Hold(subject=subject, reason="a test", owner="a@b.example", until=None)


@st.composite
def freezes(draw: st.DrawFn) -> Freeze:
    """A freeze of a few days, of everything or of one site."""
    start = NOW + timedelta(hours=draw(st.integers(min_value=-48, max_value=240)))
    span = Span(start=start, end=start + timedelta(hours=draw(st.integers(min_value=1, max_value=400))))
    return Freeze(
        name=f"freeze-{draw(_small)}",
        spans=(span,),
        reason="a test",
        owner="a@b.example",
        sites=draw(_distinct((*CLOUDS, *CONNECTORS), 2)),
        unreadable="it is gone" if draw(_seldom) and draw(_seldom) else "",
    )


_budgets = st.none() | st.builds(
    Budget, max_failed=st.sampled_from([Amount(number=1), Amount(number=3), Amount(percent=50)]), strict=st.booleans()
)


@st.composite
def _waves(draw: st.DrawFn, clouds: tuple[str, ...]) -> tuple[Wave, ...]:
    """No wave at all, or up to three that share no private cloud, of which the last may take what is left."""
    if not draw(_often):
        return ()
    places = {cloud: draw(st.integers(min_value=0, max_value=2)) for cloud in clouds}
    rest = draw(st.booleans())
    named = [
        Wave(
            name=name,
            select=None
            if rest and place == 2
            else Selector(names=tuple(c for c in clouds if places[c] == place) or ("-",)),
            concurrency=draw(st.sampled_from([None, Amount(number=1), Amount(percent=50)])),
            soak=draw(st.none() | st.builds(Soak, span=st.sampled_from([timedelta(hours=2), timedelta(days=1)]))),
            approval=draw(st.none() | st.just(Approval(approvers=("leads",)))),
            budget=draw(_budgets),
        )
        for place, name in enumerate(("canary", "early", "broad"))
    ]
    return tuple(named)


@st.composite
def policies(draw: st.DrawFn, facts: FleetFacts) -> Policy:
    """What the owner of such a fleet may want, whether it makes sense or not."""
    clouds = tuple(one.manager.id for one in facts.managers if one.manager.kind is ManagerKind.CLOUD_MANAGER)
    connectors = tuple(one.manager.id for one in facts.managers if one.manager.kind is ManagerKind.CONNECTOR)
    return Policy(
        name="any",
        mode=draw(st.sampled_from(Mode)),
        target=draw(st.none() | st.sampled_from(TARGETS).map(Version)),
        connector_target=draw(st.sampled_from([ConnectorTarget.FOLLOW_CLOUD_MANAGER, *ConnectorTarget])),
        connector_version=draw(st.none() | st.sampled_from(TARGETS).map(Version)),
        scope=Scope(exclude=draw(_exclusions)),
        owners=draw(
            st.builds(
                DefaultOwners,
                cloud_manager=st.sampled_from([Owner.PROVIDER, Owner.ASSISTED]),
                connector=st.sampled_from([Owner.ASSISTED, Owner.OURS]),
            )
        ),
        pair_order=draw(st.sampled_from(PairOrder)),
        concurrency=draw(st.integers(min_value=1, max_value=4)),
        cloud_managers=tuple(draw(st.lists(_cloud_entry(clouds), max_size=2, unique_by=lambda one: one.cloud))),
        connectors=tuple([draw(_connector_entry(name)) for name in connectors]),
        sites=tuple([draw(_site(name, clouds)) for name in (*clouds, *connectors)]),
        waves=draw(_waves((*clouds, "pc-bare", "pc-out"))),
        shared_connectors=draw(st.sampled_from(SharedConnectors)),
        budget=draw(_budgets),
        holds=draw(_some(st.one_of(_subjects, _subjects, st.just("*")).map(holds_on))) if draw(_seldom) else (),
        windows=draw(_windows),
        freezes=draw(_some(freezes())) if draw(_seldom) else (),
        split=draw(st.booleans()),
        snapshots=draw(_snapshot_policies),
        extension=draw(_extension_policies),
        accepted_risks=draw(_some(_accepted, 1)),
        waivers=draw(_some(_subjects.map(_waiver))),
        hash="policy",
    )


_exclusions = st.one_of(
    st.just(()), st.just((Exclusion(cloud="pc-out", reason="gone", owner="a@b.example", until=LATER),))
)
_snapshot_policies = st.builds(
    SnapshotPolicy,
    cloud_managers=st.sampled_from(CloudManagerSnapshots),
    connectors=st.sampled_from(ConnectorSnapshots),
)
_extension_policies = st.builds(
    ExtensionPolicy,
    mode=st.sampled_from(ExtensionMode),
    outage_limit=st.sampled_from([None, timedelta(seconds=30)]),
    at_risk=st.sampled_from([None, 4]),
    together=st.sampled_from([1, 1, 2, 3]),
)
_accepted = st.builds(
    AcceptedRisk,
    id=st.sampled_from(["HCX-MON-4113", "HCX-NE-HA-480"]),
    owner=st.just("a@b.example"),
    reason=st.just("a test"),
    until=st.just(LATER),
)


def _waiver(subject: str) -> Waiver:
    return Waiver(check="peer-not-observed", subject=subject, owner="a@b.example", reason="a test", until=LATER)


def _cloud_entry(clouds: tuple[str, ...]) -> st.SearchStrategy[CloudManagerEntry]:
    return st.builds(CloudManagerEntry, cloud=st.sampled_from(clouds), owner=st.none() | st.sampled_from(Owner))


@st.composite
def _connector_entry(draw: st.DrawFn, name: str) -> ConnectorEntry:
    return build.entry(
        name,
        owner=draw(st.none() | st.sampled_from([Owner.ASSISTED, Owner.OURS])),
        mesh_owner=draw(st.none() | st.sampled_from([Owner.ASSISTED, Owner.OURS])),
        target=Version(draw(st.sampled_from(TARGETS))) if draw(_seldom) else None,
    )


@st.composite
def _site(draw: st.DrawFn, name: str, clouds: tuple[str, ...]) -> SiteEntry:
    return SiteEntry(
        name=name,
        private_cloud=name if name in clouds else None,
        windows=draw(_windows),
        firewall_attested=draw(st.booleans()),
        spare_room_attested=draw(st.booleans()),
        static_binding_attested=draw(st.booleans()),
    )


# --- the same, in another order ---------------------------------------------------------------------------------------

_UNORDERED = (
    "cloud_managers",
    "connectors",
    "sites",
    "holds",
    "freezes",
    "accepted_risks",
    "waivers",
)
"""Lists of a policy whose order means nothing; that of the waves does."""


@st.composite
def reordered(draw: st.DrawFn, fleet: AnyFleet) -> AnyFleet:
    """The same fleet with everything in another order whose order means nothing."""

    def shuffled[T](items: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(draw(st.permutations(items)))

    inputs, inventory, policy = fleet.inputs, fleet.inputs.inventory, fleet.inputs.policy
    lists: dict[str, Any] = {name: shuffled(getattr(policy, name)) for name in _UNORDERED}
    moved = replace(
        inputs,
        inventory=replace(
            inventory,
            private_clouds=shuffled(inventory.private_clouds),
            managers=shuffled(inventory.managers),
            maintenances=shuffled(inventory.maintenances),
        ),
        facts=FleetFacts(managers=shuffled(tuple(_sections_reordered(one, shuffled) for one in inputs.facts.managers))),
        policy=replace(policy, **lists),
    )
    return AnyFleet(moved)


def _sections_reordered(facts: ManagerFacts, shuffled: Any) -> ManagerFacts:
    moved: dict[str, Any] = {}
    for field in fields(facts):
        value = getattr(facts, field.name)
        if isinstance(value, Seen) and isinstance(value.value, tuple):
            moved[field.name] = Seen(value=shuffled(value.value), at=value.at)
    return replace(facts, **moved)
