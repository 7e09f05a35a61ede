"""When things will probably happen: eligible starts by the calendar, and the rollout itself on virtual time."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from shared.model.orders import Admission
from shared.model.plan import Due, Estimate, ManagerTask, Plan, Preparation, PreparationKind, Schedule, Task, TaskTime
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.span import Opening, Span
from shared.model.waiting import Waiting
from shared.rules import tags
from shared.rules.calendar import waiting_time
from shared.rules.calendar.calendars import Start, next_start
from shared.rules.calendar.wall_time import day_text
from shared.rules.forecast import Forecast, TaskForecast, forecast
from shared.rules.planning.admission import admission_of, managers_of
from shared.rules.planning.calendar_desk import CalendarDesk, Times, needed
from shared.rules.planning.scene import Scene
from shared.rules.planning.turns import put_off
from shared.rules.rollout import Rollout

ONE_DAY = timedelta(days=1)

BUNDLE = frozenset({PreparationKind.FETCH_BUNDLE, PreparationKind.VERIFY_BUNDLE, PreparationKind.UPLOAD_BUNDLE})
"""Preparations without which no upgrade can begin."""


@record
class _When:
    """One task's own times, whatever others do."""

    task: Task
    times: Times
    needs: timedelta
    avoid: tuple[Span, ...]
    not_before: datetime | None
    """None where nobody can say: the provider has announced no date."""
    start: Start | None
    announced: bool
    """Whether the provider named a day that is still to come."""
    ready: datetime
    """When everything that people do ahead of it can be done, if they begin now."""


def schedule(plan: Plan, scene: Scene, desk: CalendarDesk) -> Schedule:
    """When each task can go, when its turn probably comes, and by when its preparations are due."""
    admission = _without_hops(admission_of(plan, desk))
    whens = {task.id: _when(scene, desk, task) for task in plan.tasks}
    expected = _forecast(admission, scene, whens)
    turns = put_off(plan.tasks, {one.task: one for one in expected.tasks})
    waits = _first_waits(admission, scene.inputs.now)
    names = {task.id: _name(task) for task in plan.tasks}
    times = tuple(_time(scene, whens[one], turns.get(one), waits.get(one), names) for one in whens)
    starts = {one.task: one.starts for one in times}
    return Schedule(
        tasks=tuple(sorted(times, key=lambda one: one.task)),
        due=tuple(sorted(_dues(scene, plan.tasks, starts), key=lambda one: (one.task, one.preparation))),
        ends_p50=expected.ends_p50,
        ends_p90=expected.ends_p90,
        nights=expected.nights,
        approvals=len(expected.approvals),
        people=tuple(sorted(_people(scene, plan.tasks))),
    )


def _without_hops(admission: Admission) -> Admission:
    """What a forecast can drive: it knows tasks as a whole, and puts off what waits for hops when it is through."""
    return replace(admission, tasks=tuple(replace(task, after_hops=()) for task in admission.tasks))


def expected_spans(plan: Plan) -> dict[str, Span]:
    """When each task will probably change something, nine times in ten; without those whose turn nobody can tell."""
    starts = {one.task: one.starts for one in plan.schedule.tasks}
    needs = {task.id: needed(task.blocks, split=task.split).p90 for task in plan.tasks}
    return {name: Span(start=at, end=at + needs[name]) for name in needs if (at := starts.get(name)) is not None}


# --- the calendar of one task -----------------------------------------------------------------------------------------


def _when(scene: Scene, desk: CalendarDesk, task: Task) -> _When:
    managers, now = managers_of(task), scene.inputs.now
    announced = _announced(scene, task)
    times = Times(openings=None, key="") if task.owner is Owner.PROVIDER else desk.times(managers)
    needs = needed(task.blocks, split=task.split).p90
    avoid = () if task.owner is Owner.PROVIDER else desk.switchovers(managers)
    start = next_start(times.openings, max(now, announced), needs, avoid) if announced else None
    ready = now + _bundle_lead(scene, task)
    return _When(
        task=task,
        times=times,
        needs=needs,
        avoid=avoid,
        not_before=announced,
        start=start,
        announced=announced is not None and announced > now,
        ready=ready,
    )


def _bundle_lead(scene: Scene, task: Task) -> timedelta:
    """How long people need for the bundle of the first hop; nothing where it lies on the manager already."""
    if not isinstance(task, ManagerTask) or task.owner is Owner.PROVIDER or _staged(scene, task):
        return timedelta()
    return max((one.lead for one in task.preparations if one.kind in BUNDLE), default=timedelta())


def _staged(scene: Scene, task: ManagerTask) -> bool:
    """Whether the bundle of the first hop was seen on the manager."""
    facts = scene.facts.of(task.subject)
    staged = facts.upgrade.value.staged if facts and facts.upgrade else None
    return bool(task.hops and staged and staged.known and staged.same_release(task.hops[0].target))


def _announced(scene: Scene, task: Task) -> datetime | None:
    """From when on a task may begin at all: for the provider's tasks the announced day, as far as there is one."""
    now = scene.inputs.now
    if task.owner is not Owner.PROVIDER:
        return now
    found = scene.sites[task.subject].provider.announced if isinstance(task, ManagerTask) else None
    return max(now, datetime.combine(found, time(), UTC)) if found else None


def _time(
    scene: Scene, when: _When, turn: TaskForecast | None, waiting: Waiting | None, names: Mapping[str, str]
) -> TaskTime:
    start = when.start
    return TaskTime(
        task=when.task.id,
        earliest=start.at if start else None,
        # The calendar ends at the horizon, which is nobody's last moment.
        latest=start.latest if start and start.latest and start.latest < scene.horizon.end else None,
        starts=turn.start_p50 if turn else None,
        ends_p50=turn.end_p50 if turn else None,
        ends_p90=turn.end_p90 if turn else None,
        waits_for=_waits_for(scene, when, waiting, names),
        notes=_notes(scene, when),
    )


def _waits_for(scene: Scene, when: _When, waiting: Waiting | None, names: Mapping[str, str]) -> str:
    """What it waits for first: its place in the rollout or whoever performs it, and then its window."""
    if when.task.owner is Owner.PROVIDER:
        return "; ".join(_places(when.task, waiting, names)) or _provider(scene, when.task)
    closed = waiting_time.explain(_around(scene, when), when.times.openings, scene.inputs.now, when.needs, when.avoid)
    person = [f"a person at {when.task.sites[0]} does it"] if when.task.owner is Owner.ASSISTED and not waiting else []
    return "; ".join([*_places(when.task, waiting, names), *person, *([closed] if closed else [])])


def _places(task: Task, waiting: Waiting | None, names: Mapping[str, str]) -> list[str]:
    if waiting is None:
        return []
    return [one for one in (_named(task, waiting.detail, names), waiting.who_can_act) if one]


def _named(task: Task, text: str, names: Mapping[str, str]) -> str:
    """The text with the names of tasks in place of their ids, which nobody reads."""
    for other in task.depends_on:
        text = text.replace(other, names.get(other, other))
    return text


def _name(task: Task) -> str:
    return task.subject if isinstance(task, ManagerTask) else f"mesh {task.name}"


def _provider(scene: Scene, task: Task) -> str:
    dates = scene.sites[task.subject].provider if isinstance(task, ManagerTask) else None
    if dates is None or dates.announced is None:
        return "the provider upgrades it, and has announced no date in fleet.yaml"
    if dates.announced < scene.today:
        days = (scene.today - dates.announced).days
        return f"the provider upgrades it; announced for {day_text(dates.announced)}, {days} days late"
    return f"the provider upgrades it, announced for {day_text(dates.announced)}"


def _around(scene: Scene, when: _When) -> waiting_time.Surroundings:
    managers = managers_of(when.task)
    sites = tuple(scene.sites[name] for name in managers)
    return waiting_time.Surroundings(
        sites=sites,
        fleet_windows=scene.policy.windows,
        closed=scene.closed.at(tuple(one.name for one in sites)),
        horizon=scene.horizon,
        narrowed_by=tuple(
            window
            for name in managers
            if (cloud := scene.clouds.get(name))
            and (found := scene.restraints[name].window)
            and (window := tags.window_named(scene.policy, cloud, found))
        ),
    )


def _notes(scene: Scene, when: _When) -> tuple[str, ...]:
    openings, start = when.times.openings, when.start
    if not openings or start is None:
        return ()
    opening = _opening_at(openings, start.at)
    return waiting_time.notes(_around(scene, when), opening) if opening else ()


def _opening_at(openings: tuple[Opening, ...], at: datetime) -> Opening | None:
    return next((one for one in openings if one.opens <= at < one.closes), None)


# --- the rollout on virtual time --------------------------------------------------------------------------------------


def _forecast(admission: Admission, scene: Scene, whens: Mapping[str, _When]) -> Forecast:
    """A provider that announced nothing goes at no known time, so what comes after it has no known end."""
    unknown = scene.horizon.end + timedelta(days=1)
    held_to = {name: _not_before(when, unknown) for name, when in whens.items()}
    return forecast(
        admission,
        {name: _pieces(when.task) for name, when in whens.items()},
        scene.inputs.now,
        scene.horizon.end,
        not_before={name: at for name, at in held_to.items() if at > scene.inputs.now},
    )


def _pieces(task: Task) -> tuple[Estimate, ...]:
    return task.blocks if task.split else (needed(task.blocks, split=False),)


def _not_before(when: _When, unknown: datetime) -> datetime:
    """From when on a task may go in the forecast: nobody begins before the bundle can be there.

    Ours go by their windows in the rollout itself; people and provider are not admitted by any, so they are held to
    theirs here. The provider comes at any hour of the day that it announced, so that day has to be over.
    """
    if when.task.owner is Owner.OURS:
        return when.ready
    if when.start is None or when.not_before is None:
        return unknown
    if when.task.owner is Owner.PROVIDER and when.announced:
        return when.not_before + ONE_DAY - when.needs
    then = next_start(when.times.openings, max(when.start.at, when.ready), when.needs, when.avoid)
    return then.at if then else unknown


def _first_waits(admission: Admission, now: datetime) -> Mapping[str, Waiting]:
    """What keeps each task from starting at once."""
    rollout = Rollout(admission)
    rollout.admit(now)
    return rollout.waiting(now)


# --- preparation ------------------------------------------------------------------------------------------------------


def _dues(scene: Scene, tasks: Iterable[Task], starts: Mapping[str, datetime | None]) -> Iterable[Due]:
    """Nothing is due before now: what is late already is due at once."""
    now = scene.inputs.now
    for task in tasks:
        for one in task.preparations:
            by = _answer_by(scene, task, one) or _ahead(starts.get(task.id), one.lead)
            yield Due(
                task=task.id, preparation=one.id, by=max(now, by) if by else None, done=_is_done(scene, task, one)
            )


def _is_done(scene: Scene, task: Task, one: Preparation) -> bool:
    """A bundle that lies on the manager was fetched and uploaded; that somebody compared its hash cannot be seen."""
    if (
        one.kind not in BUNDLE - {PreparationKind.VERIFY_BUNDLE}
        or not isinstance(task, ManagerTask)
        or not _staged(scene, task)
    ):
        return False
    return one.id.endswith(f":{task.hops[0].target.release}")


def _answer_by(scene: Scene, task: Task, one: Preparation) -> datetime | None:
    """Until when the provider takes an answer, whenever it is that it then comes."""
    if one.kind is not PreparationKind.ANSWER_PROVIDER or not isinstance(task, ManagerTask):
        return None
    answer_by = scene.sites[task.subject].provider.answer_by
    return datetime.combine(answer_by, time(), UTC) if answer_by else None


def _ahead(start: datetime | None, lead: timedelta) -> datetime | None:
    return start - lead if start else None


def _people(scene: Scene, tasks: Iterable[Task]) -> set[str]:
    found = {one.who for task in tasks for one in task.preparations}
    for task in tasks:
        if task.owner is Owner.ASSISTED:
            found |= set(_contacts(scene, task))
    return found


def _contacts(scene: Scene, task: Task) -> tuple[str, ...]:
    """Who acts is at the initiator's site: that is where all mesh work starts."""
    site = scene.sites[managers_of(task)[0]]
    return site.contacts or (f"a person at {site.name}",)
