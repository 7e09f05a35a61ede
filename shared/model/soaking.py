"""What was seen of a wave while it was watched, and what that comes to."""

from datetime import datetime
from enum import StrEnum

from shared.model.policy import SoakCriterion
from shared.model.record import record


class SoakVerdict(StrEnum):
    """What one look at a wave comes to, or its whole soak."""

    PASS = "pass"  # noqa: S105 -- a verdict
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    """What must be true could not be seen: a person decides."""


@record
class SoakReason:
    """Why something did not simply pass."""

    criterion: SoakCriterion
    verdict: SoakVerdict
    detail: str
    """In a sentence without its stop that names what it is about."""


@record
class SoakSample:
    """One look at everything that a wave touched."""

    number: int
    """From one."""
    at: datetime
    """When the looking began."""
    reasons: tuple[SoakReason, ...] = ()
    """What does not simply pass; none: everything is as it must be."""


@record
class SoakEnd:
    """What the soak of a wave came to."""

    wave: str
    verdict: SoakVerdict
    reasons: tuple[str, ...] = ()
    """Each in a sentence without its stop; empty where it passed."""
    ended_at: datetime
    stopped: bool = False
    """Whether somebody ended the run before the soak was over."""


@record
class SoakStanding:
    """The soak of one wave as it stands."""

    wave: str
    began: datetime
    until: datetime
    """When it is over at the earliest."""
    samples: tuple[SoakSample, ...]
    wanted: int
    """How many samples it takes; 0: it goes by time alone."""
    end: SoakEnd | None = None
