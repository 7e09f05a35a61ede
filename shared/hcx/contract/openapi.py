"""API documents as an appliance serves them: OpenAPI 3 or Swagger 2, in JSON or YAML, read without trusting them.

Only references inside the document are followed, a few levels deep. What cannot be understood is left out: an
operation that is half described confirms nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from shared.hcx.contract.shape import Kind
from shared.model.codec import Json
from shared.model.record import record
from shared.policy.marked_yaml import read_yaml

DOCUMENT_MAX_BYTES: Final = 8 * 1024 * 1024
YAML_MAX_BYTES: Final = 1024 * 1024
"""Reading YAML takes a hundred times as long as JSON."""
LEVELS_MAX: Final = 8
PARTS_MAX: Final = 500
"""Parts of one body that are looked at."""
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_KINDS: Final = {
    "string": Kind.TEXT,
    "integer": Kind.NUMBER,
    "number": Kind.NUMBER,
    "boolean": Kind.FLAG,
    "object": Kind.OBJECT,
    "array": Kind.LIST,
}
_JSON_TYPE = re.compile(r"(?:application/(?:[\w.+-]+\+)?json|\*/\*)(?:;.*)?", re.IGNORECASE)


@record
class Part:
    """One part of a described body."""

    path: str
    """As in `shape.py`: `appliances[].applianceId`."""
    kind: Kind | None
    """None where the document leaves it open."""
    required: bool
    """Whether it has to be there wherever what holds it is there."""
    words: tuple[str, ...] = ()
    """The only values that are allowed, where the document names some."""


@record
class Body:
    """A described body."""

    parts: tuple[Part, ...] = ()
    kind: Kind | None = None
    """Of the whole; None where there is no body, or the document leaves it open."""

    def part(self, path: str) -> Part | None:
        """The part under that path."""
        return next((one for one in self.parts if one.path == path), None)

    @property
    def paths(self) -> frozenset[str]:
        """Every path that is described."""
        return frozenset(one.path for one in self.parts)


@record
class Operation:
    """One operation of one document."""

    method: str
    path: str
    """With the document's base path; `{name}` stands for one id."""
    action: str | None
    """The query's `action`, where the document's path holds one."""
    needs: tuple[str, ...]
    """What else the call needs that has a place outside of path and body: required keys of the query, headers."""
    words: str
    """Its id, summary and tags, in lower case: what people call it."""
    request: Body
    response: Body
    """Of the first success that has one."""


@record
class Described:
    """What one document describes."""

    format: str
    """`openapi-3` or `swagger-2`."""
    version: str
    """`info.version`: the version of the API, as its document says it."""
    operations: tuple[Operation, ...]


def parsed(content: bytes, name: str = "") -> Json:
    """The JSON or YAML document in `content`, None where there is none that is small enough to be read."""
    if len(content) > DOCUMENT_MAX_BYTES:
        return None
    try:
        text = content.decode("utf-8-sig")
        if text.lstrip()[:1] in {"{", "["}:
            found: Json = json.loads(text, parse_constant=_no_number)
            return found
    except (ValueError, RecursionError):
        return None
    yaml = name.endswith((".yaml", ".yml")) or re.match(r"\s*(?:---\s*)?(?:#.*\n\s*)*(?:openapi|swagger)\s*:", text)
    return _yaml(text) if yaml and len(content) <= YAML_MAX_BYTES else None


def _no_number(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")


def _yaml(text: str) -> Json:
    read = read_yaml(text)
    return read.root.plain if read.root is not None and not read.problems else None


def is_api_document(document: Json) -> bool:
    """Whether it describes an API in one of the two formats."""
    return isinstance(document, dict) and _format(document) != "" and isinstance(document.get("paths"), dict)


def described(document: Json) -> Described | None:
    """What the document describes; None where it is none."""
    if not isinstance(document, dict) or not is_api_document(document):
        return None
    info = document.get("info")
    version = info.get("version") if isinstance(info, dict) else None
    return Described(
        format=_format(document),
        version=str(version) if isinstance(version, str | int | float) else "not said",
        operations=tuple(_Reader(document).operations()),
    )


def _format(document: Mapping[str, Any]) -> str:
    if str(document.get("openapi", "")).startswith("3."):
        return "openapi-3"
    return "swagger-2" if str(document.get("swagger", "")).startswith("2") else ""


def base_of(document: Mapping[str, Any]) -> str:
    """The path that every path of the document stands below."""
    servers = document.get("servers")
    first = servers[0] if isinstance(servers, list) and servers else None
    url = first.get("url") if isinstance(first, dict) else document.get("basePath")
    return _path_part(url) if isinstance(url, str) else ""


def _path_part(url: str) -> str:
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return path.rstrip("/") if path.startswith("/") else ""


class _Reader:
    """Reads one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._base = base_of(document)

    def operations(self) -> Iterator[Operation]:
        for path, item in self._document["paths"].items():
            if isinstance(item, dict) and path.startswith("/"):
                for method in _METHODS:
                    operation = item.get(method)
                    if isinstance(operation, dict):
                        yield self._operation(path, method, operation, item)

    def _operation(self, path: str, method: str, told: dict[str, Any], item: dict[str, Any]) -> Operation:
        plain, _, query = f"{self._base}{path}".partition("?")
        parameters = [self._resolved(one) for one in (*_list(item, "parameters"), *_list(told, "parameters"))]
        action = query.removeprefix("action=") if query.startswith("action=") else _only_action(parameters)
        said = [told.get("operationId"), told.get("summary"), *_list(told, "tags")]
        return Operation(
            method=method.upper(),
            path=plain,
            action=action,
            needs=tuple(_needs(parameters, action)),
            words=" ".join(str(one) for one in said if isinstance(one, str)).lower(),
            request=self._request(told, parameters),
            response=self._response(told),
        )

    def _request(self, told: dict[str, Any], parameters: list[dict[str, Any]]) -> Body:
        inside = next((one for one in parameters if one.get("in") == "body"), None)
        if inside is not None:
            return self._body(inside.get("schema"))
        return self._body(_json_schema(self._resolved(told.get("requestBody"))))

    def _response(self, told: dict[str, Any]) -> Body:
        answers = told.get("responses")
        good = sorted(code for code in answers if str(code).startswith("2")) if isinstance(answers, dict) else []
        for code in good:
            answer = self._resolved(answers[code] if isinstance(answers, dict) else None)
            found = self._body(answer.get("schema") or _json_schema(answer))
            if found.parts or found.kind:
                return found
        return Body()

    def _body(self, schema: object) -> Body:
        if not isinstance(schema, dict):
            return Body()
        parts: dict[str, Part] = {}
        self._walk(schema, "", parts, LEVELS_MAX)
        return Body(parts=tuple(parts.values()), kind=self._kind(self._whole(schema)))

    def _walk(self, schema: object, path: str, parts: dict[str, Part], levels: int) -> None:
        """Add the parts below one schema."""
        whole = self._whole(schema)
        members = whole.get("items")
        if isinstance(members, dict) and levels:
            self._add(f"{path}[]", members, parts, levels, required=False)
        properties = whole.get("properties")
        for name, one in properties.items() if isinstance(properties, dict) and levels else ():
            inside = f"{path}.{name}" if path else str(name)
            self._add(inside, one, parts, levels, required=name in _list(whole, "required"))

    def _add(self, path: str, schema: object, parts: dict[str, Part], levels: int, *, required: bool) -> None:
        if len(parts) >= PARTS_MAX:
            return
        whole = self._whole(schema)
        words = tuple(one for one in _list(whole, "enum") if isinstance(one, str))
        part = Part(path=path, kind=self._kind(whole), required=required, words=words)
        known = parts.get(path)
        parts[path] = replace(part, required=part.required or known.required) if known else part
        self._walk(whole, path, parts, levels - 1)

    def _whole(self, schema: object, levels: int = LEVELS_MAX) -> dict[str, Any]:
        """The schema with its reference followed and everything that it is all of put together.

        Of alternatives (`oneOf`, `anyOf`) every property is one that can be there, and none has to be.
        """
        found = self._resolved(schema)
        joined = {name: value for name, value in found.items() if name not in {"allOf", "oneOf", "anyOf"}}
        for way in ("allOf", "oneOf", "anyOf"):
            for one in _list(found, way) if levels else ():
                joined = _joined(joined, self._whole(one, levels - 1), every=way == "allOf")
        return joined

    def _kind(self, whole: Mapping[str, Any]) -> Kind | None:
        told = whole.get("type")
        if isinstance(told, list):  # OpenAPI 3.1: a type that may be null
            told = next((one for one in told if one != "null"), None)
        if isinstance(told, str):
            return _KINDS.get(told)
        return Kind.OBJECT if whole.get("properties") else Kind.LIST if whole.get("items") else None

    def _resolved(self, value: object) -> dict[str, Any]:
        """The object that a reference means, or the object itself; an empty one for anything else."""
        for _ in range(LEVELS_MAX):
            if not isinstance(value, dict):
                return {}
            reference = value.get("$ref")
            if not isinstance(reference, str):
                return value
            value = self._meant(reference)
        return {}

    def _meant(self, reference: str) -> object:
        if not reference.startswith("#/"):  # another file, or another host
            return None
        found: object = self._document
        for step in reference.removeprefix("#/").split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, dict) else None
        return found


def _joined(one: dict[str, Any], other: dict[str, Any], *, every: bool) -> dict[str, Any]:
    properties = {**_mapping(one, "properties"), **_mapping(other, "properties")}
    required = [*_list(one, "required"), *(_list(other, "required") if every else ())]
    joined = {**other, **one}
    return {**joined, **({"properties": properties} if properties else {}), "required": required}


def _mapping(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _list(value: Mapping[str, Any], name: str) -> list[Any]:
    found = value.get(name)
    return found if isinstance(found, list) else []


def _json_schema(holder: Mapping[str, Any]) -> object:
    """The schema of the JSON among the contents of an OpenAPI 3 body or answer."""
    contents = _mapping(holder, "content")
    of_json = (one for kind, one in contents.items() if _JSON_TYPE.fullmatch(str(kind)))
    return next((one.get("schema") for one in of_json if isinstance(one, dict)), None)


def _only_action(parameters: list[dict[str, Any]]) -> str | None:
    """The one word that the key `action` of the query may have."""
    for one in parameters:
        if one.get("in") == "query" and one.get("name") == "action" and one.get("required") is True:
            words = _list(_mapping(one, "schema") or one, "enum")
            return str(words[0]) if len(words) == 1 else None
    return None


def _needs(parameters: list[dict[str, Any]], action: str | None) -> Iterator[str]:
    for one in parameters:
        place, name = one.get("in"), str(one.get("name"))
        if one.get("required") is True and place in {"query", "header", "formData", "cookie"}:
            if place == "query" and name == "action" and action:
                continue
            yield f"{name} ({place})"
