"""Rows that are only ever appended, gapless and each key once: journals and commands.

A partition has a head row, with the number and the digest of the last one, a row for each entry, and one for each key.
All three are written in one transaction, on the condition that the head is still the one that was read.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from shared.rules.chain import START
from shared.store.table_calls import (
    ConflictError,
    Row,
    TableCalls,
    created,
    etag_of,
    new_mark,
    replaced_at,
    turn,
)
from shared.store.table_texts import key_of

HEAD = "head"

type Made = tuple[dict[str, Any], str]
"""The properties of an entry, and its digest."""


@dataclass
class _Head:
    """What is known of the head of one partition; without ETag it is not there yet."""

    etag: str | None
    sequence: int
    digest: str


@dataclass
class _Known:
    """One partition: threads of one process queue for it instead of colliding at Azure."""

    lock: Lock = field(default_factory=Lock)
    head: _Head | None = None


class Sequences:
    """Every sequence of one table."""

    def __init__(self, calls: TableCalls) -> None:
        self._calls = calls
        self._known: dict[str, _Known] = {}

    def append(self, partition: str, key: str, make: Callable[[int, str], Made], *, anew: bool = False) -> bool:
        """Append what `make` makes behind the last number and its digest; False where that key is there already.

        With `anew` that number is read first, and not believed to be the one that was written here last: `make` may
        refuse by it.
        """
        known = self._known.setdefault(partition, _Known())
        mark = new_mark()
        with turn(known.lock, self._calls.patience, self._calls.name):
            known.head = None if anew else known.head
            return self._calls.settled(lambda: self._appended(known, partition, (key, mark), make))

    def rows(self, partition: str, after: int = 0) -> list[Row]:
        """The entries behind a number, in order."""
        calls = self._calls
        return calls.settled(lambda: calls.rows(partition, "e", above=_entry_key(after)))

    def _appended(
        self, known: _Known, partition: str, key_and_mark: tuple[str, str], make: Callable[[int, str], Made]
    ) -> bool:
        """One attempt; that the key is there already may be the work of an earlier one, whose answer was lost."""
        key, mark = key_and_mark
        head = known.head or self._read_head(partition)
        known.head = None
        properties, digest = make(head.sequence, head.digest)
        place = head.sequence + 1
        try:
            done = self._calls.write(
                _head_change(partition, head.etag, {"sequence": place, "digest": digest}),
                created(partition, _entry_key(place), {**properties, "sequence": place}),
                created(partition, _key_key(key), {"mark": mark, "sequence": place}),
            )
        except ConflictError:
            there = self._calls.row(partition, _key_key(key))
            if there is None:
                raise
            return bool(there["mark"] == mark)
        known.head = _Head(etag=str(done[0]["etag"]), sequence=place, digest=digest)
        return True

    def _read_head(self, partition: str) -> _Head:
        row = self._calls.row(partition, HEAD)
        if row is None:
            return _Head(etag=None, sequence=0, digest=START)
        return _Head(etag=etag_of(row), sequence=int(row["sequence"]), digest=str(row["digest"]))


def number_in(row: Row) -> int:
    """The number of an entry, from the key of its row; 0 where it has none."""
    number = str(row["RowKey"]).removeprefix("e")
    return int(number) if number.isdigit() else 0


def _head_change(partition: str, etag: str | None, properties: dict[str, Any]) -> Any:
    if etag is None:
        return created(partition, HEAD, properties)
    return replaced_at(partition, HEAD, etag, properties)


def _entry_key(sequence: int) -> str:
    return f"e{sequence:010d}"


def _key_key(key: str) -> str:
    return f"k:{key_of(key)}"
