"""What became other between two passes over a fleet, finding by finding."""

from datetime import datetime
from enum import StrEnum

from shared.model.finding import Verdict
from shared.model.record import record


class Turn(StrEnum):
    """How a finding became another one, worst first."""

    NEW = "new"
    WORSE = "worse"
    BETTER = "better"
    """It is still something that somebody has to read."""
    GONE = "gone"


@record
class Difference:
    """What one check says of one subject otherwise than before."""

    turn: Turn
    check: str
    subject: str
    was: Verdict | None
    """None where the check did not look at the subject."""
    now: Verdict | None
    """None where it does not look at it any more."""
    summary: str
    """Of what is said now; of what was said where nothing is any more."""


@record
class Digest:
    """Every difference between a pass and the one before it."""

    since: str
    """Id of the run of the earlier pass."""
    since_at: datetime
    """When that run was asked for."""
    differences: tuple[Difference, ...]
