"""One task of a plan as Markdown: what is its own. Steps and ways back that tasks share are told once for all."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from shared.model.ne_mode import ModeChoice
from shared.model.plan import (
    ApplianceUpgrade,
    ByHand,
    Due,
    Hop,
    ManagerTask,
    MeshTask,
    Plan,
    Preparation,
    Requirement,
    SubjectKind,
    Task,
    TaskTime,
)
from shared.model.policy import Owner
from shared.model.record import record
from shared.report.markdown import plain, table
from shared.report.plan_steps_text import Forms
from shared.report.plan_waiting import Around, task_word
from shared.report.plan_ways_back import ways_back_words
from shared.report.plan_words import (
    APPLIANCE,
    APPLIANCE_MODE,
    PERFORMS,
    day_and_time,
    estimate_words,
    machine_words,
    name_of,
    subject_names,
    way_of,
    zone_among,
)
from shared.report.words import listed, sentence, took
from shared.rules.calendar.wall_time import day_text
from shared.rules.run_view import short


@record
class TaskBook:
    """What a task's text is looked up in, indexed once for a plan."""

    plan: Plan
    around: Around
    """Tasks by id, and what people call meshes."""
    numbers: Mapping[str, int]
    """The place of each task in the plan, in the order in which waves and their tasks go."""
    times: Mapping[str, TaskTime]
    due: Mapping[tuple[str, str], Due]
    """By task and preparation."""
    first_due: Mapping[str, datetime]
    """When the first preparation of a task is due, where it is known."""
    appliances: Mapping[str, str]
    """Names of appliances by id."""
    zones: Mapping[str, str]
    """Zones by the name of a site."""
    forms: Forms


def task_book(plan: Plan, zones: Mapping[str, str], forms: Forms) -> TaskBook:
    """The index of a plan."""
    tasks = {task.id: task for task in plan.tasks}
    ordered = [name for wave in plan.waves for name in wave.tasks if name in tasks]
    return TaskBook(
        plan=plan,
        around=Around(tasks=tasks, names=subject_names(plan)),
        numbers={name: number for number, name in enumerate(ordered, 1)},
        times={one.task: one for one in plan.schedule.tasks},
        due={(one.task, one.preparation): one for one in plan.schedule.due},
        first_due=_first_due(plan.schedule.due),
        appliances={one.id: one.name for mesh in plan.baseline.meshes for one in mesh.appliances},
        zones=zones,
        forms=forms,
    )


def _first_due(dues: tuple[Due, ...]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for one in dues:
        if one.by and not one.done:
            found[one.task] = min(one.by, found.get(one.task, one.by))
    return found


def task_lines(task: Task, book: TaskBook) -> Iterator[str]:
    """The section of one task."""
    yield f"### {book.numbers[task.id]}. {plain(name_of(task))}: {plain(way_of(task))}"
    yield ""
    yield from (f"- {line}" for line in _about(task, book))
    yield from _preparations(task, book)
    yield f"- Steps: {book.forms.labels[task.id]}."
    yield ""
    if isinstance(task, MeshTask):
        yield from _appliances(task, book)


# --- what it is about -------------------------------------------------------------------------------------------------


def _about(task: Task, book: TaskBook) -> Iterator[str]:
    yield f"Done by {PERFORMS[task.owner]}: {plain(sentence(task.owner_reason))}{_must(task)}"
    yield from _when(task, book)
    if task.depends_on:
        yield f"After: {plain(listed([_task_name(one, task, book) for one in task.depends_on]))}."
    if isinstance(task, MeshTask):
        yield f"Between {plain(task.initiator)}, where the work is done, and {plain(task.receiver)}."
        yield from (f"Not before {_requirement(one, book)}" for one in task.requires)
    if task.clouds and task.clouds != (task.subject,):
        yield f"Private clouds: {plain(', '.join(task.clouds))}."
    if isinstance(task, ManagerTask):
        yield from _hops(task, book)
    if task.split:
        yield f"May go on in another window after each {'hop' if isinstance(task, ManagerTask) else 'appliance'}."
    if isinstance(task, ManagerTask) and task.machine:
        yield f"Snapshot by hcx-fleet: of {plain(machine_words(task.machine))} and of no other machine."
    if task.way_back:
        yield f"Way back: {plain(ways_back_words(task))}."


def _must(task: Task) -> str:
    must = task.must if isinstance(task, MeshTask) else ""
    return f" It is compulsory: {plain(sentence(must))}" if must else ""


def _when(task: Task, book: TaskBook) -> Iterator[str]:
    time = book.times.get(task.id)
    if time is None:
        yield f"Goes by the windows at {plain(listed(list(task.sites)))}." if task.sites else "May go at any time."
        return
    zone = zone_among(task.sites, book.zones)
    yield plain(f"{_may_start(task, time, book.plan, zone)}; {_expected(time, zone)}.")
    yield from (f"Note: {plain(sentence(note))}" for note in time.notes)


def _may_start(task: Task, time: TaskTime, plan: Plan, zone: str | None) -> str:
    if isinstance(task, ManagerTask) and task.owner is Owner.PROVIDER:
        return f"Announced for {day_text(task.expected_on)}" if task.expected_on else "No date is announced"
    where = f" at {listed(list(task.sites))}" if task.sites else ""
    if time.earliest is None:
        return f"No start is known that windows{where} allow"
    since = f"from {day_and_time(time.earliest, zone)}" if time.earliest > plan.made_at else ""
    if time.latest is None:
        return f"No window{where} limits it{f', but it may start only {since}' if since else ''}"
    return f"Windows{where} allow it {since or 'at once'}, at the latest {day_and_time(time.latest, zone)}"


def _expected(time: TaskTime, zone: str | None) -> str:
    start = f"expected {day_and_time(time.starts, zone)}" if time.starts else "no start can be expected yet"
    if time.ends_p50 is None or time.ends_p90 is None:
        return start
    probably, surely = day_and_time(time.ends_p50, zone), day_and_time(time.ends_p90, zone)
    return f"{start}, done by {probably} as likely as not, by {surely} nine times in ten"


def _task_name(other: str, task: Task, book: TaskBook) -> str:
    return task_word(book.around.tasks[other], task) if other in book.around.tasks else other


def _requirement(one: Requirement, book: TaskBook) -> str:
    subject = f"mesh {book.around.names.get((SubjectKind.MESH, one.subject), one.subject)}"
    seen = f"{subject if one.kind == 'mesh' else one.subject} is seen at {short(one.version)} or beyond"
    return plain(f"{seen}: {sentence(one.reason)}")


def _hops(task: ManagerTask, book: TaskBook) -> Iterator[str]:
    for number, hop in enumerate(task.hops, 1):
        place = f"Hop {number} of {len(task.hops)}, {_way(hop)}, takes" if len(task.hops) > 1 else "Takes"
        needs = "".join(f" Not before {_requirement(one, book)}" for one in hop.requires)
        yield f"{place} {plain(estimate_words(hop.takes))}.{needs}"


def _way(hop: Hop) -> str:
    return f"{short(hop.source)} → {short(hop.target)}"


# --- ahead of it ------------------------------------------------------------------------------------------------------


def _preparations(task: Task, book: TaskBook) -> Iterator[str]:
    """Mostly it is the same people for all of it: then they are named once."""
    if not task.preparations:
        return
    people = {one.who for one in task.preparations}
    alone = len(people) == 1
    yield f"- To do for {plain(people.pop())}:" if alone else "- To do:"
    for one in task.preparations:
        who = "" if alone else f" ({one.who})"
        yield f"  - {_by(task, one, book)}: {plain(one.title + who)}"


def _by(task: Task, one: Preparation, book: TaskBook) -> str:
    if one.lead == timedelta():
        return "on the way"
    due = book.due.get((task.id, one.id))
    if due and due.done:
        return "done, it lies on the manager"
    return f"by {day_and_time(due.by)}" if due and due.by else f"{took(one.lead)} before it starts"


# --- appliances -------------------------------------------------------------------------------------------------------


def _appliances(task: MeshTask, book: TaskBook) -> Iterator[str]:
    yield from ("Appliances, in this order:", "")
    columns = ("appliance", "kind", "from", "how", "networks in change", "takes (p50 / p90)")
    yield from table(columns, [*(_appliance(one, book) for one in task.appliances), *_by_hand(task)])
    for each in task.several:
        yield f"- in change at once, begun one after the other: {plain(listed([one.name for one in each]))}."
    yield from (f"- {plain(line)}" for line in _whys(task))
    yield ""


def _appliance(one: ApplianceUpgrade, book: TaskBook) -> tuple[str, ...]:
    others = ", ".join(book.appliances.get(other, other) for other in one.together)
    return (
        f"{one.name} (with {others})" if others else one.name,
        APPLIANCE[one.kind],
        short(one.source),
        APPLIANCE_MODE[one.mode.mode],
        str(one.networks),
        f"{took(one.takes.p50)} / {took(one.takes.p90)}, {one.takes.basis}",
    )


def _by_hand(task: MeshTask) -> Iterator[tuple[str, ...]]:
    for one in task.by_hand:
        yield one.name, "", "", APPLIANCE_MODE[one.mode.mode], "", "not known"


def _whys(task: MeshTask) -> Iterator[str]:
    """Why each goes as it does, once for those of which the same is true."""
    of: dict[ModeChoice, list[str]] = {}
    every: tuple[ApplianceUpgrade | ByHand, ...] = (*task.appliances, *task.by_hand)
    for one in every:
        of.setdefault(one.mode, []).append(one.name)
    for mode, names in of.items():
        fix = f" To put right: {sentence('; '.join(mode.to_fix))}" if mode.to_fix else ""
        yield f"{APPLIANCE_MODE[mode.mode]} for {listed(names)}: {sentence(mode.reason)}{fix}"
