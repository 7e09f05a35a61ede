"""Why each private cloud is where a plan puts it, and what it says of any other subject: sentences."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from shared.model.plan import ManagerTask, Plan, Rest, SubjectKind, Task, TaskTime
from shared.model.record import record
from shared.report.plan_waiting import Around, waits_words
from shared.report.plan_words import HASH, PERFORMS, UNPLANNED, about, day_and_time, name_of, subject_names, way_of
from shared.report.words import listed, sentence
from shared.rules.buckets import NOBODY

_QUIET = frozenset({"", NOBODY})


@record
class Placing:
    """A plan, indexed by what a question names."""

    tasks: Mapping[str, tuple[Task, ...]]
    """By private cloud."""
    rest: Mapping[str, tuple[Rest, ...]]
    """The same."""
    times: Mapping[str, TaskTime]
    around: Around
    """Every task by its id, and what people call meshes."""
    made_at: datetime


def placing(plan: Plan) -> Placing:
    """The index of a plan."""
    tasks, rest = defaultdict[str, list[Task]](list), defaultdict[str, list[Rest]](list)
    for task in plan.tasks:
        for cloud in task.clouds:
            tasks[cloud].append(task)
    for one in plan.rest:
        for cloud in one.clouds:
            rest[cloud].append(one)
    return Placing(
        tasks={cloud: tuple(found) for cloud, found in tasks.items()},
        rest={cloud: tuple(found) for cloud, found in rest.items()},
        times={one.task: one for one in plan.schedule.tasks},
        around=Around(tasks={task.id: task for task in plan.tasks}, names=subject_names(plan)),
        made_at=plan.made_at,
    )


def cloud_why(plan: Placing, cloud: str) -> tuple[str, ...]:
    """Sentences on one private cloud: its manager, what belongs to it, and when."""
    tasks, rest = plan.tasks.get(cloud, ()), plan.rest.get(cloud, ())
    if not tasks and not rest:
        return ("Nothing was seen of it but that it is there.",)
    return (*_own(cloud, tasks, rest), *_members(plan, cloud, tasks, rest), *_times(plan, tasks))


def _own(cloud: str, tasks: tuple[Task, ...], rest: tuple[Rest, ...]) -> Iterator[str]:
    for task in tasks:
        if _is_its_manager(task, cloud):
            yield f"Its manager goes {way_of(task)}, done by {PERFORMS[task.owner]}."
    for one in rest:
        if one.kind is SubjectKind.PRIVATE_CLOUD and one.subject == cloud:
            yield f"Its manager has no task: {rest_words(one)}"


def _members(plan: Placing, cloud: str, tasks: tuple[Task, ...], rest: tuple[Rest, ...]) -> Iterator[str]:
    for task in tasks:
        if not _is_its_manager(task, cloud):
            others = [one for one in task.clouds if one != cloud]
            shared = f"; it also serves {listed(others)}" if others and isinstance(task, ManagerTask) else ""
            yield f"{_capital(name_of(task))} goes {way_of(task)}, done by {PERFORMS[task.owner]}{shared}."
    for one in rest:
        if one.kind is not SubjectKind.PRIVATE_CLOUD:
            yield f"{_capital(about(one.kind, one.subject, plan.around.names))} has no task: {rest_words(one)}"


def _is_its_manager(task: Task, cloud: str) -> bool:
    return isinstance(task, ManagerTask) and task.subject == cloud


def rest_words(rest: Rest) -> str:
    """Why there is no task, and who can change that."""
    who = "" if rest.who_can_act in _QUIET else f" Who can act: {sentence(rest.who_can_act)}"
    return f"{UNPLANNED[rest.reason]}, {sentence(rest.detail)}{who}"


def _times(plan: Placing, tasks: tuple[Task, ...]) -> Iterator[str]:
    waves = listed(list(dict.fromkeys(task.wave for task in tasks)))
    times = [plan.times[task.id] for task in tasks if task.id in plan.times]
    if not tasks:
        return
    yield f"In wave {waves}{_begins(times, plan.made_at)}{_end(times)}."
    yield from (f"{_capital(listed(names))} {verb}: {sentence(said)}" for names, verb, said in _waits(plan, tasks))


def _begins(times: list[TaskTime], made_at: datetime) -> str:
    allowed = [one.earliest for one in times if one.earliest]
    expected = [one.starts for one in times if one.starts]
    first = min(allowed, default=None)
    since = "" if first is None else "at once" if first <= made_at else f"from {day_and_time(first)}"
    begins = f", expected {day_and_time(min(expected))}" if expected else ""
    return f"{f', windows allow it {since}' if since else ''}{begins}"


def _end(times: list[TaskTime]) -> str:
    ends: list[datetime] = [one.ends_p90 for one in times if one.ends_p90]
    return f", done by {day_and_time(max(ends))} nine times in ten" if times and len(ends) == len(times) else ""


def _waits(plan: Placing, tasks: tuple[Task, ...]) -> Iterator[tuple[list[str], str, str]]:
    """Who waits for what; several that wait for the same are named together."""
    waiting: dict[str, list[str]] = {}
    for task in tasks:
        said = waits_words(task, plan.times.get(task.id), plan.around)
        if said:
            waiting.setdefault(said, []).append(name_of(task))
    return ((names, "waits for" if len(names) == 1 else "wait for", said) for said, names in waiting.items())


def scheduled(plan: Plan, task_id: str) -> Iterator[str]:
    """When a task that has not begun will probably go, as the plan sees it; nothing where it has no schedule."""
    time = next((one for one in plan.schedule.tasks if one.task == task_id), None)
    if time is None:
        return
    task = plan.task(task_id)
    allowed = f"may start from {day_and_time(time.earliest)} on" if time.earliest else "has no start that is known"
    start = f", expected {day_and_time(time.starts)}" if time.starts else ""
    end = f", done by {day_and_time(time.ends_p90)} nine times in ten" if time.ends_p90 else ""
    yield f"In wave {task.wave} of plan {plan.hash[:HASH]} {name_of(task)} {allowed}{start}{end}."
    if said := waits_words(task, time, Around(tasks={one.id: one for one in plan.tasks}, names=subject_names(plan))):
        yield f"It waits for: {sentence(said)}"


def _capital(text: str) -> str:
    """Names stay as they are; only a kind of subject begins a sentence in capitals."""
    return f"M{text[1:]}" if text.startswith("mesh ") else f"C{text[1:]}" if text.startswith("connector ") else text
