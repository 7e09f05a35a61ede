"""What somebody who follows a run reads of it besides its tasks."""

from datetime import timedelta

from shared.report.part import Part
from shared.rules.run_phase import RunPhase


class DetailPart(Part):
    """What the five words of `status` leave out."""

    phase: RunPhase


class ProgressPart(Part):
    """How far a run is: every task counts once."""

    done: int
    running: int
    waiting: int
    """Not begun, or begun and waiting for somebody."""
    failed: int
    """Ended otherwise than wanted: failed, blocked, unknown, or closed while it waited for somebody."""
    skipped: int
    """Not carried out, or ended by a person."""
    total: int
    eta_p50: timedelta | None
    """How much longer it takes, half of the times, as an ISO 8601 duration; null where nobody knows, as while people or
    the provider have to act."""
    eta_p90: timedelta | None
    """The same, nine times in ten."""
    eta_basis: str | None
    """What these rest on, such as public figures or recorded times; null where there are none."""
