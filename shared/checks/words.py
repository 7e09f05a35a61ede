"""Lists in sentences."""

from collections.abc import Iterable

MOST = 4
"""Names in one sentence; the rest is counted."""


def names(items: Iterable[str]) -> str:
    """Names in order, each once, the first few in full."""
    unique = sorted(set(items))
    shown, more = unique[:MOST], len(unique) - MOST
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun."""
    return f"{count} {one if count == 1 else many or one + 's'}"
