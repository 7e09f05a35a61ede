"""Which of its ways each manager of a group takes: the preferred ones, others only where these do not go together."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product

from shared.rules.sequencing.group import Group, Rank
from shared.rules.sequencing.walk import Walk

SMALL = 50
"""Managers of a group whose search is kept, since many groups of a fleet look alike."""
MOST_APART = 4
"""Kinds of managers that take other ways independently of each other: with more, trying them all takes too long."""
MOST_TRIES = 64
FEWEST_TRIES = 16
"""Enough for every combination of two kinds with four ways each: a connector and its private clouds."""
WORK = 600
"""Managers that the tries for one group look at together, as long as there may be more than the fewest."""


class Search:
    """The search, and what it found for groups that look alike."""

    def __init__(self) -> None:
        self._known: dict[object, tuple[int, ...]] = {}

    def best(self, group: Group) -> Walk:
        """The first try by which everybody gets to the end; without such a one, the one that leaves fewest behind."""
        first = _walk(group, [0] * len(group.movers))
        if not first.left or not any(len(group.options[rank]) > 1 for rank in first.stuck()):
            return first
        if len(group.movers) > SMALL:
            return _searched(group, first)[0]
        shape = _shape(group)
        if shape not in self._known:
            self._known[shape] = tuple(_searched(group, first)[1])
        return _walk(group, self._known[shape])


def _walk(group: Group, choice: Sequence[int]) -> Walk:
    return Walk(group, [options[one] if options else () for options, one in zip(group.options, choice, strict=True)])


def _shape(group: Group) -> object:
    """All that a search depends on, with managers by their numbers instead of their names."""
    managers = tuple(
        (mover.wave, source.text, tuple(options))
        for mover, source, options in zip(group.movers, group.source, group.options, strict=True)
    )
    meshes = tuple((one.ends, one.version, one.mesh.wave, bool(one.mesh.stays_because)) for one in group.links)
    return managers, tuple(map(tuple, group.neighbours)), meshes


def _searched(group: Group, first: Walk) -> tuple[Walk, list[int]]:
    best, best_choice = first, [0] * len(group.movers)
    tries = max(FEWEST_TRIES, min(MOST_TRIES, WORK // len(group.movers)))
    for choice in islice(_choices(group, _kinds(group, first.stuck())), tries):
        walk = _walk(group, choice)
        if len(walk.left) < len(best.left):
            best, best_choice = walk, choice
        if not best.left:
            break
    return best, best_choice


def _kinds(group: Group, stuck: Iterable[Rank]) -> list[list[Rank]]:
    """The managers that were left behind, those together that change their ways together.

    Each for itself while there are few of them; else all that are alike, as the private clouds of one connector are.
    """
    moving = [rank for rank in stuck if len(group.options[rank]) > 1]
    if len(moving) <= MOST_APART:
        return [[rank] for rank in moving]
    alike: dict[object, list[Rank]] = {}
    for rank in moving:
        alike.setdefault((group.source[rank].text, tuple(group.options[rank])), []).append(rank)
    return list(alike.values())[:MOST_APART]


def _choices(group: Group, kinds: Sequence[Sequence[Rank]]) -> Iterator[list[int]]:
    """Every combination of ways but the first one, fewest hops first."""
    options = [group.options[kind[0]] for kind in kinds]

    def effort(numbers: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
        return sum(len(ways[number]) for ways, number in zip(options, numbers, strict=True)), numbers

    for numbers in sorted(product(*(range(len(ways)) for ways in options)), key=effort)[1:]:
        choice = [0] * len(group.movers)
        for kind, number in zip(kinds, numbers, strict=True):
            for rank in kind:
                choice[rank] = number
        yield choice
