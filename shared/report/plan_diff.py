"""Two plans compared, in the words of their text: what is done other than before, and what was seen other than before.

Whatever counts for the hash of a plan makes at least one line. What does not (when things will probably happen, what
the checks found) is compared as well, since people ask for it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum

from shared.model.codec import to_json
from shared.model.finding import Finding
from shared.model.plan import Plan, PlannedWave, Rest, Schedule, Task, TaskTime
from shared.model.record import record
from shared.report.order_diff import order_words
from shared.report.plan_aspects import Aspects, of_group, of_plan, of_rest, of_task, of_wave
from shared.report.plan_words import UNPLANNED, about, day_and_time, name_of, subject_names, way_of
from shared.report.words import VERDICT, several
from shared.rules.drift import differences


class Part(StrEnum):
    """Which part of a plan differs, in the order in which it is told."""

    SEEN = "seen"
    """What the plans were made from."""
    PLAN = "plan"
    WAVE = "wave"
    TASK = "task"
    REST = "no task"
    GROUP = "pairing group"
    FINDING = "finding"
    TIME = "time"


class Sign(StrEnum):
    """What became of something."""

    NEW = "+"
    GONE = "-"
    OTHER = "~"


@record
class Difference:
    """One line of a comparison."""

    part: Part
    sign: Sign
    subject: str
    """What people call it."""
    text: str


_SAID = {
    "way": ("goes ", " instead of "),
    "owner": ("is done by ", " instead of "),
    "wave": ("moves to wave ", " from wave "),
    "after": ("comes after ", " instead of "),
}
"""What stands before the new and before the old words of what people look for first; other aspects name themselves."""

_ANY_TIME = datetime.min.replace(tzinfo=UTC)


def plan_diff(before: Plan, after: Plan) -> tuple[Difference, ...]:
    """Everything in which `after` differs from `before`; nothing where both are the same."""
    found = (
        *_seen(before, after),
        *_plan(before, after),
        *_waves(before, after),
        *_tasks(before, after),
        *_rest(before, after),
        *_groups(before, after),
        *_findings(before, after),
        *_times(before, after),
    )
    return found or tuple(_unnamed(Part.PLAN, after.name, _hashed(before), _hashed(after)))


def _hashed(plan: Plan) -> Plan:
    """Without what differs between any two plans."""
    return replace(plan, hash="", made_at=_ANY_TIME, parent=None, findings=(), schedule=Schedule())


# --- parts ------------------------------------------------------------------------------------------------------------


def _seen(before: Plan, after: Plan) -> Iterator[Difference]:
    changes = differences(before, after)
    for one in changes:
        yield Difference(part=Part.SEEN, sign=Sign.OTHER, subject=one.subject, text=one.said)
    if not changes and before.baseline != after.baseline:
        text = "the same, seen from another side"
        yield Difference(part=Part.SEEN, sign=Sign.OTHER, subject=before.name, text=text)


def _plan(before: Plan, after: Plan) -> Iterator[Difference]:
    yield from _aspects(Part.PLAN, after.name, of_plan(before), of_plan(after))
    gone, new = set(before.private_clouds) - set(after.private_clouds), set(after.private_clouds)
    for cloud in sorted(gone):
        yield Difference(part=Part.PLAN, sign=Sign.GONE, subject=cloud, text="is no longer covered")
    for cloud in sorted(new - set(before.private_clouds)):
        yield Difference(part=Part.PLAN, sign=Sign.NEW, subject=cloud, text="is covered now")


def _waves(before: Plan, after: Plan) -> Iterator[Difference]:
    was, now = {one.name: one for one in before.waves}, {one.name: one for one in after.waves}
    common = _order([one for one in was if one in now]), _order([one for one in now if one in was])
    if common[0] != common[1]:
        yield _other(Part.WAVE, after.name, f"waves go in another order: {common[1]} instead of {common[0]}")
    was, now = _side_by_side(was, now), _side_by_side(now, was)
    names = {task.id: name_of(task) for plan in (before, after) for task in plan.tasks}
    for wave in sorted(was.keys() & now.keys()):
        words = order_words(was[wave].tasks, now[wave].tasks, lambda one: names.get(one, one))
        if words:
            yield _other(Part.WAVE, wave, f"order: {words}")
    was, now = _without_order(was, now), _without_order(now, was)
    yield from _compared(Part.WAVE, was, now, name=lambda one: one.name, words=_wave_words, aspects=of_wave)


def _side_by_side(waves: Mapping[str, PlannedWave], others: Mapping[str, PlannedWave]) -> dict[str, PlannedWave]:
    """Of a wave that both plans have only the tasks of both: those that come and go have lines of their own."""
    both = {name: set(wave.tasks) & set(others[name].tasks) for name, wave in waves.items() if name in others}
    return {
        name: replace(wave, tasks=tuple(one for one in wave.tasks if name not in both or one in both[name]))
        for name, wave in waves.items()
    }


def _without_order(waves: Mapping[str, PlannedWave], others: Mapping[str, PlannedWave]) -> dict[str, PlannedWave]:
    return {name: replace(wave, tasks=()) if name in others else wave for name, wave in waves.items()}


def _wave_words(wave: PlannedWave) -> str:
    tasks, clouds = several(len(wave.tasks), "task", "tasks"), len(wave.clouds)
    return f"{tasks}, {several(clouds, 'private cloud', 'private clouds')}"


def _tasks(before: Plan, after: Plan) -> Iterator[Difference]:
    was, now = {one.id: one for one in before.tasks}, {one.id: one for one in after.tasks}
    yield from _compared(Part.TASK, was, now, name=name_of, words=_task_words, aspects=of_task)


def _task_words(task: Task) -> str:
    return f"{way_of(task)}, in wave {task.wave}"


def _rest(before: Plan, after: Plan) -> Iterator[Difference]:
    names = {**subject_names(before), **subject_names(after)}
    was, now = ({f"{one.kind}:{one.subject}": one for one in plan.rest} for plan in (before, after))
    name = lambda one: about(one.kind, one.subject, names)  # noqa: E731 -- the names of both plans, bound
    yield from _compared(Part.REST, was, now, name=name, words=_rest_words, aspects=of_rest)


def _rest_words(rest: Rest) -> str:
    return f"{UNPLANNED[rest.reason]}: {rest.detail}"


def _groups(before: Plan, after: Plan) -> Iterator[Difference]:
    """Only who belongs together; the tasks have their own lines."""
    was, now = ({one.id: replace(one, tasks=()) for one in plan.groups} for plan in (before, after))
    yield from _compared(
        Part.GROUP, was, now, name=lambda one: one.id, words=lambda one: ", ".join(one.managers), aspects=of_group
    )


def _findings(before: Plan, after: Plan) -> Iterator[Difference]:
    names = {subject: name for (_, subject), name in {**subject_names(before), **subject_names(after)}.items()}
    was, now = (dict.fromkeys(_found(one, names) for one in plan.findings) for plan in (before, after))
    for subject, text in was:
        if (subject, text) not in now:
            yield Difference(part=Part.FINDING, sign=Sign.GONE, subject=subject, text=text)
    for subject, text in now:
        if (subject, text) not in was:
            yield Difference(part=Part.FINDING, sign=Sign.NEW, subject=subject, text=text)


def _found(finding: Finding, names: Mapping[str, str]) -> tuple[str, str]:
    subject = names.get(finding.subject, finding.subject)
    return subject, f"{VERDICT[finding.verdict]} ({finding.check}): {finding.summary}"


def _times(before: Plan, after: Plan) -> Iterator[Difference]:
    was, now = _starts(before), _starts(after)
    names = {one.id: name_of(one) for one in after.tasks}
    for task in now:
        if task in was and was[task] != now[task]:
            yield _other(Part.TIME, names.get(task, task), f"starts {now[task]} instead of {was[task]}")


def _starts(plan: Plan) -> dict[str, str]:
    """What may go at once may go at once, whenever the plan was made."""
    return {one.task: _start(one, plan) for one in plan.schedule.tasks}


def _start(time: TaskTime, plan: Plan) -> str:
    if time.earliest is None:
        return "at a time that is not known"
    return day_and_time(time.earliest) if time.earliest > plan.made_at else "at once"


# --- how --------------------------------------------------------------------------------------------------------------


def _compared[T](
    part: Part,
    was: Mapping[str, T],
    now: Mapping[str, T],
    *,
    name: Callable[[T], str],
    words: Callable[[T], str],
    aspects: Callable[[T], Aspects],
) -> Iterator[Difference]:
    for key in sorted(was.keys() - now.keys()):
        yield Difference(part=part, sign=Sign.GONE, subject=name(was[key]), text=words(was[key]))
    for key in sorted(now.keys() - was.keys()):
        yield Difference(part=part, sign=Sign.NEW, subject=name(now[key]), text=words(now[key]))
    for key in sorted(was.keys() & now.keys()):
        if was[key] != now[key]:
            found = tuple(_aspects(part, name(now[key]), aspects(was[key]), aspects(now[key])))
            yield from found or _unnamed(part, name(now[key]), was[key], now[key])


def _aspects(part: Part, subject: str, was: Aspects, now: Aspects) -> Iterator[Difference]:
    for aspect in dict.fromkeys((*was, *now)):
        old, new = was.get(aspect, ""), now.get(aspect, "")
        if old != new:
            said = _SAID.get(aspect, (f"{aspect}: ", " instead of "))
            yield _other(part, subject, f"{said[0]}{new or 'nothing'}{said[1]}{old or 'nothing'}")


def _unnamed(part: Part, subject: str, was: object, now: object) -> Iterator[Difference]:
    """Something differs for which there are no words: better said badly than not at all."""
    old, new = to_json(was), to_json(now)
    if old != new:
        yield _other(part, subject, f"differs in {', '.join(key for key in new if old.get(key) != new[key])}")


def _other(part: Part, subject: str, text: str) -> Difference:
    return Difference(part=part, sign=Sign.OTHER, subject=subject, text=text)


def _order(names: Iterable[str]) -> str:
    return ", ".join(names)
