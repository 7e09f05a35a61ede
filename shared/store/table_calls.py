"""Calls to one Azure table: conditional writes, bounded patience, and what Azure's errors mean for the caller.

The SDK's own retries are switched off. When the answer to a write is lost nobody knows whether it was made, and the SDK
would send it again and report the conflict with itself. Here an attempt is made anew from what it reads: each write
leaves a mark of its call, by which a later attempt of the same call knows that an earlier one came through.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Event
from typing import Any
from uuid import uuid4

from azure.core import MatchConditions
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServiceResponseError,
)
from azure.data.tables import TableClient, TableEntity, UpdateMode
from requests import RequestException

from shared.store.errors import StoreBusyError, StoreUnusableError

type Row = TableEntity
type Change = tuple[str, dict[str, Any]] | tuple[str, dict[str, Any], dict[str, Any]]

_CONFLICTS = frozenset({404, 409, 412})
"""Answers to a conditional write that tell that something else stands there than was read."""

_PASSING = frozenset({408, 429, 500, 502, 503, 504})
"""Answers that another try may not get."""

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
CONFLICT_PAUSE = 0.05
"""Seconds. Of two that collide one has gone through, so the other need not wait long."""


class ConflictError(Exception):
    """Something else was written meanwhile; the attempt has to begin anew."""


def new_mark() -> str:
    """What one call leaves with what it writes."""
    return uuid4().hex


def created(partition: str, key: str, properties: Mapping[str, Any]) -> Change:
    """A row that must not be there."""
    return ("create", _entity(partition, key, properties))


def replaced(row: Row, properties: Mapping[str, Any]) -> Change:
    """A row in the place of exactly the one that was read."""
    return replaced_at(str(row["PartitionKey"]), str(row["RowKey"]), etag_of(row), properties)


def replaced_at(partition: str, key: str, etag: str, properties: Mapping[str, Any]) -> Change:
    """The same, for a caller that knows no more of it than its ETag."""
    how = {"mode": UpdateMode.REPLACE, "etag": etag, "match_condition": MatchConditions.IfNotModified}
    return ("update", _entity(partition, key, properties), how)


def upserted(partition: str, key: str, properties: Mapping[str, Any]) -> Change:
    """A row whatever stands there: only for what is the same each time."""
    return ("upsert", _entity(partition, key, properties), {"mode": UpdateMode.REPLACE})


def deleted(row: Row) -> Change:
    """Exactly the row that was read is there no more."""
    key = {"PartitionKey": row["PartitionKey"], "RowKey": row["RowKey"]}
    return ("delete", key, {"etag": etag_of(row), "match_condition": MatchConditions.IfNotModified})


def etag_of(row: Row) -> str:
    """The version of a row."""
    return str(row.metadata["etag"])


def _entity(partition: str, key: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in properties.items() if value is not None}
    return {**kept, "PartitionKey": partition, "RowKey": key}


class TableCalls:
    """One table, asked by one caller's rules of patience."""

    def __init__(self, client: TableClient, patience: float) -> None:
        self._client = client
        self.patience = patience
        """Seconds that one call of the store goes on trying."""

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    @property
    def name(self) -> str:
        """The table, for messages."""
        return f"table {self._client.table_name} of {self._client.url}"

    def make_table(self) -> None:
        """Make the table unless it is there."""
        with suppress(ResourceExistsError):
            self._client.create_table()

    def is_there(self) -> bool:
        """Whether the table is there."""
        try:
            self._client.get_entity("schema", "version", select=["version"])
        except ResourceNotFoundError as error:
            return _code(error) != "TableNotFound"
        return True

    def row(self, partition: str, key: str) -> Row | None:
        """One row."""
        try:
            return self._client.get_entity(partition, key)
        except ResourceNotFoundError as error:
            if _code(error) == "TableNotFound":
                raise
            return None

    def rows(
        self,
        partition: str,
        beginning: str = "",
        *,
        above: str = "",
        where: str = "",
        only: list[str] | None = None,
        values: Mapping[str, str] | None = None,
    ) -> list[Row]:
        """The rows of a partition, in the order of their keys.

        Args:
            partition: theirs.
            beginning: how their keys begin.
            above: a key that theirs are greater than.
            where: what else must hold, with `@name` for each of `values`.
            only: the properties that are wanted; None: all.
            values: of `where`.
        """
        wanted = ["PartitionKey eq @partition"]
        if beginning:
            wanted.append("RowKey ge @first and RowKey lt @last")
        if above:
            wanted.append("RowKey gt @above")
        if where:
            wanted.append(f"( {where} )")  # the SDK finds a parameter by the blanks around it
        parameters = {
            "partition": partition,
            "first": beginning,
            "last": f"{beginning}~",
            "above": above,
            **(values or {}),
        }
        return list(self._client.query_entities(" and ".join(wanted), parameters=parameters, select=only))

    def write(self, *changes: Change) -> Sequence[Mapping[str, Any]]:
        """Make all changes, of rows of one partition, or none; what Azure says of each, such as its new ETag.

        Raises:
            ConflictError: what stands there is not what the changes want.
            AzureError: they were not made, or nobody knows.
        """
        try:
            return self._client.submit_transaction(changes)
        except HttpResponseError as error:
            if error.status_code in _CONFLICTS and _code(error) != "TableNotFound":
                raise ConflictError from error
            raise
        except RequestException as error:  # the SDK lets it through where the answer to a transaction is cut off
            raise ServiceResponseError(str(error), error=error) from error

    def settled[T](self, attempt: Callable[[], T]) -> T:
        """Make attempts until one comes to an end, or patience does.

        Raises:
            StoreBusyError: others were quicker each time, or Azure did not answer, for as long as we were patient.
            StoreUnusableError: it would be the same the next time.
        """
        give_up, tries = time.monotonic() + self.patience, 0
        while True:
            try:
                return attempt()
            except ConflictError as error:
                why: Exception = error
                pause = random.uniform(0, CONFLICT_PAUSE * min(tries + 1, 10))  # noqa: S311 -- to spread callers
            except AzureError as error:
                self._refuse_lasting(error)
                why, pause = error, _pause_after(error, tries)
            tries += 1
            if time.monotonic() + pause >= give_up:
                raise self._busy(why) from why
            Event().wait(pause)

    def _busy(self, why: Exception) -> StoreBusyError:
        seen = "others changed the same rows" if isinstance(why, ConflictError) else _first_line(why)
        return StoreBusyError(
            f"{self.name} did not take a call within {self.patience:g} s: {seen}; ask again later, "
            "which is harmless whether it arrived or not"
        )

    def _refuse_lasting(self, error: AzureError) -> None:
        if isinstance(error, ClientAuthenticationError) or getattr(error, "status_code", None) in {401, 403}:
            raise StoreUnusableError(
                f"{self.name} refuses us: {_first_line(error)}; give this identity the role Storage Table Data "
                "Contributor on the storage account"
            ) from error
        status = getattr(error, "status_code", None)
        if status is not None and status not in _PASSING and not 200 <= status < 300:  # noqa: PLR2004 -- cut answers
            raise StoreUnusableError(f"{self.name} cannot be used as a store: {_first_line(error)}") from error


@contextmanager
def turn(lock: Any, patience: float, name: str) -> Iterator[None]:
    """Hold a lock of this process, no longer than patience waited for.

    Raises:
        StoreBusyError: others held it.
    """
    if not lock.acquire(timeout=patience):
        raise StoreBusyError(f"{name} was kept busy by other threads for {patience:g} s; ask again later")
    try:
        yield
    finally:
        lock.release()


def _pause_after(error: AzureError, tries: int) -> float:
    """What the service asks for, or longer each time."""
    asked = _retry_after(error)
    longest = min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE)
    return asked if asked is not None else random.uniform(longest / 2, longest)  # noqa: S311 -- to spread callers


def _retry_after(error: AzureError) -> float | None:
    response = getattr(error, "response", None)
    text = "" if response is None else str(response.headers.get("Retry-After", ""))
    return float(text) if text.isdigit() else None


def _code(error: HttpResponseError) -> str:
    code = getattr(error, "error_code", None)
    return str(getattr(code, "value", code))


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__
