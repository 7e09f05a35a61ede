"""Waves that do not say which private clouds are theirs."""

from collections.abc import Iterator

from shared.model.version import Version
from shared.policy.marked_yaml import Block, Entry, Items, Marked, find, line_of
from shared.policy.problems import Problem
from shared.policy.walking import blocks, is_there, problem_at, text_at


def unclear_waves(root: Marked) -> Iterator[Problem]:
    """Two waves for the rest, a selector that selects everything, versions that none can have."""
    yield from _two_for_the_rest(root)
    for wave in blocks(root, "waves"):
        select = find(root, (*wave, "select"))
        if isinstance(select, Block) and all(map(_says_nothing, select.entries)):
            message = "must say which clouds; leave it out for every cloud that no other wave selects"
            yield problem_at(root, (*wave, "select"), message)
    yield from _empty_ranges(root)


def _says_nothing(key: Entry) -> bool:
    """An empty list or block asks for nothing, so a selector of nothing else would take every private cloud."""
    match key.value:
        case Items(items=inside) | Block(entries=inside):
            return not inside
        case _:
            return False


def _two_for_the_rest(root: Marked) -> Iterator[Problem]:
    rest = [wave for wave in blocks(root, "waves") if not is_there(root, (*wave, "select"))]
    for wave in rest[1:]:
        message = f"has no select, as the one in line {line_of(root, rest[0])}: only one can be for all other clouds"
        yield problem_at(root, wave, message)


def _empty_ranges(root: Marked) -> Iterator[Problem]:
    for wave in blocks(root, "waves"):
        least, below = ((*wave, "select", "versions", key) for key in ("atLeast", "below"))
        bounds = [Version(text_at(root, where) or "") for where in (least, below)]
        if all(bound.known for bound in bounds) and not bounds[0].older_than(bounds[1]):
            message = f"must be later than atLeast in line {line_of(root, least)}: no version is in between"
            yield problem_at(root, below, message)
