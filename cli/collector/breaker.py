"""The log-in breaker of a collector that stands alone: the table of a store, in a file beside what it writes.

A refused secret version stays refused when the collector is started again. The file is one that `show breaker` and
`breaker reset` of hcx-fleet understand.
"""

import json
import sqlite3
from datetime import datetime
from pathlib import Path

from shared.model.ledger import BreakerState
from shared.model.plain import from_plain, to_plain
from shared.store.breaker import Login, LoginState, ask, end
from shared.store.sqlite_file import SqliteFile

_BUSY_SECONDS = 15.0


class FileBreaker:
    """The `LoginBreaker` port on one SQLite file."""

    def __init__(self, path: Path) -> None:
        """Open it, or make it.

        Raises:
            StoreError: it cannot be used.
        """
        self._file = SqliteFile(path, _BUSY_SECONDS)

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def begin_login(self, secret: str, version: str, now: datetime) -> BreakerState:
        """Ask to log in with that secret version: go, wait for another one's try, or stay away for good."""
        with self._file.write(lasting=True) as db:
            answer, kept = ask(_standing(db, secret, version), secret, version, now)
            if kept is not None:
                _keep(db, kept)
            return answer

    def end_login(self, secret: str, version: str, *, refused: bool | None, detail: str, now: datetime) -> None:
        """Say how the try ended; a refused one opens the breaker of that secret version."""
        ended = Login(secret=secret, version=version, state=LoginState.TRYING, detail=detail, at=now)
        with self._file.write(lasting=True) as db:
            kept = end(_standing(db, secret, version), refused=refused, trying=ended)
            if kept is not None:
                _keep(db, kept)
            else:
                db.execute("DELETE FROM logins WHERE secret = ? AND version = ?", (secret, version))


def _standing(db: sqlite3.Connection, secret: str, version: str) -> Login | None:
    query = "SELECT record FROM logins WHERE secret = ? AND version = ?"
    row = db.execute(query, (secret, version)).fetchone()
    return None if row is None else from_plain(Login, json.loads(row[0]))


def _keep(db: sqlite3.Connection, login: Login) -> None:
    db.execute(
        "INSERT INTO logins (secret, version, state, record) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET state = excluded.state, record = excluded.record",
        (login.secret, login.version, login.state, json.dumps(to_plain(login), separators=(",", ":"))),
    )
