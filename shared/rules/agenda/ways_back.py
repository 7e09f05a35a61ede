"""Ways back of runs under way that end: whoever may want to go back has to know until when."""

from collections.abc import Iterator
from datetime import datetime

from shared.model.plan import ManagerTask, SubjectKind
from shared.model.view import RunView
from shared.model.way_back import ManagerClock
from shared.rules.agenda.people import Book
from shared.rules.agenda.records import By, Item, Material, Matter
from shared.rules.subjects import kind_of
from shared.rules.way_back_clock import usable


def of_ways_back(material: Material, book: Book, now: datetime) -> Iterator[Item]:
    """One row for each changed manager whose way back ends by itself and is not gone, on its other side either."""
    for view in material.under_way:
        for clock, _ in usable(view.ways_back, now):
            yield _item(view, clock, book)


def _item(view: RunView, clock: ManagerClock, book: Book) -> Item:
    sites = book.at(_kind(view, clock), clock.manager)
    return Item(
        key=f"way-back/{view.run.request.id}/{clock.manager}",
        matter=Matter.ENDING,
        by=By(at=clock.expires_at),
        who=book.asked(sites),
        people=book.contacts(sites),
        sites=sites,
        where=clock.manager,
        what=f"Decide whether {clock.manager} goes back to {clock.back_to}, while it can",
        why=clock.note,
    )


def _kind(view: RunView, clock: ManagerClock) -> SubjectKind:
    task = view.plan.task(clock.task) if view.plan else None
    return kind_of(task) if isinstance(task, ManagerTask) else SubjectKind.CONNECTOR
