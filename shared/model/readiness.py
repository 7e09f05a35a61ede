"""READY or not: the answer, with every reason, who can act, and until when it holds."""

from datetime import datetime
from enum import StrEnum

from shared.model.plan import SubjectKind
from shared.model.record import record


class ReasonKind(StrEnum):
    """What sort of thing stands in the way."""

    FINDING = "finding"
    """A check says no."""
    GAP = "gap"
    """Something could not be observed."""
    TOO_OLD = "too-old"
    """Something was observed too long ago, or by a clock that is wrong."""
    CONTRADICTION = "contradiction"
    """Two who tell of one thing tell it differently."""
    STANDING = "standing"
    """Policy, plan, Azure or the run itself: a hold, no window, no path, a subscription that was not read."""


@record
class Reason:
    """One thing that stands in the way."""

    kind: ReasonKind
    subject_kind: SubjectKind
    subject: str
    """Id of the private cloud, connector, mesh or subscription that it is about."""
    code: str
    """Id of the check, or another stable code."""
    detail: str
    who: str
    """Who can act."""
    remedy: str = ""
    observed_at: datetime | None = None
    """The oldest observation that it rests on; None where nothing was observed."""


@record
class SubjectReadiness:
    """How one subject stands."""

    kind: SubjectKind
    id: str
    ready: bool
    reasons: tuple[Reason, ...]
    observed_from: datetime | None
    """The oldest observation that the answer rests on; None where nothing was observed."""
    counts_until: datetime | None
    """When the first of them is too old."""


@record
class Readiness:
    """How all of them stand."""

    ready: bool
    subjects: tuple[SubjectReadiness, ...]
    reasons: tuple[Reason, ...]
    """Every reason once, those of subscriptions and of the run as a whole included."""
    observed_from: datetime | None
    counts_until: datetime | None
