"""Addresses with a verb: what belongs to the id, what to the verb, and where a long journal goes on."""

from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from shared.model.command import CommandKind
from shared.model.ledger import LeaseWish
from shared.model.run import JournalKind
from shared.rules.cloud_ids import with_ids
from tests.api.api_fleet import LATER, PAIR, Api
from tests.api.commanded_fleet import CONNECTOR, commanded
from tests.builders.fleet_facts import cloud_manager, fleet, private_cloud


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


@pytest.mark.parametrize("run", ["r1", "r.1_a~b-c", "approve", "r" * 100])
def test_the_verb_is_no_part_of_the_run(api: Api, run: str) -> None:
    """Whatever a run may be called, a command reaches it and nothing else."""
    api.keep_run("other", PAIR)
    commanded(api, run)
    answer = api.call("POST", f"/v1/runs/{run}:pause", {"by": "Ann"})

    assert (answer.status_code, answer.json()["runId"]) == (202, run)
    assert [one.kind for one in api.store.commands(run)] == [CommandKind.PAUSE]
    assert api.store.commands("other") == ()
    assert answer.json()["links"]["run"] == f"https://fleet.example/v1/runs/{run}"


@pytest.mark.parametrize("verb", ["approve", "pause", "retry"])
def test_no_run_is_made_under_a_verb(api: Api, verb: str) -> None:
    """A run id holds no colon: whoever puts instead of posts is told so, and no run is kept."""
    answer = api.call("PUT", f"/v1/runs/r1:{verb}", {"kind": "check"})

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert api.store.runs() == ()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/runs/r1:explode"),
        ("POST", f"/v1/runs/r1/tasks/{CONNECTOR}:approve"),
        ("POST", "/v1/leases/manager:con-a"),
        ("GET", "/v1/leases/manager:con-a:break"),
    ],
)
def test_a_verb_that_is_none_does_nothing(api: Api, method: str, path: str) -> None:
    """An unknown verb, or one of something else, is refused as a problem, and nothing is kept."""
    commanded(api)
    answer = api.call(method, path, {"by": "Ann", "reason": "x"} if method == "POST" else None)

    assert answer.status_code in {404, 405}
    assert answer.json()["code"] in {"route.unknown", "method.notAllowed"}
    assert (api.store.commands("r1"), api.durable.events) == ((), [])


def test_a_task_id_keeps_its_colon(api: Api) -> None:
    """Only the last colon of the address ends the task's id."""
    commanded(api)
    answer = api.call("POST", f"/v1/runs/r1/tasks/{CONNECTOR}:cancel", {"by": "Ann"})

    assert (answer.status_code, api.store.commands("r1")[0].task) == (202, CONNECTOR)


def test_a_cloud_of_which_there_are_two(api: Api) -> None:
    """A name that two private clouds have is refused with their long ids, and one of those is taken."""
    one = private_cloud("pc-a")
    clouds = with_ids([one, replace(one, resource_id=one.resource_id.replace("sub-1", "sub-2"))])
    api.keep_run("r1", fleet(*(cloud_manager(cloud.id, "4.10.3") for cloud in clouds)), clouds=clouds)
    refused = api.call("POST", "/v1/runs/r1:pause", {"by": "Ann", "privateCloud": "pc-a"})
    taken = api.call("POST", "/v1/runs/r1:pause", {"by": "Ann", "privateCloud": clouds[0].id})

    assert (refused.status_code, refused.json()["code"]) == (409, "cloud.ambiguous")
    assert all(cloud.id in refused.json()["detail"] for cloud in clouds)
    assert (taken.status_code, [one.cloud for one in api.store.commands("r1")]) == (202, [clouds[0].id])


def test_a_long_journal_is_followed_by_its_links(api: Api) -> None:
    """Without a limit a part holds 500 entries, and `nextLink` leads through all of them, each once and in order."""
    api.keep_run("r1", PAIR)
    for number in range(501):
        api.journal("r1", JournalKind.PROGRESS, CONNECTOR, f"p{number}")
    url, parts = "/v1/runs/r1/journal", []
    while url:
        part = api.call("GET", url).json()
        parts.append([one["sequence"] for one in part["value"]])
        url = part["nextLink"]

    assert [len(part) for part in parts] == [500, 1]
    assert list(chain.from_iterable(parts)) == list(range(1, 502))


def test_a_journal_of_no_run_is_not_found(api: Api) -> None:
    """The journal of an unknown run is no empty one."""
    assert api.call("GET", "/v1/runs/r1/journal").json()["code"] == "run.unknown"


def test_a_break_that_was_cut_off_is_told_once(api: Api) -> None:
    """Where a host died after it told of the break, the same call ends the lease, and the journal has one entry."""
    api.keep_run("r1", PAIR)
    wish = LeaseWish(subject=CONNECTOR, quiet=(), run="r1", task=CONNECTOR, until=LATER.replace(hour=9))
    lease = api.store.take_lease(wish, LATER)
    api.journal("r1", JournalKind.LEASED, CONNECTOR, f"{CONNECTOR}/lease/{lease.token}/broken")
    answer = api.call("POST", f"/v1/leases/{CONNECTOR}:break", {"by": "Ann", "reason": "host is gone"})

    assert (answer.status_code, answer.json()["token"]) == (200, lease.token)
    assert len(api.store.journal("r1")) == 1
    assert api.store.leases(LATER) == ()
