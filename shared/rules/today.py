"""Who must do what, by when and why: one list, made of what is known already.

Facts, plan, policy and *now* in, rows out. What is in the past says that it is late; what stands in the way and has no
date is due now; what nobody can date comes last and says so. Nothing is left out because it is inconvenient: every
subject that was seen is in exactly one count.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime

from shared.model.finding import Verdict
from shared.model.record import record
from shared.rules import tags
from shared.rules.agenda.people import Book, book
from shared.rules.agenda.promises import of_policy
from shared.rules.agenda.records import Item, Material, Matter, Row, Today, When
from shared.rules.agenda.reverts import of_reverts
from shared.rules.agenda.standing import of_breakers, of_exposure, of_gaps, of_maintenances
from shared.rules.agenda.tally import counted
from shared.rules.agenda.tasks import of_plan
from shared.rules.agenda.ways_back import of_ways_back
from shared.rules.run_end import UNREAD
from shared.rules.tags import Restraints

_RANK = {matter: rank for rank, matter in enumerate(Matter)}
_TURN = {when: rank for rank, when in enumerate(When)}


@record
class Chosen:
    """Which rows somebody wants to see; None: any."""

    person: str | None = None
    site: str | None = None
    until: date | None = None
    """The last day. What has no date is left out then."""


def book_of(material: Material, now: datetime) -> Book:
    """Who answers for what."""
    return _book(material, _restraints(material, now))


def _restraints(material: Material, now: datetime) -> Mapping[str, Restraints]:
    return tags.of_all(material.inventory.private_clouds, material.policy, now.date())


def _book(material: Material, restraints: Mapping[str, Restraints]) -> Book:
    owners = (one.owner or (one.held.owner if one.held else "") for one in restraints.values())
    return book(material.policy, material.inventory, material.facts, material.plan, owners)


def today(material: Material, now: datetime, needed: Callable[[Book], Iterable[Item]] = lambda _: ()) -> Today:
    """The list as it stands at `now`.

    Args:
        material: what is known.
        now: what dates are compared with.
        needed: what runs wait for and what goes no further, as reports tell it.
    """
    restraints = _restraints(material, now)
    people = _book(material, restraints)
    items = {one.key: one for one in _all(material, restraints, people, now)}
    items |= {one.key: one for one in needed(people) if one.key not in items}
    view = material.view
    return Today(
        now=now,
        fleet=material.policy.name,
        plan=material.plan.hash,
        planned_at=material.plan.made_at,
        private_cloud=material.plan.private_cloud,
        observed_from=min((one.observed_at for one in material.facts.managers), default=None),
        subjects=len(view.placed),
        counts=counted(view, material.under_way),
        unread=tuple(one.name or one.id for one in view.subscriptions if one.state in UNREAD),
        by_hand=sum(one.verdict is Verdict.MANUAL for one in material.plan.findings),
        rows=tuple(_rows(items.values(), people, now)),
    )


def _all(material: Material, restraints: Mapping[str, Restraints], people: Book, now: datetime) -> Iterator[Item]:
    yield from of_plan(material, people)
    yield from of_policy(material.policy, material.inventory, restraints, people, now)
    yield from of_gaps(material, people)
    yield from of_breakers(material, people)
    yield from of_maintenances(material, people, now)
    yield from of_exposure(material, people, now)
    yield from of_ways_back(material, people, now)
    yield from of_reverts(material, people)


def _rows(items: Iterable[Item], people: Book, now: datetime) -> Iterator[Row]:
    def order(item: Item) -> tuple[int, datetime, bool, int, str, str]:
        return _TURN[item.by.when(now)], *item.by.order(now), _RANK[item.matter], item.where, item.key

    for item in sorted(items, key=order):
        yield Row(when=item.by.when(now), item=item, zone=people.zone(item.sites))


def chosen(rows: Iterable[Row], wanted: Chosen) -> tuple[Row, ...]:
    """The rows that somebody asked for, in their order. Names are compared without regard to case."""
    return tuple(row for row in rows if _fits(row, wanted))


def _fits(row: Row, wanted: Chosen) -> bool:
    item = row.item
    theirs = wanted.person is None or wanted.person.casefold() in {one.casefold() for one in item.people}
    there = wanted.site is None or wanted.site.casefold() in {one.casefold() for one in item.sites}
    return theirs and there and (wanted.until is None or _within(row, wanted.until))


def _within(row: Row, until: date) -> bool:
    day = row.item.by.date
    return row.when in {When.LATE, When.NOW} or (day is not None and day <= until)
