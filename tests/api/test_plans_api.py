"""Plans over HTTP: asked for, listed with the runs that are about them, read, compared."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from shared.model.codec import to_json
from shared.model.plan import Plan
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.report.plan_json import read_plan
from shared.report.plan_text import plan_text
from tests.api.api_fleet import PAIR, SHARED, Api
from tests.builders.fleet_facts import NOW


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


def _planned(api: Api, run: str = "p1") -> Plan:
    plan = api.keep_run(run, PAIR, kind=RunKind.PLAN, state=RunState.SUCCEEDED)
    assert plan is not None
    return plan


def _carried_out(api: Api, plan: Plan, run: str = "u1") -> None:
    request = RunRequest(
        id=run,
        kind=RunKind.UPGRADE,
        trigger=RunTrigger.HTTP,
        requested_by="test",
        requested_at=NOW + timedelta(hours=1),
        plan_hash=plan.hash,
    )
    api.store.put_run(Run(request=request, state=RunState.RUNNING, plan_hash=plan.hash))


def test_a_plan_is_asked_for_as_a_run(api: Api) -> None:
    """202 with the run that makes it, and where to follow that."""
    answer = api.call("POST", "/v1/plans", {"runId": "p1", "target": "9.0.1"})

    assert (answer.status_code, answer.json()["kind"], answer.json()["target"]) == (202, "plan", "9.0.1")
    assert answer.headers["operation-location"] == "https://fleet.example/v1/runs/p1"
    assert answer.headers["location"] == "https://fleet.example/v1/runs/p1/result"
    assert [start[1] for start in api.durable.starts] == ["p1"]


@pytest.mark.parametrize(("body", "made"), [(None, "plan"), ({"privateCloud": "pc-a"}, "pc-a-plan")])
def test_a_plan_needs_no_name(api: Api, body: object, made: str) -> None:
    """Its run is called after what it covers and the time."""
    assert api.call("POST", "/v1/plans", body).json()["id"] == f"{made}-20261124T073000"


def test_plans_are_listed_with_their_runs(api: Api) -> None:
    """Which run made each and which carries it out; those of one beginning alone where that is asked for."""
    plan = _planned(api)
    _carried_out(api, plan)
    (row,) = api.call("GET", "/v1/plans").json()["value"]

    assert (row["hash"], row["target"], row["clouds"], row["tasks"]) == (plan.hash, "4.11.4", 1, len(plan.tasks))
    assert (row["madeBy"], row["carriedOutBy"]) == (["p1"], ["u1"])
    assert len(api.call("GET", "/v1/plans", params={"prefix": plan.hash[:9]}).json()["value"]) == 1
    other = "0" if plan.hash[0] != "0" else "1"
    assert api.call("GET", "/v1/plans", params={"prefix": other}).json() == {"value": [], "nextLink": None}
    assert api.call("GET", "/v1/plans", params={"prefix": "%"}).json()["code"] == "body.invalid"


def test_plans_are_listed_in_parts(api: Api) -> None:
    """Each plan is in exactly one part."""
    plan = _planned(api)
    for digit in "123":
        api.store.put_plan(replace(plan, hash=digit * 64))
    first = api.call("GET", "/v1/plans", params={"top": 3}).json()
    second = api.call("GET", first["nextLink"]).json()

    assert {one["hash"] for part in (first, second) for one in part["value"]} == {
        plan.hash,
        *(digit * 64 for digit in "123"),
    }
    assert (len(first["value"]), len(second["value"]), second["nextLink"]) == (3, 1, None)


def test_a_plan_is_the_document_that_the_command_line_prints(api: Api) -> None:
    """The same keys and values, as canonical JSON that reads back into the same plan; its hash is its ETag."""
    plan = _planned(api)
    answer = api.call("GET", f"/v1/plans/{plan.hash}")

    assert answer.json() == json.loads(json.dumps(to_json(plan, Plan)))
    assert read_plan(answer.content) == plan
    assert answer.headers["etag"] == f'"{plan.hash}"'
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(("seen", "status"), [("", 304), ("x", 200)])
def test_a_plan_that_the_caller_has_is_not_sent_again(api: Api, seen: str, status: int) -> None:
    """304 for the ETag that it has, the plan for any other."""
    plan = _planned(api)
    answer = api.call("GET", f"/v1/plans/{plan.hash}", headers={"If-None-Match": f'"{plan.hash}{seen}"'})

    assert (answer.status_code, bool(answer.content)) == (status, status == 200)
    assert answer.headers["etag"] == f'"{plan.hash}"'


def test_a_plan_for_people_is_markdown(api: Api) -> None:
    """The text of `hcx-fleet plan -o md`, whole where it fits."""
    plan = _planned(api)
    answer = api.call("GET", f"/v1/plans/{plan.hash}/plan.md")

    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.text == plan_text(plan)


def test_two_plans_are_compared_in_words(api: Api) -> None:
    """Each difference with what it is about; the same plan twice differs in nothing; the newest where none is named."""
    before = _planned(api)
    after = api.keep_run("p2", SHARED, kind=RunKind.PLAN, at=NOW + timedelta(hours=1), state=RunState.SUCCEEDED)
    assert after is not None
    told = api.call("GET", f"/v1/plans/{before.hash}/diff", params={"against": after.hash}).json()

    assert (told["before"], told["after"]) == (before.hash, after.hash)
    assert {"part": "plan", "sign": "+", "subject": "pc-b", "text": "is covered now"} in told["differences"]
    assert api.call("GET", f"/v1/plans/{before.hash}/diff").json() == told
    same = api.call("GET", f"/v1/plans/{before.hash}/diff", params={"against": before.hash}).json()
    assert same["differences"] == []


def test_a_plan_that_is_not_there_is_unknown(api: Api, tmp_path: Path) -> None:
    """404 for a hash under which none is kept, 422 for what is no hash, 409 where there is nothing to compare with."""
    plan = _planned(api)
    kept = replace(plan, hash="5" * 64)
    (tmp_path / "other").mkdir()
    lonely = Api(tmp_path / "other")
    lonely.store.put_plan(kept)
    for path in ("", "/plan.md", "/diff"):
        assert api.call("GET", f"/v1/plans/{'0' * 64}{path}").json()["code"] == "plan.unknown"
        assert api.call("GET", f"/v1/plans/9f2c{path}").json()["code"] == "body.invalid"
    assert lonely.call("GET", f"/v1/plans/{kept.hash}/diff").json()["code"] == "plan.none"
