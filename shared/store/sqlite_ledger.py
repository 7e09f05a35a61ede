"""Claims, leases, generations, commands and calls as rows of a SQLite store, inside the caller's transaction."""

import sqlite3

from shared.model.codec import from_json_text, to_json_text
from shared.model.command import Command
from shared.model.kept_call import KeptCall
from shared.model.ledger import Claim, Lease
from shared.rules.chain import START
from shared.store.claims import digest_of, read_claim
from shared.store.kept_commands import commands_in, digest_in, kept, refuse_moved
from shared.store.moments import sortable


def standing_claim(db: sqlite3.Connection, like: Claim, caller: str | None) -> Claim | None:
    """The claim on the same step, as it stands, seen by `caller`.

    Raises:
        TamperedError: the row is not what was written there.
    """
    query = "SELECT holder, state, job, at, fence, digest FROM claims WHERE subject = ? AND step = ? AND generation = ?"
    key = (like.subject, like.step, like.generation)
    row = db.execute(query, key).fetchone()
    return None if row is None else read_claim(key, row, caller)


def keep_claim(db: sqlite3.Connection, claim: Claim) -> None:
    """Keep a claim in the place of what stood there."""
    at, digest = sortable(claim.at), digest_of(claim)
    db.execute(
        "INSERT OR REPLACE INTO claims (subject, step, generation, holder, state, job, at, fence, digest) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            claim.subject,
            claim.step,
            claim.generation,
            claim.holder,
            claim.state,
            claim.job,
            at,
            claim.fence,
            digest,
        ),
    )


def claims_held(db: sqlite3.Connection, holder: str) -> tuple[Claim, ...]:
    """Every claim of one holder.

    Raises:
        TamperedError: one of the rows is not what was written there.
    """
    query = (
        "SELECT subject, step, generation, state, job, at, fence, digest FROM claims WHERE holder = ? "
        "ORDER BY subject, step, generation"
    )
    rows = db.execute(query, (holder,)).fetchall()
    return tuple(read_claim(tuple(row[:3]), (holder, *row[3:]), holder) for row in rows)


def standing_leases(db: sqlite3.Connection) -> tuple[Lease, ...]:
    """Every lease that was taken and not given back, ended or not."""
    rows = db.execute("SELECT record FROM leases ORDER BY subject").fetchall()
    return tuple(from_json_text(Lease, text) for (text,) in rows)


def next_token(db: sqlite3.Connection) -> int:
    """A token greater than every one before it: SQLite remembers the last one, though its row is gone."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'leases'").fetchone()
    return 1 if row is None else int(row[0]) + 1


def keep_lease(db: sqlite3.Connection, lease: Lease) -> None:
    """Keep a lease in the place of the one on the same subject."""
    db.execute(
        "INSERT OR REPLACE INTO leases (token, subject, record) VALUES (?, ?, ?)",
        (lease.token, lease.subject, to_json_text(lease)),
    )


def drop_lease(db: sqlite3.Connection, subject: str) -> None:
    """Forget the lease on a subject."""
    db.execute("DELETE FROM leases WHERE subject = ?", (subject,))


def generation_of(db: sqlite3.Connection, subject: str) -> int:
    """The number of the attempt at a subject."""
    (found,) = db.execute("SELECT max(number) FROM generations WHERE subject = ?", (subject,)).fetchone()
    return 1 if found is None else int(found)


def generations_raised(db: sqlite3.Connection) -> dict[str, int]:
    """The number of the attempt at each subject where it was raised."""
    return dict(db.execute("SELECT subject, max(number) FROM generations GROUP BY subject").fetchall())


def generation_by(db: sqlite3.Connection, subject: str, cause: str) -> int | None:
    """The number that a cause raised a subject to, if it did."""
    query = "SELECT number FROM generations WHERE subject = ? AND cause = ?"
    row = db.execute(query, (subject, cause)).fetchone()
    return None if row is None else int(row[0])


def keep_command(db: sqlite3.Connection, run_id: str, command: Command, behind: int | None) -> bool:
    """Keep a command behind the last one of its run; False where one of its key is there.

    Raises:
        CommandsMovedError: the last one is not that of the number `behind`.
        TamperedError: the last one is no row of ours.
    """
    sequence, previous = _last_command(db, run_id)
    refuse_moved(run_id, sequence, behind)
    text, _ = kept(run_id, sequence + 1, previous, command)
    insert = "INSERT INTO commands VALUES (?, ?, ?, ?) ON CONFLICT (run, key) DO NOTHING"
    return db.execute(insert, (run_id, sequence + 1, command.key, text)).rowcount == 1


def commands_to(db: sqlite3.Connection, run_id: str) -> tuple[Command, ...]:
    """Every command to a run, in order.

    Raises:
        TamperedError: one of the rows is not what was written there.
    """
    query = "SELECT sequence, key, record FROM commands WHERE run = ? ORDER BY sequence"
    return commands_in(run_id, db.execute(query, (run_id,)).fetchall())


def standing_call(db: sqlite3.Connection, key: str) -> KeptCall | None:
    """What is kept of a call."""
    row = db.execute("SELECT record FROM calls WHERE key = ?", (key,)).fetchone()
    return None if row is None else from_json_text(KeptCall, row[0])


def keep_call(db: sqlite3.Connection, call: KeptCall) -> None:
    """Keep a call in the place of what stood there."""
    row = (call.key, sortable(call.at), to_json_text(call))
    db.execute("INSERT OR REPLACE INTO calls (key, at, record) VALUES (?, ?, ?)", row)


def _last_command(db: sqlite3.Connection, run_id: str) -> tuple[int, str]:
    query = "SELECT sequence, record FROM commands WHERE run = ? ORDER BY sequence DESC LIMIT 1"
    row = db.execute(query, (run_id,)).fetchone()
    return (0, START) if row is None else (int(row[0]), digest_in(run_id, *row))
