"""What the owner of the fleet wants: the reviewed content of `fleet.yaml` as plain records."""

from datetime import date, timedelta
from enum import StrEnum

from shared.model.inventory import Endpoint, Reach, Tag, Trust, VcenterPlace
from shared.model.record import record
from shared.model.span import Span
from shared.model.version import Version


class Mode(StrEnum):
    """What the timer may do by itself. Runs by HTTP or command line need their own request."""

    PLAN_ONLY = "plan-only"
    APPROVE_EACH = "approve-each"
    AUTO = "auto"


class Owner(StrEnum):
    """Who performs a step."""

    OURS = "ours"
    PROVIDER = "provider"
    ASSISTED = "assisted"


class PairOrder(StrEnum):
    """How the managers of a pair follow each other; the vendor allows both."""

    CLOUD_FIRST = "cloud-first"
    TOGETHER = "together"


class ConnectorTarget(StrEnum):
    """Which version a connector should reach."""

    FOLLOW_CLOUD_MANAGER = "follow-cloud-manager"
    """The version its cloud managers have or are about to have."""
    VERSION = "version"
    """A version of its own: `Policy.connector_version`, else the target of the cloud managers."""
    LATEST_VALIDATED = "latest-validated"
    """The newest release that the catalogue knows to be validated with Azure VMware Solution."""


class SharedConnectors(StrEnum):
    """Which wave a connector belongs to that serves private clouds of several waves."""

    EARLIEST = "earliest"
    LAST = "last"


@record
class Exclusion:
    """A private cloud that is left alone: not observed, not planned, and counted as excluded."""

    cloud: str
    """Its name or id."""
    reason: str
    owner: str
    until: date | None
    """After this day it is a finding; it goes on to count, since only a person may let a cloud in."""


@record
class Scope:
    """Which private clouds the policy speaks of."""

    subscriptions: tuple[str, ...] = ()
    """Subscription ids; empty means every subscription that the identity can read."""
    exclude: tuple[Exclusion, ...] = ()
    """Private clouds left alone."""

    def excludes(self, *names: str) -> Exclusion | None:
        """What leaves out the private cloud of any of these names, None where nothing does.

        Azure knows no case in names, so that a capital letter must not let a private cloud in.
        """
        wanted = {name.casefold() for name in names}
        return next((one for one in self.exclude if one.cloud.casefold() in wanted), None)


@record
class DefaultOwners:
    """Owners where a manager's own entry names none. `ours` is no default: it needs the manager's own entry."""

    cloud_manager: Owner = Owner.PROVIDER
    connector: Owner = Owner.ASSISTED
    mesh: Owner = Owner.ASSISTED


@record
class Patience:
    """How long a run waits for others before it closes a task as still waiting."""

    provider: timedelta = timedelta(days=14)
    person: timedelta = timedelta(days=14)


# --- waves ------------------------------------------------------------------------------------------------------------


@record
class VersionRange:
    """A range of releases; a bound that is None leaves that side open."""

    at_least: Version | None = None
    below: Version | None = None


@record
class Selector:
    """Which private clouds are meant: every part that is given must fit, and of a list any one of it."""

    tags: tuple[Tag, ...] = ()
    """All of these. One name may stand several times with different values, of which any one fits."""
    names: tuple[str, ...] = ()
    """Names or ids of private clouds; `*` and `?` stand for any text and any one character."""
    subscriptions: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    versions: VersionRange | None = None
    """Of the cloud manager as it was observed."""


@record
class Amount:
    """So many, or a share of all: exactly one of both."""

    number: int | None = None
    percent: int | None = None

    def of(self, total: int) -> int:
        """How many of `total` that is: a share is rounded down, but is never less than one."""
        if self.number is not None:
            return self.number
        return max(1, total * (self.percent or 0) // 100)


class SoakCriterion(StrEnum):
    """What must be true at the end of a soak before the next wave may go."""

    NO_FAILURES = "no-failures"
    """No task of the wave failed."""
    ALL_UPGRADED = "all-upgraded"
    """Every task of the wave succeeded: nothing waits, is blocked or unknown either."""
    TUNNELS_UP = "tunnels-up"
    """The tunnels of its meshes are up."""
    SERVICES_RUNNING = "services-running"
    """The services of its managers run."""
    PAIRS_HEALTHY = "pairs-healthy"
    """The site pairings of its managers are healthy."""
    NO_NEW_ALARMS = "no-new-alarms"
    """No alarm is red in the vCenters of its managers that was not red right before they were changed."""
    OUTAGE_WITHIN_LIMIT = "outage-within-limit"
    """No extended network was without traffic for longer than is accepted."""


OF_TASKS = frozenset({SoakCriterion.NO_FAILURES, SoakCriterion.ALL_UPGRADED})
"""Criteria that the ends of tasks decide; for all others somebody looks."""

CONVERGED = frozenset({SoakCriterion.TUNNELS_UP, SoakCriterion.SERVICES_RUNNING, SoakCriterion.PAIRS_HEALTHY})
"""What a look asks where the policy names nothing for it."""


@record
class Soak:
    """How long a wave is watched after its last task, and what must be true then."""

    span: timedelta
    require: tuple[SoakCriterion, ...] = (SoakCriterion.NO_FAILURES,)
    samples: int = 0
    """How often everything that the wave touched is looked at meanwhile, evenly spread, the last time at the end."""

    @property
    def asks(self) -> frozenset[SoakCriterion]:
        """What a look is about; nothing where nobody looks."""
        named = frozenset(self.require) - OF_TASKS
        return named or (CONVERGED if self.samples else frozenset())

    @property
    def looks(self) -> int:
        """How many looks it takes: at least one where something is asked that only a look can tell."""
        return self.samples or (1 if self.asks else 0)


class TimeOutAction(StrEnum):
    """What happens to a wave whose approval nobody gave in time."""

    CANCEL_WAVE = "cancel-wave"
    KEEP_WAITING = "keep-waiting"


@record
class Approval:
    """Who lets a wave go."""

    approvers: tuple[str, ...]
    """Ids of people or groups."""
    minimum: int = 1
    """How many different people."""
    time_out: timedelta = timedelta(days=3)
    """From when the wave could go."""
    on_time_out: TimeOutAction = TimeOutAction.CANCEL_WAVE


@record
class Budget:
    """How many tasks may fail before nothing new is started."""

    max_failed: Amount
    strict: bool = True
    """Whether tasks that run count as if they had failed: then the number of failures never exceeds the budget."""


@record
class Wave:
    """One wave: private clouds that go together, with what belongs to them."""

    name: str
    select: Selector | None
    """None: every private cloud that no other wave selects."""
    concurrency: Amount | None = None
    """How many tasks of ours at the same time; None: the policy's own number."""
    soak: Soak | None = None
    approval: Approval | None = None
    budget: Budget | None = None
    """Counts this wave alone, beside the run's own budget."""


# --- time -------------------------------------------------------------------------------------------------------------


@record
class Window:
    """A maintenance window: a recurrence in the wall time of a zone."""

    name: str
    rrule: str
    """RFC 5545 recurrence rule without its start, such as `FREQ=WEEKLY;BYDAY=TU,WE`."""
    start: str
    """Wall time of the start, `HH:MM`."""
    zone: str
    """IANA name."""
    duration: timedelta
    cut_off: timedelta = timedelta()
    """Nothing new starts later than this before the end."""


@record
class Freeze:
    """A time in which nothing is changed."""

    name: str
    spans: tuple[Span, ...]
    reason: str
    owner: str
    sites: tuple[str, ...] = ()
    """Names of sites; empty: everywhere."""
    unreadable: str = ""
    """Why its calendar could not be read; then it is closed at any time."""


@record
class Hold:
    """Something that is not touched until its owner lets it go; beats everything."""

    subject: str
    """Name or id of a private cloud, connector or mesh; `*` for the whole fleet."""
    reason: str
    owner: str
    until: date | None
    """After this day it is a finding, not a release."""


@record
class ProviderDates:
    """What the provider wrote about its upgrade of a private cloud: it comes by mail or support case, by no API."""

    announced: date | None = None
    answer_by: date | None = None
    """Until when a slot can be chosen by answering."""
    case: str | None = None


# --- sites ------------------------------------------------------------------------------------------------------------


@record
class NetworkEntry:
    """An extended network and who answers for the application on it."""

    network: str
    owner: str
    outage_limit: timedelta | None = None
    """The longest outage of it that is acceptable; None: that of the whole fleet."""


@record
class SiteEntry:
    """Where managers live and people work."""

    name: str
    private_cloud: str | None = None
    """Name or id of the private cloud that this site is; None for a place on premises."""
    contacts: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    """When work may go on; none: the windows of the whole fleet."""
    change: str | None = None
    """Number of the change at the site, as people write it."""
    case: str | None = None
    """Number of a support case."""
    provider: ProviderDates = ProviderDates()
    networks: tuple[NetworkEntry, ...] = ()
    firewall_attested: bool = False
    """Whether somebody attests that firewalls allow every address of the uplink and management pools: an in-service
    upgrade takes new ones."""
    spare_room_attested: bool = False
    """Whether somebody attests that the deployment cluster has room for one more appliance, or for as many as may go at
    once."""
    static_binding_attested: bool = False
    """Whether somebody attests that every port group that is extended from here binds statically.

    No manager is known to report it, and every upgrade of an appliance fails on one that binds ephemerally."""


# --- risks, waivers, the rest -----------------------------------------------------------------------------------------


class ExtensionMode(StrEnum):
    """How network extension appliances are upgraded where there is a choice."""

    AUTO = "auto"
    """In service where that is possible, else standard."""
    STANDARD = "standard"
    IN_SERVICE_ONLY = "in-service-only"
    """In service, or not at all."""
    MANUAL = "manual"
    """A person upgrades them, whoever owns the mesh."""


@record
class Webhook:
    """Where notices are posted to."""

    url: str
    secret: str
    """Name of the secret whose password signs them."""
    trust: Trust = Trust()


@record
class NoticePolicy:
    """How whoever performs a step is told of it; the journal of the run has every notice anyway."""

    lead_time: timedelta = timedelta(days=3)
    """How long before its window a person is told of a change."""
    way_back: timedelta = timedelta(hours=4)
    """How long before a way back ends people are told, while its wave is watched."""
    webhook: Webhook | None = None


class CloudManagerSnapshots(StrEnum):
    """Which snapshots hcx-fleet takes of cloud managers before it upgrades them, or has them upgraded by a person."""

    NONE = "none"
    RUN_COMMAND = "run-command"


class ConnectorSnapshots(StrEnum):
    """Which snapshots hcx-fleet takes of connectors before it upgrades them, or has them upgraded by a person."""

    NONE = "none"
    VCENTER = "vcenter"


@record
class SnapshotPolicy:
    """Which snapshots hcx-fleet takes and removes itself."""

    cloud_managers: CloudManagerSnapshots = CloudManagerSnapshots.NONE
    connectors: ConnectorSnapshots = ConnectorSnapshots.NONE
    """Of those whose entry names the vCenter that they run in."""


@record
class ExtensionPolicy:
    """What the owner accepts for extended networks."""

    mode: ExtensionMode = ExtensionMode.AUTO
    outage_limit: timedelta | None = None
    """The longest outage of a network that is acceptable."""
    at_risk: int | None = None
    """How many extended networks may be in change at once; None: any number."""
    together: int = 1
    """How many network extension appliances of a mesh may be in change at once."""
    sample_every: timedelta = timedelta(seconds=5)
    """How often one looks at the networks of an appliance while it changes."""


@record
class AcceptedRisk:
    """A known risk that somebody takes."""

    id: str
    owner: str
    reason: str
    until: date
    subjects: tuple[str, ...] = ()
    """For these managers and meshes; empty: for all."""


@record
class Waiver:
    """A finding that somebody lets pass."""

    check: str
    """Id of a check, or `peer-not-observed`."""
    subject: str
    owner: str
    reason: str
    until: date


@record
class Probe:
    """Something on an extended network that is asked while its appliances are upgraded."""

    name: str
    network: str
    host: str | None = None
    """Name or address of a TCP connection, with `port`."""
    port: int | None = None
    url: str | None = None
    """Address of an HTTP GET; in place of both."""

    @property
    def asks(self) -> str:
        """What is asked, in words."""
        return self.url or f"{self.host}:{self.port}"


@record
class Retention:
    """How long runs and their evidence are kept."""

    runs: timedelta = timedelta(days=400)
    evidence: timedelta = timedelta(days=2555)
    instances: timedelta = timedelta(days=30)
    """Durable instances that have ended. Nothing is read from them: the journal is the record."""


@record
class CloudManagerEntry:
    """What `fleet.yaml` says of one private cloud's manager."""

    cloud: str
    """The private cloud's name or id."""
    owner: Owner | None = None
    credentials: str | None = None
    appliance_credentials: str | None = None
    ca_file: str | None = None
    thumbprint: str | None = None
    vcenter: VcenterPlace | None = None
    """The vCenter that its virtual machine runs in."""


@record
class ConnectorEntry:
    """What `fleet.yaml` says of one connector, which no Azure interface lists."""

    name: str
    site: str
    endpoint: Endpoint
    credentials: str
    appliance_credentials: str | None = None
    owner: Owner | None = None
    mesh_owner: Owner | None = None
    contact: str | None = None
    reach: Reach = Reach.DIRECT
    target: Version | None = None
    """A target of its own, before that of all connectors."""
    vcenter: VcenterPlace | None = None
    """The vCenter that its virtual machine runs in."""


@record
class Policy:
    """The whole of `fleet.yaml`."""

    name: str
    mode: Mode
    target: Version | None
    """The wanted version of cloud managers; None: the newest release that the catalogue knows to be validated."""
    connector_target: ConnectorTarget = ConnectorTarget.FOLLOW_CLOUD_MANAGER
    connector_version: Version | None = None
    """The wanted version of connectors where they have one of their own."""
    scope: Scope = Scope()
    owners: DefaultOwners = DefaultOwners()
    pair_order: PairOrder = PairOrder.CLOUD_FIRST
    concurrency: int = 4
    """How many tasks of ours may change something at the same time."""
    patience: Patience = Patience()
    cloud_credentials: str = "hcx-{cloud}"
    """Name of the secret of a cloud manager; `{cloud}` stands for the private cloud's id."""
    cloud_ca_file: str | None = None
    """CA bundle for cloud managers whose entry names no trust of its own."""
    cloud_managers: tuple[CloudManagerEntry, ...] = ()
    connectors: tuple[ConnectorEntry, ...] = ()
    """Connectors of all sites."""
    sites: tuple[SiteEntry, ...] = ()
    waves: tuple[Wave, ...] = ()
    """In the order in which they go, canaries first; none: everything is one wave."""
    shared_connectors: SharedConnectors = SharedConnectors.EARLIEST
    budget: Budget | None = None
    """Of a whole run; None: failures stop only what depends on them."""
    holds: tuple[Hold, ...] = ()
    windows: tuple[Window, ...] = ()
    """For sites that have none of their own; none: work may go on at any time."""
    freezes: tuple[Freeze, ...] = ()
    split: bool = False
    """Whether a task that does not fit into a window may be split at its hops or appliances."""
    extension: ExtensionPolicy = ExtensionPolicy()
    snapshots: SnapshotPolicy = SnapshotPolicy()
    notices: NoticePolicy = NoticePolicy()
    accepted_risks: tuple[AcceptedRisk, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    probes: tuple[Probe, ...] = ()
    retention: Retention = Retention()
    hash: str
    """SHA-256 over the canonical form of the file's content."""

    def cloud_manager(self, *names: str) -> CloudManagerEntry | None:
        """The entry of a cloud manager under any of its private cloud's names."""
        wanted = {name.casefold() for name in names}
        return next((entry for entry in self.cloud_managers if entry.cloud.casefold() in wanted), None)

    def connector(self, name: str) -> ConnectorEntry | None:
        """The entry of a connector."""
        return next((entry for entry in self.connectors if entry.name == name), None)

    def site_of_cloud(self, *names: str) -> SiteEntry | None:
        """The entry of the site that is the private cloud of any of these names."""
        wanted = {name.casefold() for name in names}
        return next((one for one in self.sites if one.private_cloud and one.private_cloud.casefold() in wanted), None)

    def site(self, name: str) -> SiteEntry | None:
        """The entry of a site by its own name."""
        return next((entry for entry in self.sites if entry.name == name), None)
