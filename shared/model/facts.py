"""Facts: what one pass observed about one manager, frozen, without secrets, each with its time of observation.

A section that is `None` was not observed; `Gap` says why. Nothing in here is a guess: a word on the wire that the
parsers do not understand becomes the enum's `UNKNOWN` and keeps its text.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from shared.model.inventory import Manager
from shared.model.record import record
from shared.model.vcenter import VcenterFacts
from shared.model.version import Version


@record
class Seen[T]:
    """A value and when it was observed."""

    value: T
    at: datetime


class GapReason(StrEnum):
    """Why a section of the facts is missing."""

    NOT_YET = "not-yet"
    """Refused, 5xx or a start-up error: ask again later."""
    UNREACHABLE = "unreachable"
    LOGIN_REFUSED = "login-refused"
    """401 or 403 to credentials; the breaker of that account is open."""
    BREAKER_OPEN = "breaker-open"
    """An earlier log-in with this secret version was refused; not tried again."""
    SECRET_MISSING = "secret-missing"  # noqa: S105 -- a reason, not a secret
    CERTIFICATE = "certificate"
    NOT_OFFERED = "not-offered"
    """This manager does not offer the call to us, such as port 9443 of a provider's cloud manager."""
    UNREADABLE = "unreadable"
    """An answer came that no parser understands."""
    NOT_IMPORTED = "not-imported"
    """Its facts are collected at its site, and none that count were imported."""
    OTHER_SYSTEM = "other-system"
    """Facts were imported, of another system than the one that is known."""
    ELSEWHERE = "elsewhere"
    """Not asked here, because another manager tells it: the one where a mesh begins."""


@record
class Gap:
    """One section that could not be observed, and what to do about it."""

    section: str
    """Name of the field of `ManagerFacts`, or `manager` when nothing could be read at all."""
    reason: GapReason
    detail: str
    remedy: str
    at: datetime


class Health(StrEnum):
    """A traffic light as HCX shows it, reduced to what decisions need."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"


@record
class Status:
    """A state: what we make of it, and the words it came in."""

    health: Health
    text: str


@record
class ServiceState:
    """One component of the manager appliance, such as `appengine`."""

    name: str
    running: bool | None
    text: str


@record
class Pairing:
    """A site pairing as one of its ends lists it."""

    remote_system_id: str
    remote_name: str
    remote_url: str
    status: Status

    @property
    def remote_host(self) -> str:
        """The host of its URL, without a parser that could refuse a strange one."""
        return self.remote_url.partition("://")[2].partition("/")[0].partition(":")[0]


class ApplianceKind(StrEnum):
    """Service mesh appliances, and the order of their upgrade: interconnect first, network extension after."""

    INTERCONNECT = "interconnect"
    NETWORK_EXTENSION = "network-extension"
    WAN_OPTIMIZATION = "wan-optimization"
    SENTINEL_GATEWAY = "sentinel-gateway"
    UNKNOWN = "unknown"


@record
class Appliance:
    """One service mesh appliance on the side of the manager that reports it."""

    id: str
    name: str
    kind: ApplianceKind
    mesh_id: str
    system_id: str
    """`endpointId` of the side it stands on."""
    version: Version
    available_version: Version | None
    """What the manager offers for it, where it says so (wire name inferred)."""
    tunnel: Status
    extension_count: int
    peers: tuple[str, ...] = ()
    """Ids of the appliances at the other side that are upgraded with it."""


@record
class MeshEnd:
    """One side of a mesh."""

    system_id: str
    name: str
    initiator: bool


class JobState(StrEnum):
    """What an HCX task or job has come to; a job that is done *and* failed is failed."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


@record
class HcxJob:
    """An HCX interconnect task or job: HCX's own word is task, ours is HCX job."""

    id: str
    type: str
    entity_id: str
    state: JobState
    percent: int | None
    message: str
    parts: tuple[str, ...] = ()
    """Sub-tasks of a manager's own upgrade, in HCX's words and order; empty where none are told."""


@record
class Mesh:
    """A service mesh as one of its managers reports it."""

    id: str
    name: str
    ends: tuple[MeshEnd, ...]
    services: tuple[str, ...]
    """Wire names, such as `INTERCONNECT` or `WANOPT`."""
    state: Status
    in_sync: bool | None
    """False when the manager says the mesh needs a resync; None when it does not say."""
    last_job: HcxJob | None
    """`lastTaskDetails`: may stay RUNNING for ever after the job is gone, so it is a hint, never a witness."""


@record
class NetworkExtension:
    """One stretched network."""

    id: str
    network: str
    appliance_id: str | None
    state: Status
    optimized: bool | None = None
    """Whether it uses mobility optimized networking (MON); None when the manager does not say."""
    kind: str | None = None
    """Its network type in HCX's own words, such as `NsxtSegment`; None when the manager does not say."""
    ephemeral: bool | None = None
    """Whether its port group binds ephemerally, which no upgrade of its appliance survives; None when nobody knows."""


class AddressUse(StrEnum):
    """What an address pool serves, as far as an in-service upgrade needs it."""

    UPLINK = "uplink"
    MANAGEMENT = "management"


@record
class AddressPool:
    """Addresses that new appliances of one mesh side can take."""

    id: str
    name: str
    use: AddressUse
    free: int | None
    """None when the manager lists the pool but not its usage."""
    meshes: tuple[str, ...] = ()
    """Ids of the meshes that take from it."""


@record
class Deployment:
    """Where new appliances of one mesh are deployed at one side: an upgrade deploys them anew."""

    mesh_id: str
    clusters: tuple[str, ...]
    """By name; empty where the compute profile names none."""


@record
class HaGroup:
    """A high availability group of network extension appliances on one side."""

    id: str
    mesh_id: str
    members: tuple[str, ...]
    """Ids of its appliances on the side that reports it."""


@record
class Licence:
    """What a manager says of its licence."""

    mode: str
    until: date | None


class MigrationKind(StrEnum):
    """How a virtual machine moves."""

    VMOTION = "vmotion"
    BULK = "bulk"
    REPLICATION_ASSISTED = "replication-assisted"
    COLD = "cold"
    OS_ASSISTED = "os-assisted"
    PROTECTION = "protection"
    UNKNOWN = "unknown"


class MigrationPhase(StrEnum):
    """What a migration is doing now."""

    TRANSFER = "transfer"
    WAITING_FOR_SWITCHOVER = "waiting-for-switchover"
    SWITCHOVER = "switchover"
    DONE = "done"
    UNKNOWN = "unknown"


@record
class Migration:
    """One migration that has not ended."""

    id: str
    virtual_machine: str
    kind: MigrationKind
    phase: MigrationPhase
    started_at: datetime | None
    switchover_at: datetime | None = None
    """When its switchover is scheduled; None when it is not, or nobody knows."""


@record
class ReplicationCounters:
    """The four counters that a manager restart waits for, each over both directions."""

    active: int
    configuring: int
    recovering: int
    syncing: int

    @property
    def total(self) -> int:
        """All four together."""
        return self.active + self.configuring + self.recovering + self.syncing


@record
class UpgradeStatus:
    """What the manager says of its own upgrade and of the bundle that lies ready."""

    job: HcxJob | None
    """A running or ended upgrade, with the current sub-task in `message`; None when there was none."""
    staged: Version | None
    """Version of the uploaded bundle, None when there is none."""


@record
class Protection:
    """Backup and snapshot of a manager, as far as anyone can see them."""

    backup_at: datetime | None
    snapshot_at: datetime | None
    text: str


@record
class Capability:
    """Whether a manager has something, and how that is known."""

    has: bool | None
    """None: nobody can tell."""
    reason: str


@record
class Capabilities:
    """What can be had of a manager, by its version, by the accounts we were given, and by what answered."""

    appliance_management: Capability
    """Whether port 9443 answers to an account of ours."""
    manager_upgrade: Capability
    """Whether its generation has calls for its own upgrade that we know or guess."""
    in_service: Capability
    """Whether its network extension appliances can be upgraded in service."""
    ha_groups: Capability
    """Whether its network extension appliances can stand in high availability groups."""
    snapshots: Capability
    """Whether a snapshot of it can be seen or taken through HCX."""


@record
class Identity:
    """Who answered: version and the system's own id."""

    version: Version
    system_id: str
    name: str


@record
class ManagerFacts:
    """All that one pass observed about one manager."""

    manager: Manager
    observed_at: datetime
    """When the pass over this manager ended; sections carry their own time."""
    alive: Seen[bool] | None = None
    logged_in: Seen[bool] | None = None
    certificate: Seen[str] | None = None
    """SHA-256 of the certificate that answered."""
    certificate_until: Seen[datetime] | None = None
    """Until when that certificate is valid."""
    clock: Seen[datetime] | None = None
    """What the manager's own clock showed, cut to the second, in an answer that came at the time `at` of ours."""
    anchors: tuple[str, ...] = ()
    """SHA-256 of what its certificate is verified against, CAs or the pinned one: confirmations bind to it."""
    identity: Seen[Identity] | None = None
    services: Seen[tuple[ServiceState, ...]] | None = None
    vcenter: Seen[Status] | None = None
    nsx: Seen[Status] | None = None
    pairings: Seen[tuple[Pairing, ...]] | None = None
    meshes: Seen[tuple[Mesh, ...]] | None = None
    appliances: Seen[tuple[Appliance, ...]] | None = None
    extensions: Seen[tuple[NetworkExtension, ...]] | None = None
    migrations: Seen[tuple[Migration, ...]] | None = None
    replications: Seen[ReplicationCounters] | None = None
    jobs: Seen[tuple[HcxJob, ...]] | None = None
    """Interconnect jobs that are queued or running."""
    upgrade: Seen[UpgradeStatus] | None = None
    protection: Seen[Protection] | None = None
    address_pools: Seen[tuple[AddressPool, ...]] | None = None
    deployments: Seen[tuple[Deployment, ...]] | None = None
    """Known only where the compute profiles had to be asked for networks."""
    ha_groups: Seen[tuple[HaGroup, ...]] | None = None
    room: Seen[int] | None = None
    """How many more appliances the deployment cluster has room for."""
    licence: Seen[Licence] | None = None
    capabilities: Seen[Capabilities] | None = None
    vsphere: VcenterFacts | None = None
    """What the vCenter says that its virtual machine runs in; None where none is named."""
    gaps: tuple[Gap, ...] = ()

    @property
    def version(self) -> Version | None:
        """The manager's version, None when it was not observed."""
        return self.identity.value.version if self.identity else None

    def gap(self, section: str) -> Gap | None:
        """Why `section` is missing: its own gap, else the one that left the whole manager unread."""
        wanted = {gap.section: gap for gap in self.gaps}
        return wanted.get(section) or wanted.get("manager")


@dataclass(frozen=True, kw_only=True)  # a record without slots: its indexes are made once, when first asked for
class FleetFacts:
    """Facts of every manager of one pass: the input of checks, planner, `why` and reports."""

    managers: tuple[ManagerFacts, ...]

    def of(self, manager_id: str) -> ManagerFacts | None:
        """Facts of the manager with that id."""
        return self._by_id.get(manager_id)

    def by_system_id(self, system_id: str) -> ManagerFacts | None:
        """Facts of the manager that calls itself `system_id`: identity never goes by name."""
        return self._by_system_id.get(system_id)

    def at_host(self, host: str) -> tuple[ManagerFacts, ...]:
        """Facts of the managers that are dialled at that host, in the order of `managers`."""
        return self._by_host.get(host.lower(), ())

    @cached_property
    def _by_host(self) -> dict[str, tuple[ManagerFacts, ...]]:
        found: dict[str, list[ManagerFacts]] = {}
        for facts in self.managers:
            found.setdefault(facts.manager.endpoint.host.lower(), []).append(facts)
        return {host: tuple(each) for host, each in found.items()}

    @cached_property
    def _by_id(self) -> dict[str, ManagerFacts]:
        return {facts.manager.id: facts for facts in reversed(self.managers)}

    @cached_property
    def _by_system_id(self) -> dict[str, ManagerFacts]:
        return {facts.identity.value.system_id: facts for facts in reversed(self.managers) if facts.identity}
