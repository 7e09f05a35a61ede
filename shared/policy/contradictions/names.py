"""Names that are given twice, so that nobody could say which one is meant."""

from collections.abc import Iterable, Iterator

from shared.policy.marked_yaml import Marked, line_of
from shared.policy.problems import Problem, Where
from shared.policy.walking import blocks, problem_at, text_at, texts_at

_UNIQUE = (
    (("cloudManagers", "entries"), "cloud"),
    (("scope", "exclude"), "cloud"),
    (("waves",), "name"),
    (("holds",), "subject"),
    (("windows",), "name"),
    (("freezes",), "name"),
    (("probes",), "name"),
    (("sites",), "name"),
    (("sites",), "privateCloud"),
    (("sites", "*", "connectors"), "name"),
)
_UNIQUE_AT_A_SITE = (("windows", "name"), ("networks", "network"))


def names_given_twice(root: Marked) -> Iterator[Problem]:
    """Every second use of a name, with the line of the first."""
    for listing, key in _UNIQUE:
        yield from _repeated(root, blocks(root, *listing), key)
    for site in blocks(root, "sites"):
        for listing_of_site, key in _UNIQUE_AT_A_SITE:
            yield from _repeated(root, blocks(root, *site, listing_of_site), key)
    yield from _waivers(root)
    yield from _accepted_risks(root)


def _repeated(root: Marked, places: Iterable[Where], key: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for place in places:
        where = (*place, key)
        name = text_at(root, where)
        if name in first:
            yield problem_at(root, where, f"is the same name as in line {first[name]}")
        elif name:
            first[name] = line_of(root, where)


def _waivers(root: Marked) -> Iterator[Problem]:
    first: dict[tuple[str | None, str | None], int] = {}
    for where in blocks(root, "waivers"):
        about = (text_at(root, (*where, "check")), text_at(root, (*where, "subject")))
        if about in first:
            yield problem_at(root, where, f"lets the same finding pass as in line {first[about]}")
        elif all(about):
            first[about] = line_of(root, where)


def _accepted_risks(root: Marked) -> Iterator[Problem]:
    """Accepted for all and again for one, or twice for one: which end counts would be anybody's guess."""
    first: dict[str, dict[str, int]] = {}
    for where in blocks(root, "risks", "accept"):
        before = first.setdefault(text_at(root, (*where, "id")) or "", {})
        subjects = [text for _, text in texts_at(root, (*where, "subjects"))] or ["*"]
        lines = [line for name, line in before.items() if name in subjects or "*" in {name, *subjects}]
        if lines and text_at(root, (*where, "id")):
            yield problem_at(root, where, f"accepts the same risk for the same subject as in line {lines[0]}")
        before.update((name, line_of(root, where)) for name in subjects if name not in before)
