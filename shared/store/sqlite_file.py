"""One SQLite file under transactions: opening, waiting for others, and what SQLite's errors mean for the caller."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Lock

from shared.store.errors import StoreBusyError, StoreUnusableError
from shared.store.schema import SCHEMA_VERSION, create, refuse_other, version_in

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_UNUSABLE = frozenset(
    {
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
    }
)


@contextmanager
def explained(path: Path, busy_seconds: float) -> Iterator[None]:
    """Tell SQLite's errors apart by what the caller can do.

    Raises:
        StoreBusyError: others hold the file, for longer than that many seconds.
        StoreUnusableError: the file is damaged, cannot be written, or there is no room for more.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if _kind(error) in _BUSY:
            raise _busy(path, busy_seconds) from error
        if _kind(error) in _UNUSABLE:
            raise StoreUnusableError(f"{path} cannot be used as a store: {error}") from error
        raise


def _busy(path: Path, busy_seconds: float) -> StoreBusyError:
    return StoreBusyError(f"{path} was locked by others for {busy_seconds:g} s; ask again later")


class SqliteFile:
    """One connection to the file, lent to one thread at a time.

    A connection per thread was rejected: activities run on short-lived pool threads, and SQLite admits one writer at a
    time anyway. Other processes have connections of their own; SQLite's locks order them.
    """

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self._path = path
        self._busy_seconds = busy_seconds
        self._turn = Lock()
        _make_folder(path)
        with self._explained():
            self._connection = sqlite3.connect(path, timeout=busy_seconds, autocommit=True, check_same_thread=False)
            try:
                self._prepare()
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """One look at the store, consistent in itself."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def write(self, *, lasting: bool = False) -> Iterator[sqlite3.Connection]:
        """One change, whole or not at all, with the write lock taken first: nobody can change what it read.

        Any commit survives the death of the process. A `lasting` one survives a power cut too, at the price of a
        disk flush (which takes all earlier commits along); the ledger and the breaker are worth it.
        """
        with self._transaction("BEGIN IMMEDIATE", synchronous="FULL" if lasting else "NORMAL") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str, *, synchronous: str = "NORMAL") -> Iterator[sqlite3.Connection]:
        with self._my_turn(), self._explained():
            self._connection.execute(f"PRAGMA synchronous = {synchronous}")
            self._connection.execute(begin)
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=self._busy_seconds):
            raise self._busy()
        try:
            yield
        finally:
            self._turn.release()

    def _explained(self) -> AbstractContextManager[None]:
        return explained(self._path, self._busy_seconds)

    def _busy(self) -> StoreBusyError:
        return _busy(self._path, self._busy_seconds)

    def _prepare(self) -> None:
        """Make the tables of a new file; leave a file that is not ours exactly as it is."""
        found = version_in(self._connection, self._path)
        if found is None:
            self._write_ahead()
            found = self._created()
        # The usual case takes no lock, so that a reader starts while a writer is at work.
        refuse_other(found, self._path)

    def _created(self) -> int:
        """Make the tables, unless another process was quicker: the version that is there then."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            found = version_in(connection, self._path)
            if found is None:
                create(connection)
            return SCHEMA_VERSION if found is None else found

    def _write_ahead(self) -> None:
        """Switch to write-ahead logging, so that readers and the writer do not wait for each other.

        Two processes that open a new file together both hold a read lock while they ask for the exclusive one, and
        SQLite tells one of them at once that it is busy, without the waiting it does everywhere else. Hence the loop;
        its BEGIN IMMEDIATE is where the waiting happens.
        """
        give_up = time.monotonic() + self._busy_seconds
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if _kind(error) not in _BUSY or time.monotonic() >= give_up:
                    raise
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.execute("ROLLBACK")
            else:
                return


def _kind(error: sqlite3.DatabaseError) -> int:
    """The primary error code: the bytes above it only say more closely why. Errors of the Python module have none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusableError(f"{path} cannot be used as a store: {error.strerror}") from error
