"""The ports: what activities and the HTTP API may ask of the outside world. `shared/wiring.py` picks the adapters."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from shared.model.acts import Act, ApplianceSeen, ApplianceTraffic, ApplianceWanted, ManagerSeen, Refused
from shared.model.caller import SignIn
from shared.model.chain import Link
from shared.model.command import Command
from shared.model.confirmation import Confirmations
from shared.model.facts import ManagerFacts
from shared.model.inventory import CloudDetails, Maintenance, MaintenancesSeen, Manager, PrivateCloud, SubscriptionSeen
from shared.model.kept_call import KeptCall
from shared.model.ledger import BreakerReset, BreakerState, Claim, ClaimState, Lease, LeaseWish
from shared.model.notice import Delivery, DeliveryState, Notice
from shared.model.plan import Plan
from shared.model.policy import Policy, Probe, Webhook
from shared.model.probe import ProbeAnswer
from shared.model.record import record
from shared.model.run import JournalEntry, Run, RunState
from shared.model.secret import Account
from shared.model.snapshots import SnapshotSeen, SnapshotState
from shared.model.vcenter import PinnedMachine, Plugin, VcenterFacts, VcenterGap
from shared.model.version import Version


class Clock(Protocol):
    """The one clock."""

    def now(self) -> datetime:
        """Now, in UTC with zone."""
        ...


class AlarmClock(Clock, Protocol):
    """The one clock, for whoever wants to be woken by it."""

    def wait_until(self, at: datetime) -> bool:
        """Sleep until `at`; at once True where that has come.

        False, before that, where nobody may sleep on here: the host is stopping, or as many sleep as it can spare.
        """
        ...


class Secrets(Protocol):
    """Where accounts come from."""

    def account(self, name: str) -> Account:
        """The account of that name in its newest version.

        Raises:
            SecretMissingError: there is no such secret, or it does not hold a user name and a password.
        """
        ...


class SecretMissingError(LookupError):
    """No usable secret of that name; the message names the secret and what to do, never its content."""


class PolicyInvalidError(ValueError):
    """A file of the owner cannot be used; `problems` holds every error, one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class Azure(Protocol):
    """What hcx-fleet reads of Azure Resource Manager."""

    def subscriptions(self, wanted: Sequence[str]) -> tuple[SubscriptionSeen, ...]:
        """Subscriptions in scope (all readable ones when `wanted` is empty), before any cloud is read."""
        ...

    def private_clouds(self, subscription: SubscriptionSeen) -> tuple[SubscriptionSeen, tuple[PrivateCloud, ...]]:
        """The private clouds of one subscription, and what came of reading it. Never raises for one subscription."""
        ...

    def details(self, clouds: Sequence[PrivateCloud]) -> tuple[tuple[CloudDetails, ...], tuple[Maintenance, ...]]:
        """What belongs to private clouds of one subscription, in their order, and their maintenances. Never raises.

        What could not be read is told in the details of each cloud; what was read besides is there all the same.
        """
        ...

    def maintenances_of(self, clouds: Sequence[PrivateCloud]) -> tuple[MaintenancesSeen, ...]:
        """The maintenances alone of private clouds of one subscription, in their order. Never raises."""
        ...


type Told = Callable[[str], bool]
"""Whether somebody else told a moment ago what belongs to the mesh of that id."""


def nobody_told(_mesh: str) -> bool:
    """Everything has to be asked for."""
    return False


type Sending = Callable[[], None]
"""Called right before a request that changes something is sent: the last moment at which it can be kept back."""


class NotSentError(Exception):
    """What `Sending` raises to keep a request back; `act` is what came of the step instead."""

    def __init__(self, act: Act) -> None:
        super().__init__()
        self.act = act


class Hcx(Protocol):
    """What hcx-fleet does with HCX managers. Reading methods report gaps instead of raising."""

    def facts(self, manager: Manager, told: Told = nobody_told, seconds: float | None = None) -> ManagerFacts:
        """Everything one pass can observe about `manager`, at most one log-in per account used.

        Args:
            manager: to observe.
            told: whether the manager where a mesh begins, by the mesh's id, was read a moment ago for what belongs to
                the mesh. Where that holds for every mesh that ends here, this manager is not asked for it again.
            seconds: how long the visit may take, in real time; what was not seen by then is a gap. None: the usual.
        """
        ...

    def manager_seen(self, manager: Manager) -> ManagerSeen:
        """The few facts that a wait for a manager step needs: liveness, version, services, running upgrade."""
        ...

    def appliance_seen(self, manager: Manager, mesh: str, appliance: str, job: str | None) -> ApplianceSeen:
        """The few facts that a wait for an appliance step needs: version, tunnels, and the HCX job if one is known."""
        ...

    def networks_seen(self, manager: Manager, mesh: str, seconds: float) -> ApplianceTraffic:
        """What this side of a mesh says of its tunnels and of the networks it stretches.

        Light enough for every few seconds: two calls in the session that is there, and in `seconds` of real time.
        """
        ...

    def upgrade_manager(self, manager: Manager, target: Version, sending: Sending) -> Act:
        """Start the upgrade of `manager` to the staged `target`, once; adopt a running one to the same version.

        Args:
            manager: to upgrade.
            target: the version, as its bundle lies there.
            sending: called right before the one request that starts it, and never where none is sent. What it raises
                comes out of this method, and then nothing was sent.
        """
        ...

    def calls(self) -> Mapping[str, int]:
        """HCX calls of this process so far, by the confidence of their routes."""
        ...

    def upgrade_appliance(self, manager: Manager, wanted: ApplianceWanted, sending: Sending) -> Act:
        """Start the upgrade of one appliance with its peers from the initiator side, once; adopt a running one.

        `sending` is called right before the one request that starts it, as for a manager.
        """
        ...


class Probes(Protocol):
    """Asks something behind an extended network whether it is there: the only proof of traffic. Never raises."""

    def ask(self, probe: Probe, seconds: float) -> ProbeAnswer:
        """Ask once, for that many real seconds at most."""
        ...


class NoProbes:
    """Nobody here asks through any network."""

    def ask(self, probe: Probe, seconds: float) -> ProbeAnswer:
        """Nothing is sent, so that nothing is known."""
        del seconds
        return ProbeAnswer(ok=None, detail=f"{probe.name} was not asked")


class VCenters(Protocol):
    """What hcx-fleet reads of the vCenters that `fleet.yaml` names. Never raises."""

    def facts(self, manager: Manager) -> VcenterFacts | None:
        """Everything one look at the manager's vCenter can observe; None where none is named."""
        ...

    def plugins(self, manager: Manager) -> tuple[Plugin, ...] | VcenterGap | None:
        """Versions of the plug-ins alone, for a wait; None where no vCenter is named."""
        ...


class NoVCenters:
    """Nobody asks any vCenter."""

    def facts(self, manager: Manager) -> VcenterFacts | None:
        """None."""
        del manager
        return None

    def plugins(self, manager: Manager) -> tuple[Plugin, ...] | VcenterGap | None:
        """None."""
        del manager
        return None


class Snapshots(Protocol):
    """Takes and removes snapshots of managers in one way, such as by run command or in vCenter.

    Raises nothing but what `sending` raises.
    """

    def offered(self, manager: Manager) -> str | None:
        """Why snapshots of `manager` cannot be taken this way; None where they can."""
        ...

    def take(self, manager: Manager, name: str, sending: Sending, machine: PinnedMachine | None = None) -> Act:
        """Take the snapshot `name`, once; adopt one of that name that is there or being made.

        Args:
            manager: whose.
            name: of the snapshot.
            sending: called right before the one request that takes it, and never where none is sent; what it raises
                comes out of this method.
            machine: the only one that is meant, where the plan pins one.
        """
        ...

    def seen(self, manager: Manager, name: str, machine: PinnedMachine | None = None) -> SnapshotSeen:
        """How the snapshot `name` stands; of another machine than the pinned one nobody knows."""
        ...

    def remove(self, manager: Manager, name: str, sending: Sending, machine: PinnedMachine | None = None) -> Act:
        """Remove the snapshot of exactly that name, once; nothing is sent where there is none.

        `sending` is called right before the one request that removes it, as for taking one.
        """
        ...


class NoSnapshots:
    """Nobody here can take snapshots this way."""

    def __init__(self, why: str) -> None:
        self._why = why

    def offered(self, manager: Manager) -> str | None:
        """Why not."""
        del manager
        return self._why

    def take(self, manager: Manager, name: str, sending: Sending, machine: PinnedMachine | None = None) -> Act:
        """Nothing is sent."""
        del machine, sending
        return Refused(
            reason="not-offered", detail=f"no snapshot {name} of {manager.id}: {self._why}", remedy=self._why
        )

    def seen(self, manager: Manager, name: str, machine: PinnedMachine | None = None) -> SnapshotSeen:
        """Nobody can see."""
        del machine
        return SnapshotSeen(state=SnapshotState.UNKNOWN, detail=f"{name} of {manager.id} cannot be seen: {self._why}")

    def remove(self, manager: Manager, name: str, sending: Sending, machine: PinnedMachine | None = None) -> Act:
        """Nothing is sent."""
        return self.take(manager, name, sending, machine)


class Notices(Protocol):
    """Hands notices on to where people read them. Never raises."""

    def send(self, notice: Notice, body: bytes, webhook: Webhook | None) -> Delivery:
        """Try once to deliver a notice.

        Args:
            notice: the notice; a receiver that gets its id twice drops the second one.
            body: of the message, a JSON document in UTF-8.
            webhook: where `fleet.yaml` sends notices; None: nowhere.
        """
        ...


class JournalAlone:
    """Notices go nowhere: the journal of the run has them, and whoever wants to know reads it."""

    def send(self, notice: Notice, body: bytes, webhook: Webhook | None) -> Delivery:
        """Nothing is sent."""
        del notice, body, webhook
        return Delivery(state=DeliveryState.NOT_WANTED, detail="the journal has it, and it goes nowhere else")


class LoginBreaker(Protocol):
    """The part of the store that whoever logs in anywhere needs."""

    def begin_login(self, secret: str, version: str, now: datetime) -> BreakerState:
        """Ask to log in with that secret version: go, wait for another one's try, or stay away for good."""
        ...

    def end_login(self, secret: str, version: str, *, refused: bool | None, detail: str, now: datetime) -> None:
        """Say how the try ended; a refused one opens the breaker. None says that it showed nothing: anybody may try."""
        ...


class Store(LoginBreaker, Protocol):
    """Runs, plans, facts, ledger, breaker and journal. Every write is safe to repeat."""

    def __hash__(self) -> int:
        """A store is its own key: what was read from it may be remembered with it."""
        ...

    def put_run(self, run: Run) -> bool:
        """Keep a new run; False when a run of that id is already there (it is left as it is)."""
        ...

    def run(self, run_id: str) -> Run | None:
        """The run of that id."""
        ...

    def runs(self) -> tuple[Run, ...]:
        """All runs, newest request first."""
        ...

    def update_run(self, run: Run) -> None:
        """Replace what is kept of a run."""
        ...

    def active_runs(self, states: Sequence[RunState] = (RunState.NOT_STARTED, RunState.RUNNING)) -> tuple[Run, ...]:
        """Runs in one of `states`."""
        ...

    def put_plan(self, plan: Plan) -> None:
        """Keep a plan under its hash."""
        ...

    def plan(self, plan_hash: str) -> Plan | None:
        """The plan of that hash."""
        ...

    def plans(self, prefix: str = "") -> tuple[str, ...]:
        """The hashes that begin so, of the plans that are kept; the one that was kept last comes first."""
        ...

    def put_document(self, run_id: str, name: str, document: str) -> None:
        """Keep a JSON document of a run, such as its inventory or the facts of one manager; the last one stays."""
        ...

    def document(self, run_id: str, name: str) -> str | None:
        """A document of a run."""
        ...

    def documents(self, run_id: str, prefix: str) -> dict[str, str]:
        """All documents of a run whose name starts with `prefix`, by name."""
        ...

    def append(self, run_id: str, entry: JournalEntry) -> bool:
        """Append to the journal; False when an entry of that key is already there."""
        ...

    def journal(self, run_id: str, after: int = 0) -> tuple[tuple[int, JournalEntry], ...]:
        """Entries with their sequence number, in order, beginning after `after`.

        Raises:
            TamperedError: an entry cannot even be read.
        """
        ...

    def claim(self, subject: str, step: str, generation: int, holder: str, now: datetime) -> Claim:
        """Intend one mutating step. The first holder gets it; a later caller gets what the first one left there."""
        ...

    def record_claim(self, claim: Claim, state: ClaimState, job: str | None, now: datetime, fence: int = 0) -> Claim:
        """Move a claim on (intended → claimed → sending → adopted → done), under a lease where it is about to change.

        Raises:
            ClaimMovedError: it is not there any more, there is no such move, or a later lease has been at work on it.
        """
        ...

    def claims_of(self, holder: str) -> tuple[Claim, ...]:
        """Every claim that a run holds."""
        ...

    def take_lease(self, wish: LeaseWish, now: datetime) -> Lease:
        """Take a lease, or renew the one that the same task of the same run has: it keeps its token then.

        Raises:
            LeaseHeldError: somebody else holds it, or changes what has to be quiet; with their lease.
        """
        ...

    def give_back_lease(self, subject: str, token: int, now: datetime) -> bool:
        """Give a lease back; False, and nothing happens, where it is not held under that token any more."""
        ...

    def leases(self, now: datetime) -> tuple[Lease, ...]:
        """Every lease that is held, by subject."""
        ...

    def generation(self, subject: str) -> int:
        """Number of the attempt at `manager:ID` or `mesh:ID`: 1 until a person's retry raises it."""
        ...

    def generations(self, subjects: Iterable[str]) -> dict[str, int]:
        """The same of many subjects, in one read."""
        ...

    def raise_generation(self, subject: str, cause: str, now: datetime) -> int:
        """Raise it by one, once for each cause, such as the id of a run that retries; gives that cause's number."""
        ...

    def command(self, run_id: str, command: Command, behind: int | None = None) -> bool:
        """Keep a command to a run; False when one of that key is already there.

        Args:
            run_id: the run.
            command: to keep.
            behind: how many there were when it was judged; None: it is kept whatever was said since.

        Raises:
            CommandsMovedError: there are more by now.
            TamperedError: the one before it is no command any more.
        """
        ...

    def commands(self, run_id: str) -> tuple[Command, ...]:
        """Every command to a run, in the order in which they were given.

        Raises:
            TamperedError: one of them is not what was written there: nobody knows what people really said.
        """
        ...

    def chain(self, run_id: str) -> tuple[Link, ...]:
        """The journal of a run as the chain that is kept, whether it is whole or not."""
        ...

    def begin_call(self, wanted: KeptCall) -> KeptCall:
        """Begin a call that may be repeated; what stands under its key: this very try, or the one that was before."""
        ...

    def end_call(self, done: KeptCall) -> KeptCall:
        """Keep the answer of a call; what stands under its key: the first answer, whichever try came to it."""
        ...

    def drop_call(self, tried: KeptCall) -> None:
        """Forget a call that is still under way by that very try: it came to nothing that is to be given again."""
        ...

    def forget_calls(self, begun_before: datetime) -> int:
        """Forget every call that was begun before then; how many there were."""
        ...

    def reset_login(self, secret: str, version: str, given: BreakerReset) -> bool:
        """Allow one more try of a refused secret version; False, and nothing is kept, where its breaker is not open."""
        ...

    def breakers(self) -> tuple[BreakerState, ...]:
        """Every account whose breaker is open."""
        ...


class Reports(Protocol):
    """Where finished reports go."""

    def publish(self, run_id: str, name: str, content: bytes) -> str:
        """Keep a report file and say where it is."""
        ...


class Configuration(Protocol):
    """The reviewed files of the owner, read anew for every pass so that a change counts without a restart."""

    def policy(self) -> Policy:
        """`fleet.yaml`.

        Raises:
            PolicyInvalidError: with every error, each naming file, line and field.
        """
        ...

    def confirmations(self) -> Confirmations:
        """The confirmations of mutating routes; none when there is no file."""
        ...


@record
class OverrideText:
    """The content of the override file: what adds to the catalogue of releases, paths and risks, or corrects it."""

    name: str
    """Of the file, for errors."""
    text: str


class Overrides(Protocol):
    """Where the override file is, read anew each time so that a change counts without a restart."""

    def read(self) -> OverrideText | None:
        """The file, None where there is none. What is returned was read as a catalogue already.

        Raises:
            PolicyInvalidError: with every error of it.
        """
        ...


class NoOverrides:
    """The catalogue is as delivered."""

    def read(self) -> OverrideText | None:
        """None."""
        return None


class Orchestrations(Protocol):
    """The durable client as far as the HTTP API needs it (`azure.durable_functions` behind it)."""

    async def start(self, orchestrator: str, instance_id: str, request: object) -> None:
        """Start `orchestrator` under `instance_id`; does nothing when that instance exists."""
        ...

    async def raise_event(self, instance_id: str, event: str, data: object) -> None:
        """Ring an instance's bell."""
        ...


class Engine(Orchestrations, Protocol):
    """The durable client as far as the timer needs it."""

    async def alive(self, instance_id: str) -> bool | None:
        """Whether that instance goes on, False where it has ended; None where there is none."""
        ...

    async def ended_before(self, then: datetime) -> tuple[str, ...]:
        """Ids of the instances that had ended by then, whichever way."""
        ...

    async def purge(self, instance_id: str) -> None:
        """Forget an instance that has ended, with its history."""
        ...


@record
class CloudPorts:
    """Where cloud managers listen when Azure's endpoint does not name a port."""

    service: int = 443
    appliance: int = 9443


@record
class Ports:
    """One adapter for every port: what activities and the HTTP API are given."""

    clock: AlarmClock
    secrets: Secrets
    azure: Azure
    hcx: Hcx
    store: Store
    reports: Reports
    configuration: Configuration
    overrides: Overrides = NoOverrides()
    cloud_ports: CloudPorts = CloudPorts()
    vcenters: VCenters = NoVCenters()
    probes: Probes = NoProbes()
    notices: Notices = JournalAlone()
    sign_in: SignIn = SignIn()
    run_command_snapshots: Snapshots = NoSnapshots("no identity for run commands is set: HCX_FLEET_EXECUTOR_CLIENT_ID")
    vcenter_snapshots: Snapshots = NoSnapshots("no vCenter of this manager is named in fleet.yaml")
