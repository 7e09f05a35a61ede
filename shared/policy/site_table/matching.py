"""Which manager of `fleet.yaml` a row is about: the one of its system id, else the only one of its name, else none."""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

from shared.model.inventory import ManagerKind
from shared.model.record import record
from shared.policy.problems import Problem
from shared.policy.site_table.columns import Column
from shared.policy.site_table.entries import Entry
from shared.policy.site_table.sheet import Sheet, SheetRow


@record
class Matches:
    """What the rows of a table are about."""

    known: tuple[tuple[SheetRow, Entry], ...]
    """Rows of managers that fleet.yaml has; no manager is there twice."""
    new: tuple[SheetRow, ...]
    """Rows without a system id and with a name that fleet.yaml does not have."""
    problems: tuple[Problem, ...]


class _NoMatchError(ValueError):
    def __init__(self, column: Column, message: str) -> None:
        self.column = column
        super().__init__(message)


def matches(sheet: Sheet, entries: Sequence[Entry]) -> Matches:
    """Find the manager of every row; what cannot be told is a problem and never guessed."""
    desk = _Desk(sheet, entries)
    known: dict[tuple[ManagerKind, str], tuple[SheetRow, Entry]] = {}
    new, problems = [], []
    for row in sheet.rows:
        try:
            entry = desk.entry(row)
            if entry is not None:
                _once(row, entry, known)
        except _NoMatchError as error:
            problems.append(sheet.problem(row, error.column, str(error)))
            continue
        if entry is None:
            new.append(row)
    return Matches(known=tuple(known.values()), new=tuple(new), problems=tuple(problems))


def _once(row: SheetRow, entry: Entry, known: dict[tuple[ManagerKind, str], tuple[SheetRow, Entry]]) -> None:
    first, _ = known.setdefault((entry.kind, entry.name), (row, entry))
    if first is not row:
        raise _NoMatchError(Column.MANAGER, f"is the manager of line {first.line} again: take one of the rows out")


class _Desk:
    """Knows the managers by their ids and names."""

    def __init__(self, sheet: Sheet, entries: Sequence[Entry]) -> None:
        self._sheet = sheet
        self._by_id = _grouped(entries, lambda one: one.system_id)
        self._by_name = _grouped(entries, lambda one: one.name.casefold())

    def entry(self, row: SheetRow) -> Entry | None:
        """The manager of a row; None where it asks for a new one.

        Raises:
            _NoMatchError: it cannot be told.
        """
        system, name = self._sheet.text(row, Column.SYSTEM_ID), self._sheet.text(row, Column.MANAGER)
        named = self._named(row, name)
        if not system:
            return self._by_its_name(row, name, named)
        found = self._by_id.get(system, ())
        if len(found) > 1:
            told = " and ".join(one.name for one in found)
            raise _NoMatchError(
                Column.SYSTEM_ID, f"is the id of several managers, {told}: empty the cell to go by name"
            )
        if found:
            return self._agreeing(found[0], name, named)
        return self._unobserved(named)

    def _named(self, row: SheetRow, name: str) -> list[Entry]:
        """Managers of that name: capitals count for a connector; Azure knows none in a private cloud's."""
        kind = self._sheet.text(row, Column.KIND)
        if kind not in {"", *ManagerKind}:
            raise _NoMatchError(Column.KIND, f"must be {' or '.join(ManagerKind)}")
        close = self._by_name.get(name.casefold(), ())
        return [
            one
            for one in close
            if kind in {"", one.kind} and (one.name == name or one.kind is ManagerKind.CLOUD_MANAGER)
        ]

    def _by_its_name(self, row: SheetRow, name: str, named: Sequence[Entry]) -> Entry | None:
        if not name:
            raise _NoMatchError(Column.MANAGER, "is empty, and so is the system id: name one of them")
        if len(named) > 1:
            raise _NoMatchError(Column.MANAGER, "is a connector and a private cloud: say in kind which is meant")
        if not named and self._by_name.get(name.casefold()) and self._sheet.text(row, Column.KIND):
            told = "is not that of the manager that fleet.yaml has by this name, in small or capital letters"
            raise _NoMatchError(Column.KIND, f"{told}: put kind or name right; a second one is added by hand")
        return named[0] if named else None

    def _agreeing(self, found: Entry, name: str, named: Sequence[Entry]) -> Entry:
        if not name or found in named:
            return found
        told = f"is not {found.name}, which has the system id of this row"
        remedy = "a manager is renamed in fleet.yaml by hand, since holds, waivers and waves name it too"
        raise _NoMatchError(Column.MANAGER, f"{told}: {remedy}")

    def _unobserved(self, named: Sequence[Entry]) -> Entry:
        if len(named) == 1 and not named[0].system_id:
            return named[0]
        if named:
            told = "is not the one that was observed of the manager of this row"
            raise _NoMatchError(Column.SYSTEM_ID, f"{told}: put the id right, or empty the cell to go by name")
        told = "was not observed, and fleet.yaml has no manager of the name in this row"
        raise _NoMatchError(Column.SYSTEM_ID, f"{told}: put one of them right; for a new manager empty the cell")


def _grouped(entries: Iterable[Entry], key: Callable[[Entry], str]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if key(entry):
            found.setdefault(key(entry), []).append(entry)
    return found


def meant_perhaps(entries: Sequence[Entry], name: str) -> str:
    """A name of fleet.yaml that resembles `name`; empty where there is none."""
    known = {one.name.casefold(): one.name for one in entries}
    return next((known[one] for one in get_close_matches(name.casefold(), known, n=1)), "")
