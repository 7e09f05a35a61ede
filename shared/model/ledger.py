"""The ledger and the log-in breaker: what makes a repeated step and a restarted host harmless."""

from datetime import datetime
from enum import StrEnum

from shared.model.record import record


class ClaimState(StrEnum):
    """How far a mutating step has come; only forwards."""

    INTENDED = "intended"
    """A run means to make the change, and looks whether it was made or is under way already."""
    CLAIMED = "claimed"
    """Neither was seen, and the lease that it needs is held."""
    SENDING = "sending"
    """The call is on its way, or was when its host went away: it is never made again in this generation."""
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
    fence: int = 0
    """Token of the lease under which it was claimed; 0 while it was not."""


@record
class LeaseWish:
    """A lease that somebody wants."""

    subject: str
    """What is to be changed, such as `manager:con-lyon` or `mesh:mesh-lyon`."""
    quiet: tuple[str, ...]
    """Subjects that nobody else may change meanwhile: the managers of a mesh."""
    run: str
    task: str
    until: datetime


@record
class Lease:
    """The right to change one subject, until a time. Whoever has it is alone with it."""

    subject: str
    quiet: tuple[str, ...]
    run: str
    task: str
    token: int
    """Greater than that of every lease before it: a holder who lost it without knowing is told from the next one."""
    since: datetime
    until: datetime


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
