"""The shape of a JSON document: which kind of value stands under which path, and nothing of the values."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from shared.model.codec import Json
from shared.model.record import record

DEPTH_MAX: Final = 40
"""Levels that are looked at; HCX's own documents have about ten."""
PATHS_MAX: Final = 4000
"""Paths that are told apart; a document with more is a map of data, not a shape."""


class Kind(StrEnum):
    """What can stand somewhere in JSON."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    OBJECT = "object"
    LIST = "list"
    NULL = "null"


type Shape = Mapping[str, frozenset[Kind]]
"""Kinds by path, such as `items[].state`; the document itself is the empty path."""


@record
class Difference:
    """One place where the found shape is not the expected one."""

    path: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, found {self.found}"


@record
class Field:
    """What is expected under one path."""

    path: str
    kinds: frozenset[Kind]
    only_sometimes: bool = False
    """Whether an answer without it is as expected."""

    @classmethod
    def of(cls, text: str) -> "Field":
        """From notation: `items[].state: text`, `items[].version?: text|object`."""
        path, _, kinds = text.partition(": ")
        return cls(
            path=path.removesuffix("?"),
            kinds=frozenset(Kind(kind) for kind in kinds.split("|")),
            only_sometimes=path.endswith("?"),
        )


def kind_of(value: object) -> Kind:
    """The kind of one value."""
    match value:
        case None:
            return Kind.NULL
        case bool():
            return Kind.FLAG
        case int() | float():
            return Kind.NUMBER
        case str():
            return Kind.TEXT
        case list():
            return Kind.LIST
        case _:
            return Kind.OBJECT


def shape_of(document: Json) -> Shape:
    """The shape, as far as `DEPTH_MAX` and `PATHS_MAX` go; members of a list share one path."""
    found: defaultdict[str, set[Kind]] = defaultdict(set)
    _look(document, "", found, DEPTH_MAX)
    return {path: frozenset(kinds) for path, kinds in found.items()}


def differences(shape: Shape, expected: Iterable[Field]) -> tuple[Difference, ...]:
    """Where the shape is not as expected; nothing is said of what lies below a list without members."""
    return tuple(one for field in expected if (one := _difference(shape, field)) is not None)


def unexpected(shape: Shape, expected: Iterable[Field]) -> tuple[str, ...]:
    """Paths to plain values that nobody expected: news, not faults."""
    known = {field.path for field in expected}
    plain = (path for path, kinds in shape.items() if not kinds <= {Kind.OBJECT, Kind.LIST})
    return tuple(sorted(path for path in plain if path and path not in known))


def _look(value: Json, path: str, found: defaultdict[str, set[Kind]], levels: int) -> None:
    if len(found) >= PATHS_MAX and path not in found:
        return
    found[path].add(kind_of(value))
    if not levels:
        return
    if isinstance(value, dict):
        for name, part in value.items():
            _look(part, f"{path}.{name}" if path else str(name), found, levels - 1)
    elif isinstance(value, list):
        for member in value:
            _look(member, f"{path}[]", found, levels - 1)


def _difference(shape: Shape, field: Field) -> Difference | None:
    expected = " or ".join(sorted(field.kinds))
    kinds = shape.get(field.path, frozenset())
    if not kinds:
        if field.only_sometimes or not _could_be_seen(shape, field.path):
            return None
        return Difference(path=field.path, expected=expected, found="nothing")
    strange = kinds - field.kinds - ({Kind.NULL} if field.only_sometimes else set())
    return Difference(path=field.path, expected=expected, found=" and ".join(sorted(strange))) if strange else None


def _could_be_seen(shape: Shape, path: str) -> bool:
    """Whether what holds the field is there at all: a missing or empty list says nothing of its members.

    Only the outermost missing thing is told, so a field below something that is missing is not a difference of its own.
    """
    around, _, last = path.rpartition(".")
    if not around:
        return not last.endswith("[]") or last.removesuffix("[]") in shape
    return Kind.OBJECT in shape.get(around, frozenset())
