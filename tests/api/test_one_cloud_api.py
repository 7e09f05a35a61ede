"""One private cloud over HTTP: where it stands, what belongs to it, whether it is ready, why not; looked at anew."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from shared.model.codec import to_json_text
from shared.model.facts import ApplianceKind, FleetFacts
from shared.model.run import RunKind, RunState
from tests.api.api_fleet import LATER, SHARED, Api
from tests.builders.fleet_facts import NOW, appliance, cloud_manager, connector, fleet, inventory, mesh, meshed, unread

ONE_MESH = mesh("m-1", "con-a", "pc-a")
IX = appliance("m-1-IX", "m-1", "con-a", "4.10.3", ApplianceKind.INTERCONNECT)
MESHED = fleet(
    cloud_manager("pc-a", "4.10.3"),
    cloud_manager("pc-b", "4.11.4"),
    meshed(connector("con-a", "4.10.3", pairs=("pc-a",)), ONE_MESH, IX),
)


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


def _checked(
    api: Api, run: str = "c1", facts: FleetFacts = MESHED, minutes: int = 0, subject: str | None = None
) -> None:
    """A check that has ended, of the whole scope where no subject is named."""
    at = NOW + timedelta(minutes=minutes)
    api.keep_run(run, facts, kind=RunKind.CHECK, at=at, state=RunState.SUCCEEDED, subject=subject)
    kept = api.store.run(run)
    assert kept is not None
    api.store.update_run(replace(kept, ended_at=at))


def test_a_cloud_has_its_managers_pairs_and_meshes(api: Api) -> None:
    """As the newest facts say, and nothing of other private clouds."""
    _checked(api)
    answer = api.call("GET", "/v1/clouds/pc-a").json()

    assert (answer["id"], answer["version"], answer["subscription"], answer["run"]) == ("pc-a", "4.10.3", "one", "c1")
    assert [(one["id"], one["kind"], one["version"]) for one in answer["managers"]] == [
        ("pc-a", "cloud-manager", "4.10.3"),
        ("con-a", "connector", "4.10.3"),
    ]
    assert [(one["manager"], one["remote"], one["health"]) for one in answer["pairs"]] == [("con-a", "pc-a", "up")]
    (only,) = answer["meshes"]
    assert (only["name"], only["ends"], only["inSync"]) == ("m-1", ["con-a", "pc-a"], True)
    assert [(one["name"], one["kind"], one["tunnel"]) for one in only["appliances"]] == [
        ("m-1-IX", "interconnect", "up")
    ]


def test_a_pair_with_another_cloud_is_not_listed(api: Api) -> None:
    """A shared connector is listed at each of its private clouds, with the pair of that one alone."""
    _checked(api, facts=SHARED)
    answer = api.call("GET", "/v1/clouds/pc-b").json()

    assert [one["id"] for one in answer["managers"]] == ["pc-b", "con-ab"]
    assert [(one["manager"], one["remote"]) for one in answer["pairs"]] == [("con-ab", "pc-b")]


def test_what_could_not_be_observed_is_said_with_its_remedy(api: Api) -> None:
    """A manager that refused the log-in has a gap, no version, and its cloud is unknown."""
    _checked(api, facts=fleet(unread(cloud_manager("pc-a", "4.10.3"))))
    answer = api.call("GET", "/v1/clouds/pc-a").json()

    (manager,) = answer["managers"]
    assert (manager["version"], manager["gaps"][0]["reason"]) == (None, "login-refused")
    assert manager["gaps"][0]["remedy"] == "renew the secret"
    assert answer["bucket"] == "unknown"


def test_readiness_is_judged_by_how_old_the_facts_are_by_now(api: Api) -> None:
    """What was READY when it was checked is NOT READY once its facts are too old, and says what to do."""
    _checked(api)
    told = api.call("GET", "/v1/clouds/pc-a").json()["readiness"]

    assert (told["run"], told["ready"]) == ("c1", False)
    assert told["verdict"].startswith("NOT READY")
    assert {one["kind"] for one in told["reasons"]} >= {"too-old"}
    assert all(one["who"] for one in told["reasons"])


def test_an_upgrade_that_began_after_the_check_leaves_no_readiness(api: Api) -> None:
    """What was checked before it may be otherwise by now: nobody gets a READY of the day before."""
    _checked(api)
    api.keep_run("u1", MESHED, at=NOW + timedelta(minutes=5))
    answer = api.call("GET", "/v1/clouds/pc-a").json()

    assert (answer["run"], answer["readiness"]) == ("u1", None)


def test_a_run_that_did_not_look_at_the_cloud_says_nothing_of_it(api: Api) -> None:
    """A check of another pairing group discovers every cloud and observes few; the newest that looked counts."""
    _checked(api)
    _checked(api, "c2", minutes=5)
    _checked(api, "c3", fleet(cloud_manager("pc-b", "4.11.4")), minutes=9, subject="pc-b")
    api.store.put_document("c3", "inventory", to_json_text(inventory(MESHED)))

    assert api.call("GET", "/v1/clouds/pc-a").json()["run"] == "c2"
    assert api.call("GET", "/v1/clouds/pc-b").json()["run"] == "c3"


def test_newer_facts_of_a_connector_count_whichever_run_saw_them(api: Api) -> None:
    """The managers are listed as they were seen last."""
    _checked(api)
    newer = connector("con-a", "4.11.4", pairs=("pc-a",))
    _checked(api, "c2", fleet(cloud_manager("pc-a", "4.10.3")), minutes=5)
    api.store.put_document("c2", "facts/con-a", to_json_text(replace(newer, observed_at=LATER)))

    assert api.call("GET", "/v1/clouds/pc-a").json()["managers"][-1]["version"] == "4.11.4"


@pytest.mark.parametrize("path", ["/v1/clouds/pc-z", "/v1/clouds/pc-z/why"])
def test_a_cloud_that_was_never_seen_is_unknown(api: Api, path: str) -> None:
    """404 with what to do, before the first observation and after it."""
    before = api.call("GET", path)
    _checked(api)
    after = api.call("GET", path)

    assert [one.status_code for one in (before, after)] == [404, 404]
    assert {one.json()["code"] for one in (before, after)} == {"cloud.unknown"}
    assert before.json()["remedy"] == "POST /v1/clouds/pc-z:check looks at it"


def test_why_says_what_the_command_line_says(api: Api) -> None:
    """Sentences, with the bucket, its reason, and who can act."""
    api.keep_run("u1", MESHED)
    answer = api.call("GET", "/v1/clouds/pc-a/why").json()

    assert (answer["cloud"], answer["run"], answer["bucket"]) == ("pc-a", "u1", "planned")
    assert any("has not begun" in one for one in answer["why"])
    assert answer["whoCanAct"] == "hcx-fleet"


def test_a_check_of_one_cloud_is_accepted(api: Api) -> None:
    """202 with the run, which observes that pairing group alone and changes nothing."""
    answer = api.call("POST", "/v1/clouds/pc-a:check", {"runId": "look"})

    assert (answer.status_code, answer.json()["kind"], answer.json()["subject"]) == (202, "check", "pc-a")
    assert answer.headers["operation-location"] == "https://fleet.example/v1/runs/look"
    assert [start[1] for start in api.durable.starts] == ["look"]


def test_a_check_needs_no_body(api: Api) -> None:
    """Its id is made from the cloud and the time."""
    assert api.call("POST", "/v1/clouds/pc-a:check").json()["id"] == "pc-a-check-20261124T073000"


@pytest.mark.parametrize("name", ["..", "%0A", "a%5Cb", "%E2%80%AEx", "x" * 300])
def test_no_name_makes_an_id_that_is_no_id(api: Api, name: str) -> None:
    """Ids are parts of file names and addresses, whatever a caller calls a cloud that nobody has seen yet."""
    answer = api.call("POST", f"/v1/clouds/{name}:check")

    assert answer.status_code == 202
    made = answer.json()["id"]
    assert (
        api.call("PUT", f"/v1/runs/{made}", {"kind": "check", "subject": "else"}).json()["code"] == "run.otherRequest"
    )


def test_an_upgrade_by_a_plan_of_that_cloud_carries_it_out(api: Api) -> None:
    """And by no plan that covers more, or another one: the refusal says how to get one."""
    plan = api.keep_run("p1", MESHED, kind=RunKind.PLAN)
    assert plan is not None
    own = replace(plan, hash="7" * 64, private_cloud="pc-a", private_clouds=("pc-a",))
    api.store.put_plan(own)
    refused = api.call("POST", "/v1/clouds/pc-a:upgrade", {"planHash": plan.hash})
    taken = api.call("POST", "/v1/clouds/pc-a:upgrade", {"planHash": own.hash, "runId": "up"})

    assert (refused.status_code, refused.json()["code"]) == (409, "plan.otherCloud")
    assert "POST /v1/plans" in refused.json()["remedy"]
    assert (taken.status_code, taken.json()["planHash"]) == (202, None)
    kept = api.store.run("up")
    assert kept is not None
    assert (kept.request.plan_hash, kept.request.include_shared) == (own.hash, True)


def test_clouds_are_listed_in_parts(api: Api) -> None:
    """Every private cloud is in exactly one part, and the last one leads no further."""
    _checked(api)
    first = api.call("GET", "/v1/clouds", params={"top": 1}).json()
    second = api.call("GET", first["nextLink"]).json()

    assert [one["id"] for part in (first, second) for one in part["value"]] == ["pc-a", "pc-b"]
    assert second["nextLink"] is None
