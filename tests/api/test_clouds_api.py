"""Private clouds over HTTP: listed as last observed, upgraded one at a time."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from shared.rules.cloud_ids import long_id, with_ids
from tests.api.api_fleet import PAIR, SHARED, Api
from tests.builders.fleet_facts import NOW, cloud_manager, fleet, private_cloud


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


def test_nothing_is_listed_before_anything_was_observed(api: Api) -> None:
    """An empty store is no error: there are no clouds yet, and no run that looked."""
    assert api.call("GET", "/v1/clouds").json() == {
        "value": [],
        "subscriptions": [],
        "run": None,
        "nextLink": None,
    }


def test_every_cloud_is_listed_with_its_bucket_and_who_acts_next(api: Api) -> None:
    """A row holds what the newest fleet-wide observation saw, and denied subscriptions stay visible."""
    api.keep_run("r1", PAIR)
    answer = api.call("GET", "/v1/clouds").json()

    (row,) = answer["value"]
    assert (row["id"], row["subscription"], row["version"]) == ("pc-a", "one", "4.10.3")
    assert (row["bucket"], row["whoActsNext"], row["observedAt"]) == ("planned", "hcx-fleet", "2026-11-24T06:00:00Z")
    assert [(one["name"], one["state"]) for one in answer["subscriptions"]] == [("one", "read"), ("two", "denied")]
    assert answer["run"] == "r1"


def test_the_newest_run_of_the_whole_scope_is_shown(api: Api) -> None:
    """Neither a run of one cloud nor one that has observed nothing yet hides the fleet."""
    api.keep_run("r1", PAIR)
    api.keep_run("r2", PAIR, private_cloud="pc-a", at=NOW + timedelta(hours=1))
    api.keep_run("r3", at=NOW + timedelta(hours=2))

    assert api.call("GET", "/v1/clouds").json()["run"] == "r1"


def test_an_upgrade_of_one_cloud_is_accepted(api: Api) -> None:
    """The call answers 202 with the run, an absolute Operation-Location, and Location for clients that poll that."""
    api.keep_run("r1", PAIR)
    answer = api.call("POST", "/v1/clouds/pc-a:upgrade", {"runId": "up-1"})

    assert answer.status_code == 202
    assert answer.headers["operation-location"] == "https://fleet.example/v1/runs/up-1"
    assert answer.headers["location"] == "https://fleet.example/v1/runs/up-1/result"
    assert (answer.json()["status"], answer.headers["retry-after"]) == ("NotStarted", "15")
    assert api.durable.starts[0][2]["private_cloud"] == "pc-a"


def test_an_upgrade_needs_no_body(api: Api) -> None:
    """A plain POST starts a run with an id that names the cloud and the time."""
    answer = api.call("POST", "/v1/clouds/pc-a:upgrade")

    assert (answer.status_code, answer.json()["id"]) == (202, "pc-a-20261124T073000")


def test_repeating_an_upgrade_with_its_run_id_starts_nothing_twice(api: Api) -> None:
    """The same call with the same run id answers 202 with the same run."""
    for _ in range(2):
        assert api.call("POST", "/v1/clouds/pc-a:upgrade", {"runId": "up-1"}).status_code == 202

    assert len(api.durable.starts) == 1


def test_a_cloud_that_was_not_seen_is_refused(api: Api) -> None:
    """With an observation at hand an unknown name is 404; without one the run itself will tell."""
    assert api.call("POST", "/v1/clouds/pc-z:upgrade").status_code == 202
    api.keep_run("r1", PAIR)
    refused = api.call("POST", "/v1/clouds/pc-z:upgrade")

    assert (refused.status_code, refused.json()["code"]) == (404, "cloud.unknown")


def test_a_shared_connector_needs_the_callers_word(api: Api) -> None:
    """409 names the other private clouds; with includeShared the run starts."""
    api.keep_run("r1", SHARED)
    refused = api.call("POST", "/v1/clouds/pc-a:upgrade", {"runId": "up-1"})

    assert (refused.status_code, refused.json()["code"]) == (409, "shared.connector")
    assert refused.json()["detail"] == "con-ab also serves pc-b"
    assert api.store.run("up-1") is None
    assert api.call("POST", "/v1/clouds/pc-a:upgrade", {"includeShared": True}).status_code == 202


def test_a_cloud_goes_by_its_name_or_its_long_id(api: Api) -> None:
    """A unique name and the long id mean the same private cloud."""
    api.keep_run("r1", PAIR)
    for name in ("pc-a", long_id(private_cloud("pc-a"))):
        assert api.call("POST", f"/v1/clouds/{name}:upgrade").json()["privateCloud"] == "pc-a"


def test_an_ambiguous_name_lists_what_it_may_mean(api: Api) -> None:
    """Two clouds of one name are told apart by their long ids, which the answer names."""
    one = private_cloud("pc-a")
    clouds = with_ids([one, replace(one, resource_id=one.resource_id.replace("sub-1", "sub-2"))])
    facts = fleet(*(cloud_manager(cloud.id, "4.10.3") for cloud in clouds))
    api.keep_run("r1", facts, clouds=clouds)
    refused = api.call("POST", "/v1/clouds/pc-a:upgrade").json()

    assert (refused["status"], refused["code"]) == (409, "cloud.ambiguous")
    assert all(cloud.id in refused["detail"] for cloud in clouds)
    assert api.call("POST", f"/v1/clouds/{clouds[0].id}:upgrade").status_code == 202
