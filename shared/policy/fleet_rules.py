"""What only several fields of `fleet.yaml` together can get wrong.

Looks at the tree rather than at the validated content, so that these errors are said together with all others.
"""

from collections.abc import Iterator
from pathlib import Path

from shared.policy.marked_yaml import Block, Items, Marked, Scalar, find, line_of
from shared.policy.problems import Problem, Where


def contradictions(root: Marked, folder: Path) -> Iterator[Problem]:
    """Every name given twice, every manager with two kinds of trust, every CA file that is not there."""
    yield from _repeated(root, ("connectors",), "name")
    yield from _repeated(root, ("cloudManagers", "entries"), "cloud")
    for where in (("cloudManagers",), *_blocks(root, ("cloudManagers", "entries")), *_blocks(root, ("connectors",))):
        yield from _trust(root, where, folder)


def _repeated(root: Marked, listing: Where, key: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for where in _blocks(root, listing):
        name, line = _text(root, (*where, key)), line_of(root, (*where, key))
        if name in first:
            yield Problem(line=line, where=(*where, key), message=f"is the same name as in line {first[name]}")
        elif name:
            first[name] = line


def _trust(root: Marked, where: Where, folder: Path) -> Iterator[Problem]:
    file, line = _text(root, (*where, "ca")), line_of(root, (*where, "ca"))
    if file and _text(root, (*where, "thumbprint")):
        yield Problem(line=line, where=(*where, "ca"), message="give either ca or thumbprint, not both")
    if file and not (folder / file).is_file():
        message = "there is no such file; the path is relative to this file"
        yield Problem(line=line, where=(*where, "ca"), message=message)


def _blocks(root: Marked, listing: Where) -> list[Where]:
    items = find(root, listing)
    if not isinstance(items, Items):
        return []
    return [(*listing, at) for at, item in enumerate(items.items) if isinstance(item, Block)]


def _text(root: Marked, where: Where) -> str | None:
    found = find(root, where)
    return found.value if isinstance(found, Scalar) and isinstance(found.value, str) else None
