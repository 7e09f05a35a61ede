"""What is special about the SQLite store: locks, foreign files, schema versions."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread, Timer

import pytest

from shared.model.ledger import ClaimState
from shared.model.run import JournalEntry, JournalKind
from shared.rules.chain import faults
from shared.store.errors import StoreBusyError, StoreUnusableError, TamperedError
from shared.store.kept_records import JOURNALS
from shared.store.sqlite import SqliteStore

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of a store that has a document in it."""
    file = tmp_path / "deep" / "fleet.sqlite"
    with SqliteStore(file) as store:
        store.put_document("run", "kept", "yes")
    return file


@pytest.fixture
def other(path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody else's connection to that file."""
    with closing(sqlite3.connect(path, autocommit=True, check_same_thread=False)) as connection:
        yield connection


def test_waits_its_turn(path: Path, other: sqlite3.Connection) -> None:
    """A writer waits while another one holds the file, and goes on once it is given back."""
    other.execute("BEGIN IMMEDIATE")
    given_back = Timer(0.3, lambda: other.execute("COMMIT"))
    began = time.monotonic()
    given_back.start()

    with SqliteStore(path, busy_seconds=20) as store:
        store.put_document("run", "late", "written")

        assert store.document("run", "late") == "written"
    assert time.monotonic() - began >= 0.25
    given_back.join()


def test_busy(path: Path, other: sqlite3.Connection) -> None:
    """A writer that has waited long enough says so, changes nothing, and works again later."""
    with SqliteStore(path, busy_seconds=0.2) as store:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()

        with pytest.raises(StoreBusyError, match=r"fleet.sqlite was locked by others for 0.2 s; ask again later"):
            store.put_document("run", "late", "written")

        assert 0.15 <= time.monotonic() - began < 5
        other.execute("COMMIT")
        assert store.document("run", "late") is None
        store.put_document("run", "late", "written")
        assert store.document("run", "late") == "written"


def test_readers_go_on(path: Path, other: sqlite3.Connection) -> None:
    """A writer that holds the file does not keep anybody from reading what was there before."""
    with SqliteStore(path, busy_seconds=0.2) as store:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE documents SET document = 'changed'")

        assert store.document("run", "kept") == "yes"


def test_busy_within_a_process(path: Path, other: sqlite3.Connection) -> None:
    """A thread whose neighbour waits for the file longer than it is willing to wait itself is told that it is busy."""
    with SqliteStore(path, busy_seconds=0.3) as store:
        other.execute("BEGIN IMMEDIATE")
        told: list[str] = []

        def write() -> None:
            try:
                store.put_document("run", "late", "written")
            except StoreBusyError as busy:
                told.append(str(busy))

        threads = [Thread(target=write) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)

        assert len(told) == 3


def test_opening_a_locked_new_file(tmp_path: Path) -> None:
    """Opening a new file that another process holds is busy after the wait, not an error of its own kind."""
    path = tmp_path / "fleet.sqlite"
    with closing(sqlite3.connect(path, autocommit=True)) as connection:
        connection.execute("BEGIN EXCLUSIVE")

        with pytest.raises(StoreBusyError):
            SqliteStore(path, busy_seconds=0.2)


def test_killed_holder(path: Path) -> None:
    """A process that dies in the middle of a change leaves nothing of it, and nobody waits for it."""
    script = str(Path(__file__).with_name("store_process.py"))
    with subprocess.Popen(  # noqa: S603 -- our own script
        [sys.executable, script, "sqlite", str(path), "hold", "run", "0"],
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with SqliteStore(path, busy_seconds=0.2) as store, pytest.raises(StoreBusyError):
            store.put_document("run", "mine", "x")
        holder.kill()
        holder.wait(timeout=20)

    with SqliteStore(path, busy_seconds=5) as store:
        store.put_document("run", "mine", "written")

        assert store.documents("run", "") == {"kept": "yes", "mine": "written"}


def test_interrupted(path: Path) -> None:
    """A change that is interrupted half-way is taken back whole, and the store works on."""
    with SqliteStore(path) as store:
        with suppress(KeyboardInterrupt), store._file.write() as db:
            db.execute("DELETE FROM documents")
            raise KeyboardInterrupt

        assert store.document("run", "kept") == "yes"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE claims SET state = 'done'",
        "UPDATE claims SET holder = 'run-2'",
        "UPDATE claims SET fence = 9",
        "UPDATE claims SET job = 'job-9'",
        "UPDATE claims SET at = 'yesterday'",
        "UPDATE claims SET state = 'never'",
        "UPDATE claims SET digest = ''",
        "UPDATE claims SET step = 'other-step'",
    ],
)
def test_tampered_claim(path: Path, other: sqlite3.Connection, statement: str) -> None:
    """A claim that was changed behind our back is named, and nothing goes on from it."""
    with SqliteStore(path) as store:
        claim = store.claim("manager:lyon", "upgrade", 1, "run-1", NOW)
        other.execute(statement)
        (step,) = other.execute("SELECT step FROM claims").fetchone()

        with pytest.raises(TamperedError, match=rf"claim on manager:lyon, step {step}, generation 1: the row was"):
            store.claim("manager:lyon", step, 1, "run-1", NOW)
        with pytest.raises(TamperedError):
            store.record_claim(replace(claim, step=step), ClaimState.DONE, None, NOW)
        holder = other.execute("SELECT holder FROM claims").fetchone()[0]
        with pytest.raises(TamperedError):
            store.claims_of(holder)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE journal SET record = replace(record, 'look 2', 'look 9') WHERE sequence = 2",
            ["link 2 of run r, k2: its entry, or what it says of its place, is not what was written"],
        ),
        ("DELETE FROM journal WHERE sequence = 2", ["link 3 of run r, k3: link 2 is missing before it"]),
        (
            "UPDATE journal SET digest = '00' WHERE sequence = 2",
            ["link 2 of run r, k2: its entry", "link 3 of run r, k3: the link before it is not the one"],
        ),
        ("UPDATE journal SET previous = '00' WHERE sequence = 3", ["link 3 of run r, k3: its entry"]),
    ],
)
def test_tampered_journal(path: Path, other: sqlite3.Connection, statement: str, found: list[str]) -> None:
    """A journal that was changed behind our back is read all the same, and its chain names the link and how."""
    with SqliteStore(path) as store:
        for number in (1, 2, 3):
            store.append("r", JournalEntry(key=f"k{number}", at=NOW, kind=JournalKind.OBSERVED, text=f"look {number}"))
        assert faults(store.chain("r")) == ()
        other.execute(statement)

        told = faults(store.chain("r"))

        assert len(told) == len(found)
        assert all(fault.startswith(begin) for fault, begin in zip(told, found, strict=True))


def test_journal_of_no_entries(path: Path, other: sqlite3.Connection) -> None:
    """A row of the journal that is no entry any more is named."""
    with SqliteStore(path) as store:
        store.append("r", JournalEntry(key="k", at=NOW, kind=JournalKind.OBSERVED, text="look"))
        other.execute("UPDATE journal SET record = 'gone'")

        with pytest.raises(TamperedError, match="entry 1 in the journal of run r"):
            store.chain("r")


def test_foreign_database(tmp_path: Path) -> None:
    """A database of something else is refused and left exactly as it was."""
    path = tmp_path / "accounts.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE accounts (name TEXT)")
    before = path.read_bytes()

    with pytest.raises(StoreUnusableError, match="a database of something else"):
        SqliteStore(path)

    assert path.read_bytes() == before


def test_no_database(tmp_path: Path) -> None:
    """A file that is no database at all is refused and left as it was."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but long enough to be looked at " * 40)

    with pytest.raises(StoreUnusableError, match=r"notes\.txt cannot be used as a store"):
        SqliteStore(path)

    assert path.read_text().startswith("not a database")


def test_folder(tmp_path: Path) -> None:
    """A folder in the place of the file is refused with its name."""
    with pytest.raises(StoreUnusableError, match="cannot be used as a store"):
        SqliteStore(tmp_path)


def test_file_in_the_way(tmp_path: Path) -> None:
    """A file where a folder should be is refused with its name."""
    (tmp_path / "store").write_text("")

    with pytest.raises(StoreUnusableError, match="cannot be used as a store"):
        SqliteStore(tmp_path / "store" / "fleet.sqlite")


def test_empty_file(tmp_path: Path) -> None:
    """An empty file, as a deployment may have made it, becomes a store."""
    path = tmp_path / "fleet.sqlite"
    path.touch()

    with SqliteStore(path) as store:
        assert store.runs() == ()


def test_durability(path: Path) -> None:
    """The ledger and the breaker are flushed to disk with each change, and every change is written ahead."""
    with SqliteStore(path) as store:
        with store._file.write(lasting=True) as db:
            lasting = db.execute("PRAGMA synchronous").fetchone()[0]
        with store._file.write() as db:
            others = db.execute("PRAGMA synchronous").fetchone()[0]
            mode = db.execute("PRAGMA journal_mode").fetchone()[0]

    assert (lasting, others, mode) == (2, 1, "wal")


@pytest.mark.parametrize(
    ("deed", "seen"),
    [
        ("UPDATE journal SET record = replace(record, 'text 1', 'b') WHERE sequence = 2", ["text 0", "b", "text 2"]),
        ("DELETE FROM journal WHERE sequence = 1", ["text 1", "text 2"]),
        ("DELETE FROM journal WHERE sequence = 3", ["text 0", "text 1"]),
        ("UPDATE journal SET record = '{}' WHERE sequence = 2", None),
    ],
)
def test_what_was_read_hides_nothing(tmp_path: Path, deed: str, seen: list[str] | None) -> None:
    """A journal that was read before is read as it is now, whatever was done to it behind our back since."""
    with SqliteStore(tmp_path / "fleet.sqlite") as store:
        for number in range(3):
            entry = JournalEntry(key=f"k{number}", at=NOW, kind=JournalKind.OBSERVED, text=f"text {number}")
            store.append("r", entry)
        assert len(store.journal("r")) == 3
        with closing(sqlite3.connect(tmp_path / "fleet.sqlite", autocommit=True)) as db:
            db.execute(deed)

        if seen is None:
            with pytest.raises(TamperedError, match="entry 2 in the journal of run r"):
                store.journal("r")
        else:
            assert [entry.text for _, entry in store.journal("r")] == seen


def test_many_journals_are_read(tmp_path: Path) -> None:
    """However many runs are read in turn, each has its own entries, the newest ones too."""
    with SqliteStore(tmp_path / "fleet.sqlite") as store:
        for turn in range(3):
            for run in map(str, range(JOURNALS + 3)):
                text = f"{run} in turn {turn}"
                store.append(run, JournalEntry(key=text, at=NOW, kind=JournalKind.OBSERVED, text=text))

                assert [entry.text for _, entry in store.journal(run)] == [
                    f"{run} in turn {n}" for n in range(turn + 1)
                ]
