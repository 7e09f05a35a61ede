"""What runs wait for and what goes no further, as rows of `today`: the same causes that a report lists."""

from collections.abc import Iterable, Iterator

from shared.model.plan import SubjectKind, Unplanned
from shared.model.run import Bucket
from shared.model.view import RunView
from shared.report.needs import Need, needs
from shared.report.words import KINDS
from shared.rules.agenda.people import Book
from shared.rules.agenda.records import AT_ONCE, NO_DATE, By, Item, Matter
from shared.rules.agenda.standing import gap_key

_KEPT_BACK = frozenset({Unplanned.HELD.value, Unplanned.CAPPED.value})
"""Somebody means it to stand still: it is told, and it is nothing that has to be done at once."""


def needed(views: Iterable[RunView], people: Book) -> Iterator[Item]:
    """Rows for the needs of these runs, those of the first one counting where several speak of one subject."""
    told: set[tuple[SubjectKind, str]] = set()
    for view in views:
        names = {(one.kind, one.id): one.name for one in view.subjects}
        names |= {(SubjectKind.SUBSCRIPTION, one.id): one.name or one.id for one in view.subscriptions}
        for need in needs(view):
            about = (need.kind, need.subject)
            if about not in told:
                told.add(about)
                yield _item(need, names.get(about, need.subject), people)


def _item(need: Need, name: str, people: Book) -> Item:
    sites = people.at(need.kind, need.subject)
    mentioned = people.mentioned(need.who)
    contacts = mentioned or people.contacts(sites)
    return Item(
        key=_key(need),
        matter=Matter.STEP if need.bucket is Bucket.WAITING else Matter.NEED,
        by=_by(need),
        who=need.who if need.remedy or not contacts else ", ".join(contacts),
        people=contacts,
        sites=sites,
        where=f"{KINDS[need.kind][0]} {name}",
        what=need.remedy or _what(need, name, known=bool(contacts)),
        why=f"{need.reason}: {need.detail}",
    )


def _what(need: Need, name: str, *, known: bool) -> str:
    """Where people are known, who can act says what they do; where none are, it is all that is known of them."""
    if need.kind is SubjectKind.SUBSCRIPTION:
        return f"Let subscription {name} be read"
    return need.who if known else f"Put it right: {need.reason}"


def _key(need: Need) -> str:
    """A manager of which nothing could be read has a row of its own, which says what to do about it."""
    if need.bucket is Bucket.UNKNOWN:
        return gap_key(need.kind, need.subject, "manager")
    kind = "step" if need.bucket is Bucket.WAITING else "need"
    return f"{kind}/{need.kind.value}/{need.subject}"


def _by(need: Need) -> By:
    if need.reason in _KEPT_BACK:
        return NO_DATE
    by = need.expected or need.until  # the end of all patience is no day to aim at
    return By(at=by) if by else AT_ONCE
