"""What another machine's clock shows, and how far ours is from it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median_low

from shared.model.collected import ClockSeen
from shared.rules.freshness import CLOCKS_APART


def date_of(text: str) -> datetime | None:
    """A `Date` header as a time; None for anything else."""
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def ahead(clocks: Iterable[ClockSeen]) -> timedelta | None:
    """How far a collector's clock was ahead; None where nobody can tell.

    The middle of what its managers show. Where they disagree by more than clocks may, one of them is wrong, and nobody
    knows which.
    """
    offsets = [one.ahead_seconds for one in clocks]
    if not offsets or timedelta(seconds=max(offsets) - min(offsets)) > CLOCKS_APART:
        return None
    return timedelta(seconds=median_low(offsets))
