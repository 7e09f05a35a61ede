"""What is done to FastAPI's document before anybody reads it: words of our own models' making are taken out of it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

NEEDED = "If-Match"
"""A header without which calls are refused, though by a problem of its own and not as one that does not fit."""

_PREFIX: Final = "#/components/schemas/"
_SENTENCE: Final = re.compile(r"(?<=[^0-9])[.:;](\s|$)")


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation of a document: its path, its method in lower case, and itself."""
    return ((path, method, one) for path, each in document["paths"].items() for method, one in each.items())


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


def parameter_of(parameter: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter as callers see it: it is there or it is not, and there is no way to write null."""
    schema: dict[str, Any] = parameter["schema"]
    left = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    beside = {key: one for key, one in schema.items() if key not in {"anyOf", "title"}}
    needed = parameter["required"] or parameter["name"] == NEEDED
    return {**parameter, "required": needed, "schema": {**left[0], **beside} if len(left) == 1 else {**schema}}


def summary_of(description: str) -> str:
    """What an operation does, in the first words of its description."""
    first = _SENTENCE.split(description.replace("\n", " "), maxsplit=1)[0]
    return first.rstrip(".")


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
