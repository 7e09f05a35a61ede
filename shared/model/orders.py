"""What orchestrators hand to activities and to each other: small, typed, and safe to deliver twice."""

from shared.model.acts import Act
from shared.model.finding import Finding
from shared.model.plan import ManagerTask, MeshTask
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.run import JournalEntry, RunRequest, TaskResult


@record
class ManagerBrief:
    """One manager to observe, and the account whose log-in it uses."""

    id: str
    account: str


@record
class Discovered:
    """What discovery found, as far as the orchestrator needs it. The inventory itself lies in the store."""

    managers: tuple[ManagerBrief, ...]
    problem: str = ""
    """Why the run cannot go on, such as an unreadable policy file."""


@record
class ObserveOrder:
    """Observe one manager and keep its facts with the run."""

    run: str
    manager: str


@record
class Observed:
    """What came of observing one manager, in one word for the journal."""

    manager: str
    complete: bool
    ask_again: bool
    """Whether another look soon may see more: the manager is starting, or another one tries this account right now."""


@record
class LeftOff:
    """How far a task had come when the run's host went away: what a run that goes on under its own id starts from."""

    begun: tuple[str, ...] = ()
    """Ids of the steps whose change was sent, or was seen to have begun: their own effects stand in no one's way."""
    told: int = 0
    """How many waits and percents its journal holds, so that new ones get new keys."""
    result: TaskResult | None = None
    """How it ended, if it had: a task ends once."""


@record
class TaskBrief:
    """A task as far as admission needs it."""

    id: str
    owner: Owner
    depends_on: tuple[str, ...]
    mesh: bool
    left_off: LeftOff = LeftOff()


@record
class Planned:
    """The plan as far as the orchestrator needs it. The plan itself lies in the store."""

    plan_hash: str
    concurrency: int
    tasks: tuple[TaskBrief, ...]
    problem: str = ""


@record
class TaskOrder:
    """Carry out one task of a plan."""

    run: str
    plan_hash: str
    task: str
    generation: int = 1
    """Number of the attempt; raised only by a person's retry."""
    left_off: LeftOff = LeftOff()


def task_instance(run: str, task: str) -> str:
    """Id of the orchestration of a task. Durable Functions allows no slash in it, and no run's id holds a colon."""
    return f"{run}:{task}"


@record
class SlotWord:
    """What a task of ours tells its run: that it waits for people and needs no slot, or that it can go on with one."""

    task: str
    wanted: bool


@record
class OpenedTask:
    """The task itself, read from the plan."""

    manager: ManagerTask | None = None
    mesh: MeshTask | None = None


@record
class StepOrder:
    """Do, or look at, one step of one task."""

    run: str
    plan_hash: str
    task: str
    step: str
    generation: int
    job: str | None = None
    """The HCX job that an earlier step started, where one is known."""


@record
class Checked:
    """Findings of the checks right before the first change that do not pass."""

    findings: tuple[Finding, ...]


@record
class Acted:
    """What came of a mutating step."""

    act: Act


@record
class RecordOrder:
    """Append to the journal of a run."""

    run: str
    entries: tuple[JournalEntry, ...]


@record
class FinishOrder:
    """Close a run: place every subject, write the reports, keep the state."""

    request: RunRequest
    problem: str = ""


@record
class Finished:
    """How a run was closed."""

    state: str
    reports: tuple[str, ...]


@record
class TaskEnd:
    """What a task's orchestration returns."""

    result: TaskResult


@record
class WatchDecision:
    """Whether the timer starts a run now, and why or why not."""

    request: RunRequest | None
    reason: str
