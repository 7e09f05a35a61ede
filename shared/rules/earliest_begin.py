"""When an upgrade began: exactly where hcx-fleet began it itself, at the earliest that it can have where others did.

A look shows what others began late: by one pause between looks and, where nothing shows an upgrade but its version, by
all that it takes. Looks come in steady turns only once somebody was told; before that a task may wait for days for
something else, and all that is known is when it last saw the manager as it had been. A deadline that is too late by
half an hour is one that somebody trusts in vain; one that is too early only hurries them.
"""

from collections.abc import Sequence
from datetime import datetime

from shared.model.plan import Hop, ManagerTask
from shared.model.record import record
from shared.model.run import JournalEntry, JournalKind
from shared.model.waiting import WaitingFor
from shared.rules.polling import OTHERS_LONGEST

BEGUN = frozenset({JournalKind.CALLED, JournalKind.ADOPTED, JournalKind.STEP_DONE})
"""What the journal says of a step that changes something, once it has begun."""


@record
class Begin:
    """When an upgrade began."""

    at: datetime
    exact: bool
    """Whether hcx-fleet began it itself, and knows when; else others did, and not before this."""


def earliest_begin(task: ManagerTask, hop: Hop, told: Sequence[JournalEntry]) -> Begin | None:
    """When the upgrade of a hop began; None where nothing shows that it has.

    Args:
        task: that the hop belongs to.
        hop: of the manager.
        told: what the journal says of the task, in any order.
    """
    first = min((one for one in told if one.step == hop.upgrade.id and one.kind in BEGUN), key=_at, default=None)
    if first is None:
        return None
    if first.kind is JournalKind.CALLED:
        return Begin(at=first.at, exact=True)
    return Begin(at=_last_seen_untouched(task, hop, told, first.at) - hop.takes.p90, exact=False)


def _last_seen_untouched(task: ManagerTask, hop: Hop, told: Sequence[JournalEntry], seen: datetime) -> datetime:
    """The latest time before `seen` at which a look is sure to have shown nothing of the upgrade yet."""
    sure = _since(task, hop, told, seen)
    before = [one for one in told if one.step == hop.upgrade.id and one.at <= seen]
    if any(one.kind is JournalKind.INSTRUCTED for one in before):
        return max(sure, min(map(_at, filter(_paused, before)), default=seen) - OTHERS_LONGEST)
    return sure


def _paused(entry: JournalEntry) -> bool:
    """Whether nobody looks from here on, until somebody resumes it."""
    return entry.waiting is not None and entry.waiting.reason is WaitingFor.PAUSED


def _since(task: ManagerTask, hop: Hop, told: Sequence[JournalEntry], seen: datetime) -> datetime:
    """When the hop before was seen to be done or, of the first hop, when the task was begun."""
    number = task.hops.index(hop)
    kind, step = (
        (JournalKind.STEP_DONE, task.hops[number - 1].verify.id) if number else (JournalKind.STEP_STARTED, None)
    )
    found = (one.at for one in told if one.kind is kind and one.at <= seen and (step is None or one.step == step))
    return min(found, default=seen - OTHERS_LONGEST)


def _at(entry: JournalEntry) -> datetime:
    return entry.at
