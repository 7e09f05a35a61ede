"""What a table of sites changes in `fleet.yaml`: the content as it should be, or everything that is wrong."""

from collections.abc import Iterator, Mapping, Sequence

from shared.model.codec import Json
from shared.model.inventory import ManagerKind
from shared.model.record import record
from shared.policy.problems import Problem
from shared.policy.site_table.columns import Column
from shared.policy.site_table.entries import Entry, blocks
from shared.policy.site_table.matching import Matches, matches, meant_perhaps
from shared.policy.site_table.sheet import Sheet, SheetRow, levelled
from shared.policy.site_table.values import OF_CONNECTOR, OF_SITE, Field, read_cell, value_at, with_value

_OF_CONNECTOR = frozenset(field.column for field in OF_CONNECTOR)
_FIXED = {
    Column.KIND: "is not the kind that fleet.yaml has: a manager does not become another one",
    Column.SITE: "is not the site that fleet.yaml has: a manager is moved there by hand",
}
_NOT_OF_CLOUDS = {
    Column.OWNER: "is written under cloudManagers for a private cloud: change it there by hand",
    Column.CREDENTIALS: "are written under cloudManagers for a private cloud: change them there by hand",
    Column.HOST: "is read from Azure for a private cloud, and not from this table",
}


@record
class Wanted:
    """What came of a table."""

    content: Json
    """Of the whole file, as the table wants it; as it was where there are problems."""
    problems: tuple[Problem, ...]
    without_row: tuple[str, ...]
    """Managers that no row is about: they stay as they are."""


def wanted(sheet: Sheet, root: Json, entries: Sequence[Entry]) -> Wanted:
    """Apply a table to the content of a valid file; `entries` are the managers in it."""
    found = matches(sheet, entries)
    desk = _Desk(sheet, root, entries)
    sites = desk.sites(found)
    problems = tuple(sorted((*found.problems, *desk.problems), key=lambda one: one.line or 0))
    named = {entry.name for _, entry in found.known}
    return Wanted(
        content=root if problems or not isinstance(root, Mapping) else _with_sites(root, sites),
        problems=problems,
        without_row=tuple(one.name for one in entries if one.name not in named),
    )


def _with_sites(root: Mapping[str, Json], sites: list[Mapping[str, Json]]) -> Json:
    return root if sites == blocks(root, "sites") else {**root, "sites": sites}


class _Desk:
    """Goes through rows and collects what is wrong on the way."""

    def __init__(self, sheet: Sheet, root: Json, entries: Sequence[Entry]) -> None:
        self.problems: list[Problem] = []
        self._sheet = sheet
        self._entries = entries
        self._sites = blocks(root, "sites")
        self._hosts = {str(one.get("endpoint")): str(one["name"]) for site in self._sites for one in _connectors(site)}

    def sites(self, found: Matches) -> list[Mapping[str, Json]]:
        """The sites as the rows want them."""
        rows: dict[str, list[SheetRow]] = {}
        for row, entry in found.known:
            self._check_fixed(row, entry)
            rows.setdefault(str(self._sites[entry.site]["name"]), []).append(row)
            self._change_connector(row, entry)
        for row in self._whole(found.new):
            rows.setdefault(self._text(row, Column.SITE), []).append(row)
            self._add(row)
        new = frozenset(row.number for row in found.new)
        changed = (self._changed_site(site, rows.get(str(site["name"]), ()), new) for site in self._sites)
        return [_connectors_last(site) for site in changed]

    # --- rows of managers that are there

    def _check_fixed(self, row: SheetRow, entry: Entry) -> None:
        of_cloud = _NOT_OF_CLOUDS if entry.kind is ManagerKind.CLOUD_MANAGER else {}
        for column, message in {**_FIXED, **of_cloud}.items():
            text = self._text(row, column)
            if text and text != levelled(entry.texts[column]):
                self._wrong(row, column, message)
        if entry.kind is ManagerKind.CLOUD_MANAGER:
            for column in sorted(_OF_CONNECTOR - of_cloud.keys()):
                self._empty(row, column, "is a connector's and has no meaning for a private cloud: empty the cell")
        else:
            self._check_of_clouds(row)

    def _check_of_clouds(self, row: SheetRow) -> None:
        for field in OF_SITE:
            if field.path[0] == "provider":
                self._empty(row, field.column, "is about the provider's upgrade of a private cloud: empty the cell")

    def _empty(self, row: SheetRow, column: Column, message: str) -> None:
        if self._text(row, column):
            self._wrong(row, column, message)

    def _change_connector(self, row: SheetRow, entry: Entry) -> None:
        if entry.connector is None:
            return
        site = self._sites[entry.site]
        connectors = _connectors(site)
        changed = connectors[entry.connector]
        for field in OF_CONNECTOR:
            changed = self._with_cell(changed, row, field)
        connectors[entry.connector] = changed
        if connectors != _connectors(site):
            self._sites[entry.site] = {**site, "connectors": connectors}

    def _with_cell(self, block: Mapping[str, Json], row: SheetRow, field: Field) -> Mapping[str, Json]:
        """The block as the cell wants it; as it is where the cell says what an export of it would say."""
        before = levelled(field.show(value_at(block, field.path)))
        text = self._text(row, field.column)
        if not self._sheet.has(field.column) or text == before:
            return block
        try:
            return with_value(block, field.path, read_cell(field, text, before))
        except ValueError as error:
            self._wrong(row, field.column, str(error))
            return block

    # --- what the rows of one site say of it

    def _changed_site(
        self, site: Mapping[str, Json], rows: Sequence[SheetRow], new: frozenset[int]
    ) -> Mapping[str, Json]:
        for field in OF_SITE:
            said = [row for row in rows if row.number not in new or self._text(row, field.column)]
            if said and self._agree(said, field.column):
                site = self._with_cell(site, said[0], field)
        return site

    def _agree(self, rows: Sequence[SheetRow], column: Column) -> bool:
        """All rows of a site have to say the same of it: which of them is meant nobody can tell."""
        first = rows[0]
        others = [row for row in rows if self._text(row, column) != self._text(first, column)]
        for row in others:
            told = f"is about the site, and line {first.line} says something else of the same site"
            self._wrong(row, column, f"{told}: write the same into both")
        return not others

    # --- rows of new managers

    def _whole(self, rows: Sequence[SheetRow]) -> Iterator[SheetRow]:
        """New rows that say enough, each once."""
        first: dict[tuple[str, str], int] = {}
        for row in rows:
            name, kind = self._text(row, Column.MANAGER), self._text(row, Column.KIND)
            line = first.setdefault((name.casefold(), kind), row.line)
            if line != row.line:
                self._wrong(row, Column.MANAGER, f"is the manager of line {line} again: take one of the rows out")
            elif self._says_enough(row, kind):
                yield row

    def _says_enough(self, row: SheetRow, kind: str) -> bool:
        needed = [Column.KIND, Column.SITE]
        if kind == ManagerKind.CONNECTOR:
            needed += [field.column for field in OF_CONNECTOR if field.needed]
        missing = [column for column in needed if not self._text(row, column)]
        if missing:
            near = meant_perhaps(self._entries, self._text(row, Column.MANAGER))
            hint = f"did you mean {near}? " if near else ""
            told = f"is a name that fleet.yaml does not have; {hint}A new manager needs {', '.join(missing)}"
            self._wrong(row, Column.MANAGER, told)
        return not missing

    def _add(self, row: SheetRow) -> None:
        if self._text(row, Column.KIND) == ManagerKind.CONNECTOR:
            self._check_of_clouds(row)
            self._add_connector(row)
        else:
            self._add_cloud(row)

    def _add_connector(self, row: SheetRow) -> None:
        name = self._text(row, Column.MANAGER)
        there = self._hosts.setdefault(self._text(row, Column.HOST), name)
        if there != name:
            self._wrong(row, Column.HOST, f"is where {there} answers: a manager is renamed in fleet.yaml by hand")
            return
        connector: Mapping[str, Json] = {"name": name}
        for field in OF_CONNECTOR:
            connector = self._with_cell(connector, row, field)
        at = self._site_at(self._text(row, Column.SITE))
        if self._sites[at].get("privateCloud"):
            self._wrong(row, Column.SITE, "is a private cloud: name a site on premises for a connector")
            return
        self._sites[at] = {**self._sites[at], "connectors": [*_connectors(self._sites[at]), connector]}

    def _site_at(self, name: str) -> int:
        """Where that site is; it is made where there is none."""
        names = [site["name"] for site in self._sites]
        if name not in names:
            self._sites.append({"name": name})
        return [*names, name].index(name)

    def _add_cloud(self, row: SheetRow) -> None:
        for column in sorted(_OF_CONNECTOR):
            self._empty(row, column, "is not written at the site of a private cloud: empty the cell")
        name = self._text(row, Column.SITE)
        if any(site["name"] == name for site in self._sites):
            self._wrong(row, Column.SITE, "is there already: a private cloud is a site of its own")
            return
        self._sites.append({"name": name, "privateCloud": self._text(row, Column.MANAGER)})

    # --- cells

    def _text(self, row: SheetRow, column: Column) -> str:
        return self._sheet.text(row, column)

    def _wrong(self, row: SheetRow, column: Column, message: str) -> None:
        self.problems.append(self._sheet.problem(row, column, message))


def _connectors(site: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    return blocks(site, "connectors")


def _connectors_last(site: Mapping[str, Json]) -> Mapping[str, Json]:
    """In the order in which people write a site."""
    return dict(sorted(site.items(), key=lambda pair: pair[0] == "connectors"))
