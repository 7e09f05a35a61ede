"""Tasks of a run that are carried out once more over HTTP: a run of its own, by the plan of the first one."""

from pathlib import Path
from typing import Any

import pytest

from shared.model.plan import Plan
from shared.model.run import Outcome
from tests.api.api_fleet import PAIR, Api
from tests.api.commanded_fleet import CLOUD, CONNECTOR, commanded, ended, over

RETRY = "/v1/runs/r1:retry"


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


def _half_done(api: Api) -> Plan:
    """A run whose one task failed and whose other one was skipped for it."""
    plan = commanded(api)
    ended(api, "r1", CLOUD, Outcome.FAILED)
    ended(api, "r1", CONNECTOR, Outcome.SKIPPED)
    over(api)
    return plan


@pytest.mark.parametrize(
    ("said", "only", "tasks"),
    [
        ({}, "failed", []),
        ({"only": "skipped"}, "skipped", []),
        ({"only": "both"}, "both", []),
        ({"tasks": [CONNECTOR]}, "both", [CONNECTOR]),
        ({"tasks": [CLOUD], "only": "failed"}, "failed", [CLOUD]),
    ],
)
def test_a_retry_is_a_run_by_the_same_plan(api: Api, said: dict[str, Any], only: str, tasks: list[str]) -> None:
    """The orchestration of the new run gets the parent, its plan, and which tasks are meant."""
    plan = _half_done(api)
    answer = api.call("POST", RETRY, {"by": "Ann", "runId": "r2", **said})
    ((_, name, request),) = api.durable.starts

    assert (answer.status_code, answer.json()["id"], name) == (201, "r2", "r2")
    assert (request["parent"], request["plan_hash"], request["retry"]) == ("r1", plan.hash, only)
    assert list(request["retry_tasks"]) == tasks
    assert (answer.json()["parent"], answer.json()["retry"], answer.json()["retryTasks"]) == ("r1", only, tasks)
    assert answer.json()["requestedBy"] == "Ann (unauthenticated)"


def test_a_repeated_retry_finds_the_first(api: Api) -> None:
    """The same id asked for again starts no second run; for other tasks it stands for something else."""
    _half_done(api)
    body = {"by": "Ann", "runId": "r2"}
    answers = [api.call("POST", RETRY, one) for one in (body, body, {**body, "only": "both"})]

    assert [one.status_code for one in answers] == [201, 200, 409]
    assert answers[-1].json()["code"] == "run.otherRequest"
    assert len(api.durable.starts) == 1


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        ({"tasks": ["manager:x", "mesh:y"]}, "task.unknown", "manager:x, mesh:y"),
        ({"tasks": [CONNECTOR], "only": "failed"}, "retry.nothing", f"{CONNECTOR} ended as skipped"),
    ],
)
def test_tasks_that_cannot_be_retried(api: Api, said: dict[str, Any], code: str, told: str) -> None:
    """Unknown tasks are told all at once, and one that ended another way by how it ended; nothing starts."""
    _half_done(api)
    answer = api.call("POST", RETRY, {"by": "Ann", **said})

    assert answer.json()["code"] == code
    assert told in answer.json()["detail"]
    assert api.durable.starts == []


def test_nothing_to_retry(api: Api) -> None:
    """Neither what goes on nor what has succeeded is carried out once more, nor a run without a plan, nor none."""
    commanded(api)
    ended(api, "r1", CLOUD, Outcome.SUCCEEDED)
    api.keep_run("bare")
    paths = [RETRY, "/v1/runs/bare:retry", "/v1/runs/none:retry"]
    codes = [api.call("POST", path, {"by": "Ann", "only": "both"}).json()["code"] for path in paths]
    named = api.call("POST", RETRY, {"by": "Ann", "tasks": [CONNECTOR]}).json()

    assert codes == ["retry.nothing", "retry.nothing", "run.unknown"]
    assert "has not ended" in named["detail"]


def test_every_wrong_field_is_said_at_once(api: Api) -> None:
    """A retry without a name, for an end that is none, under an id that cannot be."""
    api.keep_run("r1", PAIR)
    answer = api.call("POST", RETRY, {"only": "some", "runId": "a/b", "wave": "x"})

    assert {one["field"] for one in answer.json()["errors"]} == {"only", "runId", "wave"}
