"""API documents are found however an index names them, and nothing outside of their folder is ever asked for."""

from typing import Any

import pytest

from shared.hcx.contract.links import LINKS_MAX, links_in, links_of

INDEX = "/hybridity/docs/index.html"
DOCUMENT = "/hybridity/docs/apis/interconnect/v1.json"


@pytest.mark.parametrize(
    "text",
    [
        '<a href="apis/interconnect/v1.json">',
        "<a href=/hybridity/docs/apis/interconnect/v1.json>",
        "SwaggerUIBundle({url: './apis/interconnect/v1.json'})",
        '{"urls": [{"url": "/hybridity/docs/apis/interconnect/v1.json", "name": "Interconnect"}]}',
        "spec = `apis/interconnect/v1.json?lang=en#top`",
        'url: "https://elsewhere.example/hybridity/docs/apis/interconnect/v1.json"',
    ],
)
def test_ways_to_name_a_document(text: str) -> None:
    """Attributes, scripts and settings name it relative, absolute, or on a host that is not asked."""
    assert links_in(text, INDEX) == (DOCUMENT,)


@pytest.mark.parametrize(
    "text",
    [
        '<a href="/hybridity/api/sessions">',
        '<a href="../../api/admin/upgrade.json">',
        '"//elsewhere.example/apis/x.json"',
        '<link href="swagger-ui.css">',
        '<script src="./swagger-ui-bundle.js">',
        'dom_id: "#swagger-ui"',
        '"http://[broken/apis/x.json"',
        '"apis/"',
    ],
)
def test_what_is_not_followed(text: str) -> None:
    """Calls of the manager, parents of the folder, other files and broken addresses are left alone."""
    assert links_in(text, INDEX) == ()


@pytest.mark.parametrize(
    "document",
    [
        {"urls": [{"url": "apis/interconnect/v1.json"}]},
        ["x", {"apis": {"interconnect": "/hybridity/docs/apis/interconnect/v1.json"}}],
        "apis/interconnect/v1.json",
    ],
)
def test_lists_in_json(document: Any) -> None:
    """A list of documents in JSON is understood wherever their paths stand in it."""
    assert links_of(document, INDEX) == (DOCUMENT,)


def test_many_links() -> None:
    """A page with thousands of links gives as many as are looked at, each once."""
    page = "".join(f'"apis/a/{number}.json" "apis/a/0.json"' for number in range(1000))

    assert len(set(links_in(page, INDEX))) == len(links_in(page, INDEX)) == LINKS_MAX
