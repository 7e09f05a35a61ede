"""A pipeline's whole path over HTTP behind the platform's sign-in: start, follow, be let go by another one, results."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.forked import played

pytestmark = pytest.mark.story

ROOT = Path(__file__).parents[2]
WORLD = "examples/worlds/one-pair.yaml"
PIPELINE, PERSON = "pipeline@contoso.example (", "ann@contoso.example ("


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What `tests/app/signed_in_host.py` tells."""
    out = tmp_path_factory.mktemp("signed-in") / "told.json"
    played("tests.app.signed_in_host", ROOT / WORLD, out)
    return json.loads(out.read_text())


def body(told: Any, call: str) -> Any:
    """The JSON that a call was answered with."""
    return json.loads(told[call]["text"])


def refusal(told: Any, call: str) -> tuple[int, str]:
    """Status and code of a call that was refused."""
    return told[call]["status"], told[call]["headers"]["x-ms-error-code"]


def test_whoever_did_not_sign_in_or_may_only_approve_starts_nothing(told: Any) -> None:
    """401 for nobody, 403 for the approver; the remedies say what is missing."""
    assert refusal(told, "nobody") == (401, "caller.unknown")
    assert refusal(told, "start by person") == (403, "caller.role")
    assert "Fleet.Operate" in body(told, "start by person")["remedy"]


def test_the_start_names_where_to_follow_it(told: Any) -> None:
    """201 with `Operation-Location`, at the server that was called; the same call again is answered alike."""
    start, again = told["start"], told["start again"]

    assert (start["status"], again["status"]) == (201, 201)
    assert start["headers"]["operation-location"].endswith("/v1/runs/pipeline-7")
    assert again["headers"]["idempotency-replayed"] == "true"
    assert again["text"] == start["text"]


def test_each_look_says_when_to_look_again(told: Any) -> None:
    """Every answer before the end has a whole number of seconds, and whoever keeps to it sees the run to its end."""
    assert min(told["waited"]) >= 15
    assert told["asks"]["headers"]["retry-after"] == "60"
    assert "retry-after" not in told["end"]["headers"]


def test_who_asked_does_not_let_it_go(told: Any) -> None:
    """The pipeline lacks the role; the approver who means another state is told what has happened since."""
    assert refusal(told, "approve by pipeline") == (403, "caller.role")
    assert refusal(told, "approve for another state") == (412, "match.failed")
    assert told["approve for another state"]["headers"]["etag"] == told["asks"]["headers"]["etag"]
    assert "wave all waits until" in body(told, "approve for another state")["detail"]


def test_who_is_written_down_comes_from_their_token(told: Any) -> None:
    """Requester and approver are two, each with the object id of their token; nothing says unauthenticated."""
    assert told["approve"]["status"] == 202
    assert body(told, "end")["requestedBy"].startswith(PIPELINE)
    assert [one.startswith(PERSON) for one in told["commands"]] == [True]
    assert "unauthenticated" not in told["end"]["text"] + told["summary"]["text"]


def test_the_result_is_there_for_clients_of_each_style(told: Any) -> None:
    """`result` answers 200 once the run has ended, with what the run itself says."""
    assert told["result"]["status"] == 200
    assert body(told, "result")["status"] == body(told, "end")["status"] == "Succeeded"


def test_the_pipeline_has_one_test_case_for_the_private_cloud(told: Any) -> None:
    """JUnit: the run and its one cloud, neither of which failed or was skipped; the world's truth bears it out."""
    suite = ET.fromstring(told["junit"]["text"]).find("testsuite")  # noqa: S314 -- of our own app
    assert suite is not None
    cases = {(one.get("classname"), one.get("name")): list(one) for one in suite.findall("testcase")}

    assert cases.keys() == {("run", "pipeline-7"), ("private cloud", "pc-weu-01")}
    assert [suite.get(count) for count in ("failures", "errors", "skipped")] == ["0", "0", "0"]
    assert {one["version"][:6] for one in told["truth"]["managers"]} == {"4.11.4"}
