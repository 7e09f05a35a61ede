"""What tasks of ours take of the limits of a run or of one wave: slots, the failure budget, networks in change.

A strict budget is kept by one sum: tasks that failed, and tasks that still can. A task is let in only while one more
of them fits, and an end only moves a task from the second part to the first, or out of the sum.
"""

from shared.model.orders import TaskBrief
from shared.model.policy import Owner
from shared.model.run import Outcome
from shared.model.waiting import WaitingFor


class Limits:
    """One set of limits, and who takes what of them now. Only tasks of ours take anything."""

    def __init__(
        self, *, concurrency: int, max_failed: int | None, strict: bool, networks_at_risk: int | None = None
    ) -> None:
        self.concurrency = concurrency
        self.max_failed = max_failed
        self.networks_at_risk = networks_at_risk
        self.failed = 0
        """Tasks of any owner: a failure of somebody else is a reason to stop, too."""
        self.networks = 0
        self._strict = strict
        self._holding: set[str] = set()
        self._half_done: set[str] = set()

    @property
    def busy(self) -> bool:
        """Whether anybody holds a slot."""
        return bool(self._holding)

    @property
    def at_risk(self) -> int:
        """Tasks that can still fail: those that hold a slot, and those aside that have changed something."""
        return len(self._holding) + len(self._half_done)

    @property
    def used_up(self) -> bool:
        """Whether nothing new may start ever again: failures never go back."""
        return self.max_failed is not None and self.failed >= self.max_failed

    @property
    def room(self) -> int | None:
        """How many more networks may be in change; None: any number."""
        return None if self.networks_at_risk is None else self.networks_at_risk - self.networks

    def obstacle(self, task: TaskBrief | None = None) -> WaitingFor | None:
        """What keeps a task from a slot now; without one: what keeps every task from it.

        The budget comes first where it is used up, since that needs a person, and after the slots where it is not:
        then whatever frees a slot may free the budget as well.
        """
        counted = task is not None and task.id in self._half_done
        if self.used_up and not counted:
            return WaitingFor.BUDGET
        if len(self._holding) >= self.concurrency:
            return WaitingFor.SLOT
        if self._would_overrun and not counted:
            return WaitingFor.BUDGET
        if task is not None and task.networks and self.room is not None and task.networks > self.room:
            return WaitingFor.NETWORKS
        return None

    def begun_before(self, task: TaskBrief) -> None:
        """A task that changed something before the run's host went away can fail, though it is not under way yet."""
        self._half_done.add(task.id)

    def take(self, task: TaskBrief) -> None:
        """A task has its slot."""
        if task.id in self._holding:
            return
        self._half_done.discard(task.id)
        self._holding.add(task.id)
        self.networks += task.networks

    def step_aside(self, task: TaskBrief, *, changed: bool) -> None:
        """A task gives its slot back; half-done work goes on counting as at risk."""
        self._leave(task)
        if changed:
            self._half_done.add(task.id)

    def end(self, task: TaskBrief, outcome: Outcome) -> None:
        """A task has ended, whether it ever took anything or not."""
        if task.owner is Owner.OURS:
            self._leave(task)
            self._half_done.discard(task.id)
        self.failed += outcome is Outcome.FAILED

    def counts(self, task: str) -> bool:
        """Whether that task can still fail."""
        return task in self._holding or task in self._half_done

    @property
    def _would_overrun(self) -> bool:
        """Whether one more could make more tasks fail than may, if everything at risk failed."""
        return self._strict and self.max_failed is not None and self.failed + self.at_risk + 1 > self.max_failed

    def _leave(self, task: TaskBrief) -> None:
        if task.id in self._holding:
            self._holding.discard(task.id)
            self.networks -= task.networks
