"""Waiting is a value: what `why` prints, what a report shows, what a status holds."""

from datetime import datetime
from enum import StrEnum

from shared.model.record import record


class WaitingFor(StrEnum):
    """What can make a task wait."""

    DEPENDENCY = "dependency"
    """Another task of the same run must end first."""
    SLOT = "slot"
    """The plan's concurrency limit is reached."""
    PROVIDER = "provider"
    """The provider upgrades this manager itself."""
    PERSON = "person"
    """A person at the site must press the button."""
    REPORT_NOT_OBSERVED = "report-not-observed"
    """Somebody reported the work as done, but observation does not show it."""
    MANAGER = "manager"
    """The manager is rebooting or its services start."""
    HCX_JOB = "hcx-job"
    """HCX itself is at work."""
    SNAPSHOT = "snapshot"
    """A snapshot of the manager is being taken, looked for or removed."""
    BUNDLE = "bundle"
    """The upgrade bundle is not on the manager yet."""
    PEER = "peer"
    """The other side is not yet where this hop or mesh needs it."""
    WAVE = "wave"
    """An earlier wave has not ended, or is watched."""
    APPROVAL = "approval"
    """Nobody has let its wave go yet."""
    WINDOW = "window"
    """No window is open that it fits into, or a freeze lies over it."""
    BUDGET = "budget"
    """As many tasks failed, or run, as may fail."""
    NETWORKS = "networks"
    """As many extended networks are in change as may be."""
    PAUSED = "paused"
    """A person paused it."""
    LEASE = "lease"
    """Somebody else has the lease that its next change needs."""


class Lateness(StrEnum):
    """How a wait for somebody stands against the time that was named for their work."""

    DUE = "due"
    """That time is not over, or none was named."""
    LATE = "late"
    """It is over, and the work does not show."""
    PROBABLY_SKIPPED = "probably-skipped"
    """It is over, and something was seen then that may have kept the work from being done. Inferred, never reported."""


class Pace(StrEnum):
    """How a wait for the work of a system stands against the time that such work takes."""

    ON_TIME = "on-time"
    """It takes no longer than usual, or nobody knows what is usual."""
    SLOW = "slow"
    """It takes longer than nine in ten."""
    STUCK = "stuck"
    """It takes so long that somebody should look, well before the wait ends."""


@record
class Waiting:
    """Why something does not move, since when, until when, and who can act."""

    reason: WaitingFor
    detail: str
    since: datetime
    who_can_act: str
    next_look: datetime | None = None
    """When hcx-fleet looks again by itself."""
    due: datetime | None = None
    """When waiting ends and the task is closed as still waiting."""
    lateness: Lateness = Lateness.DUE
    expected: datetime | None = None
    """Until when the work was meant to be done; None where no time was named."""
    pace: Pace = Pace.ON_TIME
    next_action: str = ""
    """What to do about one that is slow or stuck; empty for every other one."""
