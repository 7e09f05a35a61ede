"""What is proved of a task by observation and what is not: claims, each with its witnesses and their times."""

from datetime import datetime
from enum import StrEnum

from shared.model.record import record
from shared.model.version import Version


class ProofVerdict(StrEnum):
    """What the witnesses of a claim come to."""

    PROVED = "proved"
    OPEN = "open"
    """Not seen yet, or what was seen is missing or too old."""
    CONTRADICTED = "contradicted"
    """Two witnesses disagree: nobody may call it done."""
    NOT_OBSERVABLE = "not-observable"
    """Nothing that hcx-fleet can read shows it; only a person can look."""


class WitnessKind(StrEnum):
    """Who speaks. Only what HCX and vCenter show of the thing itself counts."""

    HCX = "hcx"
    VCENTER = "vcenter"
    HCX_JOB = "hcx-job"
    """A job's word about itself: it can be done and failed at once, and can say running for ever."""
    PERSON = "person"
    """Somebody's "done" opens a proof and never closes one."""


class Stance(StrEnum):
    """What a witness says to a claim."""

    FOR = "for"
    AGAINST = "against"
    SILENT = "silent"


@record
class Word:
    """What one witness says."""

    kind: WitnessKind
    by: str
    """Such as `HCX at con-lyon`."""
    says: str
    at: datetime | None
    """When it was observed or said; None where nothing was observed."""
    stance: Stance
    must: bool = False
    """Whether the claim stays open as long as this witness is silent."""


@record
class Claim:
    """One thing that should be true once the task is done."""

    id: str
    """Kind and subject, such as `version:con-lyon`; unique in its proof."""
    text: str
    verdict: ProofVerdict
    needed: bool
    """Whether the task is not done as long as this is not proved."""
    words: tuple[Word, ...]
    would_prove: str
    """What has to be observed, and how."""


@record
class Proof:
    """All claims of one task, as of one moment."""

    task: str
    subject: str
    name: str
    """What people call the subject."""
    target: Version
    as_of: datetime
    claims: tuple[Claim, ...]

    @property
    def proved(self) -> bool:
        """Whether everything that is needed is proved."""
        needed = [one for one in self.claims if one.needed]
        return bool(needed) and all(one.verdict is ProofVerdict.PROVED for one in needed)
