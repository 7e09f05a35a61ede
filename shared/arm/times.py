"""Times as Azure Resource Manager writes them, which is not always how its models say that it does."""

from datetime import UTC, datetime


def time_of(value: object) -> datetime | None:
    """A time in UTC; None for anything else, and for one that does not say its zone.

    Recorded answers hold `2021-05-14 16:18:28Z` with a space, and `Z` in one place and `-05:00` in another. Microsoft's
    client hands what it cannot read over as text, silently, so that it is the text that is read here.
    """
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None
