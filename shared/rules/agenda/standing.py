"""What was observed and asks for somebody, and what could not be observed: gaps, accounts, licences, support."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from shared.model.facts import Gap, GapReason
from shared.model.inventory import Maintenance, Manager
from shared.model.plan import SubjectKind
from shared.rules.agenda.people import Book
from shared.rules.agenda.records import AT_ONCE, NO_DATE, By, Item, Material, Matter
from shared.rules.calendar.closed_times import NOT_FIXED, OVER, maintenance_text
from shared.rules.exposure import ClockReading, Exposure, ManagerExposure, Nearing, exposure
from shared.rules.subjects import kind_of_manager

NOBODYS = frozenset({GapReason.NOT_OFFERED, GapReason.ELSEWHERE})
"""Gaps that nobody has to close."""
ACCOUNT = frozenset({GapReason.LOGIN_REFUSED, GapReason.BREAKER_OPEN, GapReason.SECRET_MISSING})
"""Gaps that credentials close."""
SCHEDULING = "SchedulingWindow"
"""The constraint within which a time can be chosen, as its name says (inferred from azure-mgmt-avs 10.1.0)."""
_NAMES = 5


def gap_key(kind: SubjectKind, manager: str, section: str) -> str:
    """The key of a row about something that could not be observed."""
    return f"gap/{kind.value}/{manager}/{section}"


# --- what could not be observed ---------------------------------------------------------------------------------------


def of_gaps(material: Material, book: Book) -> Iterator[Item]:
    """Each thing that could not be observed and that somebody can mend, once for each manager."""
    for facts in material.facts.managers:
        grouped = defaultdict[tuple[GapReason, str], list[Gap]](list)
        for gap in facts.gaps:
            if gap.reason not in NOBODYS and gap.remedy:
                grouped[gap.reason, gap.remedy].append(gap)
        for gaps in grouped.values():
            yield _gap(facts.manager, gaps, book)


def _gap(manager: Manager, gaps: list[Gap], book: Book) -> Item:
    kind, first = kind_of_manager(manager.kind), gaps[0]
    sites = book.at(kind, manager.id) or (manager.site,)
    sections = sorted({gap.section for gap in gaps})
    unseen = "nothing of it could be read" if "manager" in sections else f"not read: {', '.join(sections)}"
    return Item(
        key=gap_key(kind, manager.id, "manager" if "manager" in sections else sections[0]),
        matter=Matter.CREDENTIALS if first.reason in ACCOUNT else Matter.READING,
        by=AT_ONCE,
        who=book.asked(sites),
        people=book.contacts(sites),
        sites=sites,
        where=manager.id,
        what=first.remedy,
        why=f"{first.reason.value}: {first.detail}; {unseen}",
    )


def of_breakers(material: Material, book: Book) -> Iterator[Item]:
    """Accounts that were refused. One whose manager has a gap of it already is told there."""
    told = {one.manager.id for one in material.facts.managers if any(gap.reason in ACCOUNT for gap in one.gaps)}
    users = defaultdict[str, list[Manager]](list)
    for manager in material.inventory.managers:
        for secret in {manager.credentials, manager.appliance_credentials} - {None}:
            users[str(secret)].append(manager)
    for one in material.breakers:
        managers = users[one.secret]
        if managers and all(manager.id in told for manager in managers):
            continue
        sites = tuple(dict.fromkeys(site for m in managers for site in book.at(kind_of_manager(m.kind), m.id)))
        yield Item(
            key=f"breaker/{one.secret}",
            matter=Matter.CREDENTIALS,
            by=AT_ONCE,
            who=book.asked(sites),
            people=book.contacts(sites),
            sites=sites,
            where=_some([manager.id for manager in managers]) or "no manager that is known",
            what=f"Renew the secret {one.secret}; if it was right after all: hcx-fleet breaker reset {one.secret}",
            why=f"version {one.version} was refused, and is not tried again: {one.detail}",
        )


# --- licences and support ---------------------------------------------------------------------------------------------


def of_exposure(material: Material, book: Book, now: datetime) -> Iterator[Item]:
    """Licences and activations that end, and releases whose support does, within 90 days or ended already."""
    found = exposure(material.catalogue, material.facts, now)
    yield from _licences(found, book)
    yield from _clocks_unknown(found, book)
    yield from _support(found, book)


def _sites(one: ManagerExposure, book: Book) -> tuple[str, ...]:
    return book.at(kind_of_manager(one.kind), one.manager)


def _licences(found: Exposure, book: Book) -> Iterator[Item]:
    for one in found.managers:
        for reading in one.clocks:
            if reading.until and reading.state in {Nearing.SOON, Nearing.PAST}:
                sites = _sites(one, book)
                yield Item(
                    key=f"licence/{one.kind.value}/{one.manager}/{reading.clock.id}",
                    matter=Matter.LICENCE,
                    by=By(day=reading.until),
                    who=book.asked(sites),
                    people=book.contacts(sites),
                    sites=sites,
                    where=one.manager,
                    what=f"See to the licence of {one.manager} before it ends",
                    why=f"{reading.clock.id}: {reading.clock.detail}",
                )


def _clocks_unknown(found: Exposure, book: Book) -> Iterator[Item]:
    """One row for each clock: nobody can tell its end on any of these managers, and that is one question."""
    grouped = defaultdict[str, list[tuple[ManagerExposure, ClockReading]]](list)
    for one in found.managers:
        for reading in one.clocks:
            if reading.state is Nearing.UNKNOWN:
                grouped[reading.clock.id].append((one, reading))
    for name, members in grouped.items():
        sites = tuple(dict.fromkeys(site for one, _ in members for site in _sites(one, book)))
        yield Item(
            key=f"licence-unknown/{name}",
            matter=Matter.LICENCE,
            by=NO_DATE,
            who="whoever answers for licences",
            people=book.contacts(sites),
            sites=sites,
            where=_some([one.manager for one, _ in members]),
            what="Look up until when the licence or activation holds: these managers do not say",
            why=f"{name}: {members[0][1].clock.detail}",
        )


def _support(found: Exposure, book: Book) -> Iterator[Item]:
    grouped = defaultdict[str, list[ManagerExposure]](list)
    for one in found.managers:
        if one.version and one.support.on and one.support.state in {Nearing.SOON, Nearing.PAST}:
            grouped[one.version.release].append(one)
    for release, members in grouped.items():
        sites = tuple(dict.fromkeys(site for one in members for site in _sites(one, book)))
        support = members[0].support
        by = f", taken from {support.inferred_from.release} (inferred)" if support.inferred_from else ""
        source = support.ends[0].source if support.ends else ""
        yield Item(
            key=f"support/{release}",
            matter=Matter.SUPPORT,
            by=By(day=support.on),
            who="whoever decides on targets in fleet.yaml",
            people=book.contacts(sites),
            sites=sites,
            where=_some([one.manager for one in members]),
            what=f"Be off {release}: its support ends",
            why=f"end of support{by}: {source}",
        )


def _some(names: Iterable[str]) -> str:
    every = sorted(names)
    more = len(every) - _NAMES
    return ", ".join(every[:_NAMES]) + (f" and {more} more" if more > 0 else "")


# --- the provider's maintenances --------------------------------------------------------------------------------------


def of_maintenances(material: Material, book: Book, now: datetime) -> Iterator[Item]:
    """Maintenances of vCenter, ESXi and NSX that are to come: to be answered, or to be expected."""
    clouds = {one.resource_id.casefold(): one.id for one in material.inventory.private_clouds}
    for one in material.inventory.maintenances:
        if one.state not in OVER:
            yield from _maintenance(one, clouds.get(one.cloud_resource_id.casefold(), ""), book, now)


def _maintenance(one: Maintenance, cloud: str, book: Book, now: datetime) -> Iterator[Item]:
    sites = book.at(SubjectKind.PRIVATE_CLOUD, cloud)
    text = maintenance_text(one, book.zone(sites), now)
    if one.state == NOT_FIXED:
        ends = max((limit.ends_at for limit in one.constraints if limit.kind == SCHEDULING), default=None)
        told = By(at=ends) if ends else NO_DATE, f"Choose a time for the maintenance of {one.component} in Azure"
    elif one.starts_at and now <= one.starts_at:
        told = By(at=one.starts_at), f"Expect the maintenance of {one.component}: nothing of HCX is changed meanwhile"
    else:
        return
    by, what = told
    yield Item(
        key=f"maintenance/{one.id}",
        matter=Matter.MAINTENANCE,
        by=by,
        who=book.asked(sites or (cloud,)),
        people=book.contacts(sites),
        sites=sites,
        where=cloud or one.cloud_resource_id,
        what=what,
        why=text,
    )
