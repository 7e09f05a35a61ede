"""Runs by an approved plan and what-if plans over HTTP: what is asked for fits together, and is recorded."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.api.api_fleet import Api
from tests.report.planned_fleet import PLAN

PART = replace(PLAN, hash="ab" * 32, private_cloud="pc-weu-01", private_clouds=("pc-weu-01",))


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API whose store holds two plans."""
    made = Api(tmp_path)
    made.store.put_plan(PLAN)
    made.store.put_plan(PART)
    return made


def test_an_upgrade_by_a_plan_is_started_with_it(api: Api) -> None:
    """The orchestration gets the whole hash, and the run's own plan stays open until it has looked."""
    answer = api.call("PUT", "/v1/runs/r1", {"kind": "upgrade", "planHash": PLAN.hash})
    ((_, _, request),) = api.durable.starts
    ((_, entry),) = api.store.journal("r1")

    assert (answer.status_code, answer.json()["planHash"]) == (201, None)
    assert (request["plan_hash"], request["private_cloud"], request["include_shared"]) == (PLAN.hash, None, False)
    assert entry.text.startswith("upgrade of the whole scope by plan 9f2c41ab3d01, requested by")


def test_the_plan_of_one_cloud_brings_its_scope_with_it(api: Api) -> None:
    """Whoever approved the part has approved the connectors that it shares."""
    api.call("PUT", "/v1/runs/r1", {"kind": "upgrade", "planHash": PART.hash})
    ((_, _, request),) = api.durable.starts

    assert (request["private_cloud"], request["include_shared"]) == ("pc-weu-01", True)


def test_a_what_if_target_is_recorded(api: Api) -> None:
    """The version that was asked for stands in the run, so that nobody takes its plan for the fleet's."""
    answer = api.call("PUT", "/v1/runs/r1", {"kind": "plan", "target": "9.0.1"})
    ((_, _, request),) = api.durable.starts

    assert (answer.json()["target"], request["target"]) == ("9.0.1", "9.0.1")
    assert api.call("PUT", "/v1/runs/r2", {"kind": "plan"}).json()["target"] is None


def test_the_subject_of_a_check_is_recorded_and_makes_another_run(api: Api) -> None:
    """What a check is about stands in the run, and the same id for another subject is refused."""
    answer = api.call("PUT", "/v1/runs/r1", {"kind": "check", "subject": "con-lyon"})
    ((_, _, request),) = api.durable.starts
    other = api.call("PUT", "/v1/runs/r1", {"kind": "check", "subject": "con-oslo"})

    assert (answer.json()["subject"], request["subject"]) == ("con-lyon", "con-lyon")
    assert (other.status_code, other.json()["code"]) == (409, "run.otherRequest")


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "plan", "subject": "con-lyon"},
        {"kind": "upgrade", "subject": "con-lyon"},
        {"kind": "check", "subject": "con-lyon", "privateCloud": "pc-weu-01"},
    ],
)
def test_a_subject_is_for_checks_and_stands_alone(api: Api, body: dict[str, str]) -> None:
    """A subject of a plan or an upgrade, or beside a private cloud, starts nothing."""
    refused = api.call("PUT", "/v1/runs/r1", body)

    assert (refused.status_code, api.durable.starts) == (422, [])


def test_a_plan_that_is_not_kept_is_not_found(api: Api) -> None:
    """A hash that nobody made starts nothing."""
    refused = api.call("PUT", "/v1/runs/r1", {"kind": "upgrade", "planHash": "0" * 64})

    assert (refused.status_code, refused.json()["code"]) == (404, "plan.unknown")
    assert api.durable.starts == []


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "plan", "planHash": PLAN.hash},
        {"kind": "upgrade", "planHash": PLAN.hash, "privateCloud": "pc-weu-01"},
        {"kind": "upgrade", "planHash": PLAN.hash, "includeShared": True},
        {"kind": "upgrade", "planHash": PLAN.hash[:12]},
        {"kind": "upgrade", "target": "4.11.4"},
        {"kind": "plan", "target": "newest"},
    ],
)
def test_what_does_not_fit_together_is_refused(api: Api, body: dict[str, Any]) -> None:
    """Nothing that is asked for is passed over: what only another kind of run can do is refused."""
    refused = api.call("PUT", "/v1/runs/r1", body)

    assert (refused.status_code, refused.json()["code"]) == (422, "body.invalid")
    assert api.durable.starts == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"kind": "plan", "target": "latest-validated"}, "target: must be an HCX version such as 4.11.4"),
        ({"kind": "upgrade", "planHash": ""}, "planHash: must be the whole hash of a plan: 64 hexadecimal digits"),
    ],
)
def test_a_text_of_the_wrong_shape_is_told_in_words(api: Api, body: dict[str, Any], said: str) -> None:
    """Nobody has to read a pattern to know what to write."""
    assert api.call("PUT", "/v1/runs/r1", body).json()["detail"].startswith(said)


def test_another_plan_under_the_same_id_is_another_request(api: Api) -> None:
    """An id that stands for one plan is not taken for another, nor for a run that makes its own."""
    api.call("PUT", "/v1/runs/r1", {"kind": "upgrade", "planHash": PLAN.hash})

    for other in ({"kind": "upgrade", "planHash": PART.hash}, {"kind": "upgrade"}):
        assert api.call("PUT", "/v1/runs/r1", other).json()["code"] == "run.otherRequest"
    assert api.call("PUT", "/v1/runs/r1", {"kind": "upgrade", "planHash": PLAN.hash}).status_code == 200
