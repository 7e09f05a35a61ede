"""The read model of a run: everything that status, `why` and reports show, folded from plan and journal."""

from datetime import datetime
from enum import StrEnum

from shared.model.finding import Finding
from shared.model.inventory import SubscriptionSeen
from shared.model.ne_mode import ApplianceMode
from shared.model.orders import AtHop
from shared.model.outage import NetworkOutage
from shared.model.plan import Plan, SubjectKind
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.revert import RevertPlan
from shared.model.run import JournalEntry, Placed, Run, TaskResult
from shared.model.soaking import SoakStanding
from shared.model.version import Version
from shared.model.waiting import Waiting
from shared.model.way_back import WaysBack


class TaskPhase(StrEnum):
    """Where a task is in its life, which is not how it ends."""

    PLANNED = "planned"
    RUNNING = "running"
    WAITING = "waiting"
    ENDED = "ended"


@record
class StepSpan:
    """When one step ran."""

    step: str
    section: str
    title: str
    owner: Owner
    started_at: datetime
    ended_at: datetime | None


@record
class TaskView:
    """One task as it stands."""

    task: str
    subject: str
    kind: SubjectKind
    title: str
    """One line for an operator, such as `con-lyon 4.9.2 → 4.11.4`."""
    owner: Owner
    clouds: tuple[str, ...]
    depends_on: tuple[str, ...]
    phase: TaskPhase
    percent: int
    """Share of the task's steps that are done, with the progress HCX reports for the current one."""
    spans: tuple[StepSpan, ...]
    waiting: Waiting | None
    result: TaskResult | None
    after_hops: tuple[AtHop, ...] = ()
    """Where managers have to be on their way before it starts."""


@record
class SubjectSeen:
    """One private cloud, connector or mesh as discovery and observation found it."""

    kind: SubjectKind
    id: str
    name: str
    clouds: tuple[str, ...]
    """Ids of the private clouds it belongs to; a private cloud's own id for itself."""
    version: Version | None


class NotMeasured(StrEnum):
    """Why nobody can say what the change of an appliance cost a network."""

    NOT_CHANGED = "not-changed"
    """Its appliance was not changed in this run."""
    UNDER_WAY = "under-way"
    """Its task has not ended."""
    NOT_SEEN = "change-not-seen"
    """Somebody else changed its appliance, and nobody saw it while that went on."""
    NOT_SAMPLED = "nothing-sampled"
    """Its appliance was changed, and no sample names the network."""


@record
class Unmeasured:
    """Networks of one appliance of which nobody knows what its change cost them."""

    appliance: str
    mode: ApplianceMode
    networks: tuple[str, ...]
    """Their names, as far as they were observed."""
    count: int
    """How many there are."""
    why: NotMeasured


@record
class TaskOutages:
    """What one mesh task cost the networks that are extended through its mesh."""

    task: str
    mesh: str
    """Name of the mesh."""
    sites: tuple[str, ...]
    measured: tuple[NetworkOutage, ...]
    unmeasured: tuple[Unmeasured, ...]


@record
class RunView:
    """One run as it stands at `now`."""

    run: Run
    now: datetime
    plan: Plan | None
    subscriptions: tuple[SubscriptionSeen, ...]
    subjects: tuple[SubjectSeen, ...]
    """Every private cloud, connector and mesh seen: what must be in exactly one bucket."""
    tasks: tuple[TaskView, ...]
    placed: tuple[Placed, ...]
    """Every subject in exactly one bucket."""
    findings: tuple[Finding, ...]
    journal: tuple[JournalEntry, ...]
    percent: int
    """Mean over the tasks, 100 when the run has ended."""
    outages: tuple[TaskOutages, ...] = ()
    """Of every mesh task through which networks are extended; none before anything is changed by plan."""
    ways_back: WaysBack = WaysBack()
    """Of every manager that was changed."""
    soaks: tuple[SoakStanding, ...] = ()
    """Of every wave that is over and has one."""
    revert: RevertPlan | None = None
    """Of a run that takes another one back."""
