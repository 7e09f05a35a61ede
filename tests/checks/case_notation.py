"""Case files: a small notation for facts that an operator can read. tests/cases/README.md describes it.

Every case starts from one healthy fleet and says only what differs from it, so that a case shows its point.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from ruamel.yaml import YAML

from shared.checks.interface import Approved, CheckContext, Concern
from shared.model.facts import (
    AddressPool,
    AddressUse,
    Appliance,
    ApplianceKind,
    Deployment,
    FleetFacts,
    Gap,
    GapReason,
    HaGroup,
    HcxJob,
    Health,
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
from shared.model.finding import Verdict
from shared.model.inventory import (
    CloudDetails,
    CloudPart,
    HcxAddon,
    HcxEnterpriseSite,
    Lock,
    LockLevel,
    Maintenance,
    MaintenancesSeen,
    PrivateCloud,
    ProvisioningState,
    SubscriptionSeen,
    SubscriptionState,
    Tag,
    Trust,
    Unread,
    UnreadReason,
)
from shared.model.orders import WindowNow
from shared.model.plan import ManagerTask, Plan, Safeguard, Task
from shared.model.policy import (
    AcceptedRisk,
    ConnectorSnapshots,
    Exclusion,
    ExtensionMode,
    ExtensionPolicy,
    Freeze,
    Hold,
    NetworkEntry,
    Owner,
    Policy,
    Probe,
    Scope,
    SiteEntry,
    SnapshotPolicy,
    Soak,
    Waiver,
    Wave,
)
from shared.model.span import Span
from shared.model.vcenter import About, Alarm, MachineSeen, Plugin, Room, VcenterFacts, VcenterGap, VcenterTask
from shared.model.version import Version
from shared.rules import planner
from shared.rules.catalogue import catalogue
from shared.rules.drift import hashes_of
from shared.rules.planning.calendar_desk import needed
from shared.rules.waves import ALL
from tests.builders import fleet_facts as build

FOLDER = Path(__file__).parents[1] / "cases"
NOW = build.NOW
CONNECTOR, CLOUD, MESH = "con-lyon", "pc-weu", "mesh-lyon"
GIB = 2**30
MESH_NAME = "Lyon to West Europe"
OWNER = "ana@contoso.example"
LATER = NOW.date() + timedelta(days=30)
SECTIONS = tuple(
    field.name
    for field in fields(ManagerFacts)
    if field.name not in {"manager", "observed_at", "certificate", "anchors", "vsphere", "gaps"}
)
YES_OR_NO = {"yes": True, "no": False}
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class Part(BaseModel):
    """A piece of a case file; a misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=lambda name: name.replace("_", "-"))


class MeshGiven(Part):
    """What differs about one mesh."""

    state: str = "up COMMITTED"
    in_sync: bool | None = True
    services: list[str] = ["INTERCONNECT", "NETWORK_EXTENSION"]
    last_job: str | None = None
    called: str | None = None
    initiators: list[str] = [CONNECTOR]
    ends: list[str] = [CONNECTOR, CLOUD]


class UpgradeGiven(Part):
    """What the manager says of its own upgrade."""

    job: JobState | None = None
    staged: str | None = None
    brought: str | None = None
    parts: list[str] = []

    @field_validator("job", mode="before")
    @classmethod
    def _as_state(cls, word: object) -> object:
        return JobState(word) if isinstance(word, str) else word


class ProtectionGiven(Part):
    """Ages of the last backup and snapshot."""

    backup: str | None = None
    snapshot: str | None = None


class MachineGiven(Part):
    """What differs about the manager's virtual machine."""

    snapshots: int = 0
    consolidation: bool | None = False
    free: int = 500


class VsphereGiven(Part):
    """What the manager's vCenter shows; a key that is not there leaves its healthy value, null leaves nothing."""

    about: str | None = "8.0.3"
    plugins: list[str] | None = ["4.10.3"]
    machine: MachineGiven | None = MachineGiven()
    tasks: list[str] | None = []
    alarms: list[str] | None = []
    hosts: str | None = "4 of 4"
    free: int = 500
    largest: int | None = 60
    rules: list[str] | None = []
    missing_privileges: list[str] | None = []
    gaps: dict[str, str] = {}
    age: str = "0m"


class Given(Part):
    """What differs about one manager; a key that is not there leaves its healthy value."""

    version: str | None = None
    alive: bool | None = None
    logged_in: bool | None = None
    certificate_until: str | None = None
    clock: str | None = None
    licence: str | None = None
    calls_itself: str | None = None
    pinned: bool = False
    vsphere: VsphereGiven | None = None
    services: dict[str, str] | None = None
    vcenter: str | None = None
    nsx: str | None = None
    pairings: dict[str, str] | None = None
    meshes: dict[str, MeshGiven] | None = None
    appliances: list[str] | None = None
    extensions: list[str] | None = None
    ha_groups: dict[str, list[str]] | None = None
    address_pools: list[str] | None = None
    room: int | None = None
    deployments: list[str] | None = None
    migrations: list[str] | None = None
    replications: dict[str, int] | None = None
    jobs: list[str] | None = None
    upgrade: UpgradeGiven | None = None
    protection: ProtectionGiven | None = None
    missing: dict[str, str] = {}
    age: dict[str, str] = {}

    @field_validator("missing", "age")
    @classmethod
    def _names_sections(cls, named: dict[str, str], about: ValidationInfo) -> dict[str, str]:
        known = {*SECTIONS, "manager"} if about.field_name == "missing" else {*SECTIONS}
        if named.keys() - known:
            raise ValueError(f"no such section: {', '.join(named.keys() - known)}")
        return named


class AzureGiven(Part):
    """What Azure says of each private cloud beside its state; a key that is not there leaves its healthy value."""

    addon: str | None = "Succeeded"
    sites: list[str] = []
    locks: list[str] = []
    unread: dict[str, str] = {}
    endpoint: str | None = "as observed"
    age: str = "5m"


class PlanGiven(Part):
    """The plan that was made of the healthy fleet, and how far it is."""

    carried_out: bool = True
    starts: str | None = "0m"
    owner: Owner | None = None
    snapshot: Safeguard = Safeguard.NONE
    takes: str | None = None
    window: str | None = None
    changed: list[str] = []
    max_failed: int | None = None
    failed: list[str] = []
    alarms: list[str] | None = None

    @field_validator("owner", "snapshot", mode="before")
    @classmethod
    def _as_words(cls, word: object, about: ValidationInfo) -> object:
        kind = Owner if about.field_name == "owner" else Safeguard
        return kind(word) if isinstance(word, str) else word


class Expected(Part):
    """One finding that must come out."""

    verdict: Verdict
    says: str

    @field_validator("verdict", mode="before")
    @classmethod
    def _as_verdict(cls, word: object) -> object:
        return Verdict(word) if isinstance(word, str) else word


class Case(Part):
    """One case file."""

    about: str
    concern: Concern = Concern.MANAGER
    subject: str = CONNECTOR
    target: str | None = "4.11.4"
    given: dict[str, Given] = {}
    clouds: dict[str, str] = {CLOUD: "Succeeded"}
    clouds_age: str | None = "5m"
    belongs_to: list[str] = [CLOUD]
    tags: dict[str, str] = {}
    holds: dict[str, str] = {}
    excluded: dict[str, str] = {}
    network_extension: ExtensionMode = ExtensionMode.AUTO
    accepted_risks: dict[str, str] = {}
    networks: dict[str, str] = {}
    probes: list[str] = []
    snapshots: ConnectorSnapshots | None = None
    soak: str | None = None
    others: dict[str, str] = {}
    policy_problem: str = ""
    maintenances: str | None = "read 5m"
    maintained: list[str] = []
    azure: AzureGiven | None = AzureGiven()
    subscriptions: dict[str, str] = {}
    plan: PlanGiven | None = None
    wanted: str = "4.11.4"
    freezes: list[str] = []
    waivers: list[str] = []
    expect: list[Expected]

    @field_validator("concern", mode="before")
    @classmethod
    def _as_concern(cls, word: object) -> object:
        return Concern(word) if isinstance(word, str) else word

    @field_validator("network_extension", mode="before")
    @classmethod
    def _as_mode(cls, word: object) -> object:
        return ExtensionMode(word) if isinstance(word, str) else word

    @field_validator("snapshots", mode="before")
    @classmethod
    def _as_snapshots(cls, word: object) -> object:
        return ConnectorSnapshots(word) if isinstance(word, str) else word

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read one case file."""
        return cls.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))

    def context(self) -> CheckContext:
        """What the check gets to see."""
        mesh = self.concern is Concern.MESH
        return CheckContext(
            facts=self.facts(),
            clouds=tuple(_cloud(name, state, self.tags, self.azure) for name, state in self.clouds.items()),
            subject=self.subject_of_task,
            subject_name=MESH_NAME if mesh else "",
            managers=(CONNECTOR, CLOUD) if mesh else (self.subject,),
            mesh=MESH if mesh else None,
            target=None if self.target is None else Version(self.target),
            now=NOW,
            clouds_observed_at=None if self.clouds_age is None else NOW - duration(self.clouds_age),
            cloud_ids=tuple(self.belongs_to),
            policy=None if self.policy_problem else self.policy(),
            policy_problem=self.policy_problem,
            maintenances=tuple(
                _maintenances(name, self.maintenances, self.maintained) for name in self.clouds if self.maintenances
            ),
            details=tuple(_details(name, self.azure) for name in self.clouds) if self.azure else (),
            subscriptions=tuple(_subscription(name, state) for name, state in self.subscriptions.items()),
            **self.planned(),
        )

    def planned(self) -> dict[str, Any]:
        """The plan of the healthy fleet, with the task of the subject and its time."""
        if self.plan is None:
            return {}
        made = healthy_plan(self.concern, self.subject)
        task = _task_given(next(one for one in made.tasks if one.subject == self.subject_of_task), self.plan)
        needs = needed(task.blocks, split=task.split).p90
        start = None if self.plan.starts is None else NOW + duration(self.plan.starts)
        return {
            "task": task,
            "carried_out": Span(start=start, end=start + needs) if start else None,
            "window": _window(self.plan.window) if self.plan.window else None,
            "approved": _approved(made, self.plan) if self.plan.carried_out else None,
            "before": self.before(self.plan.alarms) if self.plan.alarms is not None else None,
        }

    def before(self, alarms: list[str]) -> FleetFacts:
        """The healthy fleet when the plan was made, with the alarms of the subject's vCenter."""
        seen = _vsphere(VsphereGiven(alarms=alarms))
        healthy = healthy_fleet(self.concern).managers
        return FleetFacts(managers=tuple(replace(one, vsphere=seen) for one in healthy))

    @property
    def subject_of_task(self) -> str:
        """Id of the manager or mesh."""
        return MESH if self.concern is Concern.MESH else self.subject

    def policy(self) -> Policy:
        """`fleet.yaml` with what it holds, leaves out, accepts and names."""
        held = (Hold(subject=one, reason=why, owner=OWNER, until=None) for one, why in self.holds.items())
        out = (Exclusion(cloud=one, reason=why, owner=OWNER, until=None) for one, why in self.excluded.items())
        risks = (AcceptedRisk(id=one, owner=OWNER, reason=why, until=LATER) for one, why in self.accepted_risks.items())
        networks = tuple(NetworkEntry(network=one, owner=who) for one, who in self.networks.items())
        return build.policy(
            self.wanted,
            connectors=(build.entry(CONNECTOR),),
            freezes=tuple(map(_freeze, self.freezes)),
            waivers=tuple(map(_waiver, self.waivers)),
            holds=tuple(held),
            scope=Scope(exclude=tuple(out)),
            extension=ExtensionPolicy(mode=self.network_extension),
            accepted_risks=tuple(risks),
            sites=(SiteEntry(name=CONNECTOR, networks=networks),) if networks else (),
            probes=tuple(Probe(name=f"through-{one}", network=one, host="10.0.0.9", port=443) for one in self.probes),
            snapshots=SnapshotPolicy(connectors=self.snapshots) if self.snapshots else SnapshotPolicy(),
            waves=(Wave(name=ALL, select=None, soak=Soak(span=duration(self.soak))),) if self.soak else (),
        )

    def facts(self) -> FleetFacts:
        """The healthy fleet with what differs."""
        strange = self.given.keys() - {CONNECTOR, CLOUD}
        if strange:
            raise ValueError(f"the fleet has no {', '.join(strange)}")
        healthy = healthy_fleet(self.concern)
        others = (build.connector(name, version, pairs=(CLOUD,)) for name, version in self.others.items())
        own = (_changed(one, self.given.get(one.manager.id)) for one in healthy.managers)
        return FleetFacts(managers=(*own, *others))


def healthy_fleet(concern: Concern) -> FleetFacts:
    """A connector and a cloud manager with one mesh; for a mesh task both managers are at 4.11.4 already."""
    connector = build.connector(CONNECTOR, "4.11.4" if concern is Concern.MESH else "4.10.3", pairs=(CLOUD,))
    cloud = build.cloud_manager(CLOUD, "4.11.4")
    mesh = replace(build.mesh(MESH, CONNECTOR, CLOUD), services=("INTERCONNECT", "NETWORK_EXTENSION"))
    meshed = (build.meshed(one, mesh, *_pair(one.manager.id)) for one in (connector, cloud))
    return build.fleet(*(replace(one, ha_groups=build.seen(())) for one in meshed))


def healthy_plan(concern: Concern, subject: str) -> Plan:
    """The plan of the healthy fleet, in which the subject of a manager case was at 4.10.3."""
    facts = healthy_fleet(concern)
    if concern is Concern.MANAGER and subject == CLOUD:
        behind: dict[str, Any] = {"identity": build.seen(_version(facts.managers[1], "4.10.3"))}
        facts = build.fleet(facts.managers[0], replace(facts.managers[1], **behind))
    return planner.make_plan(
        planner.Inputs(
            inventory=build.inventory(facts),
            facts=facts,
            policy=build.policy(connectors=(build.entry(CONNECTOR),)),
            confirmations=build.NOTHING_CONFIRMED,
            catalogue=catalogue(),
            now=NOW,
        )
    )


def cases() -> Iterator[tuple[str, Path]]:
    """Every case file with the id of its check."""
    for path in sorted(FOLDER.glob("*/*.yaml")):
        yield path.parent.name, path


def duration(text: str) -> timedelta:
    """Such as `40m`, `3h`, `9d`, or `-20m` for a time that has not come."""
    found = re.fullmatch(r"(-?\d+)([mhd])", text)
    if found is None:
        raise ValueError(f"not a duration: {text!r}")
    return int(found[1]) * _UNITS[found[2]]


# --- from notation to records -----------------------------------------------------------------------------------------


def _pair(side: str) -> tuple[Appliance, ...]:
    kinds = (("ix-1", ApplianceKind.INTERCONNECT), ("ne-1", ApplianceKind.NETWORK_EXTENSION))
    other = CLOUD if side == CONNECTOR else CONNECTOR
    return tuple(
        replace(
            build.appliance(f"{name}-{side}", MESH, side, "4.10.3", kind),
            extension_count=0,
            peers=(f"id-{name}-{other}",),
        )
        for name, kind in kinds
    )


def _changed(facts: ManagerFacts, given: Given | None) -> ManagerFacts:
    if given is None:
        return facts
    facts = replace(facts, **dict(_sections(facts, given)))
    if given.pinned:
        trust = Trust(thumbprint="b" * 64)
        facts = replace(
            facts,
            manager=replace(facts.manager, endpoint=replace(facts.manager.endpoint, trust=trust)),
        )
    if given.vsphere:
        facts = replace(facts, vsphere=_vsphere(given.vsphere))
    for section, age in given.age.items():
        aged: dict[str, Any] = {section: replace(getattr(facts, section), at=NOW - duration(age))}
        facts = replace(facts, **aged)
    gaps = tuple(_gap(section, reason) for section, reason in given.missing.items() if reason != "without-reason")
    gone: dict[str, Any] = dict.fromkeys(SECTIONS if "manager" in given.missing else given.missing)
    return replace(facts, gaps=gaps, **gone)


def _sections(facts: ManagerFacts, given: Given) -> Iterator[tuple[str, Any]]:
    """Sections that differ; one function of the notation for each, as the table below says."""
    for name, reader in _READERS.items():
        value = getattr(given, name)
        if value is not None:
            yield _SECTION_OF.get(name, name), build.seen(reader(facts, value))


def _version(facts: ManagerFacts, text: str) -> object:
    if facts.identity is None:
        raise ValueError("the healthy fleet has versions")
    return replace(facts.identity.value, version=Version(text))


def _calls_itself(facts: ManagerFacts, system: str) -> object:
    if facts.identity is None:
        raise ValueError("the healthy fleet has ids")
    return replace(facts.identity.value, system_id=system)


def _licence(_facts: ManagerFacts, text: str) -> Licence:
    """Such as `EVALUATION_MODE 30d`, or the mode alone."""
    mode, _, ends = text.partition(" ")
    return Licence(mode=mode, until=(NOW + duration(ends)).date() if ends else None)


def _vsphere(given: VsphereGiven) -> VcenterFacts:
    plugins = given.plugins
    return VcenterFacts(
        observed_at=NOW - duration(given.age),
        about=About(version=given.about, build="1", instance_uuid="vc-1") if given.about else None,
        plugins=None if plugins is None else tuple(map(_plugin, plugins)),
        machine=_machine(given.machine) if given.machine else None,
        tasks=None if given.tasks is None else tuple(map(_task, given.tasks)),
        alarms=None if given.alarms is None else tuple(map(_alarm, given.alarms)),
        room=_room(given.hosts, given),
        rules=None if given.rules is None else tuple(given.rules),
        missing_privileges=None if given.missing_privileges is None else tuple(given.missing_privileges),
        gaps=tuple(
            VcenterGap(part=part, reason="unreachable", detail=detail, remedy=f"mend {part}")
            for part, detail in given.gaps.items()
        ),
    )


def _plugin(version: str) -> Plugin:
    return Plugin(key="com.vmware.hybridity", version=Version(version), heartbeat=NOW)


def _machine(given: MachineGiven) -> MachineSeen:
    return MachineSeen(
        reference="vm-36",
        instance_uuid="vm-uuid",
        name=CONNECTOR,
        snapshots=tuple(f"snapshot-{number}" for number in range(given.snapshots)),
        chain=given.snapshots,
        consolidation_needed=given.consolidation,
        independent_disks=0,
        provisioned_bytes=60 * GIB,
        free_bytes=given.free * GIB,
    )


def _task(line: str) -> VcenterTask:
    """Machine, what is done, by whom."""
    machine, description, user = line.split()
    return VcenterTask(id=f"task-{machine}", description=description, machine=machine, user=user, running=True)


def _alarm(line: str) -> Alarm:
    """Colour, what it is on, and its name."""
    status, entity, name = line.split(maxsplit=2)
    return Alarm(name=name, entity=entity, status=status, since=NOW - timedelta(days=2))


def _room(hosts: str | None, given: VsphereGiven) -> Room | None:
    """Such as `3 of 4`: hosts in service, of all."""
    if hosts is None:
        return None
    there, _, every = hosts.partition(" of ")
    return Room(
        hosts=int(every),
        hosts_in_maintenance=int(every) - int(there),
        free_bytes=given.free * GIB,
        largest_appliance_bytes=None if given.largest is None else given.largest * GIB,
    )


def _status(text: str) -> Status:
    health, _, words = text.partition(" ")
    return Status(health=Health(health), text=words or health.upper())


def _services(_facts: ManagerFacts, states: Mapping[str, str]) -> tuple[ServiceState, ...]:
    running = {"RUNNING": True, "STOPPED": False}
    return tuple(ServiceState(name=name, running=running.get(text), text=text) for name, text in states.items())


def _pairings(_facts: ManagerFacts, states: Mapping[str, str]) -> tuple[Pairing, ...]:
    return tuple(
        Pairing(remote_system_id=f"sys-{name}", remote_name=name, remote_url=f"https://{name}", status=_status(text))
        for name, text in states.items()
    )


def _meshes(_facts: ManagerFacts, given: Mapping[str, MeshGiven]) -> tuple[Mesh, ...]:
    return tuple(_mesh(name, one) for name, one in given.items())


def _mesh(name: str, given: MeshGiven) -> Mesh:
    ends = (MeshEnd(system_id=f"sys-{one}", name=one, initiator=one in given.initiators) for one in given.ends)
    return replace(
        build.mesh(name, CONNECTOR, CLOUD),
        name=given.called or name,
        ends=tuple(ends),
        services=tuple(given.services),
        state=_status(given.state),
        in_sync=given.in_sync,
        last_job=_job(f"{given.last_job} of-{name}") if given.last_job else None,
    )


def _appliances(facts: ManagerFacts, lines: list[str]) -> tuple[Appliance, ...]:
    return tuple(_appliance(facts, line) for line in lines)


def _appliance(facts: ManagerFacts, line: str) -> Appliance:
    words, more = _with_more(line)
    name, kind, version, *tunnel = words
    return replace(
        build.appliance(name, MESH, facts.manager.id, version, ApplianceKind(kind)),
        tunnel=_status(" ".join(tunnel)),
        extension_count=int(more.get("networks", "0")),
        available_version=Version(more["offered"]) if "offered" in more else None,
        peers=(f"id-{more['peer']}",) if "peer" in more else (),
    )


def _with_more(line: str) -> tuple[list[str], dict[str, str]]:
    """The words of a line, and those among them that say `name=value`."""
    words = line.split()
    return [one for one in words if "=" not in one], dict(one.split("=", 1) for one in words if "=" in one)


def _extensions(_facts: ManagerFacts, lines: list[str]) -> tuple[NetworkExtension, ...]:
    return tuple(map(_extension, lines))


def _extension(line: str) -> NetworkExtension:
    (network, *words), more = _with_more(line)
    on = more.get("on")
    return NetworkExtension(
        id=f"id-{network}",
        network=network,
        appliance_id=f"id-{on}" if on else None,
        state=_status(" ".join(words)) if words else Status(health=Health.UP, text="REALIZED"),
        optimized=YES_OR_NO[more["optimized"]] if "optimized" in more else None,
        ephemeral=YES_OR_NO[more["ephemeral"]] if "ephemeral" in more else None,
    )


def _ha_groups(_facts: ManagerFacts, groups: Mapping[str, list[str]]) -> tuple[HaGroup, ...]:
    return tuple(
        HaGroup(id=name, mesh_id=MESH, members=tuple(f"id-{one}" for one in members))
        for name, members in groups.items()
    )


def _address_pools(facts: ManagerFacts, lines: list[str]) -> tuple[AddressPool, ...]:
    words = (line.split() for line in lines)
    return tuple(
        AddressPool(
            id=f"{use}-{facts.manager.id}",
            name=use,
            use=AddressUse(use),
            free=None if free == "unknown" else int(free),
            meshes=(MESH,),
        )
        for use, free in words
    )


def _deployments(_facts: ManagerFacts, clusters: list[str]) -> tuple[Deployment, ...]:
    return (Deployment(mesh_id=MESH, clusters=tuple(clusters)),)


def _migrations(_facts: ManagerFacts, lines: list[str]) -> tuple[Migration, ...]:
    return tuple(map(_migration, lines))


def _migration(line: str) -> Migration:
    (name, kind, phase), more = _with_more(line)
    return Migration(
        id=f"id-{name}",
        virtual_machine=name,
        kind=MigrationKind(kind),
        phase=MigrationPhase(phase),
        started_at=NOW - duration(more.get("for", "2h")),
        switchover_at=NOW + duration(more["switchover"]) if "switchover" in more else None,
    )


def _replications(_facts: ManagerFacts, counts: Mapping[str, int]) -> ReplicationCounters:
    return replace(ReplicationCounters(active=0, configuring=0, recovering=0, syncing=0), **counts)


def _jobs(_facts: ManagerFacts, lines: list[str]) -> tuple[HcxJob, ...]:
    return tuple(map(_job, lines))


def _job(line: str) -> HcxJob:
    kind, state, entity = line.split()
    name = entity.removeprefix("of-")
    return HcxJob(id=f"job-{name}", type=kind, entity_id=name, state=JobState(state), percent=40, message="at work")


def _upgrade(facts: ManagerFacts, given: UpgradeGiven) -> UpgradeStatus:
    job = _job(f"upgrade {given.job.value} of-{given.brought or facts.manager.id}") if given.job else None
    job = replace(job, parts=tuple(given.parts)) if job else None
    return UpgradeStatus(job=job, staged=Version(given.staged) if given.staged else None)


def _protection(_facts: ManagerFacts, given: ProtectionGiven) -> Protection:
    return Protection(backup_at=_ago(given.backup), snapshot_at=_ago(given.snapshot), text="as the site says")


def _ago(age: str | None) -> datetime | None:
    return None if age is None else NOW - duration(age)


_SECTION_OF = {"version": "identity", "calls_itself": "identity"}
_READERS: dict[str, Any] = {
    "version": _version,
    "alive": lambda _facts, value: value,
    "logged_in": lambda _facts, value: value,
    "certificate_until": lambda _facts, text: NOW + duration(text),
    "clock": lambda _facts, text: NOW + duration(text),
    "licence": _licence,
    "calls_itself": _calls_itself,
    "services": _services,
    "vcenter": lambda _facts, text: _status(text),
    "nsx": lambda _facts, text: _status(text),
    "pairings": _pairings,
    "meshes": _meshes,
    "appliances": _appliances,
    "extensions": _extensions,
    "ha_groups": _ha_groups,
    "address_pools": _address_pools,
    "room": lambda _facts, value: value,
    "deployments": _deployments,
    "migrations": _migrations,
    "replications": _replications,
    "jobs": _jobs,
    "upgrade": _upgrade,
    "protection": _protection,
}


def _gap(section: str, reason: str) -> Gap:
    words = GapReason(reason).value.replace("-", " ")
    return Gap(section=section, reason=GapReason(reason), detail=words, remedy=f"mend: {words}", at=NOW)


def _cloud(name: str, state: str, tags: Mapping[str, str], azure: AzureGiven | None) -> PrivateCloud:
    listed = tuple(Tag(name=tag, value=value) for tag, value in tags.items())
    one = replace(build.private_cloud(name), provisioning_state=ProvisioningState(state), tags=listed)
    if azure is None or azure.endpoint == "as observed":
        return one
    return replace(one, hcx_url=f"https://{azure.endpoint}/" if azure.endpoint else None)


def _maintenances(cloud: str, text: str, planned: list[str]) -> Seen[MaintenancesSeen]:
    """Such as `read 5m`, or the reason why they were not read."""
    word, _, age = text.partition(" ")
    why = None
    if word != "read":
        why = Unread(part=CloudPart.MAINTENANCES, reason=UnreadReason(word), detail="as Azure says")
    resource = build.private_cloud(cloud).resource_id
    listed = tuple(_maintenance(resource, one) for one in planned)
    seen = MaintenancesSeen(cloud_resource_id=resource, maintenances=listed, unread=why)
    return Seen(value=seen, at=NOW - duration(age) if age else NOW)


def _maintenance(resource: str, line: str) -> Maintenance:
    """Component, state, in how long it begins, how long it takes."""
    component, state, starts, takes = line.split()
    return Maintenance(
        id=f"id-{component}",
        cloud_resource_id=resource,
        component=component,
        title="an update",
        state=state,
        starts_at=NOW + duration(starts),
        duration=duration(takes),
    )


def _details(cloud: str, azure: AzureGiven) -> Seen[CloudDetails]:
    addon = HcxAddon(offer="HCX", provisioning_state=ProvisioningState(azure.addon)) if azure.addon else None
    sites = (one.split() for one in azure.sites)
    locks = (one.split() for one in azure.locks)
    details = CloudDetails(
        cloud_resource_id=build.private_cloud(cloud).resource_id,
        addon=addon,
        sites=tuple(HcxEnterpriseSite(name=name, status=status) for name, status in sites),
        locks=tuple(Lock(name=name, level=LockLevel(level), scope=f"/{scope}") for name, level, scope in locks),
        unread=tuple(
            Unread(part=CloudPart(part), reason=UnreadReason(reason), detail="as Azure says")
            for part, reason in azure.unread.items()
        ),
    )
    return Seen(value=details, at=NOW - duration(azure.age))


def _subscription(name: str, state: str) -> SubscriptionSeen:
    return SubscriptionSeen(id=f"id-{name}", name=name, state=SubscriptionState(state))


# --- the plan and the file --------------------------------------------------------------------------------------------


def _task_given(task: Task, given: PlanGiven) -> Task:
    task = replace(task, owner=given.owner) if given.owner else task
    if not isinstance(task, ManagerTask):
        return task
    takes = duration(given.takes) if given.takes else None
    hops = (replace(hop, takes=replace(hop.takes, p90=takes)) if takes else hop for hop in task.hops)
    return replace(task, snapshot=given.snapshot, hops=tuple(hops))


def _window(text: str) -> WindowNow:
    """Such as `open`, `closed 3h` (it opens in three hours), or `closed`."""
    word, _, opens = text.partition(" ")
    return WindowNow(fits=word == "open", opens_at=NOW + duration(opens) if opens else None, why="by the calendar")


def _approved(made: Plan, given: PlanGiven) -> Approved:
    changed: dict[str, Any] = dict.fromkeys(given.changed, "another hash")
    waves = tuple(replace(one, max_failed=given.max_failed) for one in made.waves)
    return Approved(
        plan=replace(made, waves=waves, max_failed=given.max_failed),
        hashes=replace(hashes_of(made), **changed),
        failed=tuple(given.failed),
        counted_at=NOW,
    )


def _freeze(line: str) -> Freeze:
    """Name, in how long it begins, in how long it ends, and the site where it is not everywhere."""
    name, begins, ends, *sites = line.split()
    span = Span(start=NOW + duration(begins), end=NOW + duration(ends))
    return Freeze(name=name, reason="closing", owner=OWNER, spans=(span,), sites=tuple(sites))


def _waiver(line: str) -> Waiver:
    """Check, subject, and in how long it ends."""
    check, subject, ends = line.split()
    return Waiver(
        check=check, subject=subject, owner=OWNER, reason="known and harmless", until=(NOW + duration(ends)).date()
    )
