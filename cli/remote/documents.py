"""What commands go by in answers of the API; everything else in these is left alone, so that an app may say more.

The report of a run, the list of `today` and the calendar are read with the models that they are written by.
"""

from datetime import datetime

from shared.model.plan import SubjectKind
from shared.model.run import RunKind, RunState
from shared.report.control_document import LeasePart, StillPart
from shared.report.document import ResultPart, WaitingPart
from shared.report.part import Part


class RunListed(Part):
    """One run in a list."""

    id: str
    status: RunState
    kind: RunKind
    target: str | None
    subject: str | None
    parent: str | None
    plan_hash: str | None
    problem: str


class Runs(Part):
    """A part of all runs, newest request first."""

    value: tuple[RunListed, ...]


class Detail(Part):
    """What the word of its state leaves out."""

    phase: str


class TaskSeen(Part):
    """One task of a run."""

    id: str
    subject: str
    kind: SubjectKind
    title: str
    clouds: tuple[str, ...]
    waiting: WaitingPart | None
    result: ResultPart | None


class PlacedSeen(Part):
    """One subject in its bucket."""

    subject: str
    bucket: str
    detail: str
    who_acts_next: str


class RunSeen(RunListed):
    """One run as it stands."""

    detail: Detail
    percent: int
    why: str
    who_can_act: str
    tasks: tuple[TaskSeen, ...]
    placed: tuple[PlacedSeen, ...]


class RevertPlanned(Part):
    """The plan of a revert."""

    hash: str


class PlanListed(Part):
    """One plan in a list."""

    hash: str
    made_by: tuple[str, ...]


class Plans(Part):
    """A part of all plans, the one that was kept last first."""

    value: tuple[PlanListed, ...]


class Happened(Part):
    """One thing that happened in a run."""

    sequence: int
    key: str
    at: datetime
    kind: str
    text: str
    task: str | None


class Journal(Part):
    """A part of the journal of a run, in order."""

    value: tuple[Happened, ...]
    cursor: int
    more: bool
    faults: tuple[str, ...]


class Commanded(Part):
    """A command that was kept."""

    text: str
    still: tuple[StillPart, ...]


class Reported(Part):
    """A report that was taken down."""

    task: str
    report: int


class Leases(Part):
    """Every lease that is held."""

    value: tuple[LeasePart, ...]


class CloudListed(Part):
    """One private cloud."""

    name: str
    subscription: str
    location: str
    version: str | None
    bucket: str
    reason: str
    who_acts_next: str
    observed_at: datetime | None


class Clouds(Part):
    """A part of the private clouds."""

    value: tuple[CloudListed, ...]
    run: str | None


class Readiness(Part):
    """Whether an upgrade is safe now."""

    run: str
    ready: bool
    verdict: str


class CloudSeen(Part):
    """One private cloud as it was seen last."""

    readiness: Readiness | None


class Why(Part):
    """What stands in the way of one private cloud."""

    why: tuple[str, ...]
