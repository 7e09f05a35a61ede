"""How the API answers when its store says no: in time, by name, and with what to do."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from shared.api.app import create_api
from shared.model.run import JournalKind
from shared.store.sqlite import SqliteStore
from tests.api.api_fleet import PAIR, Api

FILE = "store.sqlite"
TOUCHED = "UPDATE journal SET record = ? WHERE run = 'r1' AND sequence = 2"


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API whose store holds a run with three entries in its journal."""
    made = Api(tmp_path)
    made.keep_run("r1", PAIR)
    for number in range(3):
        made.journal("r1", JournalKind.PROGRESS, "manager:con-a", f"p{number}")
    return made


def _impatient(api: Api, folder: Path) -> None:
    api.ports = replace(api.ports, store=SqliteStore(folder / FILE, busy_seconds=0.05))


def test_a_busy_store_is_asked_again_later(api: Api, tmp_path: Path) -> None:
    """While another process holds the store a command is answered 503 with when to ask again, and counts after that."""
    _impatient(api, tmp_path)
    body = {"by": "Ann", "key": "k1"}
    with closing(sqlite3.connect(tmp_path / FILE, autocommit=True)) as other:
        other.execute("BEGIN EXCLUSIVE")
        busy = api.call("POST", "/v1/runs/r1:pause", body)
        other.execute("ROLLBACK")
    again = api.call("POST", "/v1/runs/r1:pause", body)

    assert (busy.status_code, busy.json()["code"]) == (503, "store.busy")
    assert int(busy.headers["retry-after"]) > 0
    assert "same key" in busy.json()["remedy"]
    assert again.status_code == 202
    assert [one.key for one in api.store.commands("r1")] == ["k1"]


def _tamper(folder: Path, record: str) -> None:
    with closing(sqlite3.connect(folder / FILE, autocommit=True)) as db:
        db.execute(TOUCHED, (record,))


@pytest.mark.parametrize("path", ["/v1/runs/r1/journal", "/v1/runs/r1", "/v1/runs/r1/result"])
def test_a_row_that_is_no_entry_any_more_is_named(api: Api, tmp_path: Path, path: str) -> None:
    """Whoever reads the run is told which entry of which run was changed, and that a person has to look."""
    _tamper(tmp_path, '{"key": "canary-secret"}')
    answer = api.call("GET", path)

    assert (answer.status_code, answer.json()["code"]) == (500, "store.tampered")
    assert answer.json()["detail"].startswith("entry 2 in the journal of run r1 was changed")
    assert answer.json()["remedy"].startswith("a person:")
    assert "canary-secret" not in answer.text


def test_a_command_to_a_run_with_such_a_row_is_refused(api: Api, tmp_path: Path) -> None:
    """What cannot be judged is not kept, and no bell rings."""
    _tamper(tmp_path, "{")
    answer = api.call("POST", "/v1/runs/r1:cancel", {"by": "Ann"})

    assert (answer.status_code, answer.json()["code"]) == (500, "store.tampered")
    assert (api.store.commands("r1"), api.durable.events) == ((), [])


def test_an_entry_with_other_words_is_found(api: Api, tmp_path: Path) -> None:
    """An entry that can still be read is shown, and the journal says that it is not what was written."""
    whole = api.call("GET", "/v1/runs/r1/journal").json()["faults"]
    with closing(sqlite3.connect(tmp_path / FILE, autocommit=True)) as db:
        (record,) = db.execute("SELECT record FROM journal WHERE run = 'r1' AND sequence = 2").fetchone()
    _tamper(tmp_path, record.replace('"text":"p1"', '"text":"p9"').replace('"text": "p1"', '"text": "p9"'))
    told = api.call("GET", "/v1/runs/r1/journal?after=2").json()

    assert whole == []
    assert [one["key"] for one in told["value"]] == ["p2"]
    assert len(told["faults"]) == 1
    assert told["faults"][0].startswith("link 2 of run r1, p1: its entry")


def test_a_store_of_another_version_is_refused_with_the_migration(api: Api, tmp_path: Path) -> None:
    """Every call says which version it is and which command brings it up; health answers all the same."""
    with closing(sqlite3.connect(tmp_path / FILE, autocommit=True)) as db:
        db.execute("UPDATE schema SET version = 1")
    api.app = create_api(lambda: replace(api.ports, store=SqliteStore(tmp_path / FILE)))
    answer = api.call("GET", "/v1/runs/r1")

    assert (answer.status_code, answer.json()["code"]) == (500, "store.unusable")
    assert "version 1" in answer.json()["detail"]
    assert "hcx-fleet store migrate" in answer.json()["detail"]
    assert api.call("GET", "/v1/health").status_code == 200
