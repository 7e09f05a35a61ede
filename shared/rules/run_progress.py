"""How far a run is, in tasks, and how much longer it takes by the times that its plan counts with."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from shared.model.plan import Estimate, Plan, Task
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.run import Outcome
from shared.model.view import RunView, TaskPhase, TaskView
from shared.rules import buckets
from shared.rules.durations import changes

PLANNED_TIMES = "the windows and limits of the plan"
"""What an estimate rests on as well, where the plan's own schedule ends later than the work that is left would."""

_NOTHING = timedelta()


@record
class TaskCounts:
    """Every task of a run in exactly one of these."""

    done: int
    running: int
    waiting: int
    """Not begun, or begun and waiting for somebody."""
    failed: int
    """Ended otherwise than wanted: failed, blocked, unknown, or closed while it waited for somebody."""
    skipped: int
    """Not carried out, or ended by a person."""

    @property
    def total(self) -> int:
        """All of them."""
        return self.done + self.running + self.waiting + self.failed + self.skipped


_ENDED_AS = {Outcome.SUCCEEDED: "done", Outcome.SKIPPED: "skipped", Outcome.CANCELED: "skipped"}


def task_counts(tasks: Iterable[TaskView]) -> TaskCounts:
    """How many tasks are where."""
    words = [_word(task) for task in tasks]
    return TaskCounts(
        done=words.count("done"),
        running=words.count("running"),
        waiting=words.count("waiting"),
        failed=words.count("failed"),
        skipped=words.count("skipped"),
    )


def _word(task: TaskView) -> str:
    if task.result is not None:
        return _ENDED_AS.get(task.result.outcome, "failed")
    return "running" if task.phase is TaskPhase.RUNNING else "waiting"


def time_left(view: RunView, begins: datetime) -> Estimate | None:
    """How much longer a run takes; None where it depends on people or the provider, or there is nothing to go by.

    Wave after wave, each as long as its longest chain of tasks or, where that is more, as all its work shared by as
    many as may go at once; and no shorter than until the plan's own schedule ends, which knows windows, soaks and
    approvals. That is coarser than a forecast, and quick enough to be asked for every few seconds.

    Args:
        view: the run as it stands.
        begins: when it goes on at the earliest, such as when the window opens that it waits for.
    """
    plan = view.plan
    left = {task.task: task for task in view.tasks if task.phase is not TaskPhase.ENDED}
    if plan is None or not left or any(map(_depends_on_others, left.values())):
        return None
    needs = {task.id: _needs(task, left[task.id], view.now) for task in plan.tasks if task.id in left}
    p50, p90 = (_of_waves(plan, {name: each[most] for name, each in needs.items()}, left) for most in (0, 1))
    basis = ", ".join(dict.fromkeys(block.basis for task in plan.tasks if task.id in left for block in task.blocks))
    idle = max(begins - view.now, _NOTHING)
    return _no_shorter(Estimate(p50=idle + p50, p90=idle + p90, basis=basis or "nothing to do"), plan, view.now)


def _no_shorter(work: Estimate, plan: Plan, now: datetime) -> Estimate:
    """Not below what the schedule says."""
    until = [end - now if end is not None else _NOTHING for end in (plan.schedule.ends_p50, plan.schedule.ends_p90)]
    p50, p90 = max(work.p50, until[0]), max(work.p90, *until)
    later = p50 > work.p50 or p90 > work.p90
    return Estimate(p50=p50, p90=p90, basis=f"{work.basis}, {PLANNED_TIMES}" if later else work.basis)


def _depends_on_others(task: TaskView) -> bool:
    """Whether nobody knows when it goes on."""
    if task.waiting is not None and task.waiting.reason in buckets.OTHERS_MUST_ACT:
        return True
    return task.owner is not Owner.OURS and task.phase is TaskPhase.PLANNED


def _needs(task: Task, view: TaskView, now: datetime) -> tuple[timedelta, timedelta]:
    """Of the blocks that are not verified yet; of the one that is under way, what is left of it.

    Half of the times, and nine times in ten.
    """
    ends = {span.step: span.ended_at for span in view.spans}
    begins = {span.step: span.started_at for span in view.spans}
    spans = [(block.takes, begins.get(first.id)) for block, first, last in changes(task) if ends.get(last.id) is None]
    p50, p90 = (
        sum((_left(takes, begun, now) for takes, begun in one), _NOTHING)
        for one in ([(takes.p50, at) for takes, at in spans], [(takes.p90, at) for takes, at in spans])
    )
    return p50, p90


def _left(takes: timedelta, begun: datetime | None, now: datetime) -> timedelta:
    return takes if begun is None else max(takes - max(now - begun, _NOTHING), _NOTHING)


def _of_waves(plan: Plan, needs: Mapping[str, timedelta], left: Mapping[str, TaskView]) -> timedelta:
    chains = _Chains(needs, left)
    in_waves = {name for wave in plan.waves for name in wave.tasks}
    waves = [(min(wave.concurrency, plan.concurrency), wave.tasks) for wave in plan.waves]
    waves.append((plan.concurrency, tuple(name for name in needs if name not in in_waves)))
    return sum((_of_wave(most, tasks, chains) for most, tasks in waves), _NOTHING)


def _of_wave(most: int, tasks: tuple[str, ...], chains: "_Chains") -> timedelta:
    own = [name for name in tasks if name in chains.needs]
    shared = sum((chains.needs[name] for name in own), _NOTHING) / max(most, 1)
    return max((shared, *map(chains.end, own)))


class _Chains:
    """When tasks end that begin behind each other, counted from now."""

    def __init__(self, needs: Mapping[str, timedelta], left: Mapping[str, TaskView]) -> None:
        self.needs = needs
        self._left = left
        self._ends: dict[str, timedelta] = {}

    def end(self, name: str) -> timedelta:
        """After all that it begins behind; a circle, which no plan has, ends nowhere in particular."""
        if name not in self._ends:
            self._ends[name] = _NOTHING
            task = self._left[name]
            before = {*task.depends_on, *(hop.task for hop in task.after_hops)} & self.needs.keys()
            self._ends[name] = self.needs[name] + max(map(self.end, before), default=_NOTHING)
        return self._ends[name]
