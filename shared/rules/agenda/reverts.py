"""Reverts under way: every step that waits for somebody, with the end of its way back."""

from collections.abc import Iterator

from shared.model.plan import SubjectKind
from shared.model.view import RunView, TaskPhase, TaskView
from shared.rules.agenda.people import Book
from shared.rules.agenda.records import NO_DATE, By, Item, Material, Matter


def of_reverts(material: Material, book: Book) -> Iterator[Item]:
    """One row for each step that was begun and has not ended."""
    for view in material.reverts:
        for task in view.tasks:
            if task.phase is TaskPhase.WAITING and task.waiting is not None:
                yield _item(view, task, book)


def _item(view: RunView, task: TaskView, book: Book) -> Item:
    step = view.revert.step(task.task) if view.revert else None
    sites = book.at(task.kind, task.subject) if task.kind is not SubjectKind.MESH else ()
    return Item(
        key=f"revert/{view.run.request.id}/{task.task}",
        matter=Matter.STEP,
        by=By(at=step.deadline) if step and step.deadline else NO_DATE,
        who=step.who if step else book.asked(sites),
        people=book.contacts(sites),
        sites=sites,
        where=task.subject,
        what=step.text if step else task.title,
        why=f"revert {view.run.request.id} waits for it: {task.waiting.detail if task.waiting else task.title}",
    )
