"""What the plan asks of others: to prepare, to answer, to let go, to perform; each with its date and its lead time."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from shared.model.finding import Finding
from shared.model.plan import (
    ManagerTask,
    MeshTask,
    Plan,
    Preparation,
    PreparationKind,
    Task,
    TaskTime,
)
from shared.model.policy import Approval, Owner, ProviderDates
from shared.model.record import record
from shared.model.run import RunKind
from shared.model.view import TaskPhase, TaskView
from shared.model.waiting import WaitingFor
from shared.rules.agenda.people import Book
from shared.rules.agenda.records import AT_ONCE, NO_DATE, By, Item, Material, Matter
from shared.rules.preparation import BETWEEN_HOPS, LEADS, TICKET
from shared.rules.run_view import title

HASH = 12
"""Characters of a hash that people compare."""


@record
class _Scene:
    """The plan with what is known of each of its tasks."""

    plan: Plan
    book: Book
    times: Mapping[str, TaskTime]
    done: frozenset[tuple[str, str]]
    """Task and preparation of what was seen to be done."""
    stands: Mapping[str, TaskView]
    """Each task as its newest run has it."""

    def starts(self, task: Task) -> datetime | None:
        """When the task's turn probably comes."""
        time = self.times.get(task.id)
        return time.starts if time else None

    def left(self, task: Task) -> bool:
        """Whether nobody has begun with it."""
        view = self.stands.get(task.id)
        return view is None or view.phase is TaskPhase.PLANNED


def of_plan(material: Material, book: Book) -> Iterator[Item]:
    """Everything that the tasks of the plan ask of somebody, of those that have not begun."""
    scene = _scene(material, book)
    left = [task for task in scene.plan.tasks if scene.left(task)]
    for task in left:
        yield from _preparations(scene, task)
        yield from _performed(scene, task)
    yield from _findings(scene, {task.subject: task for task in left})
    yield from _approvals(material, scene)
    yield from _start(material, scene, left)


def _scene(material: Material, book: Book) -> _Scene:
    views = (material.view, *material.under_way)
    return _Scene(
        plan=material.plan,
        book=book,
        times={one.task: one for one in material.plan.schedule.tasks},
        done=frozenset((one.task, one.preparation) for one in material.plan.schedule.due if one.done),
        stands={task.task: task for view in views for task in view.tasks},
    )


def _at(moment: datetime | None) -> By:
    return By(at=moment) if moment else NO_DATE


def _name(task: Task) -> str:
    return task.subject if isinstance(task, ManagerTask) else f"mesh {task.name}"


def _provider_dates(book: Book, task: Task) -> ProviderDates:
    sites = (book.sites[name] for name in task.sites if name in book.sites)
    return next((site.provider for site in sites), ProviderDates())


# --- preparations -----------------------------------------------------------------------------------------------------


def _preparations(scene: _Scene, task: Task) -> Iterator[Item]:
    for one in task.preparations:
        if (task.id, one.id) not in scene.done:
            yield Item(
                key=f"preparation/{task.id}/{one.id}",
                matter=Matter.PREPARATION,
                by=_prepared_by(scene, task, one),
                who=one.who,
                people=scene.book.mentioned(one.who),
                sites=task.sites,
                where=_name(task),
                what=one.title,
                why=_why_then(scene, task, one),
            )


def _answer_by(scene: _Scene, task: Task, one: Preparation) -> By | None:
    """Until when the provider takes an answer, where `fleet.yaml` says so: that counts instead of any lead."""
    answer_by = _provider_dates(scene.book, task).answer_by
    return By(day=answer_by) if one.kind is PreparationKind.ANSWER_PROVIDER and answer_by else None


def _prepared_by(scene: _Scene, task: Task, one: Preparation) -> By:
    """Counted from the start, and not by the schedule's own dates.

    Those are never before the plan was made, and what should have been done by then must show as late.
    """
    starts = scene.starts(task)
    return _answer_by(scene, task, one) or _at(starts - one.lead if starts else None)


def _why_then(scene: _Scene, task: Task, one: Preparation) -> str:
    if _answer_by(scene, task, one):
        return f"the provider takes an answer until then, as fleet.yaml says, about {title(task)}"
    lead = LEADS[one.kind]
    early = f"{one.lead.days} d before" if one.lead.days else "before"
    if one.lead == BETWEEN_HOPS and lead.span > one.lead:
        return f"between two hops of {title(task)}"
    return f"{early} {title(task)}: {TICKET.reason if one.lead == TICKET.span else lead.reason}"


# --- tasks of others --------------------------------------------------------------------------------------------------


def _performed(scene: _Scene, task: Task) -> Iterator[Item]:
    match task.owner:
        case Owner.PROVIDER:
            yield from _by_provider(scene, task)
        case Owner.ASSISTED:
            yield _by_person(scene, task)
        case Owner.OURS:
            pass
    if isinstance(task, MeshTask):
        yield from _by_hand(scene, task)


def _by_provider(scene: _Scene, task: Task) -> Iterator[Item]:
    """Only what is announced: that the provider is to be asked is a preparation."""
    dates = _provider_dates(scene.book, task)
    if dates.announced:
        case = f" (case {dates.case})" if dates.case else ""
        yield Item(
            key=f"provider/{task.id}",
            matter=Matter.PROVIDER,
            by=By(day=dates.announced),
            who="the provider",
            people=scene.book.contacts(task.sites),
            sites=task.sites,
            where=_name(task),
            what=f"Upgrade {title(task)}; nobody else has to press anything",
            why=f"announced for this day{case}, as fleet.yaml says; it counts once it is observed",
        )


def _by_person(scene: _Scene, task: Task) -> Item:
    site = task.sites[:1]  # the initiator's comes first: that is where all mesh work starts
    return Item(
        key=f"task/{task.id}",
        matter=Matter.TASK,
        by=_at(scene.starts(task)),
        who=scene.book.asked(site),
        people=scene.book.contacts(site),
        sites=task.sites,
        where=_name(task),
        what=f"Upgrade {title(task)}: hcx-fleet runsheet {task.subject}",
        why="; ".join(_reasons(scene, task)),
    )


def _reasons(scene: _Scene, task: Task) -> Iterator[str]:
    time = scene.times.get(task.id)
    yield f"a person performs it: {task.owner_reason}"
    if isinstance(task, MeshTask) and task.must:
        yield task.must
    if time and time.starts is None and time.waits_for:
        yield time.waits_for
    yield from _networks(scene.book, task)


def _networks(book: Book, task: Task) -> Iterator[str]:
    """Who answers for what is interrupted, as far as `fleet.yaml` names them."""
    if isinstance(task, MeshTask) and task.networks:
        entries = [one for name in task.sites if name in book.sites for one in book.sites[name].networks]
        told = ", ".join(dict.fromkeys(f"{one.owner} ({one.network})" for one in entries))
        yield f"up to {task.networks} extended networks are in change at once{f': tell {told}' if told else ''}"


def _by_hand(scene: _Scene, task: MeshTask) -> Iterator[Item]:
    site = task.sites[:1]
    for one in task.by_hand:
        yield Item(
            key=f"by-hand/{task.id}/{one.appliance_id}",
            matter=Matter.TASK,
            by=_at(scene.starts(task)),
            who=scene.book.asked(site),
            people=scene.book.contacts(site),
            sites=task.sites,
            where=_name(task),
            what=f"Redeploy {one.name} of {task.name} by hand, after the mesh",
            why=one.mode.reason or "no update reaches it",
        )


# --- what stands in the way -------------------------------------------------------------------------------------------


def _findings(scene: _Scene, tasks: Mapping[str, Task]) -> Iterator[Item]:
    """What was found to block a task when the plan was made: it has to be gone when the task's turn comes."""
    found: dict[str, Finding] = {}
    for one in scene.plan.findings:
        if one.blocks and one.subject in tasks:
            found.setdefault(f"finding/{one.check}/{one.subject}", one)
    for key, one in found.items():
        task = tasks[one.subject]
        site = task.sites[:1]
        yield Item(
            key=key,
            matter=Matter.FINDING,
            by=_at(scene.starts(task)),
            who=scene.book.asked(site),
            people=scene.book.contacts(site),
            sites=task.sites,
            where=_name(task),
            what=one.remedy or f"Mend what {one.check} found",
            why=f"{one.check}: {one.summary}",
        )


# --- letting it go ----------------------------------------------------------------------------------------------------


def _approvals(material: Material, scene: _Scene) -> Iterator[Item]:
    asked, left = _asked_for(material), {task.id: task for task in scene.plan.tasks if scene.left(task)}
    for wave in scene.plan.waves:
        tasks = [left[name] for name in wave.tasks if name in left]
        if wave.approval and tasks:
            by = asked.get(wave.name) or _at(_first(scene, tasks))
            yield _approval(wave.name, wave.approval, by, len(tasks))


def _asked_for(material: Material) -> dict[str, By]:
    """Waves for which a run under way waits, and until when."""
    found: dict[str, By] = {}
    for view in material.under_way:
        waves = {name: wave.name for wave in (view.plan.waves if view.plan else ()) for name in wave.tasks}
        for task in view.tasks:
            if task.waiting and task.waiting.reason is WaitingFor.APPROVAL and task.task in waves:
                found[waves[task.task]] = _at(task.waiting.due) if task.waiting.due else AT_ONCE
    return found


def _approval(wave: str, approval: Approval, by: By, tasks: int) -> Item:
    many = f"{approval.minimum} of " if approval.minimum > 1 else ""
    return Item(
        key=f"approval/{wave}",
        matter=Matter.APPROVAL,
        by=by,
        who=f"{many}{' or '.join(approval.approvers) or 'somebody'}",
        people=approval.approvers,
        where=f"wave {wave}",
        what=f"Let wave {wave} go",
        why=f"fleet.yaml asks for an approval; tasks that wait for it: {tasks}",
    )


def _start(material: Material, scene: _Scene, left: list[Task]) -> Iterator[Item]:
    """A plan carries itself out no more than a list does."""
    if material.run.request.kind is RunKind.UPGRADE or material.under_way or not left:
        return
    name = scene.plan.hash[:HASH]
    ours = sum(task.owner is Owner.OURS for task in left)
    yield Item(
        key="start",
        matter=Matter.APPROVAL,
        by=_at(_first(scene, left)),
        who="whoever operates hcx-fleet",
        where=f"plan {name}",
        what=f"Review the plan and start it: hcx-fleet run --plan {name}",
        why=f"no run is under way; of {len(left)} tasks hcx-fleet performs {ours} itself and follows the others",
    )


def _first(scene: _Scene, tasks: list[Task]) -> datetime | None:
    return min((start for task in tasks if (start := scene.starts(task))), default=None)
