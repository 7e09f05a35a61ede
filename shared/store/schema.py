"""The tables of the SQLite store, and how a file proves that it is one.

Records are kept as JSON, made and read by `shared.model.codec`; a column of its own has only what is searched, ordered
or guarded by a key. A claim is all columns: it is what a person looks up first when something was sent or not.
"""

import sqlite3
from pathlib import Path

from shared.store.errors import StoreUnusableError

SCHEMA_VERSION = 3

_TABLES = {
    "schema": "CREATE TABLE schema (version INTEGER NOT NULL) STRICT",
    "runs": """CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        requested_at TEXT NOT NULL,
        record TEXT NOT NULL
    ) STRICT""",
    "plans": "CREATE TABLE plans (hash TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT",
    "documents": """CREATE TABLE documents (
        run TEXT NOT NULL,
        name TEXT NOT NULL,
        document TEXT NOT NULL,
        PRIMARY KEY (run, name)
    ) STRICT""",
    "journal": """CREATE TABLE journal (
        run TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        key TEXT NOT NULL,
        record TEXT NOT NULL,
        previous TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (run, sequence),
        UNIQUE (run, key)
    ) STRICT""",
    "claims": """CREATE TABLE claims (
        subject TEXT NOT NULL,
        step TEXT NOT NULL,
        generation INTEGER NOT NULL,
        holder TEXT NOT NULL,
        state TEXT NOT NULL,
        job TEXT,
        at TEXT NOT NULL,
        fence INTEGER NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (subject, step, generation)
    ) STRICT""",
    "leases": """CREATE TABLE leases (
        token INTEGER PRIMARY KEY AUTOINCREMENT,
        subject TEXT NOT NULL UNIQUE,
        record TEXT NOT NULL
    ) STRICT""",
    "generations": """CREATE TABLE generations (
        subject TEXT NOT NULL,
        cause TEXT NOT NULL,
        number INTEGER NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (subject, cause),
        UNIQUE (subject, number)
    ) STRICT""",
    "commands": """CREATE TABLE commands (
        run TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        key TEXT NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (run, sequence),
        UNIQUE (run, key)
    ) STRICT""",
    "logins": """CREATE TABLE logins (
        first_asked INTEGER PRIMARY KEY AUTOINCREMENT,
        secret TEXT NOT NULL,
        version TEXT NOT NULL,
        state TEXT NOT NULL,
        record TEXT NOT NULL,
        UNIQUE (secret, version)
    ) STRICT""",
    "calls": """CREATE TABLE calls (
        key TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        record TEXT NOT NULL
    ) STRICT""",
}


def version_in(connection: sqlite3.Connection, path: Path) -> int | None:
    """The schema version of an open file, None when it is new and empty.

    Raises:
        StoreUnusableError: the file is a database of something else.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    if "schema" not in tables:
        raise StoreUnusableError(f"{path} is a database of something else; name a file that does not exist yet")
    found = connection.execute("SELECT max(version) FROM schema").fetchone()[0]
    return int(found or 0)


def refuse_other(found: int, path: Path) -> None:
    """Go on with a store of our schema version alone.

    Raises:
        StoreUnusableError: it has another one; with what to do.
    """
    if found == SCHEMA_VERSION:
        return
    remedy = "use a newer hcx-fleet"
    if found < SCHEMA_VERSION:
        remedy = "stop everything that works on it, and bring it up with: hcx-fleet store migrate"
    raise StoreUnusableError(
        f"{path} has store schema version {found}, and this hcx-fleet works with version {SCHEMA_VERSION}; {remedy}"
    )


def create(connection: sqlite3.Connection) -> None:
    """Make the tables of a new file, inside the caller's transaction."""
    for table in _TABLES.values():
        connection.execute(table)
    connection.execute("INSERT INTO schema VALUES (?)", (SCHEMA_VERSION,))


def create_table(connection: sqlite3.Connection, name: str) -> None:
    """Make one table of the current version, inside the caller's transaction."""
    connection.execute(_TABLES[name])
