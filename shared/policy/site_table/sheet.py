"""A CSV file as spreadsheet programs of several countries save it, read into rows that know where they stand."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from shared.model.record import record
from shared.policy.problems import Problem, Severity
from shared.policy.site_table.cells import unguarded
from shared.policy.site_table.columns import Column, column_of, letters

SEPARATORS = (",", ";", "\t")
_REMEDY = "save it as CSV UTF-8"
_HINT = re.compile("sep=(.)\r?\n", re.IGNORECASE)
"""A first line that some programs write; none of them shows it as a row."""


@record
class SheetRow:
    """One row below the names."""

    line: int
    """In the file, counted from 1; a cell may hold several lines."""
    number: int
    """As a spreadsheet program counts it."""
    cells: tuple[str, ...]
    """As many as there are names, as they are written."""


@record
class Sheet:
    """What a file holds."""

    separator: str
    names: tuple[str, ...]
    """Of the columns, as they are written."""
    rows: tuple[SheetRow, ...]

    def has(self, column: Column) -> bool:
        """Whether it has that column."""
        return self._at(column) is not None

    def text(self, row: SheetRow, column: Column) -> str:
        """What a row says in a column; empty where there is none."""
        at = self._at(column)
        return "" if at is None else levelled(unguarded(row.cells[at].strip()))

    def own(self) -> tuple[int, ...]:
        """Where the columns of the user's own are."""
        return tuple(at for at, name in enumerate(self.names) if column_of(name) is None)

    def problem(self, row: SheetRow, column: Column, message: str) -> Problem:
        """A problem of one cell; its value is not repeated, since anything may have been pasted there."""
        at = self._at(column)
        place = f"{column}" if at is None else f"{column} (cell {letters(at)}{row.number})"
        return Problem(line=row.line, where=(place,), message=message)

    def _at(self, column: Column) -> int | None:
        return next((at for at, name in enumerate(self.names) if column_of(name) is column), None)


@record
class SheetRead:
    """What came of reading a file."""

    sheet: Sheet | None
    """None where it cannot be used."""
    problems: tuple[Problem, ...]
    """Errors, and warnings of a file that can be used all the same."""


def read_sheet(content: bytes) -> SheetRead:
    """Read the bytes of a file; every error at once."""
    text, problems = _decoded(content)
    if text is None:
        return SheetRead(sheet=None, problems=tuple(problems))
    hint = _HINT.match(text)
    body = text[hint.end() :] if hint else text
    separator = hint[1] if hint else _separator(body)
    records, fault = _records(body, separator, 1 if hint else 0)
    problems += [*fault, *_wrong_names(records), *_too_long(records)]
    if any(one.severity is Severity.ERROR for one in problems):
        return SheetRead(sheet=None, problems=tuple(sorted(problems, key=lambda one: one.line or 0)))
    return SheetRead(sheet=_sheet(records, separator), problems=tuple(problems))


def levelled(text: str) -> str:
    """A text without what a spreadsheet program may change in passing: spaces at its ends, and how lines end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def written(names: Sequence[str], rows: Iterable[Sequence[str]], separator: str) -> bytes:
    """The bytes of a file: UTF-8 with its mark, without which some programs take it for something else."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows([names, *rows])
    return out.getvalue().encode("utf-8-sig", errors="replace")  # half a character must not cost the whole file


# --- bytes ------------------------------------------------------------------------------------------------------------


def _decoded(content: bytes) -> tuple[str | None, list[Problem]]:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return _decoded_as(content, "utf-16", "is marked as UTF-16 and is none")
    if b"\0" in content:
        return None, [_of_file(f"holds zero bytes, as UTF-16 without its mark or another kind of file does: {_REMEDY}")]
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        return _as_western(content, content.count(b"\n", 0, error.start) + 1)


def _decoded_as(content: bytes, encoding: str, message: str) -> tuple[str | None, list[Problem]]:
    try:
        return content.decode(encoding), []
    except UnicodeDecodeError:
        return None, [_of_file(f"{message}: {_REMEDY}")]


def _as_western(content: bytes, line: int) -> tuple[str | None, list[Problem]]:
    message = f"is not UTF-8; it is read as Windows-1252, which may be wrong: look at this line, or {_REMEDY}"
    text, problems = _decoded_as(content, "cp1252", "is neither UTF-8 nor Windows-1252")
    if text is None:
        return None, problems
    return text, [Problem(line=line, where=(), message=message, severity=Severity.WARNING)]


# --- rows -------------------------------------------------------------------------------------------------------------


def _separator(text: str) -> str:
    """The one by which the first line has most columns that are known."""
    return max(SEPARATORS, key=lambda one: sum(column_of(name) is not None for name in _first(text, one)))


def _first(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    except csv.Error:
        return []


def _records(text: str, separator: str, before: int) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """Every row with the line in which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found, line = [], before + 1
    try:
        for cells in reader:
            found.append((line, cells))
            line = before + reader.line_num + 1
    except csv.Error:
        message = "has quotes that do not end, or text beside them: quotes inside of a cell are written twice"
        return found, [Problem(line=line, where=(), message=message)]
    return found, []


def _wrong_names(records: Sequence[tuple[int, list[str]]]) -> Iterator[Problem]:
    if not records:
        yield _of_file("is empty: hcx-fleet export sites makes one")
        return
    line, names = records[0]
    known = Counter(column for column in map(column_of, names) if column is not None)
    if Column.MANAGER not in known and Column.SYSTEM_ID not in known:
        message = f"has no column {Column.MANAGER} and no column {Column.SYSTEM_ID}: the first row names the columns"
        yield Problem(line=line, where=(), message=message)
    for column, times in known.items():
        if times > 1:
            yield Problem(line=line, where=(str(column),), message="is there twice: rename one of the columns")


def _too_long(records: Sequence[tuple[int, list[str]]]) -> Iterator[Problem]:
    for line, cells in records[1:]:
        if any(cell.strip() for cell in cells[len(records[0][1]) :]):
            message = "has more cells than there are columns: a text that holds the separator has to be in quotes"
            yield Problem(line=line, where=(), message=message)


def _sheet(records: Sequence[tuple[int, list[str]]], separator: str) -> Sheet:
    names = tuple(records[0][1])
    rows = (
        SheetRow(line=line, number=number, cells=tuple([*cells, *[""] * len(names)][: len(names)]))
        for number, (line, cells) in enumerate(records[1:], 2)
        if any(cell.strip() for cell in cells)
    )
    return Sheet(separator=separator, names=names, rows=tuple(rows))


def _of_file(message: str) -> Problem:
    return Problem(line=None, where=(), message=message)
