"""Times as stores keep them."""

from datetime import UTC, datetime


def sortable(at: datetime) -> str:
    """One width for every moment, in UTC, so that text sorts as time does.

    Raises:
        ValueError: it has no zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time without zone cannot be kept: times come from the Clock port, in UTC")
    return at.astimezone(UTC).isoformat(timespec="microseconds")
