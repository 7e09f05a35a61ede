"""The JSON round trip of records with nothing but Python's own library: the same bytes as `codec.py`, for fewer types.

The collector runs where nothing can be installed. A test holds both codecs together over arbitrary facts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from shared.model.document import Json, RecordUnreadableError
from shared.model.version import Version

_PLAIN = (str, bool, int, NoneType)


def to_plain(value: object) -> Any:
    """Turn a record into plain JSON values.

    Raises:
        TypeError: it holds something that facts and orders do not have.
    """
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list | frozenset):
        return [to_plain(one) for one in value]
    return _written(value)


def _written(value: object) -> Any:
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | str():
            return value
        case datetime() | date():
            return value.isoformat().replace("+00:00", "Z")
        case Version():
            return value.text
    raise TypeError(f"{type(value).__name__} is not written here")


def from_plain[T](kind: type[T], document: Json) -> T:
    """Read the record `kind` from plain JSON values.

    Raises:
        RecordUnreadableError: naming the field that does not fit, never its value.
    """
    read: T = _read(kind, document, ())
    return read


def _read(kind: Any, found: Json, where: tuple[str, ...]) -> Any:
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        return _one_of(kind, found, where)
    if origin is tuple:
        return _all_of(get_args(kind)[0], found, where)
    if is_dataclass(kind):
        return _record(kind, found, where)
    return _value(kind, found, where)


def _one_of(kind: Any, found: Json, where: tuple[str, ...]) -> Any:
    """Records here only know "this, or nothing"."""
    if found is None:
        return None
    (some,) = (one for one in get_args(kind) if one is not NoneType)
    return _read(some, found, where)


def _all_of(kind: Any, found: Json, where: tuple[str, ...]) -> tuple[Any, ...]:
    if isinstance(found, str) or not isinstance(found, Sequence):
        raise _unreadable(where, "must be a list")
    return tuple(_read(kind, one, (*where, str(place))) for place, one in enumerate(found))


def _record(kind: Any, found: Json, where: tuple[str, ...]) -> Any:
    if not isinstance(found, Mapping):
        raise _unreadable(where, "must be an object")
    known = {field.name: field for field in fields(kind)}
    wrong = [name for name in found if name not in known]
    wrong += [name for name, field in known.items() if name not in found and _needed(field)]
    if wrong:
        raise _unreadable((*where, str(wrong[0])), "is unknown, or missing")
    hints = get_type_hints(kind)
    return kind(**{name: _read(hints[name], one, (*where, name)) for name, one in found.items()})


def _needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _value(kind: Any, found: Json, where: tuple[str, ...]) -> Any:
    if kind in _PLAIN:
        if type(found) is not kind:
            raise _unreadable(where, f"must be of the kind {kind.__name__}")
        return found
    try:
        return datetime.fromisoformat(str(found)) if kind is datetime else kind(found)
    except (ValueError, TypeError):
        raise _unreadable(where, f"is no {kind.__name__}") from None


def _unreadable(where: tuple[str, ...], why: str) -> RecordUnreadableError:
    return RecordUnreadableError(f"{'.'.join(where) or '(root)'}: {why}")
