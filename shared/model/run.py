"""A run: one execution of one plan, its tasks' outcomes and the journal that everything else is read from."""

from datetime import datetime
from enum import StrEnum

from shared.model.plan import SubjectKind
from shared.model.record import record
from shared.model.version import Version
from shared.model.waiting import Waiting


class Outcome(StrEnum):
    """How a task ended."""

    SUCCEEDED = "succeeded"
    """Observed at its target and converged."""
    BLOCKED = "blocked"
    """A precheck says no; nothing was changed."""
    FAILED = "failed"
    """Something was started and did not come to its end."""
    WAITING = "waiting"
    """Closed because the provider or a person did not act, or did and it does not show."""
    SKIPPED = "skipped"
    """Something it depends on did not succeed."""
    UNKNOWN = "unknown"
    """Could not be observed; nothing is half done."""
    CANCELED = "canceled"
    """A person ended it, and nothing is half done."""


@record
class TaskResult:
    """Outcome of a task with its one reason."""

    task: str
    outcome: Outcome
    reason: str
    """Stable code, such as the id of a check, `login-refused`, `stalled` or `report-not-observed`."""
    detail: str
    who_can_act: str
    ended_at: datetime


class Retry(StrEnum):
    """Which tasks of a run are carried out once more."""

    FAILED = "failed"
    """Those that did not come to their end, whatever kept them from it."""
    SKIPPED = "skipped"
    """Those that were never begun."""
    BOTH = "both"


class RunTrigger(StrEnum):
    """What asked for a run."""

    TIMER = "timer"
    HTTP = "http"


class RunKind(StrEnum):
    """How far a run goes."""

    CHECK = "check"
    """Observe and check, change nothing."""
    PLAN = "plan"
    """Observe, check and plan, change nothing."""
    UPGRADE = "upgrade"
    """Plan and execute."""
    REVERT = "revert"
    """Plan how another run is taken back and, where the plan's hash is given, follow people through it."""


@record
class RunRequest:
    """What somebody, or the timer, asked for."""

    id: str
    kind: RunKind
    trigger: RunTrigger
    requested_by: str
    """Name from the token on Azure; on the embedded host what `--as` said, marked unauthenticated."""
    requested_at: datetime
    private_cloud: str | None = None
    """Id of the one private cloud to cover with its connectors and meshes; None for the whole scope."""
    include_shared: bool = False
    """Whether connectors shared with other private clouds may be changed as well."""
    plan_hash: str | None = None
    """The approved plan that an upgrade carries out; None: it makes one and carries that out. A revert without one only
    plans."""
    target: Version | None = None
    """What-if: plan for this version instead of the policy's; never for an upgrade."""
    subject: str | None = None
    """Id or name of the private cloud, connector or mesh that a check is about: it observes the pairing group of that
    one alone; None for all that is covered. For nothing but a check."""
    parent: str | None = None
    """Id of the run whose tasks are carried out once more, by the same plan; with `retry`. Of a revert: of the run that
    is taken back."""
    retry: Retry | None = None
    retry_tasks: tuple[str, ...] = ()
    """Ids of the only tasks that are meant; empty for all that `retry` means."""

    @property
    def carries_out(self) -> bool:
        """Whether anything may happen in it beside observing and planning."""
        return self.kind is RunKind.UPGRADE or (self.kind is RunKind.REVERT and self.plan_hash is not None)

    @property
    def about(self) -> str | None:
        """The one subject whose pairing group is observed; None where everything is."""
        return self.private_cloud if self.kind is RunKind.REVERT else self.subject

    @property
    def whole(self) -> bool:
        """Whether all that is in scope is covered."""
        return self.private_cloud is None and self.subject is None


class RunState(StrEnum):
    """Life-cycle of a run, in the words of Azure's long-running operations; says nothing of how its tasks ended."""

    NOT_STARTED = "NotStarted"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    """Every subject is as wanted."""
    FAILED = "Failed"
    """Something is not as wanted; the buckets say what and who acts."""
    CANCELED = "Canceled"


class Bucket(StrEnum):
    """Where every private cloud, connector and mesh ends: exactly one."""

    CURRENT = "current"
    UPGRADED = "upgraded"
    PLANNED = "planned"
    """Has a task that did not start: a check or plan, or a run that has not come to it."""
    RUNNING = "running"
    WAITING = "waiting"
    BLOCKED = "blocked"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXCLUDED = "excluded"
    CANCELED = "canceled"
    """A person ended its task before it came to its end; nothing is half done."""
    REVERTED = "reverted"
    """Taken back by this run to where it was before another one."""


@record
class Placed:
    """One subject in its bucket, with the reason and who acts next."""

    kind: SubjectKind
    subject: str
    bucket: Bucket
    reason: str
    """Stable code."""
    detail: str
    who_acts_next: str


class JournalKind(StrEnum):
    """What a journal entry records."""

    RUN_REQUESTED = "run-requested"
    DISCOVERED = "discovered"
    OBSERVED = "observed"
    PLANNED = "planned"
    ADMITTED = "admitted"
    STEP_STARTED = "step-started"
    STEP_DONE = "step-done"
    INSTRUCTED = "instructed"
    """Somebody was told what to do."""
    NOTIFIED = "notified"
    """A notice arrived where `fleet.yaml` sends it."""
    NOT_NOTIFIED = "not-notified"
    """A try to deliver a notice failed."""
    CALLED = "called"
    """A mutating call was sent, whether or not an answer came."""
    ADOPTED = "adopted"
    """Nothing was sent: the change was under way or done already, begun by others or before our host went away."""
    NOT_CALLED = "not-called"
    """Nothing was sent, and nothing was begun: it cannot be done so."""
    PROGRESS = "progress"
    WAITING = "waiting"
    REPORTED = "reported"
    """Somebody said that something is done."""
    COMMANDED = "commanded"
    """Somebody gave a command, such as an approval or a pause."""
    LEASED = "leased"
    """A lease was taken, given back, lost or broken."""
    CHECKED = "checked"
    MEASURED = "measured"
    """What a change cost one extended network, or why nobody can say."""
    TASK_ENDED = "task-ended"
    RUN_ENDED = "run-ended"


@record
class JournalEntry:
    """One thing that happened in a run. Append-only, and made once whatever is replayed."""

    key: str
    """Unique in its run: the same key written again is the same entry."""
    at: datetime
    kind: JournalKind
    text: str
    """One sentence for an operator."""
    task: str | None = None
    step: str | None = None
    section: str | None = None
    """Section of docs/procedure.md that the step carries out."""
    percent: int | None = None
    waiting: Waiting | None = None
    result: TaskResult | None = None
    finding_ids: tuple[str, ...] = ()


@record
class Run:
    """A run as the store keeps it."""

    request: RunRequest
    state: RunState
    plan_hash: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    placed: tuple[Placed, ...] = ()
    """Every subject in its bucket, once the run has ended."""
    problem: str = ""
    """Why the run as a whole could not go on, if so."""
