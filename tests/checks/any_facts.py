"""Facts of any content for property tests: every word HCX may say, every section fresh, too old, or missing."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from shared.checks.interface import CheckContext, Concern
from shared.model.facts import (
    AddressPool,
    AddressUse,
    Appliance,
    ApplianceKind,
    Capabilities,
    Capability,
    Deployment,
    FleetFacts,
    Gap,
    GapReason,
    HaGroup,
    HcxJob,
    Health,
    Identity,
    JobState,
    Licence,
    ManagerFacts,
    Mesh,
    MeshEnd,
    Migration,
    MigrationKind,
    MigrationPhase,
    NetworkExtension,
    Pairing,
    Protection,
    ReplicationCounters,
    Seen,
    ServiceState,
    Status,
    UpgradeStatus,
)
from shared.model.inventory import (
    CloudDetails,
    CloudPart,
    HcxAddon,
    HcxEnterpriseSite,
    Lock,
    LockLevel,
    MaintenancesSeen,
    PrivateCloud,
    ProvisioningState,
    Unread,
    UnreadReason,
)
from shared.model.policy import ExtensionMode, ExtensionPolicy, Hold, NetworkEntry, Probe, SiteEntry
from shared.model.vcenter import About, Alarm, MachineSeen, Plugin, Room, VcenterFacts, VcenterGap, VcenterTask
from shared.model.version import Version
from tests.builders import fleet_facts as build
from tests.checks.case_notation import CLOUD, CONNECTOR, MESH, NOW, SECTIONS, healthy_fleet

TOO_OLD = NOW - timedelta(days=8)
"""Longer ago than any life span."""

HELD = build.policy(holds=(Hold(subject=CLOUD, reason="year-end close", owner="ana@contoso.example", until=None),))
"""A policy that holds the private cloud."""

ONLY_IN_SERVICE = build.policy(
    extension=ExtensionPolicy(mode=ExtensionMode.IN_SERVICE_ONLY),
    sites=(SiteEntry(name=CONNECTOR, networks=(NetworkEntry(network="OK", owner="ana@contoso.example"),)),),
    probes=(Probe(name="ok", network="OK", host="10.0.0.9", port=443),),
)
"""A policy that wants in service or nothing, and names the owner of a network and a probe for it."""

_words = st.sampled_from(["OK", "UP", "", "Zug um Zug"])
_versions = st.sampled_from(["4.3.3", "4.8.2", "4.10.3", "4.11.4", "4.11.5", "9.1.1.0.25690219", "latest", ""])
versions = _versions.map(Version)
_systems = st.sampled_from([f"sys-{CONNECTOR}", f"sys-{CLOUD}", "sys-elsewhere"])
_meshes = st.sampled_from([MESH, "mesh-paris"])
_times = st.sampled_from([NOW, TOO_OLD, NOW + timedelta(days=1)])
_status = st.builds(Status, health=st.sampled_from(Health), text=_words)
_job = st.builds(
    HcxJob,
    id=st.sampled_from(["1", "2"]),
    type=_words,
    entity_id=_meshes,
    state=st.sampled_from(JobState),
    percent=st.none(),
    message=_words,
    parts=st.sampled_from([(), ("VM_SNAPSHOT",), ("REBOOT",)]),
)
_services = ["INTERCONNECT", "WANOPT", "DISASTER_RECOVERY"]
_end = st.builds(MeshEnd, system_id=_systems, name=_words, initiator=st.booleans())
_capability = st.builds(Capability, has=st.sampled_from([True, False, None]), reason=_words)
_few = st.integers(min_value=0, max_value=2)
_maybe = st.sampled_from([True, False, None])


def _some(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, max_size=2).map(tuple)


_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "alive": st.booleans(),
    "logged_in": st.booleans(),
    "certificate_until": _times,
    "clock": _times,
    "identity": st.builds(Identity, version=versions, system_id=_systems, name=_words),
    "services": _some(st.builds(ServiceState, name=_words, running=st.sampled_from([True, False, None]), text=_words)),
    "vcenter": _status,
    "nsx": _status,
    "pairings": _some(
        st.builds(Pairing, remote_system_id=_systems, remote_name=_words, remote_url=_words, status=_status)
    ),
    "meshes": _some(
        st.builds(
            Mesh,
            id=_meshes,
            name=_words,
            ends=_some(_end),
            services=_some(st.sampled_from(_services)),
            state=_status,
            in_sync=st.sampled_from([True, False, None]),
            last_job=st.none() | _job,
        )
    ),
    "appliances": _some(
        st.builds(
            Appliance,
            id=_words,
            name=_words,
            kind=st.sampled_from(ApplianceKind),
            mesh_id=_meshes,
            system_id=_systems,
            version=versions,
            available_version=st.none() | versions,
            tunnel=_status,
            extension_count=_few,
            peers=_some(_words),
        )
    ),
    "extensions": _some(
        st.builds(
            NetworkExtension,
            id=_words,
            network=_words,
            appliance_id=st.none() | _words,
            state=_status,
            kind=st.none(),
            optimized=_maybe,
            ephemeral=_maybe,
        )
    ),
    "deployments": _some(st.builds(Deployment, mesh_id=_meshes, clusters=_some(st.sampled_from(["AV64-2", "Rest"])))),
    "migrations": _some(
        st.builds(
            Migration,
            id=st.sampled_from(["1", "2", "3"]),
            virtual_machine=_words,
            kind=st.sampled_from(MigrationKind),
            phase=st.sampled_from(MigrationPhase),
            started_at=st.none() | _times,
            switchover_at=st.none() | _times,
        )
    ),
    "replications": st.builds(ReplicationCounters, active=_few, configuring=_few, recovering=_few, syncing=_few),
    "jobs": _some(_job),
    "upgrade": st.builds(UpgradeStatus, job=st.none() | _job, staged=st.none() | versions),
    "protection": st.builds(Protection, backup_at=st.none() | _times, snapshot_at=st.none() | _times, text=_words),
    "address_pools": _some(
        st.builds(
            AddressPool,
            id=_words,
            name=_words,
            use=st.sampled_from(AddressUse),
            free=st.none() | _few,
            meshes=_some(_meshes),
        )
    ),
    "ha_groups": _some(st.builds(HaGroup, id=_words, mesh_id=_meshes, members=_some(_words))),
    "room": _few,
    "capabilities": st.builds(
        Capabilities,
        appliance_management=_capability,
        manager_upgrade=_capability,
        in_service=_capability,
        ha_groups=_capability,
        snapshots=_capability,
    ),
    "licence": st.builds(Licence, mode=_words, until=st.none() | _times.map(lambda at: at.date())),
}


_machine = st.builds(
    MachineSeen,
    reference=st.just("vm-36"),
    instance_uuid=_words,
    name=_words,
    snapshots=_some(_words),
    chain=_few,
    consolidation_needed=_maybe,
    independent_disks=_few,
    provisioned_bytes=st.just(2**30),
    free_bytes=st.sampled_from([None, 0, 2**31]),
)
_task = st.builds(VcenterTask, id=_words, description=_words, machine=_words, user=_words, running=st.booleans())
_alarm = st.builds(
    Alarm,
    name=_words | st.just("Cold Migration Failed"),
    entity=_words,
    status=st.sampled_from(["red", "yellow"]),
    since=st.just(NOW),
)
_vsphere = st.builds(
    VcenterFacts,
    observed_at=st.just(NOW),
    about=st.none() | st.builds(About, version=_words, build=_words, instance_uuid=_words),
    plugins=st.none()
    | _some(st.builds(Plugin, key=st.just("com.vmware.hybridity"), version=versions, heartbeat=st.none())),
    machine=st.none() | _machine,
    tasks=st.none() | _some(_task),
    alarms=st.none() | _some(_alarm),
    room=st.none()
    | st.builds(
        Room,
        hosts=_few,
        hosts_in_maintenance=_few,
        free_bytes=st.just(2**31),
        largest_appliance_bytes=st.sampled_from([None, 2**30, 2**32]),
    ),
    rules=st.none() | _some(_words),
    missing_privileges=st.none() | _some(_words),
    gaps=_some(st.builds(VcenterGap, part=_words, reason=_words, detail=_words, remedy=_words)),
)


@st.composite
def manager_facts(draw: st.DrawFn, name: str, seen_at: st.SearchStrategy[Any]) -> ManagerFacts:
    """Facts of one manager of the healthy fleet; `seen_at` gives each section's time, None for a missing section."""
    healthy = healthy_fleet(Concern.MANAGER).of(name)
    if healthy is None:
        raise ValueError(name)
    sections: dict[str, Any] = {}
    for section in SECTIONS:
        at = draw(seen_at)
        sections[section] = None if at is None else Seen(value=draw(_VALUES[section]), at=at)
    missing = [section for section, seen in sections.items() if seen is None]
    explained = draw(st.lists(st.sampled_from([*missing, "manager"]), unique=True, max_size=8)) if missing else []
    looked_at = draw(seen_at)
    return ManagerFacts(
        manager=healthy.manager,
        vsphere=None if looked_at is None else replace(draw(_vsphere), observed_at=looked_at),
        observed_at=NOW,
        gaps=tuple(draw(_gap(section)) for section in explained),
        **sections,
    )


@st.composite
def contexts(draw: st.DrawFn, concern: Concern, seen_at: st.SearchStrategy[Any]) -> CheckContext:
    """A context of that kind of task; a manager may not have been observed at all."""
    managers = [draw(st.none() | manager_facts(name, seen_at)) for name in (CONNECTOR, CLOUD)]
    mesh = concern is Concern.MESH
    subject = MESH if mesh else draw(st.sampled_from([CONNECTOR, CLOUD]))
    return CheckContext(
        facts=FleetFacts(managers=tuple(one for one in managers if one is not None)),
        clouds=draw(_some(_clouds)),
        subject=subject,
        managers=(CONNECTOR, CLOUD) if mesh else (subject,),
        mesh=MESH if mesh else None,
        target=draw(st.none() | versions),
        now=NOW,
        clouds_observed_at=draw(seen_at),
        cloud_ids=(CLOUD,),
        policy=draw(st.sampled_from([None, build.policy(), HELD, ONLY_IN_SERVICE])),
        maintenances=_maintenances(draw(seen_at), draw(st.none() | _unread)),
        details=_seen_details(draw(seen_at), draw(_details)),
    )


def _seen_details(at: datetime | None, details: CloudDetails) -> tuple[Seen[CloudDetails], ...]:
    return () if at is None else (Seen(value=details, at=at),)


def _maintenances(at: datetime | None, unread: Unread | None) -> tuple[Seen[MaintenancesSeen], ...]:
    if at is None:
        return ()
    resource = build.private_cloud(CLOUD).resource_id
    return (Seen(value=MaintenancesSeen(cloud_resource_id=resource, unread=unread), at=at),)


_unread = st.builds(Unread, part=st.just(CloudPart.MAINTENANCES), reason=st.sampled_from(UnreadReason), detail=_words)


_details = st.builds(
    CloudDetails,
    cloud_resource_id=st.just(build.private_cloud(CLOUD).resource_id),
    addon=st.none() | st.builds(HcxAddon, offer=_words, provisioning_state=st.sampled_from(ProvisioningState)),
    sites=_some(st.builds(HcxEnterpriseSite, name=_words, status=st.sampled_from(["Available", "Deleted"]))),
    locks=_some(st.builds(Lock, name=_words, level=st.sampled_from(LockLevel), scope=_words)),
    unread=_some(
        st.builds(Unread, part=st.sampled_from(CloudPart), reason=st.sampled_from(UnreadReason), detail=_words)
    ),
)


def _gap(section: str) -> st.SearchStrategy[Gap]:
    return st.builds(
        Gap,
        section=st.just(section),
        reason=st.sampled_from(GapReason),
        detail=_words,
        remedy=_words,
        at=st.sampled_from([NOW, TOO_OLD]),
    )


_clouds = st.builds(
    PrivateCloud,
    id=st.just(CLOUD),
    resource_id=st.just(f"/subscriptions/sub-1/resourceGroups/rg/providers/Microsoft.AVS/privateClouds/{CLOUD}"),
    name=st.just(CLOUD),
    subscription_id=st.just("sub-1"),
    location=st.just("westeurope"),
    provisioning_state=st.sampled_from(ProvisioningState),
    hcx_url=st.sampled_from([None, f"https://hcx.{CLOUD}.example/", "https://hcx.new.example/"]),
    hcx_address=st.none(),
)
