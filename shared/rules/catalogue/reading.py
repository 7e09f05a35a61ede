"""From the catalogue's files to its records, strictly: an entry that is not exactly as it should be stops the reading.

The files are part of the package and read once per process: they are data that a review has passed, not input, so the
reading of them is the one thing in the pure folders that touches a file.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from shared.model.version import Version
from shared.rules.catalogue.records import Paths, Release, RemovedService, Source


class CatalogueInvalidError(ValueError):
    """A file of the catalogue does not say what it should; names the file and every fault in it."""


@cache
def sources() -> tuple[Source, ...]:
    """Everything that entries rest on."""
    return _read("sources.yaml", tuple[Source, ...])


@cache
def releases() -> tuple[Release, ...]:
    """Known releases, oldest first."""
    return _read("releases.yaml", tuple[Release, ...])


@cache
def paths() -> Paths:
    """Known upgrade paths."""
    return _read("paths.yaml", Paths)


@cache
def removed_services() -> tuple[RemovedService, ...]:
    """Services that have to go before certain releases."""
    return _read("services.yaml", tuple[RemovedService, ...])


def _read[T](name: str, kind: type[T]) -> T:
    text = files("shared.rules.catalogue").joinpath(name).read_text(encoding="utf-8")
    known = frozenset() if name == "sources.yaml" else frozenset(source.id for source in sources())
    return read_entries(name, text, kind, known)


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
    try:
        document = YAML(typ="safe", pure=True).load(text)
        # Through JSON, where strict still admits what JSON can only write as text: dates, versions, enums.
        read: T = TypeAdapter(kind).validate_json(json.dumps(document, default=str), strict=True)
    except YAMLError as error:
        raise CatalogueInvalidError(f"{name}: {error}") from None
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise CatalogueInvalidError(f"{name}: {told}") from None
    faults = (*_strange_keys(document, read), *_strange_values(read, known))
    if faults:
        raise CatalogueInvalidError(f"{name}: {'; '.join(faults)}")
    return read


def _strange_keys(document: Any, read: Any) -> Iterator[str]:
    """Keys that no record has: pydantic drops them from plain dataclasses, which would hide a misspelt one."""
    if isinstance(document, list):
        for item, one in zip(document, read, strict=True):
            yield from _strange_keys(item, one)
    elif isinstance(document, dict) and is_dataclass(read):
        names = {field.name for field in fields(read)}
        yield from (f"{key}: there is no such key" for key in document if key not in names)
        for key in names & document.keys():
            yield from _strange_keys(document[key], getattr(read, key))


def _strange_values(read: Any, known: frozenset[str]) -> Iterator[str]:
    """Versions that are not understood, and sources that are not listed."""
    if isinstance(read, Version):
        if not read.known:
            yield f"version {read.text!r} is not understood"
    elif isinstance(read, tuple):
        yield from _of_all(read, known)
    elif is_dataclass(read):
        source = getattr(read, "source", None)
        if source is not None and source not in known:
            yield f"source {source!r} is not in sources.yaml"
        yield from _of_all((getattr(read, field.name) for field in fields(read)), known)


def _of_all(values: Iterable[Any], known: frozenset[str]) -> Iterator[str]:
    for value in values:
        yield from _strange_values(value, known)
