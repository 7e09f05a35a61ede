"""Headers of answers, as the document of the API describes them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_RUN: Final = "RunAnswer"
_RETRY_AFTER: Final = "Retry-After"
_KINDS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "x-ms-error-code": ("The code of the problem, as in the body.", {"type": "string"}),
    "ETag": ("The state that it is in, for If-Match.", {"type": "string", "pattern": '^".*"$'}),
    _RETRY_AFTER: ("Whole seconds after which to ask again.", {"type": "integer", "minimum": 0}),
    "Operation-Location": ("The run, to be followed by its status.", {"type": "string"}),
    "Location": ("Where to read on: the run, or its result, which is 202 until it has ended.", {"type": "string"}),
    "WWW-Authenticate": ("How to say who calls.", {"type": "string"}),
    "Idempotency-Replayed": ("That this was answered before, to a call with the same key.", {"const": "true"}),
    "Repeatability-Result": ("That the call counts once, where it was repeated so.", {"const": "accepted"}),
}
_OF_REFUSALS: Final[Mapping[str, tuple[str, ...]]] = {
    "401": ("WWW-Authenticate",),
    "409": (_RETRY_AFTER,),
    "412": ("ETag",),
    "429": (_RETRY_AFTER,),
    "503": (_RETRY_AFTER,),
}
_TAGGED: Final = frozenset({"get_plan", "get_revert_plan", "get_approval", "approve_plan", "reject_plan"})
"""Operations that answer with what has a state and is no run: a document, whose hash it is, and words on a plan."""
_REFUSED: Final = 400
_ALWAYS_SENT: Final = frozenset({"x-ms-error-code", "Operation-Location", "Location", "WWW-Authenticate"})


HEADERS: Final[Mapping[str, Mapping[str, Any]]] = {
    name: {"description": words, "required": name in _ALWAYS_SENT, "schema": dict(schema)}
    for name, (words, schema) in _KINDS.items()
}
"""Each header as the document describes it in one place."""


def headers_of(method: str, operation: Mapping[str, Any], status: str) -> dict[str, Any]:
    """Where the headers of one answer of an operation are described; empty where it has none that says anything."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in _names(method, operation, status)}


def _names(method: str, operation: Mapping[str, Any], status: str) -> Iterator[str]:
    if int(status) >= _REFUSED:
        yield "x-ms-error-code"
        yield from _OF_REFUSALS.get(status, ())
        return
    yield from _of_run(method, operation, status)
    if operation["operationId"] in _TAGGED:
        yield "ETag"
    if method != "get":
        yield from ("Idempotency-Replayed", "Repeatability-Result")


def _of_run(method: str, operation: Mapping[str, Any], status: str) -> Iterator[str]:
    content = operation["responses"][status].get("content", {}).get("application/json", {})
    if not content.get("schema", {}).get("$ref", "").endswith(f"/{_RUN}"):
        return
    yield from ("ETag", _RETRY_AFTER)
    if method != "get":
        yield from ("Operation-Location", "Location")
    elif status == "202":
        yield "Location"
