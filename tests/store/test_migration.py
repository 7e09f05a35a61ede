"""A store of an earlier schema version, as an earlier hcx-fleet left it, becomes one of today with everything in it."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.model.codec import to_json_text
from shared.model.ledger import BreakerAnswer, ClaimState
from shared.model.run import JournalEntry, JournalKind, Run, RunKind, RunRequest, RunState, RunTrigger
from shared.rules.chain import faults
from shared.store.breaker import Login, LoginState
from shared.store.errors import StoreBusyError, StoreUnusableError
from shared.store.migration import migrate
from shared.store.schema import SCHEMA_VERSION
from shared.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
AT = NOW.isoformat(timespec="microseconds")

VERSION_1 = """
CREATE TABLE schema (version INTEGER NOT NULL) STRICT;
CREATE TABLE runs (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, requested_at TEXT NOT NULL, record TEXT NOT NULL) STRICT;
CREATE TABLE plans (hash TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
CREATE TABLE documents (
    run TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (run, name)) STRICT;
CREATE TABLE journal (
    run TEXT NOT NULL, sequence INTEGER NOT NULL, key TEXT NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (run, sequence), UNIQUE (run, key)) STRICT;
CREATE TABLE claims (
    subject TEXT NOT NULL, step TEXT NOT NULL, generation INTEGER NOT NULL, holder TEXT NOT NULL, state TEXT NOT NULL,
    job TEXT, at TEXT NOT NULL, PRIMARY KEY (subject, step, generation)) STRICT;
CREATE TABLE logins (
    first_asked INTEGER PRIMARY KEY AUTOINCREMENT, secret TEXT NOT NULL, version TEXT NOT NULL, state TEXT NOT NULL,
    record TEXT NOT NULL, UNIQUE (secret, version)) STRICT;
INSERT INTO schema VALUES (1);
"""

RUN = Run(
    request=RunRequest(id="r", kind=RunKind.UPGRADE, trigger=RunTrigger.HTTP, requested_by="ann", requested_at=NOW),
    state=RunState.RUNNING,
)
ENTRIES = tuple(
    JournalEntry(key=f"k{number}", at=NOW, kind=JournalKind.OBSERVED, text=f"look {number}") for number in (1, 2, 3)
)
REFUSED = Login(secret="hcx-lyon", version="v1", state=LoginState.REFUSED, detail="401", at=NOW)  # noqa: S106 -- a name


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of an earlier hcx-fleet with something in every table."""
    file = tmp_path / "fleet.sqlite"
    with closing(sqlite3.connect(file, autocommit=True)) as db:
        db.executescript(VERSION_1)
        db.execute("INSERT INTO runs VALUES ('r', ?, ?, ?)", (RUN.state, AT, _earlier(RUN)))
        db.execute("INSERT INTO documents VALUES ('r', 'inventory', '{}')")
        for number, entry in enumerate(ENTRIES, 1):
            db.execute("INSERT INTO journal VALUES ('r', ?, ?, ?)", (number, entry.key, to_json_text(entry)))
        db.execute("INSERT INTO claims VALUES ('manager:lyon', 'up', 1, 'r', 'sending', NULL, ?)", (AT,))
        db.execute(
            "INSERT INTO logins (secret, version, state, record) VALUES ('hcx-lyon', 'v1', 'refused', ?)",
            (to_json_text(REFUSED),),
        )
    return file


def _earlier(run: Run) -> str:
    """A run without the fields that came later."""
    document = json.loads(to_json_text(run))
    for name in ("parent", "retry", "retry_tasks"):
        del document["request"][name]
    return json.dumps(document)


def test_refused_with_the_command(path: Path) -> None:
    """A store of an earlier version is refused with both versions and the command that brings it up."""
    wanted = rf"schema version 1, .* version {SCHEMA_VERSION}; stop everything .*: hcx-fleet store migrate"
    with pytest.raises(StoreUnusableError, match=wanted):
        SqliteStore(path)


def test_everything_is_kept(path: Path) -> None:
    """Runs, documents, journal, claims and log-ins are there afterwards as they were."""
    migrate(path)

    with SqliteStore(path) as store:
        assert store.run("r") == RUN
        assert store.document("r", "inventory") == "{}"
        assert store.journal("r") == tuple(enumerate(ENTRIES, 1))
        (claim,) = store.claims_of("r")
        assert (claim.subject, claim.state, claim.at, claim.fence) == ("manager:lyon", ClaimState.SENDING, NOW, 0)
        assert store.begin_login("hcx-lyon", "v1", NOW).answer is BreakerAnswer.OPEN


def test_chain_made(path: Path) -> None:
    """The journal of an earlier version has a whole chain afterwards, and what comes later joins it."""
    migrate(path)

    with SqliteStore(path) as store:
        store.append("r", replace(ENTRIES[0], key="later"))

        assert faults(store.chain("r")) == ()
        assert len(store.chain("r")) == len(ENTRIES) + 1


def test_each_version(path: Path) -> None:
    """A store of the version in between comes up as well, with everything in it, and keeps calls from then on."""
    migrate(path)
    with closing(sqlite3.connect(path, autocommit=True)) as db:
        db.execute("DROP TABLE calls")
    _set_version(path, 2)

    assert "from schema version 2 to 3" in migrate(path)
    with SqliteStore(path) as store:
        assert store.journal("r") == tuple(enumerate(ENTRIES, 1))
        assert store.forget_calls(NOW) == 0


def test_copy(path: Path) -> None:
    """The file as it was lies beside it, and what was done says where."""
    said = migrate(path)

    copy = path.with_name("fleet.sqlite-version-1")
    assert str(copy) in said
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT version FROM schema").fetchall() == [(1,)]
        assert db.execute("SELECT count(*) FROM journal").fetchone() == (3,)


def test_twice(path: Path) -> None:
    """A store of the current version is left alone."""
    migrate(path)

    assert "nothing was done" in migrate(path)


def test_newer(path: Path) -> None:
    """A store of a newer version is refused by both, with the advice to use a newer hcx-fleet."""
    _set_version(path, SCHEMA_VERSION + 1)

    for deed in (SqliteStore, migrate):
        with pytest.raises(StoreUnusableError, match=f"version {SCHEMA_VERSION + 1}, .*; use a newer hcx-fleet"):
            deed(path)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE journal SET record = '{}' WHERE sequence = 2", "entry 2 in the journal of run r"),
        ("UPDATE claims SET state = 'maybe'", "the claim on manager:lyon, step up, generation 1"),
    ],
)
def test_unreadable_row(path: Path, statement: str, named: str) -> None:
    """A row that cannot be read is named, and the file stays of its version with all its rows."""
    with closing(sqlite3.connect(path, autocommit=True)) as db:
        db.execute(statement)

    with pytest.raises(StoreUnusableError, match=f"{named} cannot be read, so nothing was changed"):
        migrate(path)

    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT version FROM schema").fetchall() == [(1,)]
        assert db.execute("SELECT count(*) FROM journal").fetchone() == (3,)


def test_missing(tmp_path: Path) -> None:
    """A file that is not there is not made."""
    with pytest.raises(StoreUnusableError, match="is not there"):
        migrate(tmp_path / "fleet.sqlite")

    assert list(tmp_path.iterdir()) == []


def test_empty(tmp_path: Path) -> None:
    """An empty file is no store of an earlier version."""
    (tmp_path / "fleet.sqlite").touch()

    with pytest.raises(StoreUnusableError, match="is empty"):
        migrate(tmp_path / "fleet.sqlite")


def test_never_was(path: Path) -> None:
    """A version that never was is refused."""
    _set_version(path, 0)

    with pytest.raises(StoreUnusableError, match="version 0, which never was"):
        migrate(path)


def test_held_by_others(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While something else changes the file, nothing is brought up."""
    monkeypatch.setattr("shared.store.migration.BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(path, autocommit=True)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreBusyError):
            migrate(path)


def _set_version(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path, autocommit=True)) as db:
        db.execute("UPDATE schema SET version = ?", (version,))
