"""How keys and texts are written so that Azure Tables can keep them; free of input and output.

A key may not hold slashes of either kind, `#`, `?` or control characters. A property holds at most 64 KiB, which is
32,768 characters of text, and an entity at most 1 MiB: a longer text is compressed and split over properties, and what
is longer still over entities of its own.
"""

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

PLAIN_LIMIT = 60_000
"""Bytes of UTF-16 up to which a text is kept as it is, so that people can read it in any browser of tables."""

PART_BYTES = 60_000
PARTS = 13
"""Of one entity: together well below 1 MiB, with room for keys and other properties."""

_KEPT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
_LONGEST = 300
"""Characters of a key that are kept; keys are limited to 1 KiB, and what is longer ends with a digest."""

AFTER_ALL = "~"
"""Sorts behind every character of a written key."""


def key_of(*names: str) -> str:
    """One key from one name or several; different names give different keys, and order by how names begin is kept."""
    return ":".join(_shortened(_written(name), name) for name in names)


def beginning_of(prefix: str) -> str:
    """How the keys of all names begin that begin with `prefix`."""
    return _written(prefix)[:_LONGEST]


def _written(name: str) -> str:
    return "".join(char if char in _KEPT else "".join(f"={byte:02X}" for byte in char.encode()) for char in name)


def _shortened(written: str, name: str) -> str:
    if len(written) <= _LONGEST:
        return written
    return f"{written[:_LONGEST]}={hashlib.sha256(name.encode()).hexdigest()[:32]}"


def properties_of(text: str) -> dict[str, Any] | None:
    """The properties that hold a text; None where it is too long for one entity."""
    if len(text) * 2 <= PLAIN_LIMIT and len(text.encode("utf-16-le")) <= PLAIN_LIMIT:
        return {"text": text}
    parts = _parts(zlib.compress(text.encode()))
    return _numbered(parts) if len(parts) <= PARTS else None


def entities_of(text: str) -> list[dict[str, Any]]:
    """The properties of the entities that hold a long text together, in order."""
    parts = _parts(zlib.compress(text.encode()))
    return [_numbered(parts[at : at + PARTS]) for at in range(0, len(parts), PARTS)]


def text_in(rows: Iterable[Mapping[str, Any]]) -> str:
    """The text that entities hold together, in order.

    Raises:
        zlib.error: they do not.
    """
    found = list(rows)
    if len(found) == 1 and "text" in found[0]:
        return str(found[0]["text"])
    whole = b"".join(row[name] for row in found for name in sorted(_names(row)))
    return zlib.decompress(whole).decode()


def _parts(packed: bytes) -> list[bytes]:
    return [packed[at : at + PART_BYTES] for at in range(0, len(packed), PART_BYTES)]


def _numbered(parts: Sequence[bytes]) -> dict[str, Any]:
    return {f"part{number:02d}": part for number, part in enumerate(parts)}


def _names(row: Mapping[str, Any]) -> list[str]:
    return [name for name in row if name.startswith("part")]
