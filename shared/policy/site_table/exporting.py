"""The table of sites as it is written, over what the user added to the one that is there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from shared.model.record import record
from shared.policy.problems import Problem, Severity
from shared.policy.site_table.cells import guarded, harmless
from shared.policy.site_table.columns import OBSERVED, Column, column_of
from shared.policy.site_table.entries import Entry
from shared.policy.site_table.matching import matches
from shared.policy.site_table.sheet import Sheet, SheetRow, levelled, written

type _Key = tuple[str, str]


@record
class Exported:
    """What is to be written."""

    content: bytes | None
    """None where something of the user's own would be lost."""
    problems: tuple[Problem, ...]
    """Errors, and as warnings every cell that fleet.yaml says otherwise: it is the truth, and the cell is replaced."""


def exported(entries: Sequence[Entry], before: Sheet | None) -> Exported:
    """The bytes of the table; `before` is the one that it replaces, whose own columns and their order stay."""
    if before is None:
        names = [str(column) for column in Column]
        return Exported(content=written(names, _rows(entries, names, {}), ","), problems=())
    found = matches(before, entries)
    lost = tuple(_lost(before, {row.number for row, _ in found.known}))
    if lost:
        return Exported(content=None, problems=lost)
    kept = {_key(entry): row for row, entry in found.known}
    problems = tuple(_replaced(before, found.known))
    return Exported(content=_over(before, entries, kept), problems=problems)


def _over(before: Sheet, entries: Sequence[Entry], kept: Mapping[_Key, SheetRow]) -> bytes:
    there = {column_of(name) for name in before.names}
    names = [*before.names, *(str(column) for column in Column if column not in there)]
    safe = [name if column_of(name) else harmless(name) for name in names]
    return written(safe, _rows(entries, names, kept), before.separator)


def _rows(entries: Sequence[Entry], names: Sequence[str], kept: Mapping[_Key, SheetRow]) -> Iterator[list[str]]:
    for entry in entries:
        yield [_cell(entry, at, name, kept.get(_key(entry))) for at, name in enumerate(names)]


def _cell(entry: Entry, at: int, name: str, row: SheetRow | None) -> str:
    column = column_of(name)
    if column is not None:
        return guarded(entry.texts[column])
    return harmless(row.cells[at]) if row else ""


def _key(entry: Entry) -> _Key:
    return entry.kind, entry.name


def _lost(before: Sheet, known: set[int]) -> Iterator[Problem]:
    """Rows with something of the user's own that belong to no manager."""
    for row in before.rows:
        own = [before.names[at] or "(without a name)" for at in before.own() if row.cells[at].strip()]
        if row.number not in known and own:
            told = f"belongs to no one manager of fleet.yaml, and what it has in columns of your own ({', '.join(own)})"
            remedy = "put its system id or manager right, take the row out, or export to another file"
            yield before.problem(row, Column.MANAGER, f"{told} would be lost: {remedy}")


def _replaced(before: Sheet, known: Sequence[tuple[SheetRow, Entry]]) -> Iterator[Problem]:
    for row, entry in known:
        for column in Column:
            text = levelled(entry.texts[column])
            if column in OBSERVED or not before.has(column) or before.text(row, column) == text:
                continue
            if column is Column.SYSTEM_ID or (column is Column.HOST and entry.connector is None):
                continue  # of these more may be known than before
            message = "is replaced by what fleet.yaml says; hcx-fleet import sites takes an edit over, and comes first"
            yield replace(before.problem(row, column, message), severity=Severity.WARNING)
