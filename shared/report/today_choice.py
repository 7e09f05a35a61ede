"""Whose rows of `today` are wanted: a person or a site that `fleet.yaml` knows."""

from datetime import date

from shared.model.inventory import PrivateCloud
from shared.rules.agenda.people import site_of_cloud
from shared.rules.agenda.records import Material, Row, Today
from shared.rules.today import Chosen, book_of, chosen


class NobodyError(LookupError):
    """A name is nobody's; an empty list would pass for nothing to do."""

    def __init__(self, about: str, given: str, known: set[str]) -> None:
        names = sorted(known)
        more = f" and {len(names) - _KNOWN_SHOWN} more" if len(names) > _KNOWN_SHOWN else ""
        self.about = about
        """`person` or `site`."""
        self.detail = f"fleet.yaml has nothing of that name; known: {', '.join(names[:_KNOWN_SHOWN])}{more}"
        super().__init__(f"{about} {given}: {self.detail}")


_KNOWN_SHOWN = 20


def rows_for(
    material: Material,
    found: Today,
    *,
    person: str | None = None,
    site: str | None = None,
    until: date | None = None,
) -> tuple[Row, ...]:
    """The rows that somebody wants to see.

    Args:
        material: what the list was made from.
        found: the list.
        person: a contact or owner, whatever the case; None: of anybody.
        site: the name of a site, or a private cloud; None: anywhere.
        until: the last day; None: all.

    Raises:
        NobodyError: nobody is called so, or no site is.
    """
    known = Chosen(person=_person(person, material, found), site=_site(site, material), until=until)
    return chosen(found.rows, known)


def _person(person: str | None, material: Material, found: Today) -> str | None:
    if person is None:
        return None
    known = {*book_of(material, found.now).named, *(one for row in found.rows for one in row.item.people)}
    if person.casefold() not in {one.casefold() for one in known}:
        raise NobodyError("person", person, known)
    return person


def _site(site: str | None, material: Material) -> str | None:
    """The name of a site; a private cloud may be named as well."""
    if site is None:
        return None
    wanted = site.casefold()
    clouds = {name.casefold(): one for one in material.inventory.private_clouds for name in _names(one)}
    if wanted in clouds:
        return site_of_cloud(material.policy, clouds[wanted])
    known = {one for sites in book_of(material, material.plan.made_at).sites_of.values() for one in sites}
    known |= {one.name for one in material.policy.sites}
    if wanted not in {one.casefold() for one in known}:
        raise NobodyError("site", site, known)
    return site


def _names(cloud: PrivateCloud) -> tuple[str, ...]:
    return cloud.id, cloud.name
