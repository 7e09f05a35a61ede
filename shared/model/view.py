"""The read model of a run: everything that status, `why` and reports show, folded from plan and journal."""

from datetime import datetime
from enum import StrEnum

from shared.model.finding import Finding
from shared.model.inventory import SubscriptionSeen
from shared.model.plan import Plan, SubjectKind
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.run import JournalEntry, Placed, Run, TaskResult
from shared.model.version import Version
from shared.model.waiting import Waiting


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


@record
class SubjectSeen:
    """One private cloud, connector or mesh as discovery and observation found it."""

    kind: SubjectKind
    id: str
    name: str
    clouds: tuple[str, ...]
    """Ids of the private clouds it belongs to; a private cloud's own id for itself."""
    version: Version | None


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
