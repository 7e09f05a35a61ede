"""What a check comes to, as one record that every form is written from: table, JSON, JUnit and Markdown."""

from datetime import datetime
from enum import StrEnum

from shared.model.finding import Verdict
from shared.model.plan import SubjectKind
from shared.model.readiness import Reason
from shared.model.record import record
from shared.model.run import Bucket


class StepKind(StrEnum):
    """Which kind of step a check is asked about."""

    MANAGER = "manager"
    MESH = "mesh"


class CaseState(StrEnum):
    """What one finding means to whoever counts."""

    PASSED = "passed"
    WARNED = "warned"
    """It does not stand in the way."""
    BLOCKING = "blocking"
    UNKNOWN = "unknown"
    """It could not be observed, which blocks like a failure."""
    SKIPPED = "skipped"
    """Left to a person, or not about this subject, or let pass by somebody."""


@record
class CheckCase:
    """One finding."""

    check: str
    title: str
    """What should be true."""
    verdict: Verdict
    state: CaseState
    waived: bool
    summary: str
    remedy: str
    link: str
    observed_at: datetime | None
    """The oldest observation that it rests on."""


@record
class CheckedSubject:
    """One private cloud, connector or mesh."""

    kind: SubjectKind
    id: str
    name: str
    clouds: tuple[str, ...]
    version: str
    bucket: Bucket
    detail: str
    """Why it is in that bucket."""
    who_acts_next: str
    ready: bool
    reasons: tuple[Reason, ...]
    """Of a private cloud, those of its connectors and meshes as well."""
    cases: tuple[CheckCase, ...]
    observed_from: datetime | None
    counts_until: datetime | None


@record
class BucketCount:
    """How many subjects of a kind are in a bucket."""

    kind: SubjectKind
    bucket: Bucket
    number: int


@record
class CheckAnswer:
    """All that a check says."""

    run: str
    """The run that observed; empty where the facts are of no run."""
    asked_of: str
    """What it is about, in words, such as `mesh mesh-lyon` or `the whole scope`."""
    steps: StepKind | None
    """The only kind of step that was asked about; None: both."""
    only: tuple[str, ...]
    """Ids of the checks that alone were asked; empty: all."""
    as_of: datetime | None
    """When kept facts were seen that the answer is from; None where everything was observed for it."""
    now: datetime
    """When the age of the facts was judged."""
    ready: bool
    """READY as a whole, which an answer about chosen checks never is."""
    holds: bool
    """Whether nothing stands in the way of what was asked."""
    verdict: str
    """The answer in one sentence, which begins with READY or NOT READY."""
    reasons: tuple[Reason, ...]
    subjects: tuple[CheckedSubject, ...]
    counts: tuple[BucketCount, ...]
    seen: int
    """How many subjects were seen; the counts add up to it."""
    observed_from: datetime | None
    counts_until: datetime | None
    problem: str
    """Why the run as a whole could not go on; empty when it could."""
