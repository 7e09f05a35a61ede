"""The waves of a plan as rows: what goes in each, when it can first go, and how much of the fleet it touches."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from shared.model.plan import ManagerTask, MeshTask, Plan, PlannedWave, Task
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.version import Version
from shared.report.plan_words import spread
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
    first_start: datetime | None
    """None where no start is known."""
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
    starts = {one.task: one.earliest for one in plan.schedule.tasks}
    return tuple(_row(plan, wave, [tasks[one] for one in wave.tasks if one in tasks], starts) for wave in plan.waves)


def lasts(task: Task) -> timedelta:
    """How long a task takes, nine times in ten."""
    return total(task.blocks).p90


def _row(plan: Plan, wave: PlannedWave, tasks: Sequence[Task], starts: dict[str, datetime | None]) -> WaveRow:
    ours, others = _ours_at_once(wave, tasks), sum(_networks(tasks, ours=False))
    cap = plan.networks_at_risk
    return WaveRow(
        name=wave.name,
        clouds=len(wave.clouds),
        tasks=len(tasks),
        versions=spread(_sources(tasks)),
        hops=_range([len(one.hops) for one in tasks if isinstance(one, ManagerTask)]),
        first_start=min((at for one in tasks if (at := starts.get(one.id))), default=None),
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


def _ours_at_once(wave: PlannedWave, tasks: Sequence[Task]) -> int:
    """At worst the largest ones, as many as may run at a time. What others do takes no slot and keeps to no cap."""
    return sum(sorted(_networks(tasks, ours=True), reverse=True)[: wave.concurrency])


def _networks(tasks: Sequence[Task], *, ours: bool) -> Iterator[int]:
    return (one.networks for one in tasks if isinstance(one, MeshTask) and (one.owner is Owner.OURS) is ours)
