"""API documents are read in both formats, and nothing in them can do any harm."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.hcx.contract.openapi import Operation, described, parsed
from shared.hcx.contract.shape import Kind
from tests.contract.described import APPLIANCES, FLAG, REQUEST, RESPONSE, TEXT, openapi, operation

SWAGGER = {
    "swagger": "2.0",
    "info": {"version": "1.2"},
    "basePath": "/hybridity/api",
    "paths": {
        "/mesh/{serviceMeshId}/update": {
            "parameters": [{"name": "serviceMeshId", "in": "path", "required": True, "type": "string"}],
            "post": {
                "summary": "Update appliances",
                "parameters": [{"name": "body", "in": "body", "schema": {"$ref": "#/definitions/Update"}}],
                "responses": {"200": {"schema": {"$ref": "#/definitions/Update"}}},
            },
        }
    },
    "definitions": {"Update": APPLIANCES},
}


def only(document: Any) -> Operation:
    """The one operation of a document."""
    found = described(document)
    assert found is not None
    assert len(found.operations) == 1
    return found.operations[0]


def test_openapi_3() -> None:
    """Method, path below the server's, bodies with references followed, and what has to be there."""
    found = only(openapi({"/upgrades": {"post": operation(REQUEST, RESPONSE)}}, base="/api/admin"))

    assert (found.method, found.path) == ("POST", "/api/admin/upgrades")
    assert {one.path: (one.kind, one.required) for one in found.request.parts} == {
        "targetVersion": (Kind.TEXT, True),
        "upgradePolicy": (Kind.OBJECT, False),
        "upgradePolicy.skipVmSnapshot": (Kind.FLAG, False),
        "upgradePolicy.skipUpgradeValidation": (Kind.FLAG, False),
        "upgradePolicy.skipConfigBackup": (Kind.FLAG, False),
    }
    assert found.response.paths == {"status", "subTasks", "subTasks[]"}


def test_swagger_2() -> None:
    """The older format says the same: base path, a body among the parameters, definitions."""
    found = only(SWAGGER)

    assert (found.path, found.words) == ("/hybridity/api/mesh/{serviceMeshId}/update", "update appliances")
    assert {"appliances[].applianceId", "mode"} <= found.request.paths
    assert found.request.part("mode") == found.response.part("mode")
    assert found.needs == ()


def test_all_of_and_one_of() -> None:
    """What a body is all of is put together; of alternatives everything may be there and nothing has to."""
    more = {"type": "object", "required": ["b"], "properties": {"b": FLAG}}
    every = {"allOf": [{"type": "object", "required": ["a"], "properties": {"a": TEXT}}, more]}
    either = {"oneOf": [more, {"type": "object", "properties": {"c": TEXT}}]}
    found = [only(openapi({"/x": {"post": operation(one)}})).request.parts for one in (every, either)]

    assert [[(one.path, one.required) for one in parts] for parts in found] == [
        [("a", True), ("b", True)],
        [("b", False), ("c", False)],
    ]


def test_what_a_call_needs_beside_its_body() -> None:
    """Required keys of the query and headers are told; an action with one word is part of the call."""
    action = {"name": "action", "in": "query", "required": True, "schema": {**TEXT, "enum": ["start"]}}
    header = {"name": "If-Match", "in": "header", "required": True, "schema": TEXT}
    loose = {"name": "verbose", "in": "query", "schema": FLAG}
    found = only(openapi({"/x": {"post": operation(REQUEST, parameters=[action, header, loose])}}))

    assert (found.action, found.needs) == ("start", ("If-Match (header)",))


def test_references_that_lead_nowhere() -> None:
    """References in circles, to other files and to nothing end; what they would have described is left open."""
    circle = {"type": "object", "properties": {"again": {"$ref": "#/components/schemas/Circle"}}}
    paths = {
        f"/{name}": {"post": operation({"$ref": target})}
        for name, target in {
            "circle": "#/components/schemas/Circle",
            "self": "#/components/schemas/Self",
            "file": "other.json#/Policy",
            "host": "https://elsewhere.example/api.json",
            "none": "#/components/schemas/None",
        }.items()
    }
    found = described(openapi(paths, Circle=circle, Self={"$ref": "#/components/schemas/Self"}))
    assert found is not None
    lengths = {one.path: len(one.request.parts) for one in found.operations}

    assert lengths == {"/circle": 8, "/self": 0, "/file": 0, "/host": 0, "/none": 0}


def test_yaml() -> None:
    """A document in YAML is read; one with aliases, which could explode, is not."""
    text = "openapi: 3.0.0\ninfo: {version: '1'}\npaths:\n  /x:\n    get:\n      responses: {}\n"

    assert only(parsed(text.encode())).path == "/x"
    assert parsed(b"swagger: '2.0'\na: &a [1]\nb: *a\n") is None


@pytest.mark.parametrize("content", [b"", b"<html>", b'{"openapi": NaN}', b"[" * 9000, b"\xff\xfe", b'"text"'])
def test_no_documents(content: bytes) -> None:
    """What is no JSON object and no YAML of that kind is no document."""
    assert described(parsed(content, "x.json")) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inside: (
            st.lists(inside, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["$ref", "allOf", "oneOf", "properties", "items", "required", "type", "enum", "schema", "content",
                     "parameters", "responses", "requestBody", "200", "in", "name", "application/json", "get", "tags"]
                ),
                inside,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)  # fmt: skip
def test_mangled_documents(mangled: Any) -> None:
    """Whatever stands where an operation should be, reading ends with operations or with none, never in an error."""
    document = {"openapi": "3.0.0", "paths": {"/x": mangled, "/y": {"get": mangled, "parameters": mangled}}}

    assert described(json.loads(json.dumps(document))) is not None
