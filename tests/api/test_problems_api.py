"""How the API says no: problem details with every error at once, and never what went wrong inside."""

import logging
from pathlib import Path

import httpx
import pytest

from shared.api.app import create_api
from shared.api.document import STATUS
from shared.api.problems import TITLES, Code
from shared.ports import Ports
from tests.api.api_fleet import PAIR, Api


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


def test_every_wrong_field_is_named_at_once(api: Api) -> None:
    """A body with four errors is answered with four errors, each with the field as the caller wrote it."""
    body = {"kind": "upgrde", "includeShared": "yes", "privateCloud": "", "cloud": "pc-a"}
    answer = api.call("PUT", "/v1/runs/r1", body)

    assert answer.status_code == 422
    told = {one["field"]: one["message"] for one in answer.json()["errors"]}
    assert told == {
        "kind": "must be 'check', 'plan' or 'upgrade'",
        "includeShared": "must be a valid boolean",
        "privateCloud": "must have at least 1 character",
        "cloud": "is unknown",
    }


def test_an_answer_never_repeats_what_was_sent(api: Api) -> None:
    """A value in the wrong place may be a secret: the problem names the field alone."""
    answer = api.call("PUT", "/v1/runs/r1", {"kind": "canary-secret", "password": "canary-secret"})

    assert "canary-secret" not in answer.text


@pytest.mark.parametrize("run", ["r 1", "-r", "r" * 101, "a%5Cb"])
def test_a_run_id_that_fits_no_file_name_is_refused(api: Api, run: str) -> None:
    """The id is checked with the body, and the problem names it as the path does."""
    answer = api.call("PUT", f"/v1/runs/{run}", {"kind": "check", "oops": 1})

    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} == {"runId", "oops"}


def test_a_body_that_is_not_json_is_unreadable(api: Api) -> None:
    """Broken JSON is 400 with a code of its own."""
    answer = api.call("PUT", "/v1/runs/r1", content=b"{kind: check", headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (400, "body.unreadable")


@pytest.mark.parametrize("content", [b'{"kind": "\xff\xfe"}', b"[" * 60_000])
def test_a_body_that_no_parser_takes_is_unreadable(api: Api, content: bytes) -> None:
    """Bytes that are no text and endless nesting are broken JSON as well, not an address that is not there."""
    answer = api.call("PUT", "/v1/runs/r1", content=content, headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (400, "body.unreadable")


@pytest.mark.parametrize("body", [[1], None])
def test_a_body_of_the_wrong_shape_is_told_what_is_wanted(api: Api, body: object) -> None:
    """A list or nothing at all gets a 422 that says what to send."""
    answer = api.call("PUT", "/v1/runs/r1", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"] in {"must be a JSON object, sent as application/json", "is missing"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "route.unknown"),
        ("GET", "/", 404, "route.unknown"),
        ("PUT", "/v1/runs/", 404, "route.unknown"),
        ("DELETE", "/v1/runs", 405, "method.notAllowed"),
        ("POST", "/v1/runs/r1", 405, "method.notAllowed"),
        ("GET", "/v1/runs/r1", 404, "run.unknown"),
        ("GET", "/v1/runs/r1/result", 404, "run.unknown"),
    ],
)
def test_what_is_not_there_is_a_problem_too(api: Api, method: str, path: str, status: int, code: str) -> None:
    """Unknown addresses, methods and runs are answered in the same form."""
    answer = api.call(method, path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_problem_has_the_same_members_everywhere(api: Api) -> None:
    """Media type, members and the header that Azure's clients read."""
    answer = api.call("GET", "/v1/runs/r1")

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-ms-error-code"] == "run.unknown"
    assert answer.json() == {
        "type": "urn:hcx-fleet:problem:run.unknown",
        "title": "There is no such run",
        "status": 404,
        "detail": "no run 'r1' is known",
        "code": "run.unknown",
        "remedy": "GET /v1/runs lists them",
        "errors": [],
    }


def test_an_internal_error_keeps_its_story_to_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A 500 names an id that the log has with the whole story, and tells nothing of the story itself."""

    def broken() -> Ports:
        raise RuntimeError("canary-secret")

    api = Api(tmp_path)
    api.app = create_api(broken)
    with caplog.at_level(logging.ERROR):
        answer: httpx.Response = api.call("GET", "/v1/runs")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "canary-secret" not in answer.text
    story = answer.json()["detail"].removeprefix("problem ")
    assert story in caplog.text
    assert "canary-secret" in caplog.text


def test_health_answers_whatever_else_is_broken(tmp_path: Path) -> None:
    """Health needs no settings and no store."""

    def broken() -> Ports:
        raise RuntimeError("no settings")

    api = Api(tmp_path)
    api.app = create_api(broken)

    assert api.call("GET", "/v1/health").json()["status"] == "ok"


def test_every_code_has_a_title_and_a_status() -> None:
    """Titles and the document's table of statuses cover the codes, each once."""
    assert set(TITLES) == set(Code)
    assert sorted(code for codes in STATUS.values() for code in codes) == sorted(Code)


def test_the_app_is_usable_after_a_problem(api: Api) -> None:
    """A refused call leaves nothing behind."""
    api.keep_run("r1", PAIR)
    api.call("PUT", "/v1/runs/r1", {"kind": "nothing"})

    assert api.call("GET", "/v1/runs/r1").status_code == 200
