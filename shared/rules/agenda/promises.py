"""What somebody decided and gave an end: it must be renewed, let go or done without, and somebody has to say which."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from shared.model.inventory import Inventory
from shared.model.policy import Freeze, Policy
from shared.model.record import record
from shared.model.span import Span
from shared.rules.agenda.people import Book
from shared.rules.agenda.records import AT_ONCE, By, Item, Matter
from shared.rules.holds import EVERYTHING
from shared.rules.tags import Restraints

type Places = Mapping[str, tuple[str, ...]]
"""Names of sites, by every name in lower case that `fleet.yaml` may call something by."""


def of_policy(
    policy: Policy, inventory: Inventory, tags: Mapping[str, Restraints], book: Book, now: datetime
) -> Iterator[Item]:
    """Waivers, accepted risks, holds, exclusions, tags and freezes that end or have ended."""
    places = _places(inventory, policy, book)
    yield from _waivers(policy, places)
    yield from _risks(policy, places)
    yield from _holds(policy, places)
    yield from _exclusions(policy, places)
    yield from _tags(tags, places)
    yield from _freezes(policy, now)


def _places(inventory: Inventory, policy: Policy, book: Book) -> Places:
    """Sites by every name that `fleet.yaml` may call a private cloud, a connector or a mesh by."""
    found = {subject: sites for (_, subject), sites in book.sites_of.items()}
    for cloud in inventory.private_clouds:
        found |= dict.fromkeys((cloud.name, cloud.resource_id), found.get(cloud.id, ()))
    found |= {one.name: (one.site,) for one in policy.connectors}
    return {name.casefold(): sites for name, sites in found.items()}


@record
class _Promise:
    """What ends, whose it is and what to do about it."""

    key: str
    owner: str
    by: By
    where: str
    sites: tuple[str, ...] = ()


def _ending(promise: _Promise, what: str, why: str) -> Item:
    return Item(
        key=promise.key,
        matter=Matter.ENDING,
        by=promise.by,
        who=promise.owner or "whoever wrote it",
        people=(promise.owner,) if promise.owner else (),
        sites=promise.sites,
        where=promise.where,
        what=what,
        why=why,
    )


def _waivers(policy: Policy, places: Places) -> Iterator[Item]:
    for one in policy.waivers:
        key, sites = f"waiver/{one.check}/{one.subject}", places.get(one.subject.casefold(), ())
        promise = _Promise(key=key, owner=one.owner, by=By(day=one.until), where=one.subject, sites=sites)
        what = f"Say whether the waiver of {one.check} goes on, or mend what it lets pass"
        yield _ending(promise, what, f"its last day; afterwards {one.check} stands in the way again: {one.reason}")


def _risks(policy: Policy, places: Places) -> Iterator[Item]:
    for one in policy.accepted_risks:
        sites = tuple(dict.fromkeys(site for name in one.subjects for site in places.get(name.casefold(), ())))
        key, where = f"risk/{one.id}/{','.join(sorted(one.subjects))}", ", ".join(one.subjects) or _EVERYTHING
        promise = _Promise(key=key, owner=one.owner, by=By(day=one.until), where=where, sites=sites)
        why = f"its last day; afterwards the risk counts again: {one.reason}"
        yield _ending(promise, f"Say whether risk {one.id} is still taken", why)


_EVERYTHING = "the whole fleet"
_GOES_ON = "its last day; it goes on to hold until a person removes it"


def _holds(policy: Policy, places: Places) -> Iterator[Item]:
    for one in policy.holds:
        if one.until:
            where = _EVERYTHING if one.subject == EVERYTHING else one.subject
            sites = places.get(one.subject.casefold(), ())
            promise = _Promise(
                key=f"hold/{one.subject}", owner=one.owner, by=By(day=one.until), where=where, sites=sites
            )
            yield _ending(promise, f"Let {where} go, or give the hold another day", f"{_GOES_ON}: {one.reason}")


def _exclusions(policy: Policy, places: Places) -> Iterator[Item]:
    for one in policy.scope.exclude:
        if one.until:
            key, sites = f"exclusion/{one.cloud}", places.get(one.cloud.casefold(), ())
            promise = _Promise(key=key, owner=one.owner, by=By(day=one.until), where=one.cloud, sites=sites)
            what = f"Take {one.cloud} in, or give its exclusion another day"
            yield _ending(promise, what, f"{_GOES_ON}: {one.reason}")


def _tags(tags: Mapping[str, Restraints], places: Places) -> Iterator[Item]:
    for cloud, found in tags.items():
        held = found.held
        if held and held.until:
            key, sites = f"tag/{cloud}", places.get(cloud.casefold(), ())
            promise = _Promise(key=key, owner=held.owner, by=By(day=held.until), where=cloud, sites=sites)
            what = f"Remove the tag {held.tag} of {cloud}, or give it another day"
            yield _ending(promise, what, f"{_GOES_ON}: {held.reason}")


def _freezes(policy: Policy, now: datetime) -> Iterator[Item]:
    for freeze in policy.freezes:
        where = ", ".join(freeze.sites) or "everywhere"
        key, span = f"freeze/{freeze.name}", _next(freeze, now)
        if freeze.unreadable:
            promise = _Promise(key=key, owner=freeze.owner, by=AT_ONCE, where=where, sites=freeze.sites)
            why = f"it counts as closed at any time: {freeze.unreadable}"
            yield _ending(promise, f"Mend the calendar of freeze {freeze.name}", why)
        elif span:
            key = f"{key}/{span.start.isoformat()}"
            promise = _Promise(key=key, owner=freeze.owner, by=By(at=span.end), where=where, sites=freeze.sites)
            begun = "nothing is changed until then" if span.start <= now else f"it begins on {span.start.date()}"
            what = f"Freeze {freeze.name} ends: say if it has to be longer"
            yield _ending(promise, what, f"{freeze.reason}; {begun}")


def _next(freeze: Freeze, now: datetime) -> Span | None:
    """The one that it is in, or the next one: a calendar may hold hundreds."""
    return min((span for span in freeze.spans if now < span.end), key=lambda span: span.start, default=None)
