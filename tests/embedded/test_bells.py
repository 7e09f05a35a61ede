"""Bells of runs for commands that another process wrote into the store."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from embedded.bells import BellWatcher
from shared.model.command import Command, CommandKind
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


class Bells:
    """Instances that write down their bells."""

    def __init__(self, *alive: str) -> None:
        self.alive = set(alive)
        self.rung: list[tuple[str, str]] = []
        self.heard = Event()

    def ring(self, instance: str, event: str) -> bool:
        """Hear it, where that instance goes on."""
        if instance not in self.alive:
            return False
        self.rung.append((instance, event))
        self.heard.set()
        return True


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    """A store with two runs under way and one that has ended."""
    made = SqliteStore(tmp_path / "store.sqlite")
    for name, state in (("r1", RunState.RUNNING), ("r2", RunState.RUNNING), ("old", RunState.FAILED)):
        request = RunRequest(
            id=name, kind=RunKind.UPGRADE, trigger=RunTrigger.HTTP, requested_by="test", requested_at=NOW
        )
        made.put_run(Run(request=request, state=state))
    return made


def _say(store: SqliteStore, run: str, key: str) -> None:
    store.command(run, Command(key=key, kind=CommandKind.PAUSE, by="Ann", authenticated=False, at=NOW))


def test_a_bell_rings_once_for_what_is_new(store: SqliteStore) -> None:
    """A run hears of each command once, another run hears nothing, and one that has ended is not rung."""
    bells = Bells("r1", "r2", "old")
    watcher = BellWatcher(store, bells.ring)
    _say(store, "old", "a")
    watcher.look()
    _say(store, "r1", "a")
    for _ in range(3):
        watcher.look()
    _say(store, "r1", "b")
    watcher.look()

    assert bells.rung == [("r1", "command")] * 2


def test_a_run_that_does_not_go_on_yet_is_rung_later(store: SqliteStore) -> None:
    """A bell that nobody hears is rung again until somebody does."""
    bells = Bells()
    watcher = BellWatcher(store, bells.ring)
    _say(store, "r1", "a")
    watcher.look()
    bells.alive.add("r1")
    watcher.look()
    watcher.look()

    assert bells.rung == [("r1", "command")]


def spoil(path: Path, run: str) -> None:
    """Somebody forges a command to a run."""
    with closing(sqlite3.connect(path, autocommit=True)) as db:
        db.execute("INSERT INTO commands VALUES (?, 9, 'forged', '{}')", (run,))


def test_a_forged_command_rings_its_run_once(store: SqliteStore, tmp_path: Path) -> None:
    """The run says what that means for it, and the bells of all others are rung as ever."""
    bells = Bells("r1", "r2")
    watcher = BellWatcher(store, bells.ring)
    spoil(tmp_path / "store.sqlite", "r2")
    _say(store, "r1", "a")
    for _ in range(3):
        watcher.look()

    assert sorted(bells.rung) == [("r1", "command"), ("r2", "command")]


def test_the_thread_outlives_a_run_that_it_cannot_read(store: SqliteStore, tmp_path: Path) -> None:
    """A turn in which a run is none any more rings nobody, and the one after it was mended rings as ever."""
    bells = Bells("r1")
    watcher = BellWatcher(store, bells.ring)
    _say(store, "r1", "a")
    with closing(sqlite3.connect(tmp_path / "store.sqlite", autocommit=True)) as db:
        (was,) = db.execute("SELECT record FROM runs WHERE id = 'r2'").fetchone()
        db.execute("UPDATE runs SET record = '{}' WHERE id = 'r2'")
        watcher.turn()
        silent = list(bells.rung)
        db.execute("UPDATE runs SET record = ? WHERE id = 'r2'", (was,))
    watcher.turn()

    assert (silent, bells.rung) == ([], [("r1", "command")])


def test_the_thread_looks_by_itself(store: SqliteStore) -> None:
    """While it is entered, what is written is heard; after it, nothing is any more."""
    bells = Bells("r1")
    with BellWatcher(store, bells.ring, every=0.01):
        _say(store, "r1", "a")
        assert bells.heard.wait(10)
    bells.heard.clear()
    _say(store, "r1", "b")

    assert not bells.heard.wait(0.1)
