"""How faithfully the durable backend hands out work.

Every durable engine delivers at least once: a worker can vanish after it did the work and before that is known, and the
item comes again. An engine that delivers exactly once hides what that does to an app, so a test can have it happen to
every item.
"""

from collections.abc import Callable

from shared.model.record import record

type Loses = Callable[[str, int], bool]
"""Whether a completion is lost, by the name of its activity and how many completions of the item were lost before."""


def loses_nothing(_activity: str, _lost: int) -> bool:
    """Every completion arrives."""
    return False


def loses_the_first(_activity: str, lost: int) -> bool:
    """Of every activity the first completion is lost."""
    return lost == 0


@record
class Delivery:
    """How work items are handed out."""

    copies: int = 1
    """How often each item is handed out, one right after the other, so that the copies run side by side."""
    loses: Loses = loses_nothing


EXACTLY_ONCE = Delivery()
TWICE = Delivery(copies=2)
