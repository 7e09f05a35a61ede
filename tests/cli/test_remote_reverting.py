"""The plan of a revert at an app elsewhere: read by its run, and started by how its hash begins."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.edge import WrongUseError
from cli.exits import Exit
from cli.options import PlanOutput
from cli.remote.reverting import revert
from shared.model.caller import SignIn, Way
from shared.model.codec import to_json_text
from shared.model.run import RunKind
from shared.report.camel_json import camel_json
from shared.report.content import report
from shared.report.revert_text import revert_text
from shared.report.stored import REVERT
from tests.api.api_fleet import LATER, Api
from tests.cli.far_app import FINISHED, RUN, far_app, journal_said, problem, run_document, run_said
from tests.cli.played_fleet import view
from tests.hcx.hcx_peer import Answers, Reply, said
from tests.rules.test_reverting import FULL

ASKED = "POST /v1/runs/r1:revert"
BACK = {"id": "back", "kind": "revert", "parent": "r1", "planHash": None, **FINISHED}
OTHER = {**BACK, "id": "none"}
ANSWERS: Answers = {
    RUN: run_said(**FINISHED),
    ASKED: run_said(**BACK),
    "GET /v1/runs?top=1000": said({"value": [run_document(**OTHER), run_document(**BACK), run_document()]}),
    "GET /v1/runs/back": run_said(**BACK),
    "GET /v1/runs/back/journal?after=0": journal_said(),
    "GET /v1/runs/back/revertPlan": said(camel_json(FULL)),
    "GET /v1/runs/back/revertPlan.md": Reply(200, b"# How it goes back\n"),
    "GET /v1/runs/back/report.json": said(report(view()).model_dump(mode="json", by_alias=True)),
    "GET /v1/runs/none/revertPlan": problem(404, "plan.unknown"),
}
ANN: dict[str, Any] = {"cloud": "pc-a", "of": "r1", "requester": "ann", "output": PlanOutput.TABLE}


def test_a_plan_of_a_revert_is_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As the page that somebody approves it by."""
    with far_app(ANSWERS) as far:
        code = revert(far.client, {**ANN, "out": tmp_path / "back.md"})
        body = next(json.loads(one.body) for one in far.peer.got if one.call == ASKED)

    assert (code, body) == (Exit.AS_WANTED, {"by": "ann", "privateCloud": "pc-a"})
    assert capsys.readouterr().out == (tmp_path / "back.md").read_text("utf-8") == "# How it goes back\n"


def test_its_document_is_that_of_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    """The same keys as `revert -o json` of the store."""
    with far_app(ANSWERS) as far:
        revert(far.client, {**ANN, "output": PlanOutput.JSON})

    assert json.loads(capsys.readouterr().out) == camel_json(FULL)


def test_a_plan_is_started_by_how_its_hash_begins() -> None:
    """Of the reverts of that very run; the whole hash is what the app is told."""
    with far_app(ANSWERS) as far:
        revert(far.client, {**ANN, "start": True, "plan": FULL.hash[:8]})
        body = next(json.loads(one.body) for one in far.peer.got if one.call == ASKED)

    assert body["planHash"] == FULL.hash


@pytest.mark.parametrize("given", [{"start": True}, {"plan": "abc"}, {"start": True, "plan": "not-one"}])
def test_nothing_is_started_without_a_plan(given: dict[str, Any]) -> None:
    """Both are given, and the plan is one that was made."""
    with far_app(ANSWERS) as far, pytest.raises(WrongUseError):
        revert(far.client, {**ANN, **given})

    assert far.peer.count(ASKED) == 0


def test_the_api_has_the_plan_of_a_revert(tmp_path: Path) -> None:
    """As a document with its hash as ETag, and as a page; a run of another kind has none."""
    api = Api(tmp_path)
    api.ports = replace(api.ports, sign_in=SignIn(way=Way.LOCAL))
    api.keep_run("back", kind=RunKind.REVERT)
    api.keep_run("r1")
    api.store.put_document("back", REVERT, to_json_text(FULL))
    answer, page = (api.call("GET", f"/v1/runs/back/revertPlan{form}") for form in ("", ".md"))

    assert (answer.json(), answer.headers["etag"]) == (camel_json(FULL), f'"{FULL.hash}"')
    assert page.text == revert_text(FULL, LATER)
    assert api.call("GET", "/v1/runs/r1/revertPlan").json()["code"] == "plan.unknown"
