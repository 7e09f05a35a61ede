"""Runs over HTTP: created once, read as they stand, told what people report."""

from pathlib import Path

import pytest

from shared.model.run import JournalKind, RunKind, RunState
from tests.api.api_fleet import PAIR, SHARED, Api


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


def test_a_new_run_is_recorded_and_started(api: Api) -> None:
    """PUT answers 201 with where to follow the run, and starts its orchestration with the request as recorded."""
    answer = api.call("PUT", "/v1/runs/r1", {"kind": "check", "requestedBy": "lea"})

    assert answer.status_code == 201
    assert answer.headers["operation-location"] == "https://fleet.example/v1/runs/r1"
    assert answer.json()["requestedBy"] == "lea (unauthenticated)"
    ((orchestrator, instance, request),) = api.durable.starts
    assert (orchestrator, instance) == ("fleet", "r1")
    assert (request["kind"], request["requested_by"]) == ("check", "lea (unauthenticated)")


def test_a_requester_without_a_name_is_recorded_as_such(api: Api) -> None:
    """Leaving the requester out does not leave out that nobody was authenticated."""
    assert api.call("PUT", "/v1/runs/r1", {"kind": "plan"}).json()["requestedBy"] == "somebody (unauthenticated)"


def test_the_request_is_the_first_entry_of_the_journal(api: Api) -> None:
    """Who asked for what is on record before anything happens, and once."""
    for _ in range(2):
        api.call("PUT", "/v1/runs/r1", {"kind": "upgrade", "privateCloud": "pc-a", "requestedBy": "lea"})

    ((_, entry),) = api.store.journal("r1")
    assert entry.kind is JournalKind.RUN_REQUESTED
    assert entry.text == "upgrade of pc-a, requested by lea (unauthenticated)"


def test_the_same_request_again_is_the_same_run(api: Api) -> None:
    """PUT twice answers 200 the second time, keeps the first requester and starts nothing twice."""
    api.call("PUT", "/v1/runs/r1", {"kind": "plan", "requestedBy": "lea"})
    again = api.call("PUT", "/v1/runs/r1", {"kind": "plan", "requestedBy": "tom"})

    assert again.status_code == 200
    assert again.json()["requestedBy"] == "lea (unauthenticated)"
    assert len(api.durable.starts) == 1


@pytest.mark.parametrize(
    "other", [{"kind": "upgrade"}, {"kind": "plan", "privateCloud": "pc-a"}, {"kind": "plan", "includeShared": True}]
)
def test_another_request_under_the_same_id_is_refused(api: Api, other: dict[str, object]) -> None:
    """PUT with an id that stands for something else answers 409 and starts nothing."""
    api.call("PUT", "/v1/runs/r1", {"kind": "plan"})
    refused = api.call("PUT", "/v1/runs/r1", other)

    assert (refused.status_code, refused.json()["code"]) == (409, "run.otherRequest")
    assert len(api.durable.starts) == 1


def test_a_run_whose_start_was_lost_is_started_by_the_same_call(api: Api) -> None:
    """A run on record without its orchestration, as after a crash between both, is brought back by asking again."""
    api.keep_run("r1")

    assert api.call("PUT", "/v1/runs/r1", {"kind": "upgrade"}).status_code == 200
    assert [instance for _, instance, _ in api.durable.starts] == ["r1"]


def test_a_run_that_has_ended_is_not_started_again(api: Api) -> None:
    """Asking again for a run that ended answers with its end."""
    api.keep_run("r1", PAIR, state=RunState.FAILED)
    answer = api.call("PUT", "/v1/runs/r1", {"kind": "upgrade"})

    assert (answer.status_code, answer.json()["status"], api.durable.starts) == (200, "Failed", [])


def test_runs_are_listed_newest_first(api: Api) -> None:
    """The list holds every run with its state and its address."""
    api.keep_run("r1")
    api.call("PUT", "/v1/runs/r2", {"kind": "check"})
    value = api.call("GET", "/v1/runs").json()["value"]

    assert [(one["id"], one["links"]["run"]) for one in value] == [
        ("r2", "https://fleet.example/v1/runs/r2"),
        ("r1", "https://fleet.example/v1/runs/r1"),
    ]


def test_a_running_run_says_where_it_stands_and_when_to_look_again(api: Api) -> None:
    """GET answers 200 with tasks and every subject in one bucket, and Retry-After while the run has not ended."""
    api.keep_run("r1", PAIR)
    api.journal("r1", JournalKind.ADMITTED, "manager:pc-a", "manager:pc-a/admitted")
    answer = api.call("GET", "/v1/runs/r1")
    body = answer.json()

    assert (answer.status_code, answer.headers["retry-after"]) == (200, "15")
    assert (body["status"], body["detail"]["phase"]) == ("Running", "running")
    assert {one["id"]: one["phase"] for one in body["tasks"]} == {"manager:con-a": "planned", "manager:pc-a": "running"}
    assert sorted(one["subject"] for one in body["placed"]) == ["con-a", "pc-a"]


def test_a_run_that_has_ended_says_nothing_about_looking_again(api: Api) -> None:
    """GET of an ended run has no Retry-After."""
    api.keep_run("r1", PAIR, state=RunState.SUCCEEDED, kind=RunKind.PLAN)

    assert "retry-after" not in api.call("GET", "/v1/runs/r1").headers


def test_the_result_is_202_until_the_run_has_ended(api: Api) -> None:
    """Clients that poll Location get 202 with Location and Retry-After until the end, and 200 after it."""
    api.keep_run("r1", PAIR)
    api.keep_run("r2", PAIR, state=RunState.SUCCEEDED)
    open_run, ended = (api.call("GET", f"/v1/runs/{name}/result") for name in ("r1", "r2"))

    assert (open_run.status_code, open_run.headers["location"]) == (202, "https://fleet.example/v1/runs/r1/result")
    assert "retry-after" in open_run.headers
    assert (ended.status_code, ended.json()["status"]) == (200, "Succeeded")


def test_a_report_is_taken_down_and_wakes_the_task(api: Api) -> None:
    """A report is answered with 202, written into the journal with who said it, and rings the task that waits."""
    api.keep_run("r1", PAIR)
    api.journal("r1", JournalKind.ADMITTED, "manager:pc-a", "manager:pc-a/admitted")
    answer = api.call("POST", "/v1/runs/r1/tasks/manager:pc-a:reportDone", {"who": "lea", "comment": "by hand"})

    assert (answer.status_code, answer.json()["report"]) == (202, 1)
    assert api.store.journal("r1")[-1][1].text == "lea (unauthenticated) reports it as done: by hand"
    said = {"who": "lea (unauthenticated)", "comment": "by hand"}
    assert api.durable.events == [("r1:manager:pc-a", "reported", said)]


def test_each_report_has_a_number_of_its_own(api: Api) -> None:
    """Reporting twice leaves two entries."""
    api.keep_run("r1", PAIR)
    told = [
        api.call("POST", "/v1/runs/r1/tasks/manager:pc-a:reportDone", {"who": "lea"}).json()["report"] for _ in "ab"
    ]

    assert told == [1, 2]


def test_a_report_about_a_task_that_was_not_admitted_rings_nothing(api: Api) -> None:
    """An early report is kept; no orchestration is there yet that could be woken."""
    api.keep_run("r1", PAIR)

    assert api.call("POST", "/v1/runs/r1/tasks/manager:con-a:reportDone", {"who": "lea"}).status_code == 202
    assert api.durable.events == []


@pytest.mark.parametrize(
    ("run", "task", "status", "code"),
    [
        ("r9", "manager:pc-a", 404, "run.unknown"),
        ("r1", "manager:pc-z", 404, "task.unknown"),
        ("r2", "manager:pc-a", 409, "run.ended"),
        ("r3", "manager:pc-a", 404, "task.unknown"),
    ],
)
def test_a_report_about_nothing_is_refused(api: Api, run: str, task: str, status: int, code: str) -> None:
    """An unknown run or task, a run without a plan and one that has ended take no reports."""
    api.keep_run("r1", PAIR)
    api.keep_run("r2", PAIR, state=RunState.SUCCEEDED)
    api.keep_run("r3")
    answer = api.call("POST", f"/v1/runs/{run}/tasks/{task}:reportDone", {"who": "lea"})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_run_of_one_cloud_with_a_shared_connector_is_refused_here_too(api: Api) -> None:
    """PUT of an upgrade follows the same rule as the upgrade call; a plan changes nothing and is let through."""
    api.keep_run("r1", SHARED)

    assert api.call("PUT", "/v1/runs/r2", {"kind": "upgrade", "privateCloud": "pc-a"}).status_code == 409
    assert api.call("PUT", "/v1/runs/r2", {"kind": "plan", "privateCloud": "pc-a"}).status_code == 201
