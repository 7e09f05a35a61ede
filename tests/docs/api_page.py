"""The parts of docs/api.md that are made from the app: who may call what, its problems, and a conversation with it."""

import json
import re
import tempfile
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

from shared.api.app import create_api
from shared.api.document import KEY, TOKEN
from shared.api.finishing import operations
from shared.api.known_problems import ABOUT
from shared.api.problems import Code
from shared.api.refusals import codes_of
from shared.model.caller import Role
from shared.ports import Ports
from tests.api.api_fleet import Api

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
OPENAPI = PAGE.with_name("openapi.json")
SHOWN = ("Operation-Location", "ETag", "Retry-After", "Idempotency-Replayed", "x-ms-error-code")
_BLOCK = re.compile(r"^<!-- made: (\S+) -->\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)


def made(page: str) -> str:
    """The page with its parts made anew."""
    parts = {"calls": calls, "problems": problems, "conversation": conversation}

    def part(found: re.Match[str]) -> str:
        text = "\n".join(parts[found[1]]())
        return f"<!-- made: {found[1]} -->\n\n{text}\n\n<!-- end -->"

    return _BLOCK.sub(part, page)


def no_ports() -> Ports:
    """What an app has that nobody calls."""
    raise AssertionError("whoever reads the document needs none")


# --- who may call what ------------------------------------------------------------------------------------------------


def calls() -> Iterator[str]:
    """One row for each operation of the document."""
    document = create_api(no_ports).openapi()
    everywhere = {Code.ROUTE_UNKNOWN} | set.intersection(
        *(set(codes_of("get", one)) for _, method, one in _protected(document))
    )
    yield "| call | role | by key | body | answers | problems of its own |"
    yield "|---|---|---|---|---|---|"
    for path, method, one in operations(document):
        own = [f"`{code.value}`" for code in codes_of("get", one) if code not in everywhere]
        cells = (_roles(one), "yes" if {KEY: []} in one["security"] else "", _body(one), _answers(one), ", ".join(own))
        yield f"| `{method.upper()} {path}` | {' | '.join(cells)} |"


def _protected(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    return (found for found in operations(document) if found[2]["security"])


def _roles(operation: Mapping[str, Any]) -> str:
    roles = [role for way in operation["security"] for role in way.get(TOKEN, ())]
    if len(roles) == len(Role):
        return "any"
    return ", ".join(f"`{role}`" for role in roles) or "nobody is asked"


def _body(operation: Mapping[str, Any]) -> str:
    body = operation.get("requestBody")
    if body is None:
        return ""
    schema = body["content"]["application/json"]["schema"]
    name = next(one["$ref"] for one in (schema, *schema.get("anyOf", ())) if "$ref" in one).rpartition("/")[2]
    return f"`{name}`" if body.get("required") else f"`{name}`, or none"


def _answers(operation: Mapping[str, Any]) -> str:
    return ", ".join(status for status in operation["responses"] if int(status) < 400)


# --- problems ---------------------------------------------------------------------------------------------------------


def problems() -> Iterator[str]:
    """One row for each code."""
    yield "| code | status | when | what to do |"
    yield "|---|---|---|---|"
    yield from (f"| `{code.value}` | {one.status} | {one.when} | {one.remedy} |" for code, one in ABOUT.items())


# --- a conversation ---------------------------------------------------------------------------------------------------

RUN = "/v1/runs/weu-01-a"


def conversation() -> Iterator[str]:
    """What is said, and what the app answers to it."""
    with tempfile.TemporaryDirectory(prefix="hcx-page-") as folder:
        api, once = Api(Path(folder)), {"Idempotency-Key": "4711-1"}
        asked = {"kind": "upgrade", "requestedBy": "pipeline 4711"}
        yield "```console"
        first = yield from _said(api, "PUT", RUN, asked, headers=once, shown=("id", "status", "detail"))
        yield from _said(api, "PUT", RUN, asked, headers=once, shown=("id", "status", "detail"))
        yield from _said(api, "POST", f"{RUN}:pause", {"by": "Ann"})
        seen = {"If-Match": first.headers["ETag"]}
        yield from _said(api, "POST", f"{RUN}:pause", {"by": "Ann"}, headers=seen, shown=("key", "text"))
        yield from _said(api, "POST", f"{RUN}:resume", {"by": "Bo"}, headers=seen)
        yield from _said(api, "GET", RUN, shown=("status", "detail", "why", "whoCanAct"))
        yield "```"


def _said(
    api: Api,
    method: str,
    path: str,
    body: object = None,
    *,
    headers: Mapping[str, str] | None = None,
    shown: tuple[str, ...] = (),
) -> Generator[str, None, httpx.Response]:
    """One call as curl makes it, and its answer: some of its headers, and of what is no problem some members."""
    answer = api.without_state(method, path, body, dict(headers or {}))
    yield "$ " + _curl(method, path, body, headers or {})
    yield f"HTTP {answer.status_code}"
    yield from (f"{name}: {answer.headers[name]}" for name in SHOWN if name in answer.headers)
    told = answer.json()
    yield json.dumps({name: told[name] for name in shown} if answer.is_success else told, ensure_ascii=False)
    yield ""
    return answer


def _curl(method: str, path: str, body: object, headers: Mapping[str, str]) -> str:
    words = ["curl -i", *([] if method == "GET" else [f"-X {method}"]), f'"$FLEET{path}"']
    words += [f"-H '{name}: {value}'" for name, value in headers.items()]
    if body is not None:
        words += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(body)}'"]
    return " ".join(words)
