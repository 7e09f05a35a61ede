"""Private clouds that two places of the file claim."""

from collections.abc import Iterator

from shared.policy.marked_yaml import Marked, line_of
from shared.policy.problems import Problem, Where
from shared.policy.walking import blocks, problem_at, text_at, texts_at

_WILD = frozenset("*?")


def clouds_in_two_places(root: Marked) -> Iterator[Problem]:
    """Every cloud that two waves name, and every excluded one that a wave or a site names.

    Patterns are left to the planner, which knows what they match.
    """
    yield from _of_two_waves(root)
    yield from _excluded(root)


def _of_two_waves(root: Marked) -> Iterator[Problem]:
    first: dict[str, tuple[Where, Where]] = {}
    for wave in blocks(root, "waves"):
        for where, name in _named(root, wave):
            other, place = first.setdefault(name, (wave, where))
            if other != wave:
                message = f"is named by another wave as well, in line {line_of(root, place)}: a cloud is in one wave"
                yield problem_at(root, where, message)


def _excluded(root: Marked) -> Iterator[Problem]:
    excluded = {
        text_at(root, (*where, "cloud")): line_of(root, (*where, "cloud")) for where in blocks(root, "scope", "exclude")
    }
    named = [found for wave in blocks(root, "waves") for found in _named(root, wave)]
    named += [
        (place, cloud) for site in blocks(root, "sites") if (cloud := text_at(root, place := (*site, "privateCloud")))
    ]
    for where, name in named:
        if name in excluded:
            yield problem_at(root, where, f"is excluded in line {excluded[name]} (scope.exclude)")


def _named(root: Marked, wave: Where) -> Iterator[tuple[Where, str]]:
    for where, name in texts_at(root, (*wave, "select", "names")):
        if not _WILD & set(name):
            yield where, name
