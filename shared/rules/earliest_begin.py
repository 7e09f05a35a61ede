"""When an upgrade began: exactly where hcx-fleet began it itself, at the earliest that it can have where others did.

A look shows what others began late: by one pause between looks and, where nothing shows an upgrade but its version, by
all that it takes. A deadline that is too late by half an hour is one that somebody trusts in vain; one that is too
early only hurries them.
"""

from collections.abc import Sequence
from datetime import datetime

from shared.model.plan import Hop
from shared.model.record import record
from shared.model.run import JournalEntry, JournalKind
from shared.model.waiting import WaitingFor
from shared.rules.polling import next_look

BEGUN = frozenset({JournalKind.CALLED, JournalKind.STEP_DONE})
"""What the journal says of a step that changes something, once it has begun."""


@record
class Begin:
    """When an upgrade began."""

    at: datetime
    exact: bool
    """Whether hcx-fleet began it itself, and knows when; else others did, and not before this."""


def earliest_begin(hop: Hop, told: Sequence[JournalEntry]) -> Begin | None:
    """When the upgrade of a hop began; None where nothing shows that it has.

    Args:
        hop: of the manager.
        told: what the journal says of the hop's upgrade step, in its order.
    """
    first = next((one for one in told if one.kind in BEGUN), None)
    if first is None:
        return None
    if first.kind is JournalKind.CALLED:
        return Begin(at=first.at, exact=True)
    return Begin(at=_before_the_look(hop, told, first.at), exact=False)


def _before_the_look(hop: Hop, told: Sequence[JournalEntry], seen: datetime) -> datetime:
    """Not before the step was started: until then nobody had begun."""
    started = max((one.at for one in told if one.kind is JournalKind.STEP_STARTED and one.at <= seen), default=seen)
    return max(started, seen - next_look(WaitingFor.PERSON, seen - started) - hop.takes.p90)
