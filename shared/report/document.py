"""The report of a run as a document: what the JSON file holds and what the HTML page shows.

It is declared apart from the project's own records on purpose. Those may change with any commit; these keys are read by
other people's programs, so a key that goes or changes its meaning raises `SCHEMA_VERSION`. docs/report.md names every
key, docs/report.schema.json is made from this file, and tests hold both to it.
"""

from datetime import datetime
from typing import Literal

from shared.model.finding import Verdict
from shared.model.inventory import SubscriptionState
from shared.model.plan import SubjectKind
from shared.model.policy import Mode, Owner
from shared.model.run import Bucket, Outcome, RunKind, RunState, RunTrigger
from shared.model.view import TaskPhase
from shared.model.waiting import Lateness, Pace, WaitingFor
from shared.report.control_document import ControlPart
from shared.report.outage_document import OutagesPart
from shared.report.part import Part
from shared.report.way_back_document import SoakPart, WaysBackPart

SCHEMA_VERSION: Literal["1"] = "1"
"""Raised when a key goes or changes its meaning; a key that is added leaves it as it is."""


class RunPart(Part):
    """The run itself."""

    id: str
    kind: RunKind
    trigger: RunTrigger
    requested_by: str
    requested_at: datetime
    private_cloud: str | None
    """The one private cloud the run covers; null for the whole scope."""
    subject: str | None
    """The one that a check is about; null where it is about all that is covered."""
    state: RunState
    phase: Literal["finished", "running", "waitingForPeople"]
    """`waitingForPeople` when nothing moves unless somebody else acts."""
    percent: int
    started_at: datetime | None
    ended_at: datetime | None
    problem: str
    """Why the run as a whole could not go on; empty when it could."""


class PlanPart(Part):
    """The plan the run executes."""

    hash: str
    name: str
    """Name of the fleet in its policy."""
    mode: Mode
    target: str
    """The wanted version."""
    made_at: datetime
    policy_hash: str
    confirmations_hash: str
    concurrency: int


class NeedPart(Part):
    """One thing that goes no further until somebody acts."""

    who: str
    kind: SubjectKind
    subject: str
    name: str
    clouds: tuple[str, ...]
    """Ids of the private clouds that it holds up."""
    bucket: Bucket
    reason: str
    """Stable code."""
    detail: str
    since: datetime | None
    until: datetime | None
    """When waiting ends and the task is closed."""
    next_look: datetime | None
    """When hcx-fleet looks again by itself."""
    remedy: str
    link: str


class SubjectPart(Part):
    """One private cloud, connector or mesh in its one bucket."""

    kind: SubjectKind
    id: str
    name: str
    clouds: tuple[str, ...]
    """Ids of the private clouds it belongs to."""
    version: str | None
    """Release as last observed; of a mesh, the lowest among its appliances."""
    bucket: Bucket
    reason: str
    """Stable code."""
    detail: str
    who_acts_next: str


class WaitingPart(Part):
    """What a task waits for."""

    reason: WaitingFor
    detail: str
    since: datetime
    who_can_act: str
    next_look: datetime | None
    due: datetime | None
    lateness: Lateness
    """How it stands against the time that was named for it."""
    expected: datetime | None
    """Until when the work was meant to be done; null where no time was named."""
    pace: Pace
    """How it stands against the time that such work takes."""
    next_action: str
    """What to do about one that is slow or stuck; empty for every other one."""


class ResultPart(Part):
    """How a task ended."""

    outcome: Outcome
    reason: str
    detail: str
    who_can_act: str
    ended_at: datetime


class StepPart(Part):
    """One step of a task."""

    id: str
    section: str
    """Section of docs/procedure.md."""
    title: str
    owner: Owner
    state: Literal["done", "running", "stopped", "not-started"]
    """`stopped`: the task ended while this step was open."""
    started_at: datetime | None
    ended_at: datetime | None


class TaskPart(Part):
    """One task with every one of its steps."""

    id: str
    subject: str
    kind: SubjectKind
    title: str
    owner: Owner
    owner_reason: str
    clouds: tuple[str, ...]
    depends_on: tuple[str, ...]
    phase: TaskPhase
    percent: int
    waiting: WaitingPart | None
    result: ResultPart | None
    steps: tuple[StepPart, ...]


class EvidencePart(Part):
    """One observation a finding rests on."""

    text: str
    observed_at: datetime | None
    """Null when the evidence is that nothing was observed."""


class FindingPart(Part):
    """What one check says of one subject."""

    check: str
    subject: str
    verdict: Verdict
    blocks: bool
    """Whether a task does not start while this stands."""
    summary: str
    remedy: str
    link: str
    evidence: tuple[EvidencePart, ...]


class SubscriptionPart(Part):
    """One subscription and what came of reading it."""

    id: str
    name: str
    state: SubscriptionState
    private_clouds: int
    detail: str


class CallsPart(Part):
    """Calls to HCX managers, by what is known of the route they used."""

    documented: int
    seen: int
    inferred: int


class Report(Part):
    """One run as it stood at `asOf`."""

    schema_version: Literal["1"]
    as_of: datetime
    headline: str
    run: RunPart
    plan: PlanPart | None
    needs: tuple[NeedPart, ...]
    subjects: tuple[SubjectPart, ...]
    tasks: tuple[TaskPart, ...]
    findings: tuple[FindingPart, ...]
    subscriptions: tuple[SubscriptionPart, ...]
    changes: int
    """Changes that hcx-fleet started itself, or found running and adopted."""
    calls: CallsPart | None
    """Null when nobody counted them."""
    control: ControlPart | None
    """Null in the files that a run leaves, and where a command was changed by something else than hcx-fleet."""
    outages: OutagesPart
    """What the run's own and others' changes of appliances cost the extended networks."""
    ways_back: WaysBackPart
    """What leads changed managers back, and until when."""
    soaks: tuple[SoakPart, ...]
    """Waves that are over and watched, or were."""
