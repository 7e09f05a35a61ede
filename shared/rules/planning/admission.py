"""From a plan to what admits its tasks: waves, limits, and when each task may start."""

from collections.abc import Mapping
from dataclasses import replace

from shared.model.orders import Admission, Calendar, LeftOff, TaskBrief, WaveBrief
from shared.model.plan import ManagerTask, MeshTask, Plan, Safeguard, Task
from shared.model.policy import Owner
from shared.model.span import Opening
from shared.rules.planning.calendar_desk import CalendarDesk, Times, needed
from shared.rules.planning.hops import hops_awaited


def admission_of(
    plan: Plan,
    desk: CalendarDesk,
    lives: Mapping[str, LeftOff] | None = None,
    attempts: Mapping[str, int] | None = None,
    verified: Mapping[str, tuple[str, ...]] | None = None,
) -> Admission:
    """Everything that decides which task may start when.

    Args:
        plan: the plan.
        desk: when the sites of each task are open, as the policy and Azure say it now.
        lives: how far each task had come, for a run that goes on.
        attempts: the generation of each task that is at another one than the first.
        verified: the releases that managers had been verified at on their way, for a run that goes on.
    """
    calendars: dict[str, tuple[Opening, ...]] = {}
    briefs: list[TaskBrief] = []
    on_the_way = hops_awaited(plan)
    for task in plan.tasks:
        times = desk.times(managers_of(task)) if task.owner is Owner.OURS else Times(openings=None, key="")
        if times.openings is not None:
            calendars[times.key] = times.openings
        brief = _brief(task, times.key, (lives or {}).get(task.id, LeftOff()))
        briefs.append(
            replace(
                brief,
                generation=(attempts or {}).get(task.id, 1),
                after_hops=on_the_way.get(task.id, ()),
                hops_done=(verified or {}).get(task.id, ()),
            )
        )
    return Admission(
        tasks=tuple(briefs),
        waves=tuple(
            WaveBrief(
                name=wave.name,
                tasks=wave.tasks,
                concurrency=wave.concurrency,
                max_failed=wave.max_failed,
                strict=wave.strict,
                soak=wave.soak,
                approval=wave.approval,
            )
            for wave in plan.waves
        ),
        # Waves go one after the other, so a number that a wave was given by a person is the run's as well.
        concurrency=max([plan.concurrency, *(wave.concurrency for wave in plan.waves)]),
        max_failed=plan.max_failed,
        strict=plan.strict,
        networks_at_risk=plan.networks_at_risk,
        calendars=tuple(Calendar(key=key, openings=openings) for key, openings in calendars.items()),
    )


def managers_of(task: Task) -> tuple[str, ...]:
    """Ids of the managers whose sites a task touches: a mesh touches both of its ends."""
    return (task.subject,) if isinstance(task, ManagerTask) else (task.initiator, task.receiver)


def _brief(task: Task, calendar: str, left_off: LeftOff) -> TaskBrief:
    return TaskBrief(
        id=task.id,
        owner=task.owner,
        depends_on=task.depends_on,
        mesh=isinstance(task, MeshTask),
        networks=task.networks if isinstance(task, MeshTask) else 0,
        needs=needed(task.blocks, split=task.split).p90,
        calendar=calendar,
        left_off=left_off,
        clouds=task.clouds,
        snapshot=isinstance(task, ManagerTask) and task.snapshot is not Safeguard.NONE,
    )
