"""A guided revert: who takes a private cloud and its connectors back to where they were, in which order, by when.

hcx-fleet changes nothing in it. It says what has to be done and by whom, and ends each step by what it observes.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from shared.model.inventory import ManagerKind
from shared.model.plan import Safeguard, SubjectKind
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.run import TaskResult
from shared.model.version import Version
from shared.model.waiting import WaitingFor
from shared.model.way_back import Basis


class RevertScope(StrEnum):
    """How far there is a way back."""

    FULL = "full"
    """Everything that was changed can go back."""
    PARTIAL = "partial"
    """Some of it cannot: what is mixed then is for support to judge first."""
    NONE = "none"
    """Nothing that was changed can: only support can help."""
    NOTHING = "nothing"
    """The run changed nothing of it."""


class RevertStepKind(StrEnum):
    """What a step of a revert is."""

    OPEN_CASE = "open-case"
    REVERT_MANAGER = "revert-manager"
    PAIRS = "pairs"
    RESYNC_MESH = "resync-mesh"
    REDEPLOY_MESH = "redeploy-mesh"
    HAND_OVER = "hand-over"


@record
class ManagerBack:
    """One manager that was changed, and what leads it back."""

    manager: str
    kind: ManagerKind
    system_id: str
    """The system that has to answer afterwards, so that a new one under the old name is noticed."""
    back_to: Version
    changed_to: Version
    """What it was being brought to, whether or not it came there."""
    protection: Safeguard
    """`none`: nothing that hcx-fleet knows of."""
    snapshot: str = ""
    """Name of the snapshot, or how to find it."""
    basis: Basis | None = None
    """How it is known when it was made; None where it is not."""
    made_at: datetime | None = None
    until: datetime | None = None
    """When it is deleted; None where nothing deletes it by itself."""
    note: str
    """In one sentence without its stop."""

    @property
    def revertible(self) -> bool:
        """Whether there is anything to go back to."""
        return self.protection is not Safeguard.NONE


@record
class MeshBack:
    """One mesh of a manager that goes back."""

    mesh: str
    name: str
    ends: tuple[str, ...]
    """Ids of its managers, the initiator first."""
    upgraded: tuple[str, ...]
    """Names of its appliances whose upgrade was begun: none, and a resync is enough."""


@record
class RevertStep:
    """One thing that somebody does, and what proves it."""

    id: str
    """Unique in its plan; reports name it as they name a task."""
    kind: RevertStepKind
    subject_kind: SubjectKind
    subject: str
    title: str
    owner: Owner
    who: str
    """Whom it takes, in words."""
    text: str
    """What to do."""
    proof: str
    """What ends the step, as a sentence."""
    depends_on: tuple[str, ...] = ()
    observes: tuple[str, ...] = ()
    """Ids of the managers that have to be looked at."""
    deadline: datetime | None = None
    """When it is too late; None where nothing ends it."""
    patience: timedelta
    """How long it is waited for at most."""


@record
class RevertPlan:
    """A whole revert, with a hash over everything that people approve."""

    hash: str
    """SHA-256 over the canonical JSON of everything below but `made_at`."""
    made_at: datetime
    parent: str
    """Id of the run that is taken back."""
    private_cloud: str
    scope: RevertScope
    managers: tuple[ManagerBack, ...]
    meshes: tuple[MeshBack, ...]
    untouched: tuple[str, ...] = ()
    """Ids of the managers of this cloud that the run did not change, and that stay as they are."""
    notes: tuple[str, ...] = ()
    """What whoever approves has to know, each as a sentence."""
    support_case: str = ""
    """The request for support, ready to be pasted; empty where none is needed."""
    steps: tuple[RevertStep, ...]

    def step(self, name: str) -> RevertStep:
        """The step with that id.

        Raises:
            KeyError: there is none.
        """
        found = next((one for one in self.steps if one.id == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def manager(self, name: str) -> ManagerBack:
        """What leads that manager back.

        Raises:
            KeyError: the run did not change it.
        """
        found = next((one for one in self.managers if one.manager == name), None)
        if found is None:
            raise KeyError(name)
        return found


@record
class RevertPlanned:
    """The plan as far as the orchestrator needs it. The plan itself lies in the store."""

    plan_hash: str
    steps: tuple[RevertStep, ...] = ()
    ended: tuple[TaskResult, ...] = ()
    """Steps that had ended before the run's host went away."""
    begun: tuple[str, ...] = ()
    """Ids of those that had begun by then: somebody was told to do them."""
    problem: str = ""


@record
class RevertStepOrder:
    """Carry out, or look at, one step of a revert."""

    run: str
    plan_hash: str
    step: RevertStep
    began: datetime | None = None
    """When it was begun, before the run's host went away."""
    told: int = 0
    """How many waits its journal holds."""


@record
class RevertSeen:
    """The answer to one look at a step."""

    done: bool
    detail: str
    waiting_for: WaitingFor = WaitingFor.PERSON
    begun: bool = False
    """Whether it is sure to be under way: the end of a way back that is taken already ends nothing."""
    silent: bool = False
    """Whether the manager does not answer: it may be under way."""
    stop: str = ""
    """Stable code of what makes going on senseless."""
    remedy: str = ""
