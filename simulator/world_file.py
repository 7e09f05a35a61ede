"""The world file: what there is, how it behaves, who does what and when. docs/simulator.md explains every key."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator
from pydantic.alias_generators import to_camel

from shared.model.record import record
from shared.model.version import Version
from shared.policy.fleet_file import FleetChoices, Metadata
from shared.policy.sites import PlacePart
from shared.policy.targets import TargetPart

NO_HCX = "none"
NETWORKS_DOCUMENTED = 8
"""Networks that one NE appliance carries by what is public."""
NETWORKS_MAX = 2 * NETWORKS_DOCUMENTED
"""Worlds may overfill an appliance, to have many networks with few of them; nothing public tells what HCX does then."""


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not value.startswith("P"):
        raise ValueError("must be an ISO 8601 duration such as PT6H or P2DT30M")
    return TypeAdapter(timedelta).validate_python(value)


def _instant(value: object) -> object:
    if isinstance(value, datetime):
        return value
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError("must be a time such as 2026-11-24T06:00:00Z") from None
    if read.tzinfo is None:
        raise ValueError("must say its zone, such as the Z in 2026-11-24T06:00:00Z")
    return read.astimezone(UTC)


def _version(text: str) -> str:
    if not Version(text).known:
        raise ValueError("must be an HCX version such as 4.11.4")
    return text


def _version_or_none(text: str) -> str:
    return text if text == NO_HCX else _version(text)


def _networks(count: int) -> int:
    if not 0 <= count <= NETWORKS_MAX:
        raise ValueError(
            f"must be from 0 to {NETWORKS_MAX} ({NETWORKS_DOCUMENTED} are documented, a world may have twice as many): "
            "spread the networks over more appliances of type NE"
        )
    return count


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
HcxVersion = Annotated[str, AfterValidator(_version)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
"""A DNS label, since host names are made of it."""
Count = Annotated[int, Field(ge=0, le=500)]
Networks = Annotated[int, Field(json_schema_extra={"minimum": 0, "maximum": NETWORKS_MAX}), AfterValidator(_networks)]
"""Networks of one NE appliance."""
OwnerHint = Literal["ours", "provider", "assisted"]


class Part(BaseModel):
    """What every part of the file has in common: camelCase keys, strict types, no unknown keys."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,  # for code; a file is read by alias only
        use_attribute_docstrings=True,
    )


@record
class UsualSecrets:
    """Names of the secrets of a manager where the file has none; `{}` is its name."""

    service: str
    appliance: str


CLOUD_SECRETS = UsualSecrets(service="hcx-{}", appliance="hcx-{}-admin")
CONNECTOR_SECRETS = UsualSecrets(service="{}-hcx", appliance="{}-admin")
VCENTER_SECRET = "vcenter-{}"  # noqa: S105 -- the name of a secret


class Throttle(Part):
    """How Azure Resource Manager throttles."""

    times: Count = 0
    """How many reads of private clouds are answered 429 before one is answered."""
    details: Count = 0
    """The same for what belongs to private clouds, counted for each subscription."""
    retry_after: Annotated[int, Field(ge=0, le=60)] = 1
    """Seconds in `Retry-After`: real seconds, since the caller's transport waits for them."""


class Arm(Part):
    """How Azure Resource Manager behaves."""

    page_size: Annotated[int, Field(ge=1, le=1000)] = 50
    """Items on a page of subscriptions or private clouds."""
    throttle: Throttle = Throttle()
    run_command_identity: bool = False
    """Whether there is an identity that may start run commands; the published settings name it then."""


class Subscription(Part):
    """An Azure subscription."""

    name: Name
    denied: bool = False
    """Whether reading its private clouds is answered 403."""
    denied_parts: list[Literal["addons", "sites", "maintenances", "locks"]] = []
    """What else of its private clouds is answered 403: a role of somebody's own may leave out any of it."""


class Pair(Part):
    """A site pairing, listed by the manager that was paired from."""

    cloud: Name
    health: Literal["connected", "disconnected"] = "connected"


class Job(Part):
    """An HCX job that `GET /hybridity/api/jobs/{id}` answers for."""

    id: str
    done: bool = True
    failed: bool = False
    """May be true together with `done`: a job can be done *and* failed."""
    percent: Annotated[int, Field(ge=0, le=100)] = 100


class Behaviour(Part):
    """What cloud managers and connectors have in common."""

    staged: list[HcxVersion] = []
    """Upgrade bundles that lie ready. HCX shows one at a time: the lowest one above the manager's version."""
    reboot: Duration = timedelta(minutes=4)
    """How long connections are refused during a reboot."""
    slow_boot: Duration | None = None
    """How long 503 is answered after a reboot; 3 minutes without this key."""
    login_errors: Duration = timedelta(minutes=2)
    """How long log-ins are answered with the XML start-up error after that."""
    trouble: Literal["none", "upgrade-fails", "upgrade-stalls", "disk-full", "no-snapshot", "dead-after-reboot"] = (
        "none"
    )
    """What goes wrong with every upgrade of this manager: it fails while it is applied and changes nothing, stays there
    for ever, is refused by the validation, takes no snapshot, or never comes back from its reboot."""
    certificate: Literal["ours", "other-ca", "wrong-name", "expired"] = "ours"
    vcenter: Literal["ok", "down"] = "ok"
    nsx: Literal["ok", "down", "none"] = "ok"
    """`none`: no NSX Manager is registered."""
    pairs: list[Pair] = []
    """Site pairings made from this manager."""
    api_documents: Literal["usual", "other-paths", "none"] = "usual"
    """API documents served below `/hybridity/docs`; `other-paths`: calls that hcx-fleet guesses are elsewhere, and the
    documents say where."""
    credentials: str | None = None
    """Name of the secret for port 443."""
    appliance_credentials: str | None = None
    """Name of the secret for port 9443."""
    jobs: list[Job] = []


class Expect(Part):
    """Where a private cloud should end."""

    outcome: Literal["current", "upgraded", "waiting", "blocked", "failed", "unknown", "excluded"]
    reason: str
    """Stable reason code, such as `current` or the id of a check."""


class MaintenanceConstraint(Part):
    """What limits when a maintenance can be."""

    kind: Literal["SchedulingWindow", "AvailableWindowForMaintenance", "Blocked"]
    category: Literal["HiPriorityEvent", "QuotaExhausted", "Holiday", "OverlappingMaintenance"] = "QuotaExhausted"
    """Of a blocked time."""
    reason: str = "No slots available"
    """Of a blocked time."""
    since: Annotated[Duration, Field(alias="from")]
    """When it begins, counted from the start of the world."""
    until: Duration
    """When it ends, counted from the start of the world."""


class Maintenance(Part):
    """A maintenance of a private cloud by the provider."""

    name: Name
    component: Literal["VCSA", "ESXI", "NSXT"] = "VCSA"
    title: str = "vCenter upgrade"
    at: Duration | None = None
    """When it begins, counted from the start of the world; it is not scheduled without this key."""
    takes: Duration = timedelta(hours=4)
    state: Literal["NotScheduled", "Scheduled", "InProgress", "Success", "Failed", "Canceled"] | None = None
    """Its state for ever; as the time of the world says if not given."""
    ready: bool = True
    """Whether its own checks found nothing."""
    constraints: list[MaintenanceConstraint] = []


class Lock(Part):
    """A management lock."""

    name: Name
    level: Literal["CanNotDelete", "ReadOnly"] = "CanNotDelete"
    on: Literal["cloud", "group", "subscription"] = "cloud"
    """What it is on: the private cloud, its resource group or its subscription."""


class EnterpriseSite(Part):
    """A site that may activate HCX with a private cloud; its activation key is made up."""

    name: Name
    status: Literal["Available", "Consumed", "Deactivated", "Deleted"] = "Consumed"


class Cloud(Behaviour):
    """A private cloud with its cloud manager."""

    name: Name
    subscription: Name
    region: Name = "westeurope"
    hcx: Annotated[str, AfterValidator(_version_or_none)]
    """Version of its cloud manager, or `none` where HCX was never installed."""
    provisioning_state: Literal[
        "Succeeded", "Failed", "Canceled", "Cancelled", "Pending", "Building", "Deleting", "Updating"
    ] = "Succeeded"
    endpoint: Literal["name", "address"] = "name"
    """Whether `endpoints.hcxCloudManager` is a URL with a name or with an address."""
    address_listed: bool = True
    """Whether `endpoints.hcxCloudManagerIp` is there."""
    appliance_management: bool = False
    """Whether the account for port 9443 was given to us; on AVS the provider keeps it."""
    system_mesh: bool = False
    """Whether the automatic `default-service-mesh-*` is there."""
    tags: dict[str, str] = {}
    maintenances: list[Maintenance] = []
    """What the provider has planned for vCenter, ESXi and NSX."""
    locks: list[Lock] = []
    sites: list[EnterpriseSite] = []
    """HCX enterprise sites."""
    run_commands: Literal["usual", "missing", "wants-more", "fails", "slow", "nothing-made", "unreadable"] = "usual"
    """What is wrong with the run commands for snapshots of its cloud manager: the package no longer has them, they ask
    for more than anybody knows, they fail, they take most of an hour, they say that all went well and take none, or
    they list snapshots in words of their own."""
    owner: OwnerHint | None = None
    """Owner in this cloud's own entry of fleet.yaml; no entry without it."""
    expect: Expect | None = None


class Connector(Behaviour):
    """A connector on premises."""

    name: Name
    site: Name | None = None
    """The site it stands at; its name without a leading `con-` if not given."""
    hcx: HcxVersion
    appliance_management: bool = True
    """Whether the account for port 9443 was given to us."""
    owner: OwnerHint | None = None
    mesh_owner: OwnerHint | None = None
    contact: str | None = None
    listed: bool = True
    """Whether fleet.yaml names it; nothing in Azure does."""
    trust: Literal["ca", "thumbprint"] = "ca"
    """How fleet.yaml trusts it."""
    reach: Literal["direct", "collector", "manual"] = "direct"
    """How fleet.yaml says that it is read. The world answers whoever asks: a collector runs on the same machine."""

    @property
    def place(self) -> str:
        """The site it stands at."""
        return self.site or self.name.removeprefix("con-")


class Appliance(Part):
    """A pair of mesh appliances, one on each side."""

    type: Literal["IX", "NE", "WO"]
    version: HcxVersion | None = None
    """Version on both sides; the mesh's if not given."""
    networks: Networks = 0
    """How many networks this NE extends."""
    tunnel: Literal["up", "degraded", "down"] = "up"
    group: Name | None = None
    """High availability group that it stands in; a group takes at least two."""
    optimized: bool = False
    """Whether its networks use mobility optimized networking."""

    @model_validator(mode="after")
    def _only_ne_extends(self) -> Self:
        if (self.networks or self.group or self.optimized) and self.type != "NE":
            raise ValueError("only an appliance of type NE has networks")
        return self


USUAL_APPLIANCES = [Appliance(type="IX"), Appliance(type="NE", networks=2)]


class Migration(Part):
    """A migration of a virtual machine, listed by both managers of its mesh."""

    vm: str
    type: Literal["VMOTION", "BULK", "RAV", "COLD", "OSAM", "DR"] = "VMOTION"
    phase: Literal["TRANSFERRING", "SWITCHOVER_WAITING", "SWITCHING_OVER"] = "TRANSFERRING"
    until: Duration | None = None
    """When it is done, counted from the start; never without this key."""
    age: Duration = timedelta()
    """How long it had been running at the start."""


class Replications(Part):
    """The four replication counters, outgoing at the initiator and incoming at the receiver."""

    active: Count = 0
    configuring: Count = 0
    recovering: Count = 0
    syncing: Count = 0
    until: Duration | None = None
    """When they fall to zero, counted from the start; never without this key."""


class Mesh(Part):
    """A service mesh."""

    name: Name
    initiator: Name
    receiver: Name
    version: HcxVersion | None = None
    """Version of its appliances; the initiator's if not given."""
    services: list[
        Literal[
            "INTERCONNECT",
            "WANOPT",
            "VMOTION",
            "BULK_MIGRATION",
            "NETWORK_EXTENSION",
            "RAV",
            "DISASTER_RECOVERY",
            "SRM",
            "OS_ASSISTED_MIGRATION",
        ]
    ] = ["INTERCONNECT", "VMOTION", "BULK_MIGRATION", "NETWORK_EXTENSION"]
    appliances: list[Appliance] = USUAL_APPLIANCES
    at_once: Annotated[int, Field(ge=1, le=100)] = 1
    """How many upgrades of its appliances HCX takes at once; one more is answered 409. More than one is inferred."""
    in_sync: bool = True
    stale_last_task: bool = False
    """Whether `lastTaskDetails` says RUNNING for a task that ended long ago, now and after every later task."""
    trouble: Literal[
        "none",
        "task-fails",
        "task-vanishes",
        "reattach-fails",
        "ephemeral",
        "no-route",
        "tunnel-stays-down",
        "slow-reattach",
        "tunnel-flaps",
        "double-outage",
        "rolls-back",
        "peer-lags",
        "traffic-late",
        "job-vanishes",
    ] = "none"
    """What goes wrong with every appliance upgrade: it fails while the tunnel moves, or its task is gone; the old
    appliance does not come back; NE appliances fail; there is a warning that passes; the tunnel does not come back;
    networks come back one by one; the tunnel goes once more; each side interrupts for itself; the new NE appliance
    does not come up and the old one is brought back; the peer comes up late; traffic passes late; the task is gone
    and the upgrade goes on."""
    migrations: list[Migration] = []
    replications: Replications = Replications()


class Vcenter(Part):
    """A vCenter that virtual machines of managers run in: a program of its own, where it can be built."""

    name: Name
    serves: Annotated[list[Name], Field(min_length=1)]
    """The managers whose virtual machines run in it, and which have their plug-ins there."""
    plugins: Literal["follow", "stay"] = "follow"
    """Whether plug-ins take their manager's version when it is upgraded, or stay as they were."""
    credentials: str | None = None
    """Name of its secret."""


class Probe(Part):
    """Something behind a stretched network that answers while the network carries traffic."""

    name: Name
    network: str
    """Name of the network, such as `mesh-ne1-net1`: the first network of the first NE of `mesh`."""
    kind: Literal["tcp", "http"] = "tcp"


class Account(Part):
    """An account that differs from the usual."""

    secret: str
    username: str | None = None
    stale: bool = False
    """Whether the published secret holds a wrong password."""
    lock_after: Annotated[int, Field(ge=1)] = 5
    """Failed log-ins after which the account is locked."""


class When(Part):
    """A state of the world that somebody waits for."""

    manager: Name | None = None
    mesh: Name | None = None
    version: HcxVersion
    """Version that the manager, or every appliance of the mesh, has at least."""

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if (self.manager is None) == (self.mesh is None):
            raise ValueError("must name either a manager or a mesh")
        return self


class Act(Part):
    """What somebody does, and when."""

    id: Name | None = None
    """For `after` in other entries."""
    at: Duration = timedelta()
    """How long after the start of the world, or after `when` or `after` came true."""
    when: When | None = None
    after: Name | None = None
    """Id of the entry that has to be finished first."""
    early: Duration | None = None
    """How much before `at` it really happens."""
    late: Duration | None = None
    """How much after `at` it really happens."""
    wrong: bool = False
    """Whether nothing is done in truth, whatever is said."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if problems := list(self._problems()):
            raise ValueError("; ".join(problems))
        return self

    def _problems(self) -> Iterator[str]:
        if self.when and self.after:
            yield "must not have both when and after"
        if self.early and self.late:
            yield "must not be both early and late"
        if self.early and self.early > self.at:
            yield "must not be earlier than its own beginning: early is longer than at"

    @property
    def delay(self) -> timedelta:
        """How long it really takes from the moment counted from."""
        return self.at - (self.early or timedelta()) + (self.late or timedelta())


class PersonAct(Act):
    """What a person at a site does."""

    who: str
    about: Annotated[str, Field(pattern=r"^(manager|mesh|case):[a-z0-9-]+$")]
    """`manager:` and a name of a cloud or connector, `mesh:` and a name of a mesh, or `case:` and a name of a cloud:
    the support request for it, of which something can be said and nothing done."""
    do: Literal[
        "stage-bundle",
        "upgrade-manager",
        "upgrade-mesh",
        "revert-manager",
        "resync-mesh",
        "redeploy-mesh",
        "say-done",
        "nothing",
    ]
    version: HcxVersion | None = None
    """Version staged or upgraded to, or that both managers of a mesh must have; the policy's target if not given."""
    says: bool = True
    """Whether what went well is reported as done."""

    def _problems(self) -> Iterator[str]:
        yield from super()._problems()
        kind = self.about.partition(":")[0]
        if self.do in {"stage-bundle", "upgrade-manager", "revert-manager"} and kind != "manager":
            yield f"{self.do} is done to a manager"
        if self.do in {"upgrade-mesh", "resync-mesh", "redeploy-mesh"} and kind != "mesh":
            yield f"{self.do} is done to a mesh"


class ProviderAct(Act):
    """An upgrade of a cloud manager by the provider."""

    cloud: Name
    version: HcxVersion | None = None
    """Version upgraded to; the policy's target if not given."""


class FaultEntry(Part):
    """A named fault, for whom and when; docs/faults.md has the names."""

    name: str
    on: str = "*"
    """Name of a manager, mesh, account, private cloud or subscription, as the fault wants; `*` for every one."""
    since: Annotated[Duration, Field(alias="from")] = timedelta()
    """When it begins, counted from the start of the world."""
    until: Duration | None = None
    """When it ends, counted from the start of the world; never without this key."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.until <= self.since:
            raise ValueError("must not end before it begins: until is not after from")
        return self


class PolicyTarget(TargetPart):
    """The wanted version; one that is written out, since people and provider of the world upgrade to it too."""

    version: HcxVersion = "4.11.4"
    """Version that cloud managers should have."""


class Policy(FleetChoices):
    """The content of fleet.yaml; endpoints, credentials and entries are filled in from the rest of this file."""

    metadata: Metadata = Metadata(name="simulated")
    """What the fleet is called."""
    target: PolicyTarget = PolicyTarget()
    """The wanted version."""
    sites: tuple[PlacePart, ...] = ()
    """What is said of sites beyond the connectors that stand there."""


class Generate(Part):
    """A fleet made from the seed: every cloud with one connector and one mesh."""

    clouds: Annotated[int, Field(ge=1, le=5000)]
    subscriptions: Annotated[int, Field(ge=1, le=500)] = 4
    prefix: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,15}$")] = "gen"
    """First part of every name."""
    regions: Annotated[list[Name], Field(min_length=1)] = ["westeurope", "northeurope", "eastus"]
    cloud_versions: Annotated[list[HcxVersion], Field(min_length=1)] = ["4.11.4"]
    connector_versions: Annotated[list[HcxVersion], Field(min_length=1)] = ["4.10.3", "4.11.2"]
    """Versions to draw from; a repeated one is drawn more often."""
    ne: Count = 1
    """NE appliances of each mesh, beside one IX."""
    networks: Networks = 2
    """Extended networks of each NE."""
    staged: bool = False
    """Whether the target's bundle lies ready on every connector that is behind."""
    cloud_owner: OwnerHint | None = None
    connector_owner: OwnerHint | None = None
    mesh_owner: OwnerHint | None = None
    expect: Expect | None = None
    """For every cloud made."""


class WorldFile(Part):
    """The whole file."""

    start: Instant
    """World time at which everything begins."""
    seed: int = 1
    """Ids, passwords and generated parts come from it."""
    approved_after: Duration = timedelta()
    """How long people look at a plan of a demo before it is carried out."""
    confirmations: bool = True
    """Whether confirmations of the mutating routes, for this world's CA, are published."""
    owner_has: Literal["fleet-file", "spreadsheet"] = "fleet-file"
    """What the owner of the fleet begins with: a whole fleet.yaml, or a spreadsheet of the connectors and no such
    file yet. With a spreadsheet this machine itself trusts the world's authority, as far as the settings go."""
    quicker: Annotated[int, Field(ge=1, le=60)] = 1
    """How many times quicker than usual the steps of upgrades are done, of managers and of appliances."""
    arm: Arm = Arm()
    subscriptions: list[Subscription] = []
    clouds: list[Cloud] = []
    connectors: list[Connector] = []
    meshes: list[Mesh] = []
    vcenters: list[Vcenter] = []
    probes: list[Probe] = []
    accounts: list[Account] = []
    faults: list[FaultEntry] = []
    people: list[PersonAct] = []
    provider: list[ProviderAct] = []
    policy: Policy = Policy()
    generate: Generate | None = None
