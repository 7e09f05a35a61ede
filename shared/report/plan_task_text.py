"""One task of a plan as Markdown: what moves which way, by whom and why, when, after what, and every step of it."""

from collections.abc import Iterable, Iterator, Mapping

from shared.model.ne_mode import ModeChoice
from shared.model.plan import (
    ApplianceUpgrade,
    Due,
    Hop,
    ManagerTask,
    MeshTask,
    Plan,
    Preparation,
    Requirement,
    Step,
    Task,
    TaskTime,
    WayBack,
)
from shared.model.record import record
from shared.report.markdown import plain, table
from shared.report.plan_words import (
    APPLIANCE,
    APPLIANCE_MODE,
    PERFORMS,
    SAFEGUARD,
    day_and_time,
    estimate_words,
    name_of,
    way_of,
    zone_among,
)
from shared.report.words import listed, sentence, took
from shared.rules.run_view import short


@record
class TaskBook:
    """What a task's text is looked up in, indexed once for a plan."""

    tasks: Mapping[str, Task]
    times: Mapping[str, TaskTime]
    due: Mapping[tuple[str, str], Due]
    """By task and preparation."""
    meshes: Mapping[str, str]
    """Names by id."""
    zones: Mapping[str, str]
    """Zones by the name of a site."""


def task_book(plan: Plan, zones: Mapping[str, str]) -> TaskBook:
    """The index of a plan."""
    return TaskBook(
        tasks={task.id: task for task in plan.tasks},
        times={one.task: one for one in plan.schedule.tasks},
        due={(one.task, one.preparation): one for one in plan.schedule.due},
        meshes={mesh.mesh: mesh.name for mesh in plan.baseline.meshes},
        zones=zones,
    )


def task_lines(task: Task, book: TaskBook, number: int) -> Iterator[str]:
    """The section of one task."""
    yield f"### {number}. {plain(name_of(task))}: {plain(way_of(task))}"
    yield ""
    yield f"Done by {PERFORMS[task.owner]}: {plain(sentence(task.owner_reason))}{_must(task)}"
    yield ""
    yield from (f"- {line}" for line in _about(task, book))
    yield ""
    yield from _preparations(task, book)
    yield from _ways_back(task)
    yield from _appliances(task)
    yield from _steps(task, book)
    yield ""


def _must(task: Task) -> str:
    must = task.must if isinstance(task, MeshTask) else ""
    return f" It is compulsory: {plain(sentence(must))}" if must else ""


# --- what it is about -------------------------------------------------------------------------------------------------


def _about(task: Task, book: TaskBook) -> Iterator[str]:
    yield from _when(task, book)
    if task.depends_on:
        yield f"After: {plain(listed([_task_name(one, book) for one in task.depends_on]))}."
    if isinstance(task, MeshTask):
        yield f"Between {plain(task.initiator)}, where the work is done, and {plain(task.receiver)}."
        yield from (f"Not before {_requirement(one, book)}" for one in task.requires)
    if task.clouds and task.clouds != (task.subject,):
        yield f"Private clouds: {plain(', '.join(task.clouds))}."
    if task.split:
        yield f"May go on in another window after each {'hop' if isinstance(task, ManagerTask) else 'appliance'}."


def _when(task: Task, book: TaskBook) -> Iterator[str]:
    time = book.times.get(task.id)
    sites = f"at {listed(list(task.sites))}" if task.sites else "at any time"
    if time is None:
        yield f"Goes by the windows {sites}." if task.sites else "May go at any time."
        return
    zone = zone_among(task.sites, book.zones)
    yield f"{_start(time, zone)}, {plain(sites)}." if task.sites else f"{_start(time, zone)}."
    if time.ends_p50 and time.ends_p90:
        probably, surely = day_and_time(time.ends_p50, zone), day_and_time(time.ends_p90, zone)
        yield f"Done by {probably} as likely as not, by {surely} nine times in ten."
    if time.waits_for:
        yield f"Waits: {plain(sentence(time.waits_for))}"
    yield from (f"Note: {plain(sentence(note))}" for note in time.notes)


def _start(time: TaskTime, zone: str | None) -> str:
    if time.earliest is None:
        return "No start is known"
    latest = f", at the latest {day_and_time(time.latest, zone)}" if time.latest else ""
    return f"Earliest start {day_and_time(time.earliest, zone)}{latest}"


def _task_name(task: str, book: TaskBook) -> str:
    return name_of(book.tasks[task]) if task in book.tasks else task


def _requirement(one: Requirement, book: TaskBook) -> str:
    subject = f"mesh {book.meshes.get(one.subject, one.subject)}" if one.kind == "mesh" else one.subject
    return f"{plain(subject)} is seen at {short(one.version)} or beyond: {plain(sentence(one.reason))}"


def _ways_back(task: Task) -> Iterator[str]:
    if task.way_back:
        yield from ("Way back:", "")
        yield from table(("of", "by", "for", "what to know"), map(_way_back, task.way_back))


def _way_back(one: WayBack) -> tuple[str, ...]:
    lasts = took(one.lasts) if one.lasts else ""
    return one.manager, SAFEGUARD[one.kind], lasts, sentence(one.text)


# --- ahead of it ------------------------------------------------------------------------------------------------------


def _preparations(task: Task, book: TaskBook) -> Iterator[str]:
    if task.preparations:
        yield from ("Ahead of it:", "")
        yield from table(("by", "what", "who"), [_preparation(task, one, book) for one in task.preparations])


def _preparation(task: Task, one: Preparation, book: TaskBook) -> tuple[str, str, str]:
    due = book.due.get((task.id, one.id))
    by = day_and_time(due.by) if due and due.by else f"{took(one.lead)} before it starts"
    return by, one.title, one.who


# --- its steps --------------------------------------------------------------------------------------------------------


def _appliances(task: Task) -> Iterator[str]:
    if isinstance(task, MeshTask):
        yield from ("Appliances, in this order:", "")
        columns = ("appliance", "kind", "from", "how", "why so", "networks in change", "takes (p50 / p90)")
        yield from table(columns, [*map(_appliance, task.appliances), *_by_hand(task)])


def _appliance(one: ApplianceUpgrade) -> tuple[str, ...]:
    name = f"{one.name} (with {', '.join(one.together)})" if one.together else one.name
    return (
        name,
        APPLIANCE[one.kind],
        short(one.source),
        APPLIANCE_MODE[one.mode.mode],
        _why(one.mode),
        str(one.networks),
        f"{took(one.takes.p50)} / {took(one.takes.p90)}, {one.takes.basis}",
    )


def _by_hand(task: MeshTask) -> Iterator[tuple[str, ...]]:
    for one in task.by_hand:
        yield one.name, "", "", APPLIANCE_MODE[one.mode.mode], _why(one.mode), "", "not known"


def _why(mode: ModeChoice) -> str:
    fix = f" To put right: {sentence('; '.join(mode.to_fix))}" if mode.to_fix else ""
    return f"{sentence(mode.reason)}{fix}"


def _steps(task: Task, book: TaskBook) -> Iterator[str]:
    yield from ("Steps:", "")
    if isinstance(task, MeshTask):
        yield from _numbered(task.steps)
        return
    yield from _numbered((task.observe, task.check, task.protect))
    for number, hop in enumerate(task.hops, 1):
        yield from _hop(hop, book, f"{number} of {len(task.hops)}" if len(task.hops) > 1 else "")
    yield from _numbered((task.hand_over,))


def _hop(hop: Hop, book: TaskBook, place: str) -> Iterator[str]:
    head = f"hop {place}, " if place else ""
    yield f"- {head}{short(hop.source)} → {short(hop.target)}: takes {plain(estimate_words(hop.takes))}"
    yield from (f"  - not before {_requirement(one, book)}" for one in hop.requires)
    yield from (f"  {line}" for line in _numbered((hop.stage, hop.upgrade, hop.answer, hop.verify)))


def _numbered(steps: Iterable[Step]) -> Iterator[str]:
    return (f"- {one.section} {plain(one.title)} (up to {took(one.budget)})" for one in steps)
