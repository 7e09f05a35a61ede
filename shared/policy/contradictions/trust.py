"""How certificates are trusted: in one way, and by files that are there."""

from collections.abc import Iterator
from pathlib import Path

from shared.policy.marked_yaml import Marked, line_of
from shared.policy.problems import Problem, Where
from shared.policy.walking import blocks, problem_at, text_at


def unclear_trust(root: Marked, folder: Path) -> Iterator[Problem]:
    """Every manager, vCenter or webhook with two kinds of trust, and every CA file that is not there."""
    entries = blocks(root, "cloudManagers", "entries")
    managers = (*entries, *blocks(root, "sites", "*", "connectors"))
    for where in (("cloudManagers",), ("notices", "webhook"), *managers, *((*one, "vcenter") for one in managers)):
        yield from _trust(root, where, folder)


def _trust(root: Marked, where: Where, folder: Path) -> Iterator[Problem]:
    ca, thumbprint = (*where, "ca"), (*where, "thumbprint")
    file = text_at(root, ca)
    if file and text_at(root, thumbprint):
        yield problem_at(root, ca, f"give either ca or thumbprint (line {line_of(root, thumbprint)}), not both")
    if file and not (folder / file).is_file():
        yield problem_at(root, ca, "there is no such file; the path is relative to this file")
