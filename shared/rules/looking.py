"""How a round of observations is shared out: many managers at a time, and no history that grows with the fleet."""

from shared.model.record import record

AT_A_TIME = 24
"""Managers observed at the same time: more would only queue for the worker's threads."""

SIDE_BY_SIDE = 4
"""Parts of a round that go on at the same time, each with its share of the width."""

IN_ONE = 50
"""Managers of one part. Each look is some five events of its history, which every turn replays."""


@record
class Part:
    """Managers that one orchestration observes, and how many of them at a time."""

    managers: tuple[str, ...]
    width: int


def parts(managers: tuple[str, ...]) -> tuple[Part, ...]:
    """Share out a round; its parts, `SIDE_BY_SIDE` at a time, are never more than `AT_A_TIME` managers at once.

    Args:
        managers: ids, in the order in which they are looked at.
    """
    if len(managers) <= AT_A_TIME:
        return (Part(managers=managers, width=AT_A_TIME),) if managers else ()
    size = min(IN_ONE, -(-len(managers) // SIDE_BY_SIDE))
    width = AT_A_TIME // SIDE_BY_SIDE
    return tuple(Part(managers=managers[first : first + size], width=width) for first in range(0, len(managers), size))
