"""Which tasks of a run have started and ended, and what that means for those that depend on them."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from shared.model.orders import Admission, AtHop, TaskBrief
from shared.model.record import record
from shared.model.run import Outcome, TaskResult
from shared.rules.admitting import held_back
from shared.rules.admitting.held_back import Because


@record
class Ended:
    """What some ends come to."""

    results: tuple[TaskResult, ...]
    """They themselves, and those of everything that can now never start."""
    ready: tuple[str, ...]
    """Tasks whose last open dependency has succeeded, in the order of admission."""


class TaskBook:
    """The tasks of a run with their waves, starts and ends."""

    def __init__(self, admission: Admission) -> None:
        """Take the tasks.

        Raises:
            ValueError: a task is in no wave or in several, or depends on a task of a later wave.
        """
        self.tasks = {task.id: task for task in admission.tasks}
        self.wave_of = _wave_of(admission)
        self.running: set[str] = set()
        self.results: dict[str, TaskResult] = {}
        self.ready_since: dict[str, datetime] = {}
        """When the last thing that a task depends on succeeded."""
        ranks = (name for wave in admission.waves for name in wave.tasks)
        self._rank = {name: rank for rank, name in enumerate(ranks)}
        self._open_ends = {task.id: len(set(task.depends_on)) for task in admission.tasks}
        self._dependants = self._dependants_of(admission.tasks)
        self._hops: dict[str, set[AtHop]] = {}
        """Hops of each manager that others wait for and that it has not come to."""
        self._waiting_for: dict[AtHop, list[str]] = {}
        self._await_hops()

    def in_order(self, names: Iterable[str]) -> list[str]:
        """These tasks in the order of admission."""
        return sorted(names, key=self._rank.__getitem__)

    def not_started(self, names: Iterable[str]) -> list[str]:
        """Those of them that neither go on nor have ended."""
        return [name for name in names if name not in self.results and name not in self.running]

    def is_ready(self, name: str) -> bool:
        """Whether everything that a task depends on has succeeded."""
        return not self._open_ends[name]

    def open_ends_of(self, task: TaskBrief) -> list[str]:
        """What a task depends on and has not succeeded."""
        ends = ((name, self.results.get(name)) for name in sorted(set(task.depends_on)))
        return [name for name, end in ends if end is None or end.outcome is not Outcome.SUCCEEDED]

    def open_hops_of(self, task: TaskBrief) -> list[AtHop]:
        """The hops of managers that a task waits for and that were not come to."""
        return [hop for hop in task.after_hops if hop in self._hops.get(hop.task, ())]

    def moving(self, task: TaskBrief) -> TaskBrief:
        """The task at the bottom of a chain of dependencies: whoever performs it moves the whole chain."""
        met = set[str]()
        while task.id not in self.running and task.id not in met:
            met.add(task.id)
            before = [*self.open_ends_of(task), *(hop.task for hop in self.open_hops_of(task))]
            below = next((name for name in before if name in self.tasks), task.id)
            task = self.tasks[below]
        return task

    def come_to(self, hop: AtHop, at: datetime) -> list[str]:
        """A manager was verified at a hop; gives the tasks that nothing else keeps back, in the order of admission."""
        if hop not in self._hops.get(hop.task, ()):
            return []
        self._hops[hop.task].discard(hop)
        waiting = self.not_started(self._waiting_for[hop])
        return self.in_order(name for one in waiting for name in self._met(one, at))

    def end(self, ends: Iterable[TaskResult]) -> Ended:
        """Take these ends. One that is said to have ended already ended as it did first."""
        frontier = deque(one for one in ends if self._note(one))
        results, ready = list[TaskResult](), list[str]()
        while frontier:
            ended = frontier.popleft()
            results.append(ended)
            for name in self.not_started([*self._dependants.get(ended.task, ()), *self._behind_hops_of(ended.task)]):
                if ended.outcome is Outcome.SUCCEEDED:
                    ready += self._met(name, ended.ended_at)
                else:
                    because = held_back.failed_dependency(ended)
                    frontier += self._skipped([name], because, ended.ended_at)
        return Ended(results=tuple(results), ready=tuple(self.in_order(ready)))

    def skip(self, names: Iterable[str], because: Because, now: datetime) -> Ended:
        """End those of these tasks that have not started, and what depends on them."""
        return self.end([held_back.skipped(name, because, now) for name in self.not_started(names)])

    def _note(self, result: TaskResult) -> bool:
        self.running.discard(result.task)
        return self.results.setdefault(result.task, result) is result

    def _skipped(self, names: Iterable[str], because: Because, at: datetime) -> list[TaskResult]:
        found = [held_back.skipped(name, because, at) for name in names]
        return [one for one in found if self._note(one)]

    def _met(self, name: str, at: datetime) -> list[str]:
        self._open_ends[name] -= 1
        self.ready_since[name] = max(at, self.ready_since.get(name, at))
        return [] if self._open_ends[name] else [name]

    def _await_hops(self) -> None:
        """Hops that were verified before the run's host went away are not waited for, nor by what had begun then."""
        for task in self.tasks.values():
            for hop in set(task.after_hops) if not task.left_off.begun else ():
                manager = self.tasks.get(hop.task)
                if manager is None or hop.release not in manager.hops_done:
                    self._hops.setdefault(hop.task, set()).add(hop)
                    self._waiting_for.setdefault(hop, []).append(task.id)
                    self._open_ends[task.id] += 1

    def _behind_hops_of(self, manager: str) -> list[str]:
        """Tasks that wait for hops which a manager had not come to when it ended; with its end nobody waits for it."""
        return self.in_order(name for hop in self._hops.pop(manager, ()) for name in self._waiting_for[hop])

    def _dependants_of(self, tasks: Iterable[TaskBrief]) -> dict[str, list[str]]:
        found: dict[str, set[str]] = {}
        for task in tasks:
            for name in task.depends_on:
                found.setdefault(name, set()).add(task.id)
        return {name: self.in_order(names) for name, names in found.items()}


def _wave_of(admission: Admission) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, wave in enumerate(admission.waves):
        for name in wave.tasks:
            if found.setdefault(name, index) != index:
                raise ValueError(f"{name} is in two waves")
    tasks = {task.id for task in admission.tasks}
    if tasks != found.keys():
        raise ValueError(f"in the plan or in a wave, but not in both: {', '.join(sorted(tasks ^ found.keys()))}")
    for task in admission.tasks:
        before = (*task.depends_on, *(hop.task for hop in task.after_hops))
        later = [name for name in before if found.get(name, 0) > found[task.id]]
        if later:
            raise ValueError(f"{task.id} would wait for ever for {', '.join(later)} of a later wave")
    return found
