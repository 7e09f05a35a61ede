"""API documents are kept whole, but without what says where and whose they are."""

import json
from typing import Any

import pytest

from shared.hcx.contract.openapi import described
from shared.hcx.contract.stripping import Stripper
from tests.contract.described import REQUEST, RESPONSE, UPGRADES, openapi, operation

HOST = "hcx.lyon.example"


def stripped(document: Any, *hidden: str) -> Any:
    """What is kept of a document."""
    return Stripper(hidden).stripped(document)


def test_operations_stay() -> None:
    """What is kept describes the same calls with the same bodies."""
    document = openapi(UPGRADES, base="/hybridity")

    assert described(stripped(document)) == described(document)


def test_places_and_people_go() -> None:
    """Servers, contacts, licences, examples, defaults and extensions are gone, and addresses within sentences."""
    document = openapi(
        {
            "/x": {
                "get": operation(
                    description=f"curl https://{HOST}/x as ann@{HOST}, 10.0.0.5 or fe80::1:2:3:4", summary=HOST
                )
            }
        },
        base="/hybridity",
    )
    document["info"] |= {"contact": {"name": "Ann Canary"}, "license": {"name": "Canary"}}
    document["x-origin"] = "canary"
    document["components"]["schemas"]["Policy"] = {"type": "object", "example": "canary", "default": "canary"}
    text = json.dumps(stripped(document))

    assert not [one for one in (HOST, "anary", "10.0.0.5", "fe80", "ann@") if one in text]
    assert stripped(document)["servers"] == [{"url": "/hybridity"}]


def test_a_property_may_be_called_so() -> None:
    """What the format itself calls host is left out; what the author calls so is a field of a body."""
    schema = {"type": "object", "properties": {"host": {"type": "string"}, "example": {"type": "string"}}}
    document = openapi({"/x": {"post": operation({"$ref": "#/components/schemas/Host"})}}, Host=schema)
    found = described(stripped({**document, "host": HOST}))
    assert found is not None

    assert found.operations[0].request.paths == {"host", "example"}


def test_hidden_texts() -> None:
    """Names of the manager and of accounts are taken out wherever they stand, and references still lead home."""
    document = openapi(
        {"/x": {"post": operation({"$ref": "#/components/schemas/LyonSecret"}, summary="asked by svc-lyon, svc, sv")}},
        LyonSecret=REQUEST,
    )
    found = stripped(document, "LyonSecret", "svc-lyon", "svc")
    kept = described(found)
    assert kept is not None

    assert "lyon" not in json.dumps(found).lower()
    assert found["paths"]["/x"]["post"]["summary"] == "asked by (hidden), (hidden), sv"
    assert "targetVersion" in kept.operations[0].request.paths


def test_words_of_the_format_stay() -> None:
    """A short account name that is a word of the format, or like a version, breaks nothing."""
    document = openapi({"/x": {"post": operation(REQUEST, RESPONSE)}}, version="9.1.0.0")

    assert described(stripped(document, "object", "body", "string")) == described(document)


@pytest.mark.parametrize("document", [{"openapi": "3.0.0", "paths": {}, "x": [0] * 400_000}, None, [], "text"])
def test_unusual_documents(document: Any) -> None:
    """A document that is too large is not kept; what is none is kept as it is or not at all."""
    assert stripped(document) in (None, [], "text")
