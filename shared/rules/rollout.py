"""Admission as one state machine without input or output: `admit(now)`, `apply(outcome)`, `next_wake(now)`.

`fleet.py` drives it in production; a driver with virtual time can run the very same object. A task is admitted when
every task it depends on has succeeded and, where it changes something itself, when the plan's concurrency limit leaves
a slot. Tasks of the provider or of people take no slot, and a task of ours that waits for people gives its own back
until it can go on: while people take their time, nothing of ours is held up.
"""

from collections.abc import Iterable
from datetime import datetime

from shared.model.orders import SlotWord, TaskBrief
from shared.model.policy import Owner
from shared.model.run import Outcome, TaskResult


class Rollout:
    """Who may go, who goes, and who never will."""

    def __init__(self, tasks: Iterable[TaskBrief], concurrency: int) -> None:
        self._tasks = {task.id: task for task in tasks}
        self._concurrency = concurrency
        self._admitted: set[str] = set()
        self._aside: set[str] = set()
        self._wanting: list[str] = []
        self._results: dict[str, TaskResult] = {}

    def admit(self, now: datetime) -> tuple[str, ...]:
        """Ids of the tasks to start at `now`, in plan order; each id is given out once."""
        del now  # windows will make admission depend on time
        fresh: list[str] = []
        for task in self._tasks.values():
            if self._may_start(task):
                self._admitted.add(task.id)
                fresh.append(task.id)
        return tuple(fresh)

    def hear(self, word: SlotWord) -> None:
        """Take what a running task says of its slot; of a task that has ended it means nothing any more."""
        if word.task not in self.running:
            return
        if not word.wanted:
            self._aside.add(word.task)
        elif word.task not in self._wanting:
            self._wanting.append(word.task)

    def readmit(self) -> tuple[str, ...]:
        """Ids of the tasks that have their slot again, in the order in which they asked; ask before `admit`."""
        back: list[str] = []
        while self._wanting and (self._wanting[0] not in self._aside or self._slots_in_use() < self._concurrency):
            back.append(self._wanting.pop(0))
            self._aside.discard(back[-1])
        return tuple(back)

    def apply(self, result: TaskResult) -> tuple[TaskResult, ...]:
        """Take the end of a task; gives the tasks that can now never start, each with its reason."""
        if result.task in self._results:
            return ()
        self._results[result.task] = result
        self._wanting = [name for name in self._wanting if name != result.task]
        skipped: list[TaskResult] = []
        frontier = [result]
        while frontier:
            ended = frontier.pop()
            if ended.outcome is not Outcome.SUCCEEDED:
                frontier += [self._skip(task, ended) for task in self._dependants(ended.task)]
            skipped.append(ended)
        return tuple(skipped[1:])

    def next_wake(self, now: datetime) -> datetime | None:
        """When to call `admit` again though nothing ended; None while only ends of tasks can change anything."""
        del now
        return None

    @property
    def finished(self) -> bool:
        """Whether every task has ended."""
        return len(self._results) == len(self._tasks)

    @property
    def running(self) -> frozenset[str]:
        """Tasks that were admitted and have not ended."""
        return frozenset(self._admitted - self._results.keys())

    def _may_start(self, task: TaskBrief) -> bool:
        if task.id in self._admitted or task.id in self._results or not self._ready(task):
            return False
        return task.owner is not Owner.OURS or self._slots_in_use() < self._concurrency

    def _ready(self, task: TaskBrief) -> bool:
        ends = (self._results.get(name) for name in task.depends_on)
        return all(end is not None and end.outcome is Outcome.SUCCEEDED for end in ends)

    def _slots_in_use(self) -> int:
        holding = self.running - self._aside
        return sum(1 for name in holding if self._tasks[name].owner is Owner.OURS)

    def _dependants(self, name: str) -> list[TaskBrief]:
        tasks = self._tasks.values()
        return [task for task in tasks if name in task.depends_on and task.id not in self._results]

    def _skip(self, task: TaskBrief, because: TaskResult) -> TaskResult:
        result = TaskResult(
            task=task.id,
            outcome=Outcome.SKIPPED,
            reason="dependency",
            detail=f"{because.task} ended as {because.outcome.value}: {because.detail}",
            who_can_act=because.who_can_act,
            ended_at=because.ended_at,
        )
        self._results[task.id] = result
        return result
