"""What is done to FastAPI's document before anybody reads it: words of our own models' making are taken out of it."""

from collections.abc import Iterator, Mapping
from typing import Any

NEEDED = "If-Match"
"""A header without which calls are refused, though by a problem of its own and not as one that does not fit."""

_PREFIX = "#/components/schemas/"


def inlined(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same without names for texts: what may be in one stands where it is used, and whoever reads looks up nothing.

    Args:
        document: an OpenAPI document.
    """
    schemas: dict[str, Any] = document["components"]["schemas"]
    texts = {f"{_PREFIX}{name}": one for name, one in schemas.items() if _is_text(one)}
    kept = {name: one for name, one in schemas.items() if f"{_PREFIX}{name}" not in texts}
    whole = {**document, "components": {**document["components"], "schemas": kept}}
    done: dict[str, Any] = _resolved(whole, texts)
    return done


def _is_text(schema: Mapping[str, Any]) -> bool:
    return "enum" not in schema and "properties" not in schema


def _resolved(part: Any, texts: Mapping[str, Any]) -> Any:
    match part:
        case {"$ref": str() as name, **beside} if name in texts:
            return {**_resolved(texts[name], texts), **beside}
        case dict():
            return {key: _resolved(one, texts) for key, one in part.items()}
        case list():
            return [_resolved(one, texts) for one in part]
        case _:
            return part


def without_null(parameter: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter of a call: it is there or it is not, and there is no way to write null."""
    schema: dict[str, Any] = parameter["schema"]
    left = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    beside = {key: one for key, one in schema.items() if key not in {"anyOf", "title"}}
    needed = parameter["required"] or parameter["name"] == NEEDED
    return {**parameter, "required": needed, "schema": {**left[0], **beside} if len(left) == 1 else {**schema}}


def operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every operation of a document."""
    return (one for path in document["paths"].values() for one in path.values())
