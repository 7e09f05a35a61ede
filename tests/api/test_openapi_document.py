"""The API as it describes itself, and what docs/api.md says of it."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from shared.api import RELEASE
from shared.api.problems import Code
from tests.api.api_fleet import Api

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


def _operations(api: Api) -> list[tuple[str, str, dict[str, Any]]]:
    paths: dict[str, dict[str, Any]] = api.call("GET", "/v1/openapi.json").json()["paths"]
    return [(method.upper(), path, operation) for path, one in paths.items() for method, operation in one.items()]


def test_the_release_is_that_of_the_project() -> None:
    """What health answers is the version in pyproject.toml, which is not deployed."""
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == RELEASE


def test_the_page_names_every_operation(api: Api) -> None:
    """docs/api.md has each method with its path, and no other."""
    described = set(re.findall(r"^### `(GET|PUT|POST) (/v1/\S+)`$", PAGE, re.MULTILINE))

    assert described == {(method, path) for method, path, _ in _operations(api)} | {("GET", "/v1/openapi.json")}


def test_the_page_names_every_code() -> None:
    """docs/api.md lists each problem code once in its table."""
    assert sorted(re.findall(r"^\| `([a-zA-Z.]+)` \| \d{3} \|", PAGE, re.MULTILINE)) == sorted(Code)


def test_the_page_names_every_member_of_a_run(api: Api) -> None:
    """docs/api.md has a word for each key that a run, a cloud, a command, a lease or a journal has."""
    schemas = api.call("GET", "/v1/openapi.json").json()["components"]["schemas"]
    runs = ("RunAnswer", "TaskPart", "PlacedPart", "CloudPart", "ReportedAnswer", "RunBody", "UpgradeBody")
    said = ("ApproveBody", "RejectBody", "CommandBody", "RetryBody", "BreakBody", "CommandAnswer", "StillPart")
    for schema in (*runs, *said, "LeasePart", "JournalAnswer", "JournalPart"):
        for key in schemas[schema]["properties"]:
            assert f"`{key}`" in PAGE, f"{schema}.{key}"


def test_every_operation_describes_its_problems(api: Api) -> None:
    """Each operation answers problems as problem+json and never in the framework's own form."""
    document = api.call("GET", "/v1/openapi.json").json()

    assert "HTTPValidationError" not in document["components"]["schemas"]
    for _, path, operation in _operations(api):
        assert set(operation["responses"]["422"]["content"]) == {"application/problem+json"}, path
        assert operation["summary"], path
        assert operation["description"], path


def test_references_of_the_document_exist(api: Api) -> None:
    """Every $ref of the document points to a schema in it."""
    document = api.call("GET", "/v1/openapi.json")
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', document.text))

    assert names <= set(document.json()["components"]["schemas"])
