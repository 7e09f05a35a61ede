"""Stores with a full disk, a locked file, a network that cuts, throttles and conflicts.

Nothing is lost, and nothing is done twice.
"""

import json
import random
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock, Timer

import pytest

from shared.model.command import Command, CommandKind
from shared.model.ledger import BreakerAnswer, BreakerReset, ClaimState, LeaseWish
from shared.model.run import JournalEntry, JournalKind, Run, RunKind, RunRequest, RunState, RunTrigger
from shared.ports import Store
from shared.rules.chain import faults
from shared.store.errors import ClaimMovedError, StoreBusyError, StoreUnusableError
from shared.store.sqlite import SqliteStore
from tests.azurite import Azurite, open_table
from tests.store.faulty_proxy import FINE, Fault, Proxy, proxied

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
WISH = LeaseWish(subject="manager:a", quiet=(), run="run", task="manager:a", until=NOW + timedelta(hours=1))
PAUSE = Command(key="k", kind=CommandKind.PAUSE, by="ann", authenticated=False, at=NOW)
RESET = BreakerReset(by="ann", reason="unlocked", at=NOW)
RUN = Run(
    request=RunRequest(id="run", kind=RunKind.UPGRADE, trigger=RunTrigger.HTTP, requested_by="ann", requested_at=NOW),
    state=RunState.RUNNING,
)


def entry(key: str) -> JournalEntry:
    """A journal entry."""
    return JournalEntry(key=key, at=NOW, kind=JournalKind.OBSERVED, text="observed")


@dataclass
class Deed:
    """One call of a store, what it gives, and what the store holds afterwards."""

    do: Callable[[Store], object]
    gives: object
    look: Callable[[Store], object]
    holds: object
    before: Callable[[Store], object] = lambda _store: None


def _sending(store: Store) -> ClaimState:
    claim = store.claim("manager:a", "up", 1, "run", NOW)
    return store.record_claim(claim, ClaimState.SENDING, None, NOW).state


def _claimed(store: Store) -> None:
    claim = store.claim("manager:a", "up", 1, "run", NOW)
    store.record_claim(claim, ClaimState.CLAIMED, None, NOW, 1)


DEEDS = {
    "append": Deed(
        do=lambda store: store.append("run", entry("k")),
        gives=True,
        look=lambda store: [(number, one.key) for number, one in store.journal("run")],
        holds=[(1, "k")],
    ),
    "append behind others": Deed(
        before=lambda store: [store.append("run", entry(key)) for key in "ab"],
        do=lambda store: store.append("run", entry("k")),
        gives=True,
        look=lambda store: ([number for number, _ in store.journal("run")], faults(store.chain("run"))),
        holds=([1, 2, 3], ()),
    ),
    "append again": Deed(
        before=lambda store: store.append("run", entry("k")),
        do=lambda store: store.append("run", entry("k")),
        gives=False,
        look=lambda store: len(store.journal("run")),
        holds=1,
    ),
    "claim": Deed(
        do=lambda store: store.claim("manager:a", "up", 1, "run", NOW).mine,
        gives=True,
        look=lambda store: [claim.state for claim in store.claims_of("run")],
        holds=[ClaimState.INTENDED],
    ),
    "sending": Deed(
        before=_claimed,
        do=_sending,
        gives=ClaimState.SENDING,
        look=lambda store: [claim.state for claim in store.claims_of("run")],
        holds=[ClaimState.SENDING],
    ),
    "take a lease": Deed(
        do=lambda store: store.take_lease(WISH, NOW).token,
        gives=1,
        look=lambda store: [lease.token for lease in store.leases(NOW)],
        holds=[1],
    ),
    "give a lease back": Deed(
        before=lambda store: store.take_lease(WISH, NOW),
        do=lambda store: store.give_back_lease("manager:a", 1, NOW),
        gives=True,
        look=lambda store: store.leases(NOW),
        holds=(),
    ),
    "command": Deed(
        do=lambda store: store.command("run", PAUSE),
        gives=True,
        look=lambda store: store.commands("run"),
        holds=(PAUSE,),
    ),
    "raise a generation": Deed(
        do=lambda store: store.raise_generation("manager:a", "cause", NOW),
        gives=2,
        look=lambda store: store.generation("manager:a"),
        holds=2,
    ),
    "put a run": Deed(
        do=lambda store: store.put_run(RUN),
        gives=True,
        look=lambda store: store.runs(),
        holds=(RUN,),
    ),
    "put a document": Deed(
        before=lambda store: store.put_document("run", "facts", "1"),
        do=lambda store: store.put_document("run", "facts", "2"),
        gives=None,
        look=lambda store: store.documents("run", ""),
        holds={"facts": "2"},
    ),
    "begin a log-in": Deed(
        do=lambda store: store.begin_login("secret", "v1", NOW).answer,
        gives=BreakerAnswer.GO,
        look=lambda store: store.begin_login("secret", "v1", NOW).answer,
        holds=BreakerAnswer.WAIT,
    ),
    "end a log-in": Deed(
        before=lambda store: store.begin_login("secret", "v1", NOW),
        do=lambda store: store.end_login("secret", "v1", refused=True, detail="401", now=NOW),
        gives=None,
        look=lambda store: [state.detail for state in store.breakers()],
        holds=["401"],
    ),
    "reset a log-in": Deed(
        before=lambda store: store.end_login("secret", "v1", refused=True, detail="401", now=NOW),
        do=lambda store: store.reset_login("secret", "v1", RESET),
        gives=True,
        look=lambda store: store.begin_login("secret", "v1", NOW).resets,
        holds=(RESET,),
    ),
}

FAULTS = {
    "throttled": [Fault(status=429, retry_after="0")],
    "busy": [Fault(status=503), Fault(status=503)],
    "broken": [Fault(status=500)],
    "conflict": [Fault(status=412), Fault(status=409)],
    "cut before": [Fault(cut="before")],
    "cut after": [Fault(cut="after")],
    "cut after, then busy": [Fault(cut="after"), Fault(status=503)],
    "cut within": [Fault(cut="within")],
    "slow": [Fault(delay=0.3)],
    "arrives late": [Fault(delay=1.2)],
}


@dataclass
class Faulty:
    """A table behind a proxy."""

    proxy: Proxy
    address: str
    straight: str
    """The same table without the proxy."""

    def store(self, patience: float = 30) -> Store:
        """Open it through the proxy; an answer that takes longer than 0.8 s is given up."""
        return open_table(self.address, patience=patience, read_timeout=0.8)


@pytest.fixture
def faulty(azurite: Azurite) -> Iterator[Faulty]:
    """A fresh table behind a proxy that does nothing yet."""
    straight = azurite.new_table()
    with proxied(azurite.tables) as (proxy, endpoint):
        yield Faulty(proxy=proxy, address="|".join([endpoint, *straight.split("|")[1:]]), straight=straight)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS.keys())
def test_once(faulty: Faulty, deed: Deed, fault: list[Fault]) -> None:
    """Whatever happens to the write of a call, it gives what it gives without that, and is done exactly once."""
    store = faulty.store()
    deed.before(store)
    faulty.proxy.next_writes(*fault)

    given = deed.do(store)

    assert given == deed.gives
    assert faulty.proxy.met >= 1
    assert deed.look(open_table(faulty.straight)) == deed.holds


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS.keys())
def test_reads_are_asked_again(faulty: Faulty, deed: Deed) -> None:
    """A read that is throttled, cut or broken is asked again, and nothing comes of it."""
    store = faulty.store()
    deed.before(store)
    left = [Fault(status=503), Fault(cut="before"), Fault(cut="within"), Fault(status=429, retry_after="0")]
    faulty.proxy.choose(lambda method, _path: left.pop() if left and method == "GET" else FINE)

    assert deed.do(store) == deed.gives
    assert deed.look(store) == deed.holds
    assert left == []


@pytest.mark.parametrize(
    "fault", [Fault(status=503), Fault(cut="before"), Fault(status=412)], ids=["503", "cut", "412"]
)
def test_patience_ends(faulty: Faulty, fault: Fault) -> None:
    """A store that takes nothing for longer than we are patient is busy: it says so, and the same call works later."""
    store = faulty.store(patience=0.6)
    faulty.proxy.choose(lambda method, _path: FINE if method == "GET" else fault)

    with pytest.raises(StoreBusyError, match=r"did not take a call within 0\.6 s: .*; ask again later"):
        store.append("run", entry("k"))

    assert open_table(faulty.straight).journal("run") == ()
    faulty.proxy.choose(lambda _method, _path: FINE)
    assert store.append("run", entry("k"))


def test_long_retry_after(faulty: Faulty) -> None:
    """Where the service asks for a longer wait than we are patient for, the caller is told at once."""
    store = faulty.store(patience=5)
    faulty.proxy.next_writes(Fault(status=429, retry_after="600"))
    began = datetime.now(UTC)

    with pytest.raises(StoreBusyError):
        store.append("run", entry("k"))

    assert datetime.now(UTC) - began < timedelta(seconds=3)


def test_storm(faulty: Faulty) -> None:
    """In a storm of faults, four threads with two stores still send each step once and lose no entry."""
    stores = [faulty.store(60), faulty.store(60)]
    chance, lock = random.Random(7), Lock()  # noqa: S311 -- the same storm each time
    kinds = [Fault(status=503), Fault(cut="before"), Fault(cut="after"), Fault(cut="within"), Fault(status=412)]

    def storm(method: str, _path: str) -> Fault:
        with lock:
            meant = kinds[:-1] if method == "GET" else kinds
            return chance.choice(meant) if chance.random() < 0.25 else FINE

    faulty.proxy.choose(storm)

    def work(number: int) -> list[str]:
        store, won = stores[number % 2], []
        for step in map(str, range(6)):
            store.append("run", entry(f"{number}-{step}"))
            claim = store.claim("manager:a", step, 1, "run", NOW)
            try:
                claim = store.record_claim(claim, ClaimState.CLAIMED, None, NOW, 1)
                store.record_claim(claim, ClaimState.SENDING, None, NOW)
            except ClaimMovedError:
                continue
            won.append(step)
        return won

    with ThreadPoolExecutor(4) as pool:
        won = [step for steps in pool.map(work, range(4)) for step in steps]

    calm = open_table(faulty.straight)
    assert len(won) == len(set(won))
    assert set(won) == {claim.step for claim in calm.claims_of("run") if claim.state is ClaimState.SENDING}
    assert [number for number, _ in calm.journal("run")] == list(range(1, 25))
    assert faults(calm.chain("run")) == ()
    assert faulty.proxy.met > 20


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS.keys())
def test_sqlite_locked(tmp_path: Path, deed: Deed) -> None:
    """While the file is locked by others nothing is done; once it is given back the same call does it, once."""
    path = tmp_path / "fleet.sqlite"
    with (
        SqliteStore(path, busy_seconds=0.1) as store,
        SqliteStore(path, busy_seconds=20) as patient,
        closing(sqlite3.connect(path, autocommit=True, check_same_thread=False)) as other,
    ):
        deed.before(store)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError):
            deed.do(store)
        given_back = Timer(0.2, lambda: other.execute("COMMIT"))
        given_back.start()

        assert deed.do(patient) == deed.gives
        assert deed.look(store) == deed.holds
        given_back.join()


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """As on a full disk: nothing that this process writes makes a file longer than that."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("name", sorted(DEEDS.keys() - {"append again"}))
def test_sqlite_full(tmp_path: Path, name: str) -> None:
    """On a full disk a call changes nothing and says so; once there is room the same call does it, once."""
    deed, path = DEEDS[name], tmp_path / "fleet.sqlite"
    with SqliteStore(path) as store:
        deed.before(store)
        written_ahead = path.with_name(f"{path.name}-wal").stat().st_size
        with files_no_longer_than(written_ahead), pytest.raises(StoreUnusableError, match=f"{path} cannot be used as"):
            deed.do(store)

        assert deed.do(store) == deed.gives
        assert deed.look(store) == deed.holds


def test_sqlite_full_by_its_own_limit(tmp_path: Path) -> None:
    """A file that has all the pages that it may have says that it is full, and loses nothing."""
    with SqliteStore(tmp_path / "fleet.sqlite") as store:
        store._file._connection.execute("PRAGMA max_page_count = 60")
        taken: list[str] = []

        def append() -> None:
            for number in range(1000):
                store.append("run", entry(f"k{number}"))
                taken.append(f"k{number}")

        with pytest.raises(StoreUnusableError, match="database or disk is full"):
            append()

        assert [one.key for _, one in store.journal("run")] == taken
        assert faults(store.chain("run")) == ()


def test_sqlite_file_limit(tmp_path: Path) -> None:
    """A process that may write no more bytes loses nothing of what the store has taken."""
    path = tmp_path / "fleet.sqlite"
    script = Path(__file__).with_name("store_process.py")
    with SqliteStore(path) as store:
        store.append("run", entry("first"))
    done = subprocess.run(  # noqa: S603 -- our own script
        [sys.executable, str(script), "sqlite", str(path), "append-until-refused", "full", "100000"],
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        input="go\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000)),
    )
    *taken, last = done.stdout.splitlines()[1:]

    assert json.loads(last)[0].startswith(f"{path} cannot be used as a store: ")
    with SqliteStore(path) as store:
        assert [one.key for _, one in store.journal("run")] == ["first", *taken]
        assert faults(store.chain("run")) == ()
        assert store.append("run", entry("after"))
