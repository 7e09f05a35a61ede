"""The things of a world and what changes about them."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from shared.model.version import Version
from simulator import world_file
from simulator.clock import Clock
from simulator.http.message import Bend
from simulator.ledger import Ledger, Outage
from simulator.names import Ids, build_number, wire_version

SESSION_IDLE = timedelta(minutes=30)
SLOW = timedelta(minutes=3)
POOL_SIZE = 20
"""Addresses of each network profile of a manager."""
DOWN = "DOWN"
"""What an appliance says of a tunnel that is not there; any other word means that packets pass."""


class Reach(StrEnum):
    """How a manager answers; each is worse than the one before it."""

    UP = "up"
    LOGIN_ERRORS = "login-errors"
    """Log-ins get the XML start-up error."""
    STARTING = "starting"
    """503 on port 443; port 9443 answers, with the app engine stopped."""
    REFUSED = "refused"
    """No listener: connections are refused."""


class Side(StrEnum):
    """The two ends of a mesh."""

    INITIATOR = "I"
    RECEIVER = "R"


@dataclass(eq=False)
class Account:
    """A user name and password that log-ins are checked against."""

    secret: str
    username: str
    password: str
    published: str
    """What the secret holds: another password when the secret is stale."""
    lock_after: int
    failed: int = 0
    succeeded: int = 0

    @property
    def locked(self) -> bool:
        """Whether even the right password is refused now."""
        return self.failed >= self.lock_after

    def accepts(self, username: str, password: str) -> bool:
        """Try to log in; a refused try counts towards the lock."""
        good = not self.locked and (username, password) == (self.username, self.password)
        self.succeeded += good
        self.failed += not good
        return good


@dataclass(eq=False)
class SubTask:
    """One part of a manager upgrade."""

    state: str
    created: datetime
    updated: datetime
    status: str = "IN_PROGRESS"
    message: str = ""
    remediation: str = ""


@dataclass(eq=False)
class Upgrade:
    """One upgrade of one manager, running or ended."""

    source: str
    target: str
    caller: str
    created: datetime
    updated: datetime
    status: str = "QUEUED"
    message: str = "Upgrade queued"
    progress: int = 0
    skips: frozenset[str] = frozenset()
    """States left out by the request's policy."""
    sub_tasks: list[SubTask] = field(default_factory=list)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.status in {"QUEUED", "IN_PROGRESS"}


@dataclass(eq=False)
class OwnSnapshot:
    """A snapshot of a manager's machine, and what it would bring back."""

    release: str
    staged: tuple[str, ...]
    made: datetime
    expires: datetime


@dataclass(eq=False)
class Pairing:
    """A site pairing, as the manager it was made from lists it."""

    remote: "Manager"
    username: str
    connected: bool


@dataclass(eq=False)
class Manager:
    """A cloud manager or a connector."""

    id: str
    kind: Literal["cloud-manager", "connector"]
    endpoint_id: str
    host: str
    address: str
    service_account: Account
    appliance_account: Account | None
    behaviour: world_file.Behaviour
    release: str
    staged: list[str]
    own_reach: Reach = Reach.UP
    """How it answers where no fault makes it worse."""
    imposed: list[Reach] = field(default_factory=list)
    """What faults make of it."""
    silent: bool = False
    """Whether it takes connections and then says nothing."""
    certificate: str = "ours"
    app_engine: str = "RUNNING"
    upgrade: Upgrade | None = None
    pairings: list[Pairing] = field(default_factory=list)
    sessions: dict[str, datetime] = field(default_factory=dict)
    """Token and when it was used last."""
    tokens_given: int = 0
    system_mesh_id: str | None = None
    addresses_taken: int = 0
    """Of each of its pools, beyond one for each appliance."""
    addresses_promised: int = 0
    """To in-service upgrades that have not begun to deploy; still free for whoever looks."""
    own_snapshots: list[OwnSnapshot] = field(default_factory=list)
    """Every one that HCX took itself, oldest first."""
    dead: bool = False
    """Whether it will never come back by itself."""
    pools_empty: bool = False
    """Whether no address is free, whoever has them."""
    on_reach: Callable[["Manager"], None] = lambda _: None
    """Called when something changes about how it takes connections."""
    on_upgraded: Callable[["Manager"], None] = lambda _: None
    """Called when it registers its plug-ins anew, after an upgrade."""

    @property
    def service_endpoint(self) -> str:
        """Name of port 443 among the world's endpoints."""
        return f"{self.id} service"

    @property
    def appliance_endpoint(self) -> str:
        """Name of port 9443 among the world's endpoints."""
        return f"{self.id} appliance"

    @property
    def connector(self) -> bool:
        """Whether it is a connector."""
        return self.kind == "connector"

    @property
    def name(self) -> str:
        """What the manager calls itself."""
        return f"{self.id}-enterprise" if self.connector else f"{self.id}-cloud"

    @property
    def major(self) -> int:
        """4 or 9: the generation of its interfaces."""
        return Version(self.release).major

    @property
    def wire_version(self) -> str:
        """Its version as it reports it."""
        return wire_version(self.release, connector=self.connector)

    @property
    def bundle(self) -> str | None:
        """The staged bundle that HCX shows: the lowest one above its version."""
        newer = [Version(text) for text in self.staged if self.older_than(text)]
        lowest = min(newer, key=lambda version: [int(part) for part in version.release.split(".")], default=None)
        return str(lowest) if lowest else None

    def older_than(self, release: str) -> bool:
        """Whether it runs an older release."""
        return Version(self.release).older_than(Version(release))

    @property
    def reach(self) -> Reach:
        """How it answers: the worst of its own and what is imposed on it."""
        return max(self.own_reach, *self.imposed, key=list(Reach).index) if self.imposed else self.own_reach

    def turn(self, reach: Reach) -> None:
        """Change how it answers."""
        self.own_reach = reach
        self.on_reach(self)

    def open_session(self, ids: Ids, now: datetime) -> str:
        """Give out a token."""
        self.tokens_given += 1
        token = ids.secret("session", self.id, self.tokens_given)
        self.sessions[token] = now
        return token

    def has_session(self, token: str, now: datetime) -> bool:
        """Whether `token` is alive, which keeps it alive."""
        used = self.sessions.get(token)
        if used is None or now - used > SESSION_IDLE:
            self.sessions.pop(token, None)
            return False
        self.sessions[token] = now
        return True


@dataclass(eq=False)
class Appliance:
    """One mesh appliance on one side."""

    id: str
    name: str
    side: Side
    manager: Manager
    release: str

    @property
    def behind(self) -> bool:
        """Whether its manager offers it an update."""
        return Version(self.release).older_than(Version(self.manager.release))

    @property
    def build(self) -> int:
        """Its build number."""
        return build_number(self.release, connector=self.manager.connector)


@dataclass(eq=False)
class Extension:
    """A stretched network, and what keeps traffic from passing over it while its tunnel is up."""

    id: str
    network: str
    network_id: str
    attached: bool = True
    """Whether it is bound to an appliance; HCX knows when it is not."""
    passing: bool = True
    """Whether traffic passes where everything is up; HCX does not know when none does."""
    carrier: "AppliancePair | None" = None
    """The member of the group that carries it since a switch-over; None: its own appliances."""
    outage: Outage | None = None
    """The one that lasts; kept by `simulator.traffic` alone."""


@dataclass(eq=False)
class AppliancePair:
    """Two appliances with the tunnel between them; they are upgraded together."""

    type: Literal["IX", "NE", "WO"]
    ends: dict[Side, Appliance]
    extensions: list[Extension]
    tunnel: str = "UP"
    reasons: list[str] = field(default_factory=list)
    peer_tunnel: str | None = None
    """What the receiver's appliance says of the tunnel where that is another word."""
    group: str | None = None
    """Name of its high availability group."""
    optimized: bool = False

    def says(self, side: Side) -> str:
        """What the appliance of that side says of the tunnel."""
        return self.peer_tunnel or self.tunnel if side is Side.RECEIVER else self.tunnel

    @property
    def linked(self) -> bool:
        """Whether packets get through the tunnel: it takes both ends."""
        return all(self.says(side) != DOWN for side in Side)

    @property
    def behind(self) -> bool:
        """Whether one of both is offered an update."""
        return any(end.behind for end in self.ends.values())


@dataclass(eq=False)
class TaskStep:
    """One step of an interconnect task, with one child on each side."""

    title: str
    status: str = "QUEUED"
    began: datetime | None = None
    ended: datetime | None = None
    message: str = ""
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Task:
    """An interconnect task."""

    id: str
    type: str
    mesh: "Mesh"
    caller: str
    request: dict[str, object]
    began: datetime
    steps: list[TaskStep]
    status: str = "QUEUED"
    message: str = ""
    error: str = ""
    progress: int = 0
    ended: datetime | None = None
    vanished: bool = False
    """Gone without a terminal state: nobody answers for it any more."""
    dead: bool = False
    """Whether nothing is done for it any more, though it has no end."""
    replaces: tuple["AppliancePair", ...] = ()
    """The pairs that it deploys anew, in order."""

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.status in {"QUEUED", "RUNNING"}


@dataclass(eq=False)
class Mesh:
    """A service mesh."""

    id: str
    name: str
    initiator: Manager
    receiver: Manager
    part: world_file.Mesh
    pairs: list[AppliancePair]
    state: str
    tasks: list[Task] = field(default_factory=list)

    def side(self, manager: Manager) -> Side:
        """Which end `manager` is."""
        return Side.INITIATOR if manager is self.initiator else Side.RECEIVER

    @property
    def busy(self) -> bool:
        """Whether an interconnect task runs on it."""
        return bool(self.at_work)

    @property
    def at_work(self) -> list[Task]:
        """The interconnect tasks that run on it."""
        return [task for task in self.tasks if task.running and not task.dead]


@dataclass(eq=False)
class ProbeTarget:
    """Something behind a stretched network, which answers while traffic gets there."""

    part: world_file.Probe
    extension: Extension
    address: str
    down: bool = False
    """Whether it does not answer whatever the network carries."""
    on_change: Callable[["ProbeTarget"], None] = lambda _: None
    """Called when it may have begun or ceased to answer."""

    @property
    def answers(self) -> bool:
        """Whether it answers now."""
        return not self.down and self.extension.outage is None


@dataclass(eq=False)
class Snapshot:
    """A snapshot of a cloud manager, as its run commands show it."""

    name: str
    description: str
    made: datetime
    release: str = ""
    """What its manager ran then."""
    gone: datetime | None = None
    expired: bool = False
    """Whether it went away by itself."""


@dataclass(eq=False)
class Execution:
    """A run command that somebody started."""

    name: str
    operation: str
    cmdlet_id: str
    """As the caller wrote it."""
    cmdlet: str
    parameters: list[dict[str, object]]
    timeout: str
    retention: str
    submitted: datetime
    state: str = "Pending"
    started: datetime | None = None
    percent: float = 0.0
    output: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failure: str = ""

    def said(self, parameter: str) -> str:
        """The value of a parameter; empty where it was not given."""
        found = (one for one in self.parameters if str(one.get("name", "")).lower() == parameter.lower())
        return next((str(one.get("value", "")) for one in found), "")


@dataclass(eq=False)
class PrivateCloud:
    """A private cloud as Azure knows it."""

    part: world_file.Cloud
    subscription: "Subscription"
    resource_id: str
    manager: Manager | None
    executions: dict[str, Execution] = field(default_factory=dict)
    """By their names in lower case."""
    snapshots: list[Snapshot] = field(default_factory=list)
    """Every one that ever was."""


@dataclass(eq=False)
class Subscription:
    """An Azure subscription."""

    id: str
    name: str
    denied: bool
    denied_parts: frozenset[str] = frozenset()
    """What of its private clouds may not be read where they themselves may."""
    details_throttled: int = 0
    clouds: list[PrivateCloud] = field(default_factory=list)


ARM_ENDPOINT = "arm"
"""Name of Azure Resource Manager among the world's endpoints."""


@dataclass(eq=False)
class Vcenter:
    """A vCenter and what is wrong with it; the program that it is follows, where there is one."""

    part: world_file.Vcenter
    account: Account
    refusing: bool = False
    """Whether it takes no connections."""
    silent: bool = False
    """Whether it takes connections and then says nothing."""
    certificate: str = "ours"
    denied: tuple[str, ...] = ()
    """Privileges that the account has not."""
    two_machines: bool = False
    """Whether a second machine reports the address of the first manager that it serves."""
    alarmed: bool = False
    """Whether a red alarm is triggered on that manager's machine."""
    consolidation_needed: bool = False
    chain: int = 0
    """How many snapshots of somebody else that machine has, each on top of the one before."""
    free_gb: int = 500
    plugins: Literal["follow", "stay", "contradict"] = "follow"
    """Whether plug-ins have their manager's version, the one that they have now, or another line's."""
    on_change: Callable[["Vcenter"], None] = lambda _: None


@dataclass(eq=False)
class World:
    """Everything there is."""

    file: world_file.WorldFile
    ids: Ids
    clock: Clock
    ledger: Ledger
    tenant: str
    accounts: dict[str, Account] = field(default_factory=dict)
    subscriptions: list[Subscription] = field(default_factory=list)
    clouds: dict[str, PrivateCloud] = field(default_factory=dict)
    managers: dict[str, Manager] = field(default_factory=dict)
    meshes: dict[str, Mesh] = field(default_factory=dict)
    """By name."""
    vcenters: dict[str, Vcenter] = field(default_factory=dict)
    probes: dict[str, ProbeTarget] = field(default_factory=dict)
    """By name."""
    finished: set[str] = field(default_factory=set)
    """Ids of entries of the schedules that are over."""
    azure_tokens: set[str] = field(default_factory=set)
    executor_tokens: set[str] = field(default_factory=set)
    """Those of them that may start run commands."""
    throttled: int = 0
    bends: defaultdict[str, list[Bend]] = field(default_factory=lambda: defaultdict(list))
    """Faults on the wire by the name of an endpoint; the last one sees a request first."""

    @property
    def now(self) -> datetime:
        """World time."""
        return self.clock.now

    def meshes_of(self, manager: Manager) -> Iterator[Mesh]:
        """The meshes that end at `manager`."""
        return (mesh for mesh in self.meshes.values() if manager in (mesh.initiator, mesh.receiver))

    def used_addresses(self, manager: Manager) -> int:
        """Addresses that are taken from each pool of a manager: every appliance has one of each."""
        if manager.pools_empty:
            return POOL_SIZE
        appliances = sum(len(mesh.pairs) for mesh in self.meshes_of(manager))
        return min(POOL_SIZE, appliances + manager.addresses_taken)
