"""The ledger and the log-in breaker: what makes a repeated step and a restarted host harmless."""

from datetime import datetime
from enum import StrEnum

from shared.model.record import record


class ClaimState(StrEnum):
    """How far a mutating step has come; only forwards."""

    CLAIMED = "claimed"
    SENDING = "sending"
    ADOPTED = "adopted"
    """An HCX job is known for it, started by us or found running."""
    DONE = "done"
    RELEASED = "released"
    """Nothing was sent, so it may be claimed again."""


@record
class Claim:
    """One mutating step of one subject in one generation."""

    subject: str
    step: str
    generation: int
    holder: str
    """Id of the run."""
    state: ClaimState
    job: str | None
    at: datetime
    mine: bool
    """Whether the caller holds it: made it now, or had made it before."""


class BreakerAnswer(StrEnum):
    """What a caller that wants to log in may do."""

    GO = "go"
    WAIT = "wait"
    """Another one is trying this secret version for the first time right now."""
    OPEN = "open"
    """This secret version was refused once; it is not tried again."""


@record
class BreakerReset:
    """A person's word that a refused secret version may be tried once more."""

    by: str
    """Who says so."""
    reason: str
    at: datetime


@record
class BreakerState:
    """The breaker of one secret version."""

    secret: str
    version: str
    answer: BreakerAnswer
    detail: str
    at: datetime
    resets: tuple[BreakerReset, ...] = ()
    """Every reset of this secret version, the oldest first."""
