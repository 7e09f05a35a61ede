"""Leases and journals over HTTP."""

from datetime import timedelta
from pathlib import Path

import pytest

from shared.model.ledger import LeaseWish
from shared.model.run import JournalKind
from tests.api.api_fleet import LATER, PAIR, Api

HOUR = timedelta(hours=1)


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API whose store holds a run with one lease."""
    made = Api(tmp_path)
    made.keep_run("r1", PAIR)
    wish = LeaseWish(subject="mesh:m/1", quiet=("manager:a",), run="r1", task="mesh:m/1", until=LATER + HOUR)
    made.store.take_lease(wish, LATER)
    return made


def test_leases_are_listed_with_their_holder(api: Api) -> None:
    """Who holds what until when, and what has to be quiet."""
    (held,) = api.call("GET", "/v1/leases").json()["value"]

    assert (held["subject"], held["quiet"], held["run"], held["task"]) == ("mesh:m/1", ["manager:a"], "r1", "mesh:m/1")
    assert (held["since"], held["until"]) == ("2026-11-24T07:30:00Z", "2026-11-24T08:30:00Z")


def test_a_lease_is_broken_by_name_and_reason(api: Api) -> None:
    """It is gone, the journal of its run says by whom and why, and the run's bell rings; then there is none."""
    path, body = "/v1/leases/mesh:m%2F1:break", {"by": "Ann", "reason": "host is gone"}
    done, again = api.call("POST", path, body), api.call("POST", path, body)
    ((_, entry),) = api.store.journal("r1")

    assert (done.status_code, done.json()["task"]) == (200, "mesh:m/1")
    assert (again.status_code, again.json()["code"]) == (404, "lease.unknown")
    assert api.store.leases(LATER) == ()
    assert (entry.kind, entry.text) == (
        JournalKind.LEASED,
        "Ann (unauthenticated) broke the lease on mesh:m/1, number 1: host is gone",
    )
    assert api.durable.events == [("r1", "command", None)]


def test_a_lease_is_not_broken_without_a_word(api: Api) -> None:
    """Name and reason are both asked for at once, and the lease stays."""
    answer = api.call("POST", "/v1/leases/mesh:m%2F1:break", {"reason": " "})

    assert {one["field"] for one in answer.json()["errors"]} == {"reason"}
    assert len(api.store.leases(LATER)) == 1


def test_a_journal_is_read_in_parts(api: Api) -> None:
    """Each part begins where the cursor of the one before says, and the last one says that there is no more."""
    for number in range(5):
        api.journal("r1", JournalKind.PROGRESS, "manager:con-a", f"p{number}")
    seen, cursor, more = [], 0, True
    while more:
        part = api.call("GET", f"/v1/runs/r1/journal?after={cursor}&top=2").json()
        seen += [one["key"] for one in part["value"]]
        cursor, more = part["cursor"], part["more"]

    assert seen == [f"p{number}" for number in range(5)]
    last = api.call("GET", f"/v1/runs/r1/journal?after={cursor}").json()
    assert last == {"value": [], "cursor": 5, "more": False, "nextLink": None, "faults": []}


@pytest.mark.parametrize(
    ("query", "field"), [("after=-1", "after"), ("top=0", "top"), ("top=1001", "top"), ("top=x", "top")]
)
def test_wrong_parts_of_a_journal(api: Api, query: str, field: str) -> None:
    """A part that cannot be is refused by its field."""
    answer = api.call("GET", f"/v1/runs/r1/journal?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
