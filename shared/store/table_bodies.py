"""Texts of any length in a table: in the row itself, or, beyond one entity, in rows of a partition of their own.

Such a partition is named by the call that writes it and never changed: it is written first, then the row that names it,
in one conditional write. A reader finds the old text or the new one, never half of each. A host that dies in between
leaves a partition that no row names, which costs its space and nothing else.
"""

import zlib
from typing import Any

from shared.store.errors import TamperedError
from shared.store.table_calls import ConflictError, Row, TableCalls, deleted, upserted
from shared.store.table_texts import entities_of, properties_of, text_in

__all__ = ["forget", "keep", "properties_of", "read"]


def keep(calls: TableCalls, text: str, mark: str) -> dict[str, Any]:
    """Keep a text; gives the properties for the row that stands for it."""
    inline = properties_of(text)
    if inline is not None:
        return inline
    entities = entities_of(text)
    for number, properties in enumerate(entities):
        change = upserted(_partition(mark), f"{number:06d}", properties)
        calls.settled(lambda change=change: calls.write(change))  # type: ignore[misc]
    return {"body": mark, "entities": len(entities)}


def read(calls: TableCalls, row: Row) -> str:
    """The text that a row stands for.

    Raises:
        ConflictError: it was replaced while it was read.
        TamperedError: the row holds no text.
    """
    rows = [row]
    if "body" in row:
        rows = calls.rows(_partition(str(row["body"])))
        if len(rows) != row["entities"]:
            raise ConflictError
    try:
        return text_in(rows)
    except (zlib.error, TypeError, UnicodeDecodeError) as error:
        raise TamperedError(
            f"row {row['RowKey']} of partition {row['PartitionKey']} in {calls.name} was changed by something else "
            "than hcx-fleet: it holds no text of ours"
        ) from error


def forget(calls: TableCalls, row: Row | None) -> None:
    """Delete what a row that was replaced stood for, where it had a partition of its own."""
    if row is None or "body" not in row:
        return
    for found in calls.settled(lambda: calls.rows(_partition(str(row["body"])))):
        calls.settled(lambda found=found: _gone(calls, found))  # type: ignore[misc]


def _gone(calls: TableCalls, row: Row) -> None:
    try:
        calls.write(deleted(row))
    except ConflictError:
        return  # another one was quicker


def _partition(mark: str) -> str:
    return f"body:{mark}"
