"""The tables of the SQLite store, and how a file proves that it is one.

Records are kept as JSON, made and read by `shared.model.codec`; a column of its own has only what is searched, ordered
or guarded by a key. A claim is all columns: it is what a person looks up first when something was sent or not.
"""

import sqlite3
from pathlib import Path

from shared.store.errors import StoreUnusableError

SCHEMA_VERSION = 1

_TABLES = (
    "CREATE TABLE schema (version INTEGER NOT NULL) STRICT",
    """CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        requested_at TEXT NOT NULL,
        record TEXT NOT NULL
    ) STRICT""",
    "CREATE TABLE plans (hash TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT",
    """CREATE TABLE documents (
        run TEXT NOT NULL,
        name TEXT NOT NULL,
        document TEXT NOT NULL,
        PRIMARY KEY (run, name)
    ) STRICT""",
    """CREATE TABLE journal (
        run TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        key TEXT NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (run, sequence),
        UNIQUE (run, key)
    ) STRICT""",
    """CREATE TABLE claims (
        subject TEXT NOT NULL,
        step TEXT NOT NULL,
        generation INTEGER NOT NULL,
        holder TEXT NOT NULL,
        state TEXT NOT NULL,
        job TEXT,
        at TEXT NOT NULL,
        PRIMARY KEY (subject, step, generation)
    ) STRICT""",
    """CREATE TABLE logins (
        first_asked INTEGER PRIMARY KEY AUTOINCREMENT,
        secret TEXT NOT NULL,
        version TEXT NOT NULL,
        state TEXT NOT NULL,
        record TEXT NOT NULL,
        UNIQUE (secret, version)
    ) STRICT""",
)


def version_in(connection: sqlite3.Connection, path: Path) -> int | None:
    """The schema version of an open file, None when it is new and empty.

    Raises:
        StoreUnusableError: the file has another schema version, or is a database of something else.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    if "schema" not in tables:
        raise StoreUnusableError(f"{path} is a database of something else; name a file that does not exist yet")
    found = connection.execute("SELECT max(version) FROM schema").fetchone()[0]
    if found != SCHEMA_VERSION:
        raise StoreUnusableError(
            f"{path} has store schema version {found}, and this hcx-fleet works with version {SCHEMA_VERSION}; "
            "use the hcx-fleet that made it, or name another file"
        )
    return SCHEMA_VERSION


def create(connection: sqlite3.Connection) -> None:
    """Make the tables of a new file, inside the caller's transaction."""
    for table in _TABLES:
        connection.execute(table)
    connection.execute("INSERT INTO schema VALUES (?)", (SCHEMA_VERSION,))
