"""The plan: immutable, hashed, and so complete that execution has nothing left to choose."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Literal

from shared.model.facts import ApplianceKind
from shared.model.finding import Finding
from shared.model.inventory import ManagerKind
from shared.model.ne_mode import ModeChoice
from shared.model.policy import Approval, Mode, Owner, Soak
from shared.model.record import record
from shared.model.vcenter import PinnedMachine
from shared.model.version import Version


class CancelClass(StrEnum):
    """What a cancel does while the step runs."""

    SAFE_NOW = "safe-now"
    AFTER_THIS_STEP = "after-this-step"
    PAST_RETURN = "past-return"


class StepKind(StrEnum):
    """What a step does; each kind is one numbered section of docs/procedure.md."""

    OBSERVE_MANAGER = "observe-manager"
    CHECK_MANAGER = "check-manager"
    PROTECT = "protect"
    STAGE = "stage"
    UPGRADE_MANAGER = "upgrade-manager"
    ANSWER = "answer"
    VERIFY_MANAGER = "verify-manager"
    HAND_OVER_MANAGER = "hand-over-manager"
    OBSERVE_MESH = "observe-mesh"
    CHECK_MESH = "check-mesh"
    UPGRADE_APPLIANCE = "upgrade-appliance"
    APPLIANCE_BACK = "appliance-back"
    VERIFY_APPLIANCE = "verify-appliance"
    REDEPLOY_GATEWAY = "redeploy-gateway"
    HAND_OVER_MESH = "hand-over-mesh"


SECTION = {
    StepKind.OBSERVE_MANAGER: "1.1",
    StepKind.CHECK_MANAGER: "1.2",
    StepKind.PROTECT: "1.3",
    StepKind.STAGE: "1.4",
    StepKind.UPGRADE_MANAGER: "1.5",
    StepKind.ANSWER: "1.6",
    StepKind.VERIFY_MANAGER: "1.7",
    StepKind.HAND_OVER_MANAGER: "1.8",
    StepKind.OBSERVE_MESH: "2.1",
    StepKind.CHECK_MESH: "2.2",
    StepKind.UPGRADE_APPLIANCE: "2.3",
    StepKind.APPLIANCE_BACK: "2.4",
    StepKind.VERIFY_APPLIANCE: "2.5",
    StepKind.REDEPLOY_GATEWAY: "2.6",
    StepKind.HAND_OVER_MESH: "2.7",
}
"""Section of docs/procedure.md that each kind of step carries out."""


@record
class Step:
    """One change or one wait inside a task."""

    id: str
    """Unique in its task: the kind, and the hop or appliance where there are several."""
    kind: StepKind
    title: str
    owner: Owner
    cancel: CancelClass
    budget: timedelta
    """How long it may take before the task is closed; for provider and people, how long the run waits for them."""

    @property
    def section(self) -> str:
        """The section of docs/procedure.md that this step carries out."""
        return SECTION[self.kind]


@record
class Estimate:
    """How long something takes: half of the times, and nine times in ten."""

    p50: timedelta
    p90: timedelta
    basis: str
    """What it rests on, such as `public figures` or `recorded times`."""


def at_once(estimates: Iterable[Estimate]) -> Estimate:
    """How long several things take that go at once: as long as the longest of them, by either figure.

    Half of the times that the last of several needs are longer than that. It is accepted: how much depends on how the
    times hang together, which nobody has recorded, and windows are judged by the other figure.

    Raises:
        ValueError: there are none.
    """
    several = tuple(estimates)
    p50, p90 = (max(map(attrgetter(figure), several)) for figure in ("p50", "p90"))
    return Estimate(p50=p50, p90=p90, basis=", ".join(dict.fromkeys(one.basis for one in several)))


@record
class Requirement:
    """What must be observed before a hop or a mesh may begin: this subject at this version, or beyond."""

    kind: Literal["manager", "mesh"]
    subject: str
    version: Version
    reason: str
    """The rule that asks for it, as a sentence."""


class PreparationKind(StrEnum):
    """What has to be done ahead of a task."""

    ANSWER_PROVIDER = "answer-provider"
    REMOVE_SERVICES = "remove-services"
    FETCH_BUNDLE = "fetch-bundle"
    VERIFY_BUNDLE = "verify-bundle"
    UPLOAD_BUNDLE = "upload-bundle"
    BACK_UP = "back-up"
    SNAPSHOT = "snapshot"


@record
class Preparation:
    """One thing that somebody does ahead of a task, in time."""

    id: str
    """Unique in its task, such as `fetch-bundle:4.11.4`."""
    kind: PreparationKind
    title: str
    owner: Owner
    who: str
    """Whom to ask, in words: a contact, a site, the provider."""
    lead: timedelta
    """How long before the task's start it should be done."""


class Safeguard(StrEnum):
    """What can bring a manager back."""

    AUTOMATIC_SNAPSHOT = "automatic-snapshot"
    RUN_COMMAND_SNAPSHOT = "run-command-snapshot"
    VCENTER_SNAPSHOT = "vcenter-snapshot"
    BACKUP = "backup"
    NONE = "none"


@record
class WayBack:
    """What protects one manager, or the appliances of a mesh, while a task goes on."""

    manager: str
    """Id of the manager, or name of the mesh."""
    kind: Safeguard
    lasts: timedelta | None
    """How long after it was made; None where nothing deletes it by itself, or there is nothing."""
    text: str
    """One sentence for an operator. That there is no way back on the cloud side is a normal state."""


@record
class Hop:
    """One version change of one manager, with its steps in order."""

    source: Version
    target: Version
    requires: tuple[Requirement, ...] = ()
    takes: Estimate
    """From the start of the upgrade until the services are verified."""
    stage: Step
    upgrade: Step
    answer: Step
    verify: Step


@record
class ManagerTask:
    """Bring one manager to its target through its hops."""

    kind: Literal["manager"] = "manager"
    id: str
    """`manager:` and the manager's id."""
    subject: str
    """Id of the manager."""
    manager_kind: ManagerKind
    system_id: str
    """The system that answered when the plan was made: another one answering later stops the task."""
    clouds: tuple[str, ...]
    """Ids of the private clouds this task belongs to."""
    peers: tuple[str, ...] = ()
    """Ids of the managers it is paired with, which are observed along with it."""
    depends_on: tuple[str, ...]
    owner: Owner
    owner_reason: str
    """Why this owner, such as "the route is not confirmed for this certificate"."""
    source: Version
    target: Version
    wave: str
    sites: tuple[str, ...]
    """Names of the sites whose windows count."""
    split: bool = False
    """Whether its hops may go on in windows of their own."""
    patience: timedelta = timedelta(days=14)
    """How long it waits for the other side, and for files that say when it may go on and cannot be read."""
    expected_on: date | None = None
    """The day that the provider announced: patience with it counts from the end of that day."""
    snapshot: Safeguard = Safeguard.NONE
    """The snapshot that hcx-fleet takes before the first hop and removes after the hand-over; `none`: it takes none."""
    machine: PinnedMachine | None = None
    """What a snapshot in vCenter is taken of, as it was seen when the plan was made; None for every other one."""
    way_back: tuple[WayBack, ...] = ()
    preparations: tuple[Preparation, ...] = ()
    observe: Step
    check: Step
    protect: Step
    hops: tuple[Hop, ...]
    hand_over: Step

    @property
    def blocks(self) -> tuple[Estimate, ...]:
        """How long each piece takes that must not be interrupted by the end of a window."""
        return tuple(hop.takes for hop in self.hops)

    def needs_from(self, step: str) -> timedelta:
        """How much room there must be before the change of that step: for its hop, and unless split for all after it.

        Raises:
            KeyError: no hop of this task has such a step.
        """
        return _room(self.blocks, self.hops.index(self.hop(step)), split=self.split)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in the order of docs/procedure.md."""
        hops = (step for hop in self.hops for step in (hop.stage, hop.upgrade, hop.answer, hop.verify))
        return (self.observe, self.check, self.protect, *hops, self.hand_over)

    def hop(self, step: str) -> Hop:
        """The hop that the step with that id belongs to; what protects the manager is made for the first one.

        Raises:
            KeyError: no hop of this task has such a step.
        """
        for one in self.hops:
            if step == self.protect.id or step in {one.stage.id, one.upgrade.id, one.answer.id, one.verify.id}:
                return one
        raise KeyError(step)


@record
class ApplianceUpgrade:
    """One appliance and its peers, upgraded together from the initiator side."""

    appliance_id: str
    name: str
    kind: ApplianceKind
    source: Version
    peers: tuple[str, ...]
    together: tuple[str, ...] = ()
    """Ids of the other members of its high availability group, which the product upgrades along with it."""
    round: int = 0
    """Number of its round, from 1: those of one round are in change at once. 0, of older plans: it goes alone."""
    networks: int = 0
    """How many extended networks are in change while it is."""
    mode: ModeChoice
    takes: Estimate
    upgrade: Step
    back: Step
    verify: Step

    @property
    def extends(self) -> bool:
        """Whether networks can be extended on it, however many are."""
        return self.kind is ApplianceKind.NETWORK_EXTENSION

    @property
    def members(self) -> frozenset[str]:
        """Ids of those that carry its networks at the initiator's side: itself, and the others of its group."""
        return frozenset({self.appliance_id, *self.together})


@record
class ByHand:
    """An appliance that no update reaches, so that a person has to redeploy it."""

    appliance_id: str
    name: str
    mode: ModeChoice
    redeploy: Step
    """A person's, whoever owns the mesh."""


@record
class MeshTask:
    """Bring one mesh's appliances to the version of its managers."""

    kind: Literal["mesh"] = "mesh"
    id: str
    """`mesh:` and the mesh's id; for an upgrade on the way to the last one, `@` and the release as well."""
    subject: str
    """Id of the mesh."""
    name: str
    initiator: str
    """Id of the manager at the source side, where all mesh work starts."""
    receiver: str
    """Id of the manager at the other side."""
    clouds: tuple[str, ...]
    depends_on: tuple[str, ...]
    owner: Owner
    owner_reason: str
    target: Version
    wave: str
    sites: tuple[str, ...]
    """Names of the sites whose windows count: those of both ends."""
    split: bool = False
    """Whether its appliances may go on in windows of their own."""
    patience: timedelta = timedelta(days=14)
    """How long it waits for the other side, and for files that say when it may go on and cannot be read."""
    must: str = ""
    """The rule that makes this upgrade compulsory, such as the one of Photon OS; empty where it is only due."""
    requires: tuple[Requirement, ...] = ()
    by_hand: tuple[ByHand, ...] = ()
    """After all others."""
    way_back: tuple[WayBack, ...] = ()
    preparations: tuple[Preparation, ...] = ()
    observe: Step
    check: Step
    appliances: tuple[ApplianceUpgrade, ...]
    hand_over: Step

    @property
    def networks(self) -> int:
        """How many extended networks are in change at once, at most: rounds go one after the other."""
        return max((sum(one.networks for one in each) for each in self.rounds), default=0)

    @property
    def rounds(self) -> tuple[tuple[ApplianceUpgrade, ...], ...]:
        """The appliances in their order, those together that are in change at once."""
        numbered = ((item.round or -place, item) for place, item in enumerate(self.appliances, 1))
        return tuple(tuple(item for _, item in each) for _, each in groupby(numbered, key=itemgetter(0)))

    @property
    def several(self) -> tuple[tuple[ApplianceUpgrade, ...], ...]:
        """The rounds in which more than one appliance is in change."""
        return tuple(each for each in self.rounds if len(each) > 1)

    @property
    def blocks(self) -> tuple[Estimate, ...]:
        """How long each piece takes that must not be interrupted by the end of a window: each round."""
        return tuple(at_once(item.takes for item in each) for each in self.rounds)

    def needs_from(self, step: str) -> timedelta:
        """How much room there must be before the change of that step: for its round, and unless split all after it.

        A gateway is redeployed after them, by a person, in a time that nobody knows: it needs none that is kept free.

        Raises:
            KeyError: no appliance of this task has such a step.
        """
        if self.gateway(step):
            return timedelta()
        return _room(self.blocks, self.rounds.index(self.round_of(step)), split=self.split)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in the order of docs/procedure.md."""
        each = (step for item in self.appliances for step in (item.upgrade, item.back, item.verify))
        gateways = (one.redeploy for one in self.by_hand)
        return (self.observe, self.check, *each, *gateways, self.hand_over)

    def gateway(self, step: str) -> ByHand | None:
        """The gateway that the step with that id is about; None where it is about none."""
        return next((one for one in self.by_hand if step == one.redeploy.id), None)

    def item(self, step: str) -> ApplianceUpgrade:
        """The appliance that the step with that id is about.

        Raises:
            KeyError: no appliance of this task has such a step.
        """
        for one in self.appliances:
            if step in {one.upgrade.id, one.back.id, one.verify.id}:
                return one
        raise KeyError(step)

    def round_of(self, step: str) -> tuple[ApplianceUpgrade, ...]:
        """The appliances that are in change at once with the one that the step with that id is about, and itself.

        Raises:
            KeyError: no appliance of this task has such a step.
        """
        item = self.item(step)
        return next(each for each in self.rounds if item in each)


type Task = ManagerTask | MeshTask


def _room(blocks: tuple[Estimate, ...], first: int, *, split: bool) -> timedelta:
    """Nine times in ten, of one block or of all that are left."""
    left = blocks[first : first + 1] if split else blocks[first:]
    return sum((one.p90 for one in left), timedelta())


class SubjectKind(StrEnum):
    """What a row of the plan or of the result is about."""

    PRIVATE_CLOUD = "private-cloud"
    CONNECTOR = "connector"
    MESH = "mesh"
    SUBSCRIPTION = "subscription"


class Unplanned(StrEnum):
    """Why there is no task for something that was seen."""

    CURRENT = "current"
    NEWER = "newer"
    """Already beyond the target."""
    NO_PATH = "no-path"
    NOT_OBSERVED = "not-observed"
    UNKNOWN_VERSION = "unknown-version"
    PEER_NOT_OBSERVED = "peer-not-observed"
    """It can be read itself, but the other side of its pairing cannot."""
    NO_TARGET = "no-target"
    """A connector that follows cloud managers of different versions, or none."""
    EXCLUDED = "excluded"
    NO_HCX = "no-hcx"
    """A private cloud without HCX."""
    SYSTEM_MESH = "system-mesh"
    HELD = "held"
    """Somebody holds it, or something that it would touch."""
    NO_WAVE = "no-wave"
    """No wave selects it."""
    NO_WINDOW = "no-window"
    """No window ever opens for it, or none is long enough."""
    NO_MODE = "no-mode"
    """An appliance cannot be upgraded in any way until something is fixed."""
    CAPPED = "capped"
    """A tag or a limit of the policy keeps it back."""


@record
class Rest:
    """Something seen for which the plan holds no task, and why: count in = count out."""

    kind: SubjectKind
    subject: str
    clouds: tuple[str, ...]
    reason: Unplanned
    detail: str
    who_can_act: str


@record
class PairingGroup:
    """A connected component of managers joined by site pairings: the unit of planning."""

    id: str
    managers: tuple[str, ...]
    tasks: tuple[Task, ...]


@record
class PlannedWave:
    """One wave with everything that admission needs, no number left to work out."""

    name: str
    tasks: tuple[str, ...]
    """Ids, in the order of admission: the smallest blast radius first."""
    clouds: tuple[str, ...]
    concurrency: int
    """How many tasks of ours at the same time."""
    max_failed: int | None
    """How many tasks of this wave may fail; None: any number."""
    strict: bool = True
    """Whether tasks that run count as failed."""
    soak: Soak | None = None
    approval: Approval | None = None


@record
class ManagerThen:
    """One manager as the plan saw it: what a run compares with what it sees."""

    manager: str
    system_id: str
    version: Version
    pairs: tuple[str, ...]
    """System ids at the other ends of its pairings."""


@record
class ApplianceThen:
    """One appliance as the plan saw it."""

    id: str
    name: str
    version: Version


@record
class MeshThen:
    """One mesh as the plan saw it."""

    mesh: str
    name: str
    ends: tuple[str, ...]
    """System ids, the initiator's first."""
    services: tuple[str, ...]
    appliances: tuple[ApplianceThen, ...]
    """Of the initiator's side."""


class RestraintKind(StrEnum):
    """What can hold something back, beside windows and freezes, which are asked for right before each change."""

    HOLD = "hold"
    EXCLUSION = "exclusion"
    VERSION_CAP = "version-cap"
    EXTENSION_MODE = "extension-mode"


@record
class RestraintThen:
    """One thing that somebody held back when the plan was made."""

    kind: RestraintKind
    of: SubjectKind
    subject: str
    """Id of the private cloud, connector or mesh."""
    value: str = ""
    """The version of a cap, or the mode of network extension; empty where there is nothing to compare."""
    text: str
    """In words, such as `private cloud pc-fr-04 is held: year-end close (tag hcx-hold of pc-fr-04)`."""


@record
class Baseline:
    """What the plan was made from, as far as a change of it would make another plan."""

    managers: tuple[ManagerThen, ...] = ()
    meshes: tuple[MeshThen, ...] = ()
    members: tuple[str, ...] = ()
    """Resource ids of the private clouds in scope, in lower case."""
    restraints: tuple[RestraintThen, ...] = ()
    """What was held back, by the file or by tags."""


@record
class TaskTime:
    """When one task can go, as it looks now."""

    task: str
    earliest: datetime | None
    """Next eligible start by windows, freezes, maintenances and announced dates, whatever other tasks do; None where
    none is known within the horizon."""
    latest: datetime | None
    """Last moment at which it may still start in that window; None where nothing limits it."""
    starts: datetime | None = None
    """When its turn probably comes, after waves, limits and what it depends on; None where that cannot be said."""
    ends_p50: datetime | None
    ends_p90: datetime | None
    waits_for: str
    """What it waits for, as one sentence with who can act; empty where it may go at once."""
    notes: tuple[str, ...] = ()
    """Such as a start that a change to daylight saving time moved."""


@record
class Due:
    """By when a preparation has to be done."""

    task: str
    preparation: str
    by: datetime | None
    """None where the task's own start is not known."""
    done: bool = False
    """Whether it was seen to be done already, such as a bundle that lies on the manager."""


@record
class Schedule:
    """When things will probably happen, as it looked when the plan was made; no part of what is approved."""

    tasks: tuple[TaskTime, ...] = ()
    due: tuple[Due, ...] = ()
    ends_p50: datetime | None = None
    ends_p90: datetime | None = None
    """None where some task has no known end."""
    nights: int = 0
    """On how many nights, counted from noon to noon UTC, something of ours is changed."""
    approvals: int = 0
    people: tuple[str, ...] = ()
    """Who has to do something."""


@record
class Plan:
    """What a run will do, and nothing else."""

    hash: str
    """SHA-256 over the canonical JSON of everything below but `made_at`, `parent`, `findings` and `schedule`."""
    made_at: datetime
    parent: str | None = None
    """Hash of the plan that this one replaces."""
    name: str
    private_cloud: str | None = None
    """The one private cloud that this is the part of; None for the whole scope."""
    mode: Mode
    target: Version
    policy_hash: str
    confirmations_hash: str
    catalogue_hash: str
    """Of everything that was known of releases, paths and risks."""
    overrides_hash: str | None = None
    """Of the file that corrected or added to it; None where there was none."""
    concurrency: int
    max_failed: int | None = None
    """How many tasks of the whole run may fail; None: any number."""
    strict: bool = True
    """Whether tasks that run count as failed."""
    networks_at_risk: int | None = None
    """How many extended networks may be in change at once; None: any number."""
    private_clouds: tuple[str, ...]
    """Every private cloud in scope, with or without a task."""
    waves: tuple[PlannedWave, ...]
    groups: tuple[PairingGroup, ...]
    rest: tuple[Rest, ...]
    baseline: Baseline
    findings: tuple[Finding, ...]
    """Findings at planning time that do not pass."""
    schedule: Schedule = Schedule()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Tasks of all groups."""
        return tuple(task for group in self.groups for task in group.tasks)

    def task(self, task_id: str) -> Task:
        """The task with that id.

        Raises:
            KeyError: the plan holds no such task.
        """
        found = next((task for task in self.tasks if task.id == task_id), None)
        if found is None:
            raise KeyError(task_id)
        return found
