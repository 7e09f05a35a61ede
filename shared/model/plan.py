"""The plan: immutable, hashed, and so complete that execution has nothing left to choose."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from shared.model.facts import ApplianceKind
from shared.model.finding import Finding
from shared.model.inventory import ManagerKind
from shared.model.policy import Mode, Owner
from shared.model.record import record
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
    StepKind.HAND_OVER_MESH: "2.6",
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
class Hop:
    """One version change of one manager, with its steps in order."""

    source: Version
    target: Version
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
    observe: Step
    check: Step
    protect: Step
    hops: tuple[Hop, ...]
    hand_over: Step

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in the order of docs/procedure.md."""
        hops = (step for hop in self.hops for step in (hop.stage, hop.upgrade, hop.answer, hop.verify))
        return (self.observe, self.check, self.protect, *hops, self.hand_over)

    def hop(self, step: str) -> Hop:
        """The hop that the step with that id belongs to.

        Raises:
            KeyError: no hop of this task has such a step.
        """
        for one in self.hops:
            if step in {one.stage.id, one.upgrade.id, one.answer.id, one.verify.id}:
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
    upgrade: Step
    back: Step
    verify: Step


@record
class MeshTask:
    """Bring one mesh's appliances to the version of its managers."""

    kind: Literal["mesh"] = "mesh"
    id: str
    """`mesh:` and the mesh's id."""
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
    observe: Step
    check: Step
    appliances: tuple[ApplianceUpgrade, ...]
    hand_over: Step

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in the order of docs/procedure.md."""
        each = (step for item in self.appliances for step in (item.upgrade, item.back, item.verify))
        return (self.observe, self.check, *each, self.hand_over)

    def item(self, step: str) -> ApplianceUpgrade:
        """The appliance that the step with that id is about.

        Raises:
            KeyError: no appliance of this task has such a step.
        """
        for one in self.appliances:
            if step in {one.upgrade.id, one.back.id, one.verify.id}:
                return one
        raise KeyError(step)


type Task = ManagerTask | MeshTask


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
class Plan:
    """What a run will do, and nothing else."""

    hash: str
    """SHA-256 over the canonical JSON of everything below but `made_at`."""
    made_at: datetime
    name: str
    mode: Mode
    target: Version
    policy_hash: str
    confirmations_hash: str
    concurrency: int
    private_clouds: tuple[str, ...]
    """Every private cloud in scope, with or without a task."""
    groups: tuple[PairingGroup, ...]
    rest: tuple[Rest, ...]
    findings: tuple[Finding, ...]
    """Findings at planning time that do not pass."""

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
