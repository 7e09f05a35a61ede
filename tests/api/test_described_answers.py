"""What the document of the API promises beside paths and bodies: headers, roles, examples, problems of each call."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from jsonschema import Draft202012Validator

from shared.api.answer_headers import HEADERS
from shared.api.document import EXAMPLES
from shared.api.finishing import operations, summary_of
from shared.model.caller import Role
from tests.api.api_fleet import Api
from tests.api.filled_fleet import filled


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


def _document(api: Api) -> dict[str, Any]:
    document: dict[str, Any] = api.call("GET", "/v1/openapi.json").json()
    return document


def test_every_schema_is_one(api: Api) -> None:
    """OpenAPI 3.1 has the schemas of JSON Schema 2020-12."""
    document = _document(api)

    assert document["openapi"].startswith("3.1")
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_what_its_schema_says(api: Api, name: str) -> None:
    """Whoever copies one sends a body that fits."""
    document = _document(api)
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}

    assert document["components"]["schemas"][name]["examples"] == [EXAMPLES[name]]
    jsonschema.validate(EXAMPLES[name], schema, Draft202012Validator)


def test_every_body_has_an_example(api: Api) -> None:
    """No kind of body is left to be guessed."""
    assert {name for name in _document(api)["components"]["schemas"] if name.endswith("Body")} == set(EXAMPLES)


def test_operations_are_told_apart(api: Api) -> None:
    """Each has a name of its own, and a summary of one line that is its first words."""
    found = [one for _, _, one in operations(_document(api))]

    assert len({one["operationId"] for one in found}) == len(found)
    for one in found:
        assert one["description"].replace("\n", " ").startswith(one["summary"])
        assert "\n" not in one["summary"]


@pytest.mark.parametrize(
    ("description", "summary"),
    [
        ("Let it go. It counts.", "Let it go"),
        ("One cloud: where it stands.", "One cloud"),
        ("See docs/report.json for all", "See docs/report.json for all"),
    ],
)
def test_a_summary_is_the_first_words(description: str, summary: str) -> None:
    """Up to the first stop, and a dot in a name is none."""
    assert summary_of(description) == summary


def test_every_operation_says_who_may_call_it(api: Api) -> None:
    """A role of ours in each way in by token; health alone asks nobody."""
    for _, _, one in operations(_document(api)):
        roles = {role for way in one["security"] for role in way.get("entraId", ())}
        assert roles <= {role.value for role in Role}
        assert bool(roles) == (one["operationId"] != "get_health")


def test_every_refusal_names_its_code_in_a_header(api: Api) -> None:
    """Each answer from 400 on, of each operation."""
    for _, _, one in operations(_document(api)):
        refusals = {status: answer for status, answer in one["responses"].items() if int(status) >= 400}
        assert {"400", "413", "415", "422", "500"} <= set(refusals)
        assert all("x-ms-error-code" in answer["headers"] for answer in refusals.values())


CALLS: list[tuple[str, str, dict[str, Any] | None, str]] = [
    ("PUT", "/v1/runs/new", {"kind": "check"}, "/v1/runs/{runId}"),
    ("PUT", "/v1/runs/p1", {"kind": "plan"}, "/v1/runs/{runId}"),
    ("GET", "/v1/runs/u1", None, "/v1/runs/{runId}"),
    ("GET", "/v1/runs/u1/result", None, "/v1/runs/{runId}/result"),
    ("POST", "/v1/clouds/pc-a:check", None, "/v1/clouds/{cloud}:check"),
    ("POST", "/v1/plans", {}, "/v1/plans"),
    ("POST", "/v1/runs/u1:resume", {"by": "Ann"}, "/v1/runs/{runId}:resume"),
    ("GET", "/v1/runs/none", None, "/v1/runs/{runId}"),
    ("GET", "/v1/runs?top=0", None, "/v1/runs"),
]


@pytest.mark.parametrize(("method", "path", "body", "address"), CALLS)
def test_headers_are_those_that_are_described(
    api: Api, method: str, path: str, body: dict[str, Any] | None, address: str
) -> None:
    """Of the headers that the document knows an answer has those that it must have, and no others than it may have."""
    filled(api)
    answer = api.call(method, path, body, headers={"Idempotency-Key": "k-1"} if method != "GET" else {})
    operation = _document(api)["paths"][address][method.lower()]
    described = set(operation["responses"][str(answer.status_code)].get("headers", {}))

    sent = {name for name in HEADERS if name in answer.headers}
    assert {name for name in described if HEADERS[name]["required"]} <= sent <= described
