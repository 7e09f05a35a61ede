"""The waves of a plan as rows: what goes in each, when it goes, how much at a time, and how much it touches."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from shared.model.plan import ManagerTask, MeshTask, Plan, PlannedWave, Task, TaskTime
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.version import Version
from shared.report.plan_words import budget_words, spread
from shared.report.words import several
from shared.rules.durations import total


@record
class WaveRow:
    """One wave."""

    name: str
    clouds: int
    tasks: int
    versions: str
    """Releases that its managers are at now, oldest first; of its appliances where it has no manager."""
    hops: str
    """How many version changes its managers take, such as `1-2`; empty where it has no manager."""
    may_start: datetime | None
    """From when windows allow the first of its tasks; None where no such time is known."""
    first_start: datetime | None
    """When its first task probably starts, after waves, limits and what has to be there; None where nobody can say."""
    longest: timedelta
    """How long its longest task takes, nine times in ten."""
    at_risk: int
    """How many extended networks can be in change at once."""
    capped: bool
    """Whether it is the plan's own cap that keeps it so low."""

    @property
    def risk(self) -> str:
        """Networks at risk as a table says it."""
        return f"{self.at_risk} (cap)" if self.capped else str(self.at_risk)


def wave_rows(plan: Plan) -> tuple[WaveRow, ...]:
    """Every wave, in the order in which they go."""
    tasks = {task.id: task for task in plan.tasks}
    times = {one.task: one for one in plan.schedule.tasks}
    return tuple(_row(plan, wave, [tasks[one] for one in wave.tasks if one in tasks], times) for wave in plan.waves)


def at_once(plan: Plan, wave: PlannedWave) -> int:
    """How many tasks of ours really run at a time: concurrency, or less where a strict budget allows no more."""
    budgets = ((plan.max_failed, plan.strict), (wave.max_failed, wave.strict))
    return min([wave.concurrency, *(most for most, strict in budgets if strict and most is not None)])


def limits_words(plan: Plan, wave: PlannedWave) -> str:
    """How many tasks of ours at a time, why not more, and how many may fail."""
    real = at_once(plan, wave)
    why = f" (concurrency allows {wave.concurrency}{_of_the_run(plan, wave)})" if real < wave.concurrency else ""
    told = f"At most {several(real, 'task', 'tasks')} of ours at a time{why}"
    return f"{told}: {budget_words(wave.max_failed, strict=wave.strict)}"


def _of_the_run(plan: Plan, wave: PlannedWave) -> str:
    """The budget of the whole run is told with the run, so that it is named where it is what counts."""
    own = wave.max_failed if wave.strict and wave.max_failed is not None else wave.concurrency
    if plan.max_failed is None or not plan.strict or plan.max_failed >= own:
        return ""
    return f", the failure budget of the whole run {plan.max_failed}"


def lasts(task: Task) -> timedelta:
    """How long a task takes, nine times in ten."""
    return total(task.blocks).p90


def _row(plan: Plan, wave: PlannedWave, tasks: Sequence[Task], times: Mapping[str, TaskTime]) -> WaveRow:
    own = [times[one.id] for one in tasks if one.id in times]
    ours, others = _ours_at_once(at_once(plan, wave), tasks), sum(_networks(tasks, ours=False))
    cap = plan.networks_at_risk
    return WaveRow(
        name=wave.name,
        clouds=len(wave.clouds),
        tasks=len(tasks),
        versions=spread(_sources(tasks)),
        hops=_range([len(one.hops) for one in tasks if isinstance(one, ManagerTask)]),
        may_start=min((one.earliest for one in own if one.earliest), default=None),
        first_start=min((one.starts for one in own if one.starts), default=None),
        longest=max(map(lasts, tasks), default=timedelta()),
        at_risk=others + (ours if cap is None else min(ours, cap)),
        capped=cap is not None and cap < ours,
    )


def _sources(tasks: Sequence[Task]) -> list[Version]:
    managers = [one.source for one in tasks if isinstance(one, ManagerTask)]
    return managers or [one.source for task in tasks if isinstance(task, MeshTask) for one in task.appliances]


def _range(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low}-{high}"


def _ours_at_once(most: int, tasks: Sequence[Task]) -> int:
    """At worst the largest ones, as many as may run at a time. What others do takes no slot and keeps to no cap."""
    return sum(sorted(_networks(tasks, ours=True), reverse=True)[:most])


def _networks(tasks: Sequence[Task], *, ours: bool) -> Iterator[int]:
    return (one.networks for one in tasks if isinstance(one, MeshTask) and (one.owner is Owner.OURS) is ours)
