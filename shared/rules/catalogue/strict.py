"""From the text of a catalogue file to records, strictly: every fault of a file is told at once, each with its place.

pydantic makes the records. What it would let pass or say badly is looked for first, by walking document and records
side by side: keys that no record has, versions that are numbers or not understood, sources that nobody lists.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from shared.model.record import record
from shared.model.version import Version

type Place = tuple[str | int, ...]


class CatalogueInvalidError(ValueError):
    """A file of the catalogue does not say what it should; `problems` holds every fault, each with file and place."""

    def __init__(self, name: str, faults: Iterable[str]) -> None:
        self.problems = tuple(f"{name}: {fault}" for fault in faults)
        super().__init__("\n".join(self.problems))


@record
class Fault:
    """One fault of a document."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{dotted(self.place)}: {self.message}" if self.place else self.message


def dotted(place: Place) -> str:
    """A place as people write it, such as `risks[2].verdict`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")


def read_entries[T](name: str, text: str, kind: type[T], known: frozenset[str]) -> T:
    """Read the content of one file.

    Args:
        name: of the file, for errors.
        text: of the file.
        kind: what it holds.
        known: ids that `source` may name.

    Raises:
        CatalogueInvalidError: with every fault at once.
    """
    return entries_of(name, document_of(name, text), kind, known)


def document_of(name: str, text: str) -> Any:
    """The YAML document in `text`, as plain JSON values.

    Raises:
        CatalogueInvalidError: it is no YAML, says one thing twice, or contains itself.
    """
    try:
        return _plain(_yaml().load(text))
    except RecursionError:
        raise CatalogueInvalidError(name, ["it is nested too deeply, or contains itself"]) from None
    except MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise CatalogueInvalidError(name, [f"{line}{str(error.problem).splitlines()[0]}"]) from None
    except YAMLError as error:
        raise CatalogueInvalidError(name, [str(error)]) from None
    except ValueError:  # thousands of digits; the library does not say where
        raise CatalogueInvalidError(name, ["it holds a number that is too long"]) from None


class _DaysAsWritten(SafeConstructor):
    """Leaves days as text: the library stops at one that no calendar has, and does not say where."""


_DaysAsWritten.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def _yaml() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _DaysAsWritten
    return yaml


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def entries_of[T](name: str, document: Any, kind: type[T], known: frozenset[str]) -> T:
    """The records of a document that was read already.

    Raises:
        CatalogueInvalidError: with every fault at once.
    """
    faults = list(_faults(document, kind, (), known))
    try:
        # Through JSON, where strict still admits what JSON can only write as text: dates, versions, enums.
        read: T = _adapter(kind).validate_json(json.dumps(document), strict=True)
    except ValidationError as error:
        faults += _unsaid(error.errors(include_url=False), [fault.place for fault in faults])
    else:
        if not faults:
            return read
    raise CatalogueInvalidError(name, map(str, faults))


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:  # building one costs more than using it
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


# --- what pydantic would let pass or say badly ------------------------------------------------------------------------


def _faults(value: Any, kind: Any, place: Place, known: frozenset[str]) -> Iterator[Fault]:
    kind = _present(kind)
    if isinstance(value, list) and get_origin(kind) is tuple:
        for position, inner in enumerate(value):
            yield from _faults(inner, get_args(kind)[0], (*place, position), known)
    elif kind is Version and value is not None:
        yield from _version_faults(value, place)
    elif isinstance(value, dict) and is_dataclass(kind):
        yield from _record_faults(value, kind, place, known)


def _present(kind: Any) -> Any:
    """The kind of a value that is there: of `X | None`, X."""
    return next(one for one in get_args(kind) if one is not type(None)) if isinstance(kind, UnionType) else kind


def _version_faults(value: Any, place: Place) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(place=place, message='must be a version in quotes, such as "4.11.4"')
    elif not Version(value).known:
        yield Fault(place=place, message=f"version {value!r} is not understood")


def _record_faults(value: dict[str, Any], kind: Any, place: Place, known: frozenset[str]) -> Iterator[Fault]:
    hints = _hints(kind)
    for key, inner in value.items():
        if key not in hints:
            yield Fault(place=(*place, key), message=f"there is no such key; {_meant(key, hints)}")
        elif key == "source" and hints[key] is str and isinstance(inner, str) and inner not in known:
            yield Fault(place=(*place, key), message=f"{inner!r} is not in sources.yaml; {_meant(inner, known)}")
        else:
            yield from _faults(inner, hints[key], (*place, key), known)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """Types of the fields of a record: the walk asks for them once per entry."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _meant(word: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = get_close_matches(word, names, n=1)
    return f"did you mean {close[0]}?" if close else f"known here: {', '.join(names) or 'none'}"


# --- pydantic's own words ---------------------------------------------------------------------------------------------


def _unsaid(errors: Iterable[ErrorDetails], said: list[Place]) -> Iterator[Fault]:
    """Faults that pydantic found in places of which nothing was said yet; the others are echoes."""
    for error in errors:
        place = error["loc"]
        if not any(place[: len(one)] == one for one in said):
            yield Fault(place=place, message=_worded(error))


def _worded(error: ErrorDetails) -> str:
    kind = error["type"]
    if kind == "enum":
        return f"must be {error['ctx']['expected']}"
    family = next((words for start, words in _WORDS.items() if kind.startswith(start)), None)
    return family or error["msg"]


_WORDS = {
    "missing": "is missing",
    "date": "must be a day, such as 2026-11-24",
    "time_delta": "must be a duration, such as PT30M or P90D",
    "string_type": "must be text",
    "bool": "must be true or false",
    "int": "must be a whole number",
    "tuple_type": "must be a list",
    "dataclass_type": "must be a block of keys and values",
}
"""By the beginning of pydantic's name of a fault."""
