"""A notice: what somebody is told of a step, and what came of delivering it."""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

from shared.model.record import record


class NoticeKind(StrEnum):
    """Why somebody is told."""

    INSTRUCTION = "instruction"
    """A step is theirs to perform, or theirs to judge."""
    LATE = "late"
    """The time that was named for it is over."""
    PROBABLY_SKIPPED = "probably-skipped"
    """The same, and something was seen that may be the reason."""
    SLOW = "slow"
    """The work of a system takes longer than nine in ten."""
    STUCK = "stuck"
    """The same, so long that somebody should look."""
    STOPPED = "stopped"
    """A task ended that had changed something, and did not come to its end."""
    WAY_BACK_ENDS = "way-back-ends"
    """What leads a changed manager back is gone soon, and its wave is still watched."""


@record
class Notice:
    """One message about one step. Whoever gets it twice knows by its id that it is the same."""

    run: str
    task: str
    step: str
    generation: int
    kind: NoticeKind
    at: datetime
    """When it was written."""
    title: str
    """One line, such as `con-lyon 4.11.2 → 4.11.4: instruction`."""
    next_action: str
    """The one thing to do next."""
    who: str
    """Who can act, in words."""
    detail: str = ""
    """How it stands; empty where the next action says all."""
    opens_at: datetime | None = None
    """When the window opens in which the change is meant to be made; None: at once, or nobody knows."""
    expected_by: datetime | None = None
    """Until when the work is meant to be done; None where no time was named."""

    @property
    def id(self) -> str:
        """The same however often the notice is written or sent: what it is about decides, not when it was said."""
        about = "\n".join((self.run, self.task, self.step, str(self.generation), self.kind.value))
        return f"notice-{hashlib.sha256(about.encode()).hexdigest()[:32]}"


class DeliveryState(StrEnum):
    """What came of one try."""

    DELIVERED = "delivered"
    NOT_WANTED = "not-wanted"
    """Notices go nowhere beside the journal."""
    FAILED = "failed"


@record
class Delivery:
    """What came of one try to deliver a notice."""

    state: DeliveryState
    detail: str
    """In words, without anything secret."""
    remedy: str = ""
    """What to do about a failure."""
    again: bool = False
    """Whether the same notice may be tried again: not where only somebody's act can help."""
    after: timedelta | None = None
    """How long the receiver asks to be left alone; None where it does not."""
