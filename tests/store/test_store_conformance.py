"""What every store must do, whatever it keeps its records in. A new kind of store is one more row in KINDS."""

import base64
import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from azure.core.credentials import AzureNamedKeyCredential

from shared.model.codec import to_json_text
from shared.model.command import Command, CommandKind
from shared.model.kept_call import KeptAnswer, KeptCall, KeptHeader
from shared.model.ledger import BreakerAnswer, BreakerReset, Claim, ClaimState, Lease, LeaseWish
from shared.model.plan import Baseline, Plan
from shared.model.policy import Mode
from shared.model.run import JournalEntry, JournalKind, Run, RunKind, RunRequest, RunState, RunTrigger
from shared.model.version import Version
from shared.ports import Store
from shared.rules.chain import START, faults, link_after
from shared.store.calls import TRY_ENDS_AFTER
from shared.store.errors import ClaimMovedError, CommandsMovedError, LeaseHeldError, RunUnknownError, TamperedError
from shared.store.kept_commands import kept
from shared.store.sqlite import SqliteStore
from shared.store.table_texts import key_of
from shared.store.tables import TableStore, table_client
from tests.azurite import ACCOUNT, Azurite, open_table

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
RESET = BreakerReset(by="Ann", reason="the account was unlocked by hand", at=LATER)


@dataclass
class Place:
    """Where the stores of one test are, and how to open one more of them."""

    kind: str
    address: str
    open: Callable[[], Store]
    spoil: Callable[[str, int, Callable[[str], str | None]], None]
    """Changes the text of a command, by run and number, unseen by the store; to None: it goes; from "": it comes."""
    many: int = 150
    """How often things are done where they are raced for: a call over a socket takes longer than one to a file."""


@contextmanager
def sqlite_place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A SQLite file; everything opened is closed in the end."""
    opened: list[SqliteStore] = []
    path: Path = request.getfixturevalue("tmp_path") / "fleet.sqlite"

    def one_more() -> Store:
        opened.append(SqliteStore(path))
        return opened[-1]

    def spoil(run: str, number: int, change: Callable[[str], str | None]) -> None:
        with closing(sqlite3.connect(path, autocommit=True)) as db:
            row = db.execute("SELECT record FROM commands WHERE run = ? AND sequence = ?", (run, number)).fetchone()
            text = change(row[0] if row else "")
            db.execute("DELETE FROM commands WHERE run = ? AND sequence = ?", (run, number))
            if text is not None:
                db.execute("INSERT INTO commands VALUES (?, ?, ?, ?)", (run, number, f"key-{number}", text))

    yield Place("sqlite", str(path), one_more, spoil)
    for store in opened:
        store.close()


@contextmanager
def table_place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A table of the emulator; everything opened is closed in the end."""
    azurite: Azurite = request.getfixturevalue("azurite")
    opened: list[TableStore] = []
    address = azurite.new_table()

    def one_more() -> Store:
        opened.append(open_table(address))
        return opened[-1]

    def spoil(run: str, number: int, change: Callable[[str], str | None]) -> None:
        endpoint, key, table = address.split("|")
        with table_client(endpoint, AzureNamedKeyCredential(ACCOUNT, key), table) as client:
            place = {"PartitionKey": f"commands:{key_of(run)}", "RowKey": f"e{number:010d}"}
            found = client.query_entities(
                f"PartitionKey eq '{place['PartitionKey']}' and RowKey eq '{place['RowKey']}'"
            )
            text = change(str(next(iter(found), {"text": ""})["text"]))
            if text is None:
                client.delete_entity(place["PartitionKey"], place["RowKey"])
            else:
                client.upsert_entity({**place, "text": text, "sequence": number})

    yield Place("tables", address, one_more, spoil, many=30)
    for store in opened:
        store.close()


KINDS = [pytest.param(sqlite_place, id="sqlite"), pytest.param(table_place, id="tables")]


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A fresh place of each kind."""
    with request.param(request) as made:
        yield made


@pytest.fixture
def store(place: Place) -> Store:
    """A fresh store."""
    return place.open()


def run_of(run_id: str, state: RunState = RunState.NOT_STARTED, at: datetime = NOW) -> Run:
    """A run as it is when it was just asked for."""
    request = RunRequest(
        id=run_id, kind=RunKind.UPGRADE, trigger=RunTrigger.HTTP, requested_by="operator", requested_at=at
    )
    return Run(request=request, state=state)


def plan_of(plan_hash: str, made_at: datetime = NOW) -> Plan:
    """A plan with nothing in it."""
    return Plan(
        hash=plan_hash,
        made_at=made_at,
        name="demo",
        mode=Mode.PLAN_ONLY,
        target=Version("4.11.4"),
        policy_hash="p",
        confirmations_hash="c",
        catalogue_hash="k",
        concurrency=4,
        private_clouds=(),
        waves=(),
        groups=(),
        rest=(),
        baseline=Baseline(),
        findings=(),
    )


def entry_of(key: str, text: str = "observed") -> JournalEntry:
    """A journal entry."""
    return JournalEntry(key=key, at=NOW, kind=JournalKind.OBSERVED, text=text)


def pause(key: str, by: str = "ann") -> Command:
    """Somebody pauses a whole run."""
    return Command(key=key, kind=CommandKind.PAUSE, by=by, authenticated=False, at=NOW)


def call_of(mark: str, body: str = "b", at: datetime = NOW, said: str | None = None) -> KeptCall:
    """One try of a call, with its answer where it has one."""
    answer = (
        KeptAnswer(status=202, headers=(KeptHeader(name="location", value="/x"),), body=said)
        if said is not None
        else None
    )
    return KeptCall(key="k", body=body, mark=mark, at=at, answer=answer)


class TestRuns:
    """Runs, plans and documents."""

    def test_kept(self, store: Store) -> None:
        """A run is read as it was put."""
        store.put_run(run_of("a"))

        assert store.run("a") == run_of("a")

    def test_first_stays(self, store: Store) -> None:
        """A second run of the same id is turned away and changes nothing."""
        first = store.put_run(run_of("a"))
        second = store.put_run(run_of("a", RunState.FAILED))

        assert (first, second) == (True, False)
        assert store.run("a") == run_of("a")

    def test_unknown(self, store: Store) -> None:
        """What was never put is None, not an error."""
        assert (store.run("a"), store.plan("a"), store.document("a", "x")) == (None, None, None)

    def test_update(self, store: Store) -> None:
        """An update replaces what is kept, and repeating it is harmless."""
        store.put_run(run_of("a"))
        wanted = replace(run_of("a", RunState.RUNNING), plan_hash="h", started_at=LATER)

        store.update_run(wanted)
        store.update_run(wanted)

        assert store.run("a") == wanted

    def test_update_of_nothing(self, store: Store) -> None:
        """A run that was never put cannot be updated into being."""
        with pytest.raises(RunUnknownError, match="no run ghost was ever put"):
            store.update_run(run_of("ghost"))

        assert store.runs() == ()

    def test_newest_first(self, store: Store) -> None:
        """Runs come newest request first, to the microsecond, and in order of arrival where requests are as old."""
        times = {"old": NOW, "half": NOW + timedelta(microseconds=500), "new": LATER, "same": LATER}
        for run_id, at in times.items():
            store.put_run(run_of(run_id, at=at))

        assert [run.request.id for run in store.runs()] == ["same", "new", "half", "old"]

    def test_active(self, store: Store) -> None:
        """Active runs are those not started or running, unless other states are asked for."""
        for state in RunState:
            store.put_run(run_of(state.value, state))

        assert {run.state for run in store.active_runs()} == {RunState.NOT_STARTED, RunState.RUNNING}
        assert [run.state for run in store.active_runs([RunState.CANCELED])] == [RunState.CANCELED]

    def test_active_follows_updates(self, store: Store) -> None:
        """A run that ended is active no more."""
        store.put_run(run_of("a"))
        store.update_run(run_of("a", RunState.SUCCEEDED))

        assert store.active_runs() == ()

    def test_plan(self, store: Store) -> None:
        """A plan is kept under its hash; made again later it comes with its newer times, which are no part of it."""
        store.put_plan(plan_of("h"))
        store.put_plan(plan_of("h", made_at=LATER))

        assert store.plan("h") == plan_of("h", made_at=LATER)

    def test_plans_by_prefix(self, store: Store) -> None:
        """Hashes are found by how they begin, taken literally, the plan kept last first; made again, it stays there."""
        for plan_hash in ("ab1", "ab2", "cd3", "ab1"):
            store.put_plan(plan_of(plan_hash))

        assert store.plans("ab") == ("ab2", "ab1")
        assert store.plans("a%") == ()
        assert store.plans() == ("cd3", "ab2", "ab1")

    @pytest.mark.parametrize("size", [30_001, 700_000, 3_000_000])
    def test_long_documents(self, store: Store, size: int) -> None:
        """Documents of any length are read as they were written, replaced whole, and found by prefix."""
        long = base64.b64encode(random.Random(1).randbytes(size)).decode()  # noqa: S311 -- it must not compress well
        store.put_document("a", "facts/long", long)
        assert store.document("a", "facts/long") == long

        other = long[::-1]
        store.put_document("a", "facts/long", other)
        store.put_document("a", "facts/short", "1")

        assert store.documents("a", "facts/") == {"facts/long": other, "facts/short": "1"}
        store.put_document("a", "facts/long", "2")
        assert store.documents("a", "facts/") == {"facts/long": "2", "facts/short": "1"}

    @pytest.mark.parametrize(
        "name", ["a/b", "a\\b", "a#b", "a?b", "a%2Fb", "Ä 界", "a'b", "x" * 700, "a:b", "", "~", "="]
    )
    def test_names(self, store: Store, name: str) -> None:
        """Whatever is in a name, it is kept and found, by its beginning too, and no other name is taken for it."""
        store.put_document("a", name, "1")
        store.put_document("a", f"{name}2", "2")
        store.put_run(run_of(f"run{name}"))
        store.append(name, entry_of(name))

        assert (store.document("a", name), store.document("a", f"{name}2")) == ("1", "2")
        assert store.documents("a", name) == {name: "1", f"{name}2": "2"}
        assert store.run(f"run{name}") == run_of(f"run{name}")
        assert [entry.key for _, entry in store.journal(name)] == [name]

    def test_last_document_stays(self, store: Store) -> None:
        """A document written again is the new one, and other runs do not see it."""
        store.put_document("a", "inventory", "1")
        store.put_document("a", "inventory", "2")

        assert (store.document("a", "inventory"), store.document("b", "inventory")) == ("2", None)

    def test_documents_by_prefix(self, store: Store) -> None:
        """A prefix is taken literally: it has no wildcards and minds upper case."""
        for name in ("facts/b", "facts/a", "Facts/c", "facts_%", "inventory"):
            store.put_document("a", name, name)

        assert list(store.documents("a", "facts/")) == ["facts/a", "facts/b"]
        assert list(store.documents("a", "facts_%")) == ["facts_%"]
        assert len(store.documents("a", "")) == 5

    def test_time_without_zone(self, store: Store) -> None:
        """A time without zone is refused, since nobody could say later when that was."""
        with pytest.raises(ValueError, match="without zone"):
            store.put_run(run_of("a", at=NOW.replace(tzinfo=None)))

        assert store.runs() == ()


class TestJournal:
    """The journal: one sequence per run, each key once."""

    def test_order(self, store: Store) -> None:
        """Entries come in the order of arrival, numbered from one, per run."""
        for run_id, key in (("a", "x"), ("b", "x"), ("a", "y")):
            assert store.append(run_id, entry_of(key))

        assert [(number, entry.key) for number, entry in store.journal("a")] == [(1, "x"), (2, "y")]
        assert [(number, entry.key) for number, entry in store.journal("b")] == [(1, "x")]

    def test_once(self, store: Store) -> None:
        """An entry of the same key is the same entry: it is turned away, leaves no gap, and the first text stays."""
        store.append("a", entry_of("x", "first"))

        again = store.append("a", entry_of("x", "second"))
        store.append("a", entry_of("y"))

        assert not again
        assert [(number, entry.text) for number, entry in store.journal("a")] == [(1, "first"), (2, "observed")]

    def test_after(self, store: Store) -> None:
        """A reader that knows the first entries gets the others only."""
        for key in "xyz":
            store.append("a", entry_of(key))

        assert [entry.key for _, entry in store.journal("a", after=2)] == ["z"]
        assert store.journal("a", after=3) == ()

    def test_threads(self, place: Place) -> None:
        """Threads with one store and with stores of their own make one gapless sequence, each key once."""
        stores = [place.open(), place.open()]

        def work(number: int) -> int:
            return sum(stores[number % 2].append("a", entry_of(f"key-{key}")) for key in range(25))

        with ThreadPoolExecutor(8) as pool:
            taken = sum(pool.map(work, range(8)))

        assert taken == 25
        assert [number for number, _ in stores[0].journal("a")] == list(range(1, 26))
        assert faults(stores[0].chain("a")) == ()

    def test_chain(self, store: Store) -> None:
        """The chain has every entry of its run in its place, and is whole."""
        for key in "xyz":
            store.append("a", entry_of(key))
        store.append("b", entry_of("x"))

        chain = store.chain("a")

        assert [(link.run, link.sequence, link.entry) for link in chain] == [
            ("a", number, entry) for number, entry in store.journal("a")
        ]
        assert faults(chain) == faults(store.chain("b")) == ()
        assert store.chain("c") == ()

    def test_chain_is_the_same_everywhere(self, store: Store) -> None:
        """The same entries make the same chain, whatever keeps them."""
        for key in "xy":
            store.append("a", entry_of(key))

        first = link_after(None, "a", entry_of("x"))
        assert store.chain("a") == (first, link_after(first, "a", entry_of("y")))

    @pytest.mark.parametrize("length", [40_000, 900_000], ids=["beyond a property", "beyond any plain entity"])
    def test_long_text(self, store: Store, length: int) -> None:
        """A long entry is read as it was written, in any script."""
        text = "é界🙂 " * (length // 4)
        store.append("a", entry_of("x", text))

        assert [entry.text for _, entry in store.journal("a")] == [text]


class TestClaims:
    """The ledger."""

    def claimed(self, store: Store, holder: str = "run-1") -> Claim:
        """Claim the step that these tests are about, as far as somebody who is about to send it."""
        claim = self.intended(store, holder)
        if not claim.mine or claim.state is not ClaimState.INTENDED:
            return claim
        return store.record_claim(claim, ClaimState.CLAIMED, None, NOW, 1)

    def intended(self, store: Store, holder: str = "run-1") -> Claim:
        """Intend that step."""
        return store.claim("manager:lyon", "upgrade-manager", 1, holder, NOW)

    def test_first(self, store: Store) -> None:
        """The first caller holds the claim, and has claimed nothing under any lease yet."""
        claim = self.intended(store)

        assert (claim.mine, claim.state, claim.holder, claim.job, claim.at, claim.fence) == (
            True, ClaimState.INTENDED, "run-1", None, NOW, 0,
        )  # fmt: skip

    def test_second(self, store: Store) -> None:
        """A later caller gets what the first one left there, and it is not theirs."""
        store.record_claim(self.claimed(store), ClaimState.ADOPTED, "job-7", LATER)

        other = self.claimed(store, "run-2")

        assert (other.mine, other.state, other.holder, other.job, other.at) == (
            False, ClaimState.ADOPTED, "run-1", "job-7", LATER,
        )  # fmt: skip

    def test_same_holder_again(self, store: Store) -> None:
        """A holder that comes back after a crash finds its own claim as it left it."""
        sending = store.record_claim(self.claimed(store), ClaimState.SENDING, None, LATER)

        assert self.claimed(store) == sending
        assert sending.mine

    @pytest.mark.parametrize(
        "key",
        [("manager:nice", "upgrade-manager", 1), ("manager:lyon", "other", 1), ("manager:lyon", "upgrade-manager", 2)],
    )
    def test_keys(self, store: Store, key: tuple[str, str, int]) -> None:
        """Another subject, step or generation is another claim."""
        self.claimed(store)

        assert store.claim(*key, "run-2", NOW).mine

    def test_forwards(self, store: Store) -> None:
        """A claim moves on step by step, and keeps the HCX job it once had."""
        claim = self.claimed(store)
        sending = store.record_claim(claim, ClaimState.SENDING, None, NOW)
        adopted = store.record_claim(sending, ClaimState.ADOPTED, "job-7", NOW)
        done = store.record_claim(adopted, ClaimState.DONE, None, LATER)

        assert (done.state, done.job, done.at, done.mine) == (ClaimState.DONE, "job-7", LATER, True)
        assert self.claimed(store) == done

    def test_job_learned_later(self, store: Store) -> None:
        """An HCX job that becomes known after the start is added to the claim."""
        adopted = store.record_claim(self.claimed(store), ClaimState.ADOPTED, None, NOW)

        assert store.record_claim(adopted, ClaimState.ADOPTED, "job-7", LATER).job == "job-7"

    @pytest.mark.parametrize(
        ("first", "then"),
        [
            (ClaimState.SENDING, ClaimState.CLAIMED),
            (ClaimState.SENDING, ClaimState.INTENDED),
            (ClaimState.ADOPTED, ClaimState.SENDING),
            (ClaimState.ADOPTED, ClaimState.RELEASED),
            (ClaimState.DONE, ClaimState.RELEASED),
            (ClaimState.DONE, ClaimState.ADOPTED),
            (ClaimState.RELEASED, ClaimState.SENDING),
        ],
    )
    def test_never_backwards(self, store: Store, first: ClaimState, then: ClaimState) -> None:
        """A claim never moves backwards, and the refusal says what stands there."""
        standing = store.record_claim(self.claimed(store), first, None, NOW)

        with pytest.raises(ClaimMovedError, match=f"is {first} and cannot go to {then}") as refusal:
            store.record_claim(standing, then, None, LATER)

        assert refusal.value.standing == standing

    @pytest.mark.parametrize("state", [ClaimState.ADOPTED, ClaimState.DONE, ClaimState.RELEASED])
    def test_recorded_twice(self, store: Store, state: ClaimState) -> None:
        """Recording the same end of a step twice is harmless."""
        claim = self.claimed(store)
        once = store.record_claim(claim, state, "job-7", NOW)

        assert store.record_claim(claim, state, "job-7", LATER) == once

    def test_sending_once(self, store: Store) -> None:
        """Of two that hold the same claim, a step run twice by the durable engine, one alone may send."""
        one, other = self.claimed(store), self.claimed(store)
        store.record_claim(one, ClaimState.SENDING, None, NOW)

        with pytest.raises(ClaimMovedError, match="is not claimed for run-1 any more, but sending"):
            store.record_claim(other, ClaimState.SENDING, None, NOW)

    def test_released(self, store: Store) -> None:
        """A released claim may be claimed again by anybody, with nothing left of the old one."""
        store.record_claim(self.claimed(store), ClaimState.RELEASED, None, NOW)

        again = store.claim("manager:lyon", "upgrade-manager", 1, "run-2", LATER)

        assert (again.mine, again.state, again.job, again.at) == (True, ClaimState.INTENDED, None, LATER)

    def test_reclaimed_meanwhile(self, store: Store) -> None:
        """A holder whose claim was released and taken by another cannot send any more."""
        mine = self.claimed(store)
        store.record_claim(mine, ClaimState.RELEASED, None, NOW)
        store.claim("manager:lyon", "upgrade-manager", 1, "run-2", NOW)

        with pytest.raises(ClaimMovedError, match="but intended for run-2"):
            store.record_claim(mine, ClaimState.SENDING, None, NOW)

    def test_claims_of_a_run(self, store: Store) -> None:
        """A run finds all that it holds, as far as each has come, and nothing of another run's."""
        mine = store.record_claim(self.claimed(store), ClaimState.SENDING, None, LATER)
        store.claim("mesh:one", "upgrade-appliance", 1, "run-2", NOW)

        assert store.claims_of(mine.holder) == (mine,)
        assert store.claims_of("run-3") == ()

    def test_never_claimed(self, store: Store) -> None:
        """A claim that the store does not know cannot be moved."""
        ghost = Claim(
            subject="m", step="s", generation=1, holder="r", state=ClaimState.CLAIMED, job=None, at=NOW, mine=True
        )

        with pytest.raises(ClaimMovedError, match="was never claimed"):
            store.record_claim(ghost, ClaimState.SENDING, None, NOW)

    @pytest.mark.parametrize("state", [ClaimState.CLAIMED, ClaimState.SENDING, ClaimState.RELEASED])
    def test_not_for_others(self, store: Store, state: ClaimState) -> None:
        """Only the holder may say that it sends, or that it did not."""
        store.record_claim(self.claimed(store), ClaimState.SENDING, None, NOW)
        theirs = self.claimed(store, "run-2")

        with pytest.raises(ClaimMovedError, match="is held by run-1"):
            store.record_claim(theirs, state, None, NOW)

    def test_observed_by_others(self, store: Store) -> None:
        """Another run that observes the end of a dead run's work may record it, and still does not hold the claim."""
        store.record_claim(self.claimed(store), ClaimState.SENDING, None, NOW)
        theirs = self.claimed(store, "run-2")

        done = store.record_claim(theirs, ClaimState.DONE, "job-7", LATER)

        assert (done.state, done.holder, done.mine) == (ClaimState.DONE, "run-1", False)

    def test_not_without_a_claim(self, store: Store) -> None:
        """What is only intended is never sent: it has to be claimed under a lease first."""
        with pytest.raises(ClaimMovedError, match="is intended and cannot go to sending"):
            store.record_claim(self.intended(store), ClaimState.SENDING, None, NOW, 1)

    @pytest.mark.parametrize("state", [ClaimState.ADOPTED, ClaimState.DONE, ClaimState.RELEASED])
    def test_settled_by_a_look(self, store: Store, state: ClaimState) -> None:
        """What a look finds done, or running, or not to be done, is recorded without anything being claimed."""
        assert store.record_claim(self.intended(store), state, "job-7", NOW).state is state

    def test_fence_is_kept(self, store: Store) -> None:
        """A claim has the token of the lease under which it was claimed, and keeps it to its end."""
        claim = store.record_claim(self.intended(store), ClaimState.CLAIMED, None, NOW, 7)
        sending = store.record_claim(claim, ClaimState.SENDING, None, NOW)
        done = store.record_claim(sending, ClaimState.DONE, None, NOW)

        assert (claim.fence, sending.fence, done.fence) == (7, 7, 7)

    def test_later_lease_takes_up(self, store: Store) -> None:
        """A holder that comes back under a later lease claims anew, and what it was before can send nothing."""
        old = store.record_claim(self.intended(store), ClaimState.CLAIMED, None, NOW, 7)
        new = store.record_claim(self.intended(store), ClaimState.CLAIMED, None, NOW, 8)

        for state in (ClaimState.SENDING, ClaimState.RELEASED, ClaimState.CLAIMED):
            with pytest.raises(ClaimMovedError, match=r"was taken up under lease 8, .* the earlier 7"):
                store.record_claim(old, state, None, NOW, 7)
        assert store.record_claim(new, ClaimState.SENDING, None, NOW, 8).fence == 8

    def test_taken_over(self, store: Store) -> None:
        """A claim of another run that has sent nothing is taken over, with its fence, and the other one cannot send."""
        theirs = store.record_claim(self.intended(store), ClaimState.CLAIMED, None, NOW, 7)
        mine = self.intended(store, "run-2")

        assert (mine.holder, mine.mine, mine.state, mine.fence) == ("run-2", True, ClaimState.INTENDED, 7)
        with pytest.raises(ClaimMovedError, match="but intended for run-2"):
            store.record_claim(theirs, ClaimState.SENDING, None, NOW, 7)
        with pytest.raises(ClaimMovedError, match="was taken up under lease 7"):
            store.record_claim(mine, ClaimState.CLAIMED, None, NOW, 6)

    @pytest.mark.parametrize("state", [ClaimState.SENDING, ClaimState.ADOPTED, ClaimState.DONE])
    def test_not_taken_over(self, store: Store, state: ClaimState) -> None:
        """A claim of another run that may have sent is left as it is."""
        theirs = store.record_claim(self.claimed(store), state, None, NOW)

        assert self.intended(store, "run-2") == replace(theirs, mine=False)

    def test_threads(self, place: Place) -> None:
        """Of many threads that race for one claim under one holder, one alone comes to send."""
        stores = [place.open(), place.open()]
        start = Barrier(8)

        def work(number: int) -> bool:
            start.wait(timeout=20)
            try:
                claim = self.claimed(stores[number % 2])
                stores[number % 2].record_claim(claim, ClaimState.SENDING, None, NOW)
            except ClaimMovedError:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(work, range(8))) == 1


class TestLeases:
    """Leases of managers and meshes."""

    UNTIL = NOW + timedelta(minutes=30)

    def wish(self, subject: str = "manager:a", run: str = "run-1", *quiet: str, minutes: int = 30) -> LeaseWish:
        """A wish of the task of that name."""
        until = NOW + timedelta(minutes=minutes)
        return LeaseWish(subject=subject, quiet=quiet, run=run, task=subject, until=until)

    def test_taken(self, store: Store) -> None:
        """A lease says who holds what since when and until when."""
        lease = store.take_lease(self.wish("mesh:m", "run-1", "manager:a", "manager:b"), NOW)

        assert lease == Lease(
            subject="mesh:m",
            quiet=("manager:a", "manager:b"),
            run="run-1",
            task="mesh:m",
            token=lease.token,
            since=NOW,
            until=self.UNTIL,
        )
        assert store.leases(NOW) == (lease,)

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (("manager:a", "run-1"), ("manager:a", "run-2")),
            (("manager:a", "run-1"), ("mesh:m", "run-2", "manager:a")),
            (("mesh:m", "run-1", "manager:a"), ("manager:a", "run-2")),
            (("mesh:m", "run-1", "manager:a"), ("manager:a", "run-1")),
            (("mesh:m", "run-1", "manager:a"), ("mesh:m", "run-2", "manager:b")),
        ],
        ids=["the same manager", "its manager changes", "it has to be quiet", "in one run", "the same mesh"],
    )
    def test_refused(self, store: Store, first: tuple[str, ...], second: tuple[str, ...]) -> None:
        """What another task holds, changes, or needs quiet is refused with its lease, and nothing is kept."""
        lease = store.take_lease(self.wish(*first), NOW)

        with pytest.raises(
            LeaseHeldError, match=f"task {first[0]} of run {first[1]} holds .* 2026-11-24 06:30 UTC"
        ) as no:
            store.take_lease(self.wish(*second), NOW)

        assert no.value.standing == lease
        assert store.leases(NOW) == (lease,)

    def test_shared_quiet(self, store: Store) -> None:
        """Two meshes may need the same manager quiet, and two managers are nothing to each other."""
        wishes = [self.wish("mesh:m", "r", "manager:a"), self.wish("mesh:n", "s", "manager:a"), self.wish("manager:b")]

        tokens = [store.take_lease(wish, NOW).token for wish in wishes]

        assert tokens == sorted(set(tokens))
        assert [lease.subject for lease in store.leases(NOW)] == ["manager:b", "mesh:m", "mesh:n"]

    def test_renewed(self, store: Store) -> None:
        """The same task of the same run moves its end on, keeps its token, and never ends earlier than promised."""
        first = store.take_lease(self.wish(), NOW)
        renewed = store.take_lease(self.wish(minutes=50), LATER)

        assert renewed == replace(first, until=NOW + timedelta(minutes=50))
        assert store.take_lease(self.wish(minutes=10), LATER) == renewed
        assert store.leases(LATER) == (renewed,)

    def test_ended(self, store: Store) -> None:
        """A lease that came to its end is held by nobody: another one takes it, with a greater token."""
        first = store.take_lease(self.wish(), NOW)

        assert store.leases(self.UNTIL) == ()
        second = store.take_lease(self.wish(run="run-2", minutes=90), self.UNTIL)

        assert second.token > first.token
        assert not store.give_back_lease("manager:a", first.token, self.UNTIL)
        assert store.leases(self.UNTIL) == (second,)

    def test_ended_and_asked_again(self, store: Store) -> None:
        """A task whose lease came to its end gets a new one, with a greater token: others may have been there."""
        first = store.take_lease(self.wish(), NOW)

        assert store.take_lease(self.wish(minutes=90), self.UNTIL).token > first.token

    def test_given_back(self, store: Store) -> None:
        """A lease that was given back is free at once; given back again, or under another token, nothing happens."""
        lease = store.take_lease(self.wish(), NOW)

        assert not store.give_back_lease("manager:a", lease.token + 1, NOW)
        assert not store.give_back_lease("manager:b", lease.token, NOW)
        assert store.give_back_lease("manager:a", lease.token, NOW)
        assert not store.give_back_lease("manager:a", lease.token, NOW)
        assert store.leases(NOW) == ()

    def test_tokens_only_grow(self, place: Place) -> None:
        """No token is given twice, not even when every lease was given back and the store was opened anew."""
        tokens = []
        for _ in range(3):
            store = place.open()
            lease = store.take_lease(self.wish(), NOW)
            tokens.append(lease.token)
            store.give_back_lease("manager:a", lease.token, NOW)

        assert tokens == sorted(set(tokens))
        assert tokens[0] > 0

    def test_threads(self, place: Place) -> None:
        """Of many threads that race for one lease, one alone gets it."""
        stores = [place.open(), place.open()]
        start = Barrier(8)

        def work(number: int) -> bool:
            start.wait(timeout=20)
            try:
                stores[number % 2].take_lease(self.wish(run=f"run-{number}"), NOW)
            except LeaseHeldError:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(work, range(8))) == 1


class TestGenerations:
    """Numbers of attempts."""

    def test_first(self, store: Store) -> None:
        """Every subject begins with one."""
        assert store.generation("manager:a") == 1

    def test_raised(self, store: Store) -> None:
        """Each cause raises a subject by one, once, and gets the same number whenever it asks; others stay."""
        raised = [store.raise_generation("manager:a", cause, NOW) for cause in ("x", "y", "x", "y")]

        assert raised == [2, 3, 2, 3]
        assert (store.generation("manager:a"), store.generation("manager:b")) == (3, 1)

    def test_many_generations_are_one_read(self, place: Place) -> None:
        """Of many subjects, each has the number that it has when it is asked for alone, and others are left out."""
        store, long = place.open(), f"mesh:{'m/' * 300}"
        for subject, cause in [("manager:a", "x"), ("manager:a", "y"), (long, "x"), ("manager:c", "x")]:
            store.raise_generation(subject, cause, NOW)
        asked = ("manager:a", "manager:b", long)

        assert store.generations(asked) == {one: store.generation(one) for one in asked}
        assert store.generations(asked) == {"manager:a": 3, "manager:b": 1, long: 2}

    def test_persistent(self, place: Place) -> None:
        """Another store on the same place finds the number."""
        place.open().raise_generation("manager:a", "x", NOW)

        assert place.open().generation("manager:a") == 2


class TestCommands:
    """What people said to a run."""

    def test_order(self, store: Store) -> None:
        """Commands come as they were given, per run, each key once, and the first one stays."""
        taken = [store.command("a", pause(key)) for key in "zyx"]
        again = store.command("a", pause("y", "bob"))
        other = store.command("b", pause("y"))

        assert (taken, again, other) == ([True] * 3, False, True)
        assert store.commands("a") == tuple(pause(key) for key in "zyx")
        assert store.commands("b") == (pause("y"),)
        assert store.commands("c") == ()

    def test_behind_those_that_it_was_judged_by(self, place: Place) -> None:
        """A command is kept behind exactly as many as there are; otherwise it is refused, and can be judged again.

        So it is whichever process gave the one that came between, and it leaves the key free.
        """
        one, other = place.open(), place.open()
        assert one.command("a", pause("x"), behind=0)
        assert other.command("a", pause("y"), behind=1)
        for behind in (0, 1, 3):
            with pytest.raises(CommandsMovedError, match="run a has 2 commands by now"):
                one.command("a", pause("z"), behind=behind)

        assert one.command("a", pause("z"), behind=2)
        assert [command.key for command in other.commands("a")] == ["x", "y", "z"]

    def test_threads(self, place: Place) -> None:
        """Threads that give commands at the same time lose none, and none is kept twice."""
        stores = [place.open(), place.open()]

        def work(number: int) -> int:
            return sum(stores[number % 2].command("a", pause(f"key-{key}")) for key in range(10))

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(work, range(8))) == 10
        assert {command.key for command in stores[0].commands("a")} == {f"key-{key}" for key in range(10)}

    @pytest.mark.parametrize(
        ("number", "change", "how"),
        [
            (2, lambda text: text.replace('"ann"', '"bob"'), "command 2 to run a .*its digest does not fit what bob"),
            (2, lambda text: text.replace('"pause"', '"cancel"'), "command 2 to run a .*its digest"),
            (3, lambda text: text.replace('"authenticated":false', '"authenticated":true'), "command 3 .*its digest"),
            (1, lambda _text: "gone", "command 1 to run a .*it is no command any more"),
            (1, lambda _text: "{}", "command 1 to run a .*it is no command any more"),
            (2, lambda _text: None, "command 2 to run a .*it is missing"),
            (4, lambda _none: to_json_text(pause("key-4")), "command 4 to run a .*it is no command any more"),
            (4, lambda _none: kept("b", 4, START, pause("key-4"))[0], "command 4 to run a .*its digest"),
            (4, lambda _none: kept("a", 4, START, pause("key-4"))[0], "command 4 to run a .*the one before it is not"),
            (2, lambda _text: kept("a", 2, START, pause("key-2", "bob"))[0], "command 2 to run a .*the one before it"),
        ],
    )
    def test_forged(self, place: Place, number: int, change: Callable[[str], str | None], how: str) -> None:
        """A command that was changed, taken away or put in behind our back is named, and none of its run is read."""
        store = place.open()
        for key in (1, 2, 3):
            store.command("a", pause(f"key-{key}"))
        store.command("b", pause("other"))
        place.spoil("a", number, change)

        with pytest.raises(TamperedError, match=how):
            place.open().commands("a")
        assert store.commands("b") == (pause("other"),)

    def test_changed_back(self, place: Place) -> None:
        """A row that was put back as it was is read again, and more commands are kept behind it."""
        store = place.open()
        store.command("a", pause("key-1"))
        place.spoil("a", 1, lambda text: text.replace("ann", "eve"))
        place.spoil("a", 1, lambda text: text.replace("eve", "ann"))
        store.command("a", pause("key-2"))

        assert [one.key for one in place.open().commands("a")] == ["key-1", "key-2"]


class TestBreaker:
    """The log-in breaker."""

    def answer(self, store: Store, version: str = "v1", after: float = 0) -> BreakerAnswer:
        """Ask to log in, some seconds later."""
        return store.begin_login("hcx-lyon", version, NOW + timedelta(seconds=after)).answer

    def end(self, store: Store, *, refused: bool | None, version: str = "v1", detail: str = "") -> None:
        """End a try."""
        store.end_login("hcx-lyon", version, refused=refused, detail=detail, now=LATER)

    def test_first(self, store: Store) -> None:
        """The first caller tries an unknown secret version, and the others wait for it."""
        assert [self.answer(store), self.answer(store), self.answer(store, after=119)] == [
            BreakerAnswer.GO, BreakerAnswer.WAIT, BreakerAnswer.WAIT,
        ]  # fmt: skip

    def test_trier_died(self, store: Store) -> None:
        """A try older than two minutes is given up, and one other caller tries."""
        assert [self.answer(store), self.answer(store, after=120), self.answer(store, after=121)] == [
            BreakerAnswer.GO, BreakerAnswer.GO, BreakerAnswer.WAIT,
        ]  # fmt: skip

    def test_good(self, store: Store) -> None:
        """Once accepted, everybody may log in."""
        self.answer(store)
        self.end(store, refused=False)

        assert [self.answer(store), self.answer(store)] == [BreakerAnswer.GO, BreakerAnswer.GO]
        assert store.breakers() == ()

    def test_refused(self, store: Store) -> None:
        """Once refused, nobody tries again, however long ago it was."""
        self.answer(store)
        self.end(store, refused=True, detail="401 from hcx.lyon.example")

        state = store.begin_login("hcx-lyon", "v1", NOW + timedelta(days=400))

        assert (state.answer, state.detail, state.at) == (BreakerAnswer.OPEN, "401 from hcx.lyon.example", LATER)
        assert store.breakers() == (state,)

    def test_new_version(self, store: Store) -> None:
        """A new version of the secret closes the breaker: one caller tries it."""
        self.answer(store)
        self.end(store, refused=True)

        assert [self.answer(store, "v2"), self.answer(store, "v2")] == [BreakerAnswer.GO, BreakerAnswer.WAIT]
        assert store.breakers() == ()
        assert self.answer(store, "v1") is BreakerAnswer.OPEN

    def test_good_then_refused(self, store: Store) -> None:
        """A version that worked once and is refused now is refused."""
        self.answer(store)
        self.end(store, refused=False)
        self.end(store, refused=True)

        assert self.answer(store) is BreakerAnswer.OPEN

    def test_late_success(self, store: Store) -> None:
        """A success that is reported after a refusal does not close the breaker again."""
        self.answer(store)
        self.end(store, refused=True)
        self.end(store, refused=False)

        assert self.answer(store) is BreakerAnswer.OPEN

    def test_showed_nothing(self, store: Store) -> None:
        """A try that showed nothing lets the next caller try at once."""
        self.answer(store)
        self.end(store, refused=None)

        assert [self.answer(store), self.answer(store)] == [BreakerAnswer.GO, BreakerAnswer.WAIT]

    @pytest.mark.parametrize(("known", "answer"), [(False, BreakerAnswer.GO), (True, BreakerAnswer.OPEN)])
    def test_showed_nothing_later(self, store: Store, *, known: bool, answer: BreakerAnswer) -> None:
        """A try that showed nothing does not change what is known."""
        self.end(store, refused=known)
        self.end(store, refused=None)

        assert [self.answer(store), self.answer(store)] == [answer, answer]

    def test_accounts_apart(self, store: Store) -> None:
        """The breaker of one account says nothing of another one, and open ones come by name."""
        for account, refused in {"b": True, "a": True, "c": False}.items():
            store.end_login(account, "v1", refused=refused, detail="", now=NOW)

        assert [state.secret for state in store.breakers()] == ["a", "b"]

    def test_persistent(self, place: Place) -> None:
        """Another store on the same place, such as the next process, finds the breaker open."""
        self.answer(place.open())
        self.end(place.open(), refused=True)

        assert self.answer(place.open()) is BreakerAnswer.OPEN

    def reset(self, store: Store, version: str = "v1") -> bool:
        """A person allows one more try."""
        return store.reset_login("hcx-lyon", version, RESET)

    def test_reset(self, store: Store) -> None:
        """A reset closes the breaker, keeps who said so, and lets exactly one caller try once more."""
        self.answer(store)
        self.end(store, refused=True)

        assert (self.reset(store), store.breakers()) == (True, ())
        assert [self.answer(store), self.answer(store)] == [BreakerAnswer.GO, BreakerAnswer.WAIT]
        self.end(store, refused=True)
        assert [self.answer(store, after=999), self.answer(store, after=999)] == [BreakerAnswer.OPEN] * 2
        assert store.breakers()[0].resets == (RESET,)

    def test_reset_and_accepted(self, store: Store) -> None:
        """A secret version that is taken after a reset is good for everybody."""
        self.end(store, refused=True)
        self.reset(store)
        self.answer(store)
        self.end(store, refused=False)

        assert [self.answer(store), self.answer(store)] == [BreakerAnswer.GO, BreakerAnswer.GO]

    def test_reset_that_showed_nothing(self, store: Store) -> None:
        """A try after a reset that showed nothing leaves that one try, and the name of who gave it."""
        self.end(store, refused=True)
        self.reset(store)
        self.answer(store)
        self.end(store, refused=None)

        assert [self.answer(store), self.answer(store)] == [BreakerAnswer.GO, BreakerAnswer.WAIT]
        self.end(store, refused=True)
        assert store.breakers()[0].resets == (RESET,)

    @pytest.mark.parametrize("refused", [None, False])
    def test_nothing_to_reset(self, store: Store, *, refused: bool | None) -> None:
        """Only an open breaker can be reset: nothing is kept of a secret version that was never refused."""
        self.answer(store)
        self.end(store, refused=refused)

        assert (self.reset(store), self.reset(store, "v2")) == (False, False)

    def test_reset_twice(self, store: Store) -> None:
        """A second reset before the try adds none."""
        self.end(store, refused=True)

        assert [self.reset(store), self.reset(store)] == [True, False]

    def test_resets_add_up(self, store: Store) -> None:
        """Every reset stays with the secret version."""
        for _ in range(2):
            self.answer(store)
            self.end(store, refused=True)
            self.reset(store)
        self.answer(store)
        self.end(store, refused=True)

        assert store.breakers()[0].resets == (RESET, RESET)

    def test_threads(self, place: Place) -> None:
        """Of many threads that ask at once, one alone tries."""
        stores = [place.open(), place.open()]
        start = Barrier(8)

        def work(number: int) -> BreakerAnswer:
            start.wait(timeout=20)
            return self.answer(stores[number % 2])

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(work, range(8))).count(BreakerAnswer.GO) == 1


@contextmanager
def process(place: Place, deed: str, name: str = "run", count: int = 0) -> Iterator[subprocess.Popen[str]]:
    """Another process at work on the same place; it is gone in the end, whatever happens."""
    script = Path(__file__).with_name("store_process.py")
    command = [sys.executable, str(script), place.kind, place.address, deed, name, str(count)]
    environment = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(  # noqa: S603 -- our own script
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def line(started: subprocess.Popen[str]) -> str:
    """The next line that a process prints."""
    assert started.stdout is not None
    return started.stdout.readline().strip()


def race(place: Place, deed: str, names: tuple[str, str], count: int) -> list[list[int]]:
    """Let two processes do the same deed at the same time; what each of them got."""
    with process(place, deed, names[0], count) as one, process(place, deed, names[1], count) as other:
        assert [line(one), line(other)] == ["ready", "ready"]
        for started in (one, other):
            assert started.stdin is not None
            started.stdin.write("go\n")
            started.stdin.flush()
        ends = [started.communicate(timeout=60)[0].splitlines()[-1] for started in (one, other)]
    return [json.loads(end) for end in ends]


class TestProcesses:
    """Several processes at once: the timer's host, a command line, a host that was started twice."""

    @pytest.mark.parametrize("names", [("run-1", "run-2"), ("run-1", "run-1")], ids=["two runs", "one run twice"])
    def test_claims(self, place: Place, names: tuple[str, str]) -> None:
        """Every step is sent by exactly one of two processes, even when both work for the same run."""
        place.open()
        won = race(place, "claim", names, place.many)

        assert sorted(won[0] + won[1]) == list(range(place.many))

    def test_log_ins(self, place: Place) -> None:
        """Every account is tried by exactly one of two processes."""
        place.open()
        tried = race(place, "log-in", ("run-1", "run-2"), place.many)

        assert sorted(tried[0] + tried[1]) == list(range(place.many))

    def test_leases(self, place: Place) -> None:
        """Every lease is held by exactly one of two processes, and no token is given twice."""
        store = place.open()
        won = race(place, "lease", ("run-1", "run-2"), place.many)

        assert sorted(won[0] + won[1]) == list(range(place.many))
        assert len({lease.token for lease in store.leases(NOW)}) == place.many

    def test_generations(self, place: Place) -> None:
        """Causes that two processes name at the same time each raise a generation once."""
        store = place.open()
        got = race(place, "raise", ("run-1", "run-1"), place.many)

        assert got[0] == got[1]
        assert store.generation("manager:lyon") == place.many + 1

    def test_journal(self, place: Place) -> None:
        """Two processes that write one journal make one gapless sequence and one whole chain."""
        store = place.open()
        race(place, "append", ("a", "b"), place.many)

        assert [number for number, _ in store.journal("run")] == list(range(1, 2 * place.many + 1))
        assert faults(store.chain("run")) == ()

    def test_opened_together(self, place: Place) -> None:
        """Processes that open a new place at the same moment all get a working store."""
        race(place, "open", ("a", "b"), 0)

        assert set(place.open().documents("run", "")) == {"a", "b"}

    def test_killed_writer(self, place: Place) -> None:
        """What the store has taken survives a kill in the middle of writing, and writing goes on."""
        store = place.open()
        with process(place, "append", "a", 1_000_000) as writer:
            assert line(writer) == "ready"
            assert writer.stdin is not None
            writer.stdin.write("go\n")
            writer.stdin.flush()
            taken = [line(writer) for _ in range(60)]
            writer.kill()
            assert writer.stdout is not None
            rest = writer.stdout.read()  # `communicate` would not give what `line` has read ahead
            writer.wait(timeout=30)
        taken += [key for key in rest.splitlines(keepends=True) if key.endswith("\n")]

        kept = [entry.key for _, entry in store.journal("run")]
        assert kept[: len(taken)] == [key.strip() for key in taken]
        assert len(kept) <= len(taken) + 2
        assert store.append("run", entry_of("after"))
        assert [number for number, _ in store.journal("run")] == list(range(1, len(kept) + 2))


class TestCalls:
    """Calls over HTTP that may be repeated."""

    def test_one_tries(self, store: Store) -> None:
        """The first try gets its call, and a second one finds it under way."""
        assert store.begin_call(call_of("one")) == call_of("one")
        assert store.begin_call(call_of("two")) == call_of("one")

    def test_the_answer_stays(self, place: Place) -> None:
        """What was answered is found by whoever asks again, in another process as well, whatever it holds."""
        done = call_of("one", said="<\u00e9\u2028]]>" * 40_000)
        place.open().begin_call(call_of("one"))
        place.open().end_call(done)

        assert place.open().begin_call(call_of("two")) == done

    def test_the_first_answer_stands(self, store: Store) -> None:
        """Of two tries that both came to an answer, the later one learns the earlier."""
        store.begin_call(call_of("one"))
        first, later = call_of("one", said="first"), call_of("two", said="later")

        assert (store.end_call(first), store.end_call(later)) == (first, first)

    def test_a_dead_try_is_followed(self, store: Store) -> None:
        """A try that never ended stands in nobody's way for long."""
        store.begin_call(call_of("one"))
        soon, late = (call_of("two", at=NOW + after) for after in (TRY_ENDS_AFTER / 2, TRY_ENDS_AFTER))

        assert store.begin_call(soon) == call_of("one")
        assert store.begin_call(late) == late

    def test_dropped(self, store: Store) -> None:
        """A try that came to nothing is forgotten; somebody else's is not, and an answer is not."""
        store.begin_call(call_of("one"))
        store.drop_call(call_of("two"))
        kept = store.begin_call(call_of("three"))
        store.drop_call(call_of("one"))
        store.drop_call(call_of("one"))
        anew = store.begin_call(call_of("four"))
        done = store.end_call(call_of("four", said="x"))
        store.drop_call(call_of("four"))

        assert (kept, anew) == (call_of("one"), call_of("four"))
        assert store.begin_call(call_of("five")) == done

    def test_forgotten(self, store: Store) -> None:
        """What was begun before a day is forgotten, and nothing else."""
        store.end_call(call_of("old", said="x"))
        store.begin_call(replace(call_of("new", at=LATER), key="other"))

        assert (store.forget_calls(NOW), store.forget_calls(LATER), store.forget_calls(LATER)) == (0, 1, 0)
        assert store.begin_call(call_of("again")) == call_of("again")

    def test_one_of_many_tries(self, place: Place) -> None:
        """Of many that begin at once, exactly one carries the call out."""
        stores, start = [place.open() for _ in range(6)], Barrier(6)

        def tried(number: int) -> str:
            start.wait()
            return stores[number].begin_call(call_of(str(number))).mark

        with ThreadPoolExecutor(6) as pool:
            assert len(set(pool.map(tried, range(6)))) == 1
