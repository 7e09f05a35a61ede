"""The store of the embedded host: one SQLite file, safe for many threads and several processes at once.

Every method is one transaction. What depends on what stands there is decided by `claims.py`, `calls.py`,
`leases.py` and `breaker.py` while the write lock is held, so two callers never decide on the same state.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from shared.model.chain import Link
from shared.model.codec import from_json_text, to_json_text
from shared.model.command import Command
from shared.model.kept_call import KeptCall
from shared.model.ledger import BreakerReset, BreakerState, Claim, ClaimState, Lease, LeaseWish
from shared.model.plan import Plan
from shared.model.run import JournalEntry, Run, RunState
from shared.rules.chain import START, next_link
from shared.store.breaker import Login, LoginState, ask, end, opened, reset
from shared.store.calls import answered, begun, is_tried
from shared.store.claims import intended, intention, moved
from shared.store.errors import RunUnknownError
from shared.store.kept_records import ReadJournals, numbered, plan_in
from shared.store.leases import held, is_held, taken
from shared.store.moments import sortable
from shared.store.sqlite_file import SqliteFile
from shared.store.sqlite_ledger import (
    claims_held,
    commands_to,
    drop_lease,
    generation_by,
    generation_of,
    generations_raised,
    keep_call,
    keep_claim,
    keep_command,
    keep_lease,
    next_token,
    standing_call,
    standing_claim,
    standing_leases,
)

BUSY_SECONDS = 15.0
"""How long a caller waits for other writers: many times a transaction, and less than the patience of an activity."""


class SqliteStore:
    """The `Store` port on one SQLite file."""

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self._file = SqliteFile(path, busy_seconds)
        self._journals = ReadJournals()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back; the store cannot be used afterwards."""
        self._file.close()

    def take_write_lock(self) -> None:
        """Take the write lock and give it back: whether the store can be written at all, without writing anything.

        Raises:
            StoreError: it cannot, or others held it for too long.
        """
        with self._file.write():
            pass

    def put_run(self, run: Run) -> bool:
        """Keep a new run; False when a run of that id is already there (it is left as it is)."""
        with self._file.write() as db:
            return _changed(
                db.execute(
                    "INSERT INTO runs (id, state, requested_at, record) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (run.request.id, run.state, sortable(run.request.requested_at), to_json_text(run)),
                )
            )

    def run(self, run_id: str) -> Run | None:
        """The run of that id."""
        with self._file.read() as db:
            return _only_record(Run, db.execute("SELECT record FROM runs WHERE id = ?", (run_id,)))

    def runs(self) -> tuple[Run, ...]:
        """All runs, newest request first."""
        return self.active_runs(tuple(RunState))

    def update_run(self, run: Run) -> None:
        """Replace what is kept of a run.

        Raises:
            RunUnknownError: no such run was put.
        """
        with self._file.write() as db:
            update = "UPDATE runs SET state = ?, record = ? WHERE id = ?"
            if not _changed(db.execute(update, (run.state, to_json_text(run), run.request.id))):
                raise RunUnknownError(f"no run {run.request.id} was ever put into this store")

    def active_runs(self, states: Sequence[RunState] = (RunState.NOT_STARTED, RunState.RUNNING)) -> tuple[Run, ...]:
        """Runs in one of `states`, newest request first."""
        query = (
            "SELECT record FROM runs WHERE state IN (SELECT value FROM json_each(?)) "
            "ORDER BY requested_at DESC, rowid DESC"
        )
        with self._file.read() as db:
            rows = db.execute(query, (json.dumps(states),)).fetchall()
        return tuple(from_json_text(Run, text) for (text,) in rows)

    def put_plan(self, plan: Plan) -> None:
        """Keep a plan under its hash; the same plan made again later comes with its newer schedule and findings."""
        with self._file.write() as db:
            db.execute(
                "INSERT INTO plans VALUES (?, ?) ON CONFLICT (hash) DO UPDATE SET record = excluded.record",
                (plan.hash, to_json_text(plan)),
            )

    def plan(self, plan_hash: str) -> Plan | None:
        """The plan of that hash."""
        with self._file.read() as db:
            row = db.execute("SELECT record FROM plans WHERE hash = ?", (plan_hash,)).fetchone()
        return None if row is None else plan_in(row[0])

    def plans(self, prefix: str = "") -> tuple[str, ...]:
        """The hashes that begin so, of the plans that are kept; the one that was kept last comes first."""
        query = "SELECT hash FROM plans WHERE substr(hash, 1, length(?1)) = ?1 ORDER BY rowid DESC"
        with self._file.read() as db:
            return tuple(str(found) for (found,) in db.execute(query, (prefix,)).fetchall())

    def put_document(self, run_id: str, name: str, document: str) -> None:
        """Keep a JSON document of a run, such as its inventory or the facts of one manager; the last one stays."""
        with self._file.write() as db:
            db.execute(
                "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET document = excluded.document",
                (run_id, name, document),
            )

    def document(self, run_id: str, name: str) -> str | None:
        """A document of a run."""
        with self._file.read() as db:
            query = "SELECT document FROM documents WHERE run = ? AND name = ?"
            row = db.execute(query, (run_id, name)).fetchone()
        return None if row is None else str(row[0])

    def documents(self, run_id: str, prefix: str) -> dict[str, str]:
        """All documents of a run whose name starts with `prefix`, by name."""
        query = "SELECT name, document FROM documents WHERE run = ?1 AND substr(name, 1, length(?2)) = ?2 ORDER BY name"
        with self._file.read() as db:
            return dict(db.execute(query, (run_id, prefix)).fetchall())

    def append(self, run_id: str, entry: JournalEntry) -> bool:
        """Append to the journal; False when an entry of that key is already there."""
        insert = "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (run, key) DO NOTHING"
        with self._file.write() as db:
            sequence, digest = _last_link(db, run_id)
            link = next_link(run_id, sequence, digest, entry)
            row = (run_id, link.sequence, entry.key, to_json_text(entry), link.previous, link.digest)
            return _changed(db.execute(insert, row))

    def journal(self, run_id: str, after: int = 0) -> tuple[tuple[int, JournalEntry], ...]:
        """Entries with their sequence number, in order, beginning after `after`.

        Raises:
            TamperedError: an entry cannot even be read.
        """
        query = "SELECT sequence, record FROM journal WHERE run = ? AND sequence > ? ORDER BY sequence"
        with self._file.read() as db:
            rows = db.execute(query, (run_id, after)).fetchall()
        return tuple(numbered(run_id, rows)) if after else self._journals.entries(run_id, rows)

    def chain(self, run_id: str) -> tuple[Link, ...]:
        """The journal of a run as the chain that is kept, whether it is whole or not.

        Raises:
            TamperedError: an entry cannot even be read.
        """
        query = "SELECT sequence, record, previous, digest FROM journal WHERE run = ? ORDER BY sequence"
        with self._file.read() as db:
            rows = db.execute(query, (run_id,)).fetchall()
        return tuple(_link(run_id, *row) for row in rows)

    def command(self, run_id: str, command: Command, behind: int | None = None) -> bool:
        """Keep a command to a run; False when one of that key is already there.

        Raises:
            CommandsMovedError: there are more than those that it is to be kept behind.
            TamperedError: the last one is no command any more.
        """
        with self._file.write(lasting=True) as db:
            return keep_command(db, run_id, command, behind)

    def commands(self, run_id: str) -> tuple[Command, ...]:
        """Every command to a run, in the order in which they were given.

        Raises:
            TamperedError: one of them is not what was written there.
        """
        with self._file.read() as db:
            return commands_to(db, run_id)

    def begin_call(self, wanted: KeptCall) -> KeptCall:
        """Begin a call that may be repeated; what stands under its key: this very try, or the one that was before."""
        return self._call(wanted.key, lambda standing: begun(standing, wanted))

    def end_call(self, done: KeptCall) -> KeptCall:
        """Keep the answer of a call; what stands under its key: the first answer, whichever try came to it."""
        return self._call(done.key, lambda standing: answered(standing, done))

    def _call(self, key: str, decide: Callable[[KeptCall | None], KeptCall]) -> KeptCall:
        with self._file.write() as db:
            standing = standing_call(db, key)
            after = decide(standing)
            if after != standing:
                keep_call(db, after)
            return after

    def drop_call(self, tried: KeptCall) -> None:
        """Forget a call that is still under way by that very try: it came to nothing that is to be given again."""
        with self._file.write() as db:
            if is_tried(standing_call(db, tried.key), tried.mark):
                db.execute("DELETE FROM calls WHERE key = ?", (tried.key,))

    def forget_calls(self, begun_before: datetime) -> int:
        """Forget every call that was begun before then; how many there were."""
        with self._file.write() as db:
            return db.execute("DELETE FROM calls WHERE at < ?", (sortable(begun_before),)).rowcount

    def claim(self, subject: str, step: str, generation: int, holder: str, now: datetime) -> Claim:
        """Intend one mutating step. A later caller gets what the first one left there, once that may have sent it.

        Raises:
            TamperedError: the row of the claim was changed by something else.
        """
        wanted = intention(subject, step, generation, holder, now)
        with self._file.write(lasting=True) as db:
            standing = standing_claim(db, wanted, holder)
            after = intended(standing, wanted)
            if after != standing:
                keep_claim(db, after)
            return after

    def record_claim(self, claim: Claim, state: ClaimState, job: str | None, now: datetime, fence: int = 0) -> Claim:
        """Move a claim on (intended → claimed → sending → adopted → done), from exactly where the caller saw it.

        Raises:
            ClaimMovedError: it is not there any more, or the rules of `claims.py` know no such move.
            TamperedError: the row of the claim was changed by something else.
        """
        with self._file.write(lasting=True) as db:
            standing = standing_claim(db, claim, claim.holder if claim.mine else None)
            after = moved(standing, claim, state, job, now, fence=fence)
            if after != standing:
                keep_claim(db, after)
            return after

    def claims_of(self, holder: str) -> tuple[Claim, ...]:
        """Every claim that a run holds.

        Raises:
            TamperedError: the row of one of them was changed by something else.
        """
        with self._file.read() as db:
            return claims_held(db, holder)

    def take_lease(self, wish: LeaseWish, now: datetime) -> Lease:
        """Take a lease, or renew the one that the same task of the same run has: it keeps its token then.

        Raises:
            LeaseHeldError: somebody else holds it, or changes what has to be quiet; with their lease.
        """
        with self._file.write(lasting=True) as db:
            lease = taken(standing_leases(db), wish, now, next_token(db))
            keep_lease(db, lease)
            return lease

    def give_back_lease(self, subject: str, token: int, now: datetime) -> bool:
        """Give a lease back; False, and nothing happens, where it is not held under that token any more."""
        with self._file.write(lasting=True) as db:
            if not any(is_held(lease, token, now) for lease in standing_leases(db) if lease.subject == subject):
                return False
            drop_lease(db, subject)
            return True

    def leases(self, now: datetime) -> tuple[Lease, ...]:
        """Every lease that is held, by subject."""
        with self._file.read() as db:
            return held(standing_leases(db), now)

    def generation(self, subject: str) -> int:
        """Number of the attempt at `manager:ID` or `mesh:ID`: 1 until a person's retry raises it."""
        with self._file.read() as db:
            return generation_of(db, subject)

    def generations(self, subjects: Iterable[str]) -> dict[str, int]:
        """The same of many subjects, in one read."""
        with self._file.read() as db:
            raised = generations_raised(db)
        return {subject: raised.get(subject, 1) for subject in subjects}

    def raise_generation(self, subject: str, cause: str, now: datetime) -> int:
        """Raise it by one, once for each cause, such as the id of a run that retries; gives that cause's number."""
        with self._file.write(lasting=True) as db:
            known = generation_by(db, subject, cause)
            if known is not None:
                return known
            raised = generation_of(db, subject) + 1
            db.execute("INSERT INTO generations VALUES (?, ?, ?, ?)", (subject, cause, raised, sortable(now)))
            return raised

    def begin_login(self, secret: str, version: str, now: datetime) -> BreakerState:
        """Ask to log in with that secret version: go, wait for another one's try, or stay away for good."""
        with self._file.write(lasting=True) as db:
            answer, kept = ask(_standing_login(db, secret, version), secret, version, now)
            if kept is not None:
                _keep_login(db, kept)
            return answer

    def end_login(self, secret: str, version: str, *, refused: bool | None, detail: str, now: datetime) -> None:
        """Say how the try ended; a refused one opens the breaker of that secret version.

        `refused=None` says that the try showed nothing, such as a manager that is still starting: the next caller may
        try at once.
        """
        ended = Login(secret=secret, version=version, state=LoginState.TRYING, detail=detail, at=now)
        with self._file.write(lasting=True) as db:
            kept = end(_standing_login(db, secret, version), refused=refused, trying=ended)
            if kept is not None:
                _keep_login(db, kept)
            else:
                db.execute("DELETE FROM logins WHERE secret = ? AND version = ?", (secret, version))

    def reset_login(self, secret: str, version: str, given: BreakerReset) -> bool:
        """Allow one more try of a refused secret version; False, and nothing is kept, where its breaker is not open."""
        with self._file.write(lasting=True) as db:
            kept = reset(_standing_login(db, secret, version), given)
            if kept is not None:
                _keep_login(db, kept)
            return kept is not None

    def breakers(self) -> tuple[BreakerState, ...]:
        """Every account whose breaker is open: its secret's latest version was refused."""
        query = (
            "SELECT record FROM logins WHERE state = ? AND first_asked IN "
            "(SELECT max(first_asked) FROM logins GROUP BY secret) ORDER BY secret"
        )
        with self._file.read() as db:
            rows = db.execute(query, (LoginState.REFUSED,)).fetchall()
        return tuple(opened(from_json_text(Login, text)) for (text,) in rows)


def _last_link(db: sqlite3.Connection, run_id: str) -> tuple[int, str]:
    query = "SELECT sequence, digest FROM journal WHERE run = ? ORDER BY sequence DESC LIMIT 1"
    row = db.execute(query, (run_id,)).fetchone()
    return (0, START) if row is None else (int(row[0]), str(row[1]))


def _link(run_id: str, sequence: int, text: str, previous: str, digest: str) -> Link:
    ((_, entry),) = numbered(run_id, [(sequence, text)])
    return Link(run=run_id, sequence=sequence, entry=entry, previous=previous, digest=digest)


def _standing_login(db: sqlite3.Connection, secret: str, version: str) -> Login | None:
    query = "SELECT record FROM logins WHERE secret = ? AND version = ?"
    return _only_record(Login, db.execute(query, (secret, version)))


def _keep_login(db: sqlite3.Connection, login: Login) -> None:
    db.execute(
        "INSERT INTO logins (secret, version, state, record) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET state = excluded.state, record = excluded.record",
        (login.secret, login.version, login.state, to_json_text(login)),
    )


def _only_record[T](kind: type[T], rows: sqlite3.Cursor) -> T | None:
    row = rows.fetchone()
    return None if row is None else from_json_text(kind, row[0])


def _changed(done: sqlite3.Cursor) -> bool:
    return done.rowcount == 1
