"""Brings a SQLite store of an earlier schema version up to the one of this hcx-fleet, whole or not at all."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from shared.model.codec import from_json_text
from shared.model.document import RecordUnreadableError
from shared.model.ledger import Claim, ClaimState
from shared.model.run import JournalEntry
from shared.rules.chain import START, next_link
from shared.store.errors import StoreUnusableError
from shared.store.schema import SCHEMA_VERSION, create_table, refuse_other, version_in
from shared.store.sqlite_file import explained
from shared.store.sqlite_ledger import keep_claim

BUSY_SECONDS = 15.0


def migrate(path: Path) -> str:
    """Bring the store at `path` up to the current schema version, and say in one sentence what was done.

    Everything is kept: runs, plans, documents, log-ins, the claims with a digest each, and the journals, whose chains
    are made now. A copy of the file as it was lies beside it. Nothing else may work on the file meanwhile.

    Raises:
        StoreBusyError: something else works on it.
        StoreUnusableError: there is no such file, it is no store, it is of a newer version, or a row of it cannot be
            read; it is left as it was.
    """
    if not path.is_file():
        raise StoreUnusableError(f"{path} is not there: name the file of HCX_FLEET_STORE")
    with (
        explained(path, BUSY_SECONDS),
        closing(sqlite3.connect(path, timeout=BUSY_SECONDS, autocommit=True)) as connection,
    ):
        found = version_in(connection, path)
        if found == SCHEMA_VERSION:
            return f"{path} has schema version {SCHEMA_VERSION} already: nothing was done"
        if found not in _STEPS:
            raise _no_way_from(found, path)
        copy = _copied(connection, path, found)
        _in_one_transaction(connection, path)
    return f"{path} was brought from schema version {found} to {SCHEMA_VERSION}; the file as it was is {copy}"


def _no_way_from(found: int | None, path: Path) -> StoreUnusableError:
    if found is None:
        return StoreUnusableError(f"{path} is empty: it becomes a store when it is first used")
    if found > SCHEMA_VERSION:
        refuse_other(found, path)
    return StoreUnusableError(f"{path} has store schema version {found}, which never was; name another file")


def _copied(connection: sqlite3.Connection, path: Path, found: int) -> Path:
    copy = path.with_name(f"{path.name}-version-{found}")
    copy.unlink(missing_ok=True)  # of a try that came to nothing: the file itself is still of that version
    with closing(sqlite3.connect(copy)) as target:
        connection.backup(target)
    return copy


def _in_one_transaction(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = version_in(connection, path) or SCHEMA_VERSION  # once more: another one may have been quicker
        for version in range(found, SCHEMA_VERSION):
            _STEPS[version](connection, path)
        connection.execute("UPDATE schema SET version = ?", (SCHEMA_VERSION,))
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _from_first(connection: sqlite3.Connection, path: Path) -> None:
    """Version 1 had no chain, no fences, no digests, no leases, no generations and no commands."""
    for name in ("journal", "claims"):
        connection.execute(f"ALTER TABLE {name} RENAME TO {name}_1")
    for name in ("journal", "claims", "leases", "generations", "commands"):
        create_table(connection, name)
    _chain_journals(connection, path)
    _keep_claims(connection, path)
    for name in ("journal", "claims"):
        connection.execute(f"DROP TABLE {name}_1")


def _from_second(connection: sqlite3.Connection, _path: Path) -> None:
    """Version 2 kept no calls."""
    create_table(connection, "calls")


_STEPS: Final[dict[int, Callable[[sqlite3.Connection, Path], None]]] = {1: _from_first, 2: _from_second}
"""What leads from each earlier version to the one after it."""


def _chain_journals(connection: sqlite3.Connection, path: Path) -> None:
    last: dict[str, tuple[int, str]] = {}
    rows = connection.execute("SELECT run, sequence, key, record FROM journal_1 ORDER BY run, sequence").fetchall()
    for run, sequence, key, text in rows:
        link = next_link(run, *last.get(run, (0, START)), _entry(path, run, sequence, text))
        connection.execute(
            "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?)",
            (run, link.sequence, key, text, link.previous, link.digest),
        )
        last[run] = (link.sequence, link.digest)


def _entry(path: Path, run: str, sequence: int, text: str) -> JournalEntry:
    try:
        return from_json_text(JournalEntry, text)
    except (RecordUnreadableError, json.JSONDecodeError) as error:
        raise StoreUnusableError(
            f"{path}: entry {sequence} in the journal of run {run} cannot be read, so nothing was changed; {error}"
        ) from error


def _keep_claims(connection: sqlite3.Connection, path: Path) -> None:
    query = "SELECT subject, step, generation, holder, state, job, at FROM claims_1"
    for subject, step, generation, holder, state, job, at in connection.execute(query).fetchall():
        try:
            claim = Claim(
                subject=subject,
                step=step,
                generation=generation,
                holder=holder,
                state=ClaimState(state),
                job=job,
                at=datetime.fromisoformat(at),
                mine=True,
            )
        except ValueError as error:
            raise StoreUnusableError(
                f"{path}: the claim on {subject}, step {step}, generation {generation} cannot be read, so nothing was "
                f"changed; {error}"
            ) from error
        keep_claim(connection, claim)
