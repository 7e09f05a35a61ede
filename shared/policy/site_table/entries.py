"""The managers at the sites of `fleet.yaml`, each with the texts of its row."""

from collections.abc import Iterator, Mapping, Sequence

from shared.model.codec import Json
from shared.model.inventory import ManagerKind
from shared.model.record import record
from shared.policy.site_table.columns import Column
from shared.policy.site_table.observed import Observed
from shared.policy.site_table.values import OF_CONNECTOR, OF_SITE, joined, value_at


@record
class Entry:
    """One manager that fleet.yaml has at a site."""

    kind: ManagerKind
    name: str
    site: int
    """Position of its site, counted from 0."""
    connector: int | None
    """Position among the connectors of the site; None for a cloud manager."""
    texts: Mapping[Column, str]
    """What its row says."""

    @property
    def system_id(self) -> str:
        """As it was observed; empty where it was not."""
        return self.texts[Column.SYSTEM_ID]


def entries(root: Json, seen: Sequence[Observed]) -> tuple[Entry, ...]:
    """Every manager at a site, in the order of a valid file of which `root` is the content."""
    by_name, own = _by_name(seen), _cloud_managers(root)
    return tuple(entry for at, site in enumerate(blocks(root, "sites")) for entry in _of_site(at, site, own, by_name))


def bare_sites(root: Json) -> tuple[str, ...]:
    """Names of the sites where no manager is: they have no row."""
    return tuple(
        str(site["name"])
        for site in blocks(root, "sites")
        if not site.get("privateCloud") and not blocks(site, "connectors")
    )


def at_no_site(rows: Sequence[Entry], seen: Sequence[Observed]) -> tuple[str, ...]:
    """Ids of private clouds and connectors that were observed and that no site has: they have no row either."""
    known = {(row.kind, _name_of(row)) for row in rows}
    return tuple(one.id for one in seen if not any((one.kind, name) in known for name in one.names))


def _name_of(row: Entry) -> str:
    return row.name if row.kind is ManagerKind.CONNECTOR else row.name.casefold()


def blocks(block: Json, key: str) -> list[Mapping[str, Json]]:
    """The blocks of a list under `key`."""
    found = value_at(block, [key])
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


type _Seen = Mapping[tuple[ManagerKind, str], Sequence[Observed]]
type _Own = Mapping[str, Mapping[str, Json]]
"""What stands under cloudManagers of a private cloud, by its name in small letters, since Azure knows no case."""


def _by_name(seen: Sequence[Observed]) -> _Seen:
    found: dict[tuple[ManagerKind, str], list[Observed]] = {}
    for one in seen:
        for name in one.names:
            found.setdefault((one.kind, name), []).append(one)
    return found


def _cloud_managers(root: Json) -> _Own:
    entries_of_clouds = reversed(blocks(value_at(root, ["cloudManagers"]), "entries"))  # the first one counts
    return {str(one.get("cloud")).casefold(): one for one in entries_of_clouds}


def _of_site(at: int, site: Mapping[str, Json], own: _Own, seen: _Seen) -> Iterator[Entry]:
    if cloud := site.get("privateCloud"):
        yield _cloud_manager(at, site, str(cloud), own, seen)
    for number, connector in enumerate(blocks(site, "connectors")):
        yield _connector(at, site, number, connector, seen)


def _cloud_manager(at: int, site: Mapping[str, Json], cloud: str, own: _Own, seen: _Seen) -> Entry:
    kind, written = ManagerKind.CLOUD_MANAGER, own.get(cloud.casefold(), {})
    witness = _the_one(seen.get((kind, cloud.casefold()), ()))
    of_file = {
        Column.OWNER: written.get("owner"),
        Column.CREDENTIALS: written.get("credentials"),
        Column.HOST: witness.host if witness else None,
    }
    texts = {**_texts(kind, cloud, site, witness), **{column: str(value or "") for column, value in of_file.items()}}
    return Entry(kind=kind, name=cloud, site=at, connector=None, texts=texts)


def _connector(at: int, site: Mapping[str, Json], number: int, connector: Mapping[str, Json], seen: _Seen) -> Entry:
    kind, name = ManagerKind.CONNECTOR, str(connector["name"])
    own = {field.column: field.show(value_at(connector, field.path)) for field in OF_CONNECTOR}
    texts = {**_texts(kind, name, site, _the_one(seen.get((kind, name), ()))), **own}
    return Entry(kind=kind, name=name, site=at, connector=number, texts=texts)


def _texts(kind: ManagerKind, name: str, site: Mapping[str, Json], witness: Observed | None) -> dict[Column, str]:
    of_site = {field.column: field.show(value_at(site, field.path)) for field in OF_SITE}
    named = {Column.MANAGER: name, Column.KIND: kind.value, Column.SITE: str(site["name"])}
    return {**dict.fromkeys(Column, ""), **of_site, **named, **(_seen_texts(witness) if witness else {})}


def _seen_texts(witness: Observed) -> dict[Column, str]:
    at = witness.facts.observed_at.isoformat(timespec="seconds") if witness.facts else ""
    return {
        Column.SYSTEM_ID: witness.system_id,
        Column.VERSION: witness.version,
        Column.TAGS: witness.tags,
        Column.PAIRED_CLOUDS: joined(sorted(set(witness.pairs))),
        Column.OBSERVED_AT: at,
    }


def _the_one(found: Sequence[Observed]) -> Observed | None:
    """Of several private clouds of one name none is meant: fleet.yaml has to name one by its id."""
    return found[0] if len(found) == 1 else None
