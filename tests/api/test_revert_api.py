"""Asking that a run is taken back for one private cloud."""

from pathlib import Path

import pytest

from shared.model.codec import to_json_text
from shared.model.run import Outcome
from tests.api.api_fleet import PAIR, Api
from tests.api.commanded_fleet import CLOUD, commanded, ended, over
from tests.rules.test_reverting import FULL

REVERT = "/v1/runs/r1:revert"
ASKED = {"by": "Ann", "privateCloud": "pc-a", "runId": "back"}


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


def _ended(api: Api) -> None:
    """A run that failed and is over."""
    commanded(api)
    ended(api, "r1", CLOUD, Outcome.FAILED)
    over(api)


def test_a_revert_is_a_run_of_its_own(api: Api) -> None:
    """It names the run that it takes back; asked for once more it is the same."""
    _ended(api)
    first, again = (api.call("POST", REVERT, ASKED) for _ in range(2))
    told = first.json()

    assert (first.status_code, again.status_code) == (201, 200)
    assert (told["kind"], told["parent"], told["planHash"]) == ("revert", "r1", None)
    assert told["requestedBy"] == "Ann (unauthenticated)"


def test_an_id_stands_for_one_revert(api: Api) -> None:
    """To plan it and to follow a plan are two things."""
    _ended(api)
    api.call("POST", REVERT, ASKED)
    other = api.call("POST", REVERT, ASKED | {"planHash": "0" * 64})

    assert (other.status_code, other.json()["code"]) == (409, "run.otherRequest")


def test_only_what_has_ended_and_changed_something_is_taken_back(api: Api) -> None:
    """Not a run under way, not a check, not one that nobody knows."""
    commanded(api)
    codes = [api.call("POST", path, ASKED).json()["code"] for path in (REVERT, "/v1/runs/none:revert")]

    assert codes == ["revert.nothing", "run.unknown"]


def test_it_is_not_asked_for_as_a_run_of_any_other_kind(api: Api) -> None:
    """A revert without the run that it takes back means nothing."""
    answer = api.call("PUT", "/v1/runs/back", {"kind": "revert"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"] == "must be 'check', 'plan' or 'upgrade'"


def test_its_steps_are_reported_as_tasks_are(api: Api) -> None:
    """Whatever the plan of the revert names can be reported, and nothing else."""
    _ended(api)
    api.call("POST", REVERT, ASKED)
    api.store.put_document("back", "revert", to_json_text(FULL))
    paths = [f"/v1/runs/back/tasks/{name}:reportDone" for name in (FULL.steps[0].id, "case:other")]
    codes = [api.call("POST", path, {"who": "Ann"}).status_code for path in paths]

    assert codes == [202, 404]


def test_every_wrong_field_is_said_at_once(api: Api) -> None:
    """A revert of nothing by nobody, by a hash that is none."""
    api.keep_run("r1", PAIR)
    answer = api.call("POST", REVERT, {"planHash": "abc", "wave": "x"})

    assert {one["field"] for one in answer.json()["errors"]} == {"privateCloud", "planHash", "wave"}
