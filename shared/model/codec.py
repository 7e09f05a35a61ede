"""The JSON round trip of every record that crosses the durable boundary, a store or the HTTP API."""

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.model.document import Json, RecordUnreadableError

__all__ = ["Json", "RecordUnreadableError", "from_json", "to_json", "to_json_text"]


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:  # building one costs milliseconds, using it microseconds
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def to_json(value: object, kind: Any = None) -> Any:
    """Turn a record, or a container of records described by `kind`, into plain JSON values."""
    return _adapter(kind or type(value)).dump_python(value, mode="json")


def to_json_text(value: object, kind: Any = None) -> str:
    """The same as text."""
    text: bytes = _adapter(kind or type(value)).dump_json(value)
    return text.decode()


def from_json_text[T](kind: type[T], text: str | bytes) -> T:
    """The same from text.

    Raises:
        RecordUnreadableError: as `from_json`.
        json.JSONDecodeError: it is no JSON.
    """
    return from_json(kind, json.loads(text))


def from_json[T](kind: type[T], document: object) -> T:
    """Read the record `kind` from plain JSON values.

    A field that the record does not have is refused like one that is missing: a document of another release of
    hcx-fleet would otherwise lose that field, silently, the next time it is written.

    Raises:
        RecordUnreadableError: naming every field that does not fit. Values are left out, since a document that cannot
            be read may hold anything.
    """
    try:
        read: T = _adapter(kind).validate_python(document, extra="forbid")
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or '(root)'}: {e['msg']}" for e in error.errors())
        name = getattr(kind, "__name__", str(kind))
        raise RecordUnreadableError(f"not a readable {name}: {faults}") from None
    return read
