"""The report of a run and run sheets over HTTP, in every form."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any, Never, cast
from xml.etree import ElementTree as ET

import pytest

from shared.ports import PolicyInvalidError
from shared.report.run_csv import COLUMNS
from tests.api.api_fleet import Api
from tests.api.commanded_fleet import CLOUD, CONNECTOR
from tests.api.filled_fleet import filled

FORMS = {
    "json": "application/json",
    "html": "text/html",
    "md": "text/markdown",
    "xml": "application/xml",
    "csv": "text/csv",
}


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API over a full store."""
    made = Api(tmp_path)
    filled(made)
    return made


@pytest.mark.parametrize("form", FORMS)
def test_a_report_is_made_when_it_is_asked_for(api: Api, form: str) -> None:
    """Of a run under way as of one that has ended, as a file that runs nothing and that nobody takes for another."""
    for run in ("u1", "p1"):
        answer = api.call("GET", f"/v1/runs/{run}/report.{form}")

        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == FORMS[form]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline';")
        assert "script" not in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert run in answer.text


def test_every_form_tells_of_the_same_run(api: Api) -> None:
    """The subjects of the document are those of the table; each private cloud is one case; the page begins the same."""
    forms = ("json", "md", "csv", "xml")
    document, page, table, cases = (api.call("GET", f"/v1/runs/u1/report.{form}") for form in forms)
    told = document.json()
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))

    assert tuple(rows[0]) == COLUMNS
    assert {(one["kind"], one["id"]) for one in told["subjects"]} == {(one["kind"], one["id"]) for one in rows}
    names = [one.attrib["name"] for one in ET.fromstring(cases.content).iter("testcase")]  # noqa: S314 -- our own
    assert names == ["u1", "two", "pc-a"]
    assert told["headline"].split(".")[0] in page.text
    assert told["control"]["leases"][0]["subject"] == "manager:con-a"


def test_annotations_come_as_data_and_as_lines_of_each_pipeline(api: Api) -> None:
    """The same ones in the same order, each line a command of that pipeline and nothing else."""
    told = api.call("GET", "/v1/runs/u1/annotations").json()
    github = api.call("GET", "/v1/runs/u1/annotations.github").text.splitlines()
    azure = api.call("GET", "/v1/runs/u1/annotations.azure").text.splitlines()

    assert len(told["value"]) == len(github) == len(azure) == min(told["total"], 10) > 0
    for one, ours, theirs in zip(told["value"], github, azure, strict=True):
        level = "error" if one["level"] == "error" else "warning"
        assert ours.startswith(f"::{one['level']} title=")
        assert theirs == f"##vso[task.logissue type={level}]{one['title']}: {one['message']}"


@pytest.mark.parametrize("path", [*(f"report.{form}" for form in FORMS), "annotations", "annotations.github"])
def test_a_run_that_is_not_there_has_no_report(api: Api, path: str) -> None:
    """404 says where runs are listed."""
    answer = api.call("GET", f"/v1/runs/none/{path}")

    assert (answer.status_code, answer.json()["code"]) == (404, "run.unknown")


# --- run sheets -------------------------------------------------------------------------------------------------------


def _sheet(form: str = "", task: str = CONNECTOR) -> str:
    return f"/v1/runs/p1/tasks/{task}/runSheet{form}"


@pytest.mark.parametrize("form", ["", ".html", ".md"])
def test_a_task_that_is_not_ready_has_no_run_sheet(api: Api, form: str) -> None:
    """409 with every reason, each with what to do, so that nobody performs it by an old page."""
    answer = api.call("GET", _sheet(form))

    assert (answer.status_code, answer.json()["code"]) == (409, "runSheet.notReady")
    assert any("observe again" in one["message"] for one in answer.json()["errors"])
    assert "?draft=true" in answer.json()["remedy"]


def test_a_draft_says_so_in_every_form(api: Api) -> None:
    """The page is made, and its stamp says that nobody may go by it."""
    told = api.call("GET", _sheet(), params={"draft": True}).json()
    page, text = (api.call("GET", _sheet(form), params={"draft": True}).text for form in (".html", ".md"))

    assert (told["draft"], told["ready"], bool(told["reasons"])) == (True, False, True)
    assert told["title"] == "Run sheet: con-a to 4.11.4"
    assert [part["title"] for part in told["parts"]]
    for written in (page, text):
        assert "DRAFT, not to be carried out" in written
        assert "Run sheet: con-a to 4.11.4" in written


@pytest.mark.parametrize("run", ["none", "p1", "r9"])
def test_a_task_that_is_not_there_has_no_run_sheet(api: Api, run: str) -> None:
    """404, whether the run, its plan or the task is missing."""
    api.keep_run("r9")
    answer = api.call("GET", f"/v1/runs/{run}/tasks/manager:none/runSheet")

    assert (answer.status_code, answer.json()["code"]) == (404, "run.unknown" if run == "none" else "task.unknown")


class _Broken:
    """An owner's file that cannot be used."""

    def policy(self) -> Never:
        """Never there."""
        raise PolicyInvalidError(["fleet.yaml:3: target: is missing", "fleet.yaml:9: sites: must be a list"])


def test_a_fleet_file_that_cannot_be_read_is_said(api: Api) -> None:
    """500 with every error of the file: nobody knows what it holds back, so no page is made."""
    api.ports = replace(api.ports, configuration=cast("Any", _Broken()))
    answer = api.call("GET", _sheet(task=CLOUD), params={"draft": True})

    assert (answer.status_code, answer.json()["code"]) == (500, "policy.invalid")
    assert [one["message"] for one in answer.json()["errors"]] == [
        "fleet.yaml:3: target: is missing",
        "fleet.yaml:9: sites: must be a list",
    ]
