"""What cannot be known of an outage where the first look came after the change had begun."""

from collections.abc import Iterable
from dataclasses import replace

from shared.model.outage import NetworkOutage
from shared.model.policy import Owner

BEGUN_BEFORE = "somebody else had begun the change before the first look, and what was before that is not counted"


def with_what_was_missed(found: Iterable[NetworkOutage], owner: Owner) -> tuple[NetworkOutage, ...]:
    """The same outages, with a note where somebody else made the change: it is looked at from when it is seen."""
    if owner is Owner.OURS:
        return tuple(found)
    return tuple(replace(one, note="; ".join(filter(None, (one.note, BEGUN_BEFORE)))) for one in found)
