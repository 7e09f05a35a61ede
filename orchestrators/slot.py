"""A task's slot: one of ours gives it back while it waits for others or for time, and asks for it before it goes on.

Both ends talk by events: the task tells its run, and the run, which alone knows who else is under way, lets it go on.
"""

from typing import Any

from durabletask.task import CompletableTask, OrchestrationContext

from orchestrators.bell import Bell
from shared.model.codec import to_json
from shared.model.orders import SlotWord, TaskOrder

SLOT = "slot"
"""Name of the event in both directions."""


class Slot:
    """The slot of one task, as the task sees it; one that never takes a slot has nothing to give back."""

    def __init__(self, ctx: OrchestrationContext, order: TaskOrder, *, takes_one: bool) -> None:
        self._ctx = ctx
        self._order = order
        self._takes_one = takes_one
        self._granted = Bell(ctx, SLOT)
        self.given_back = False
        self.let_off = False
        """Whether it was given back with nothing half done: as long as that is so the task does not end as failed."""

    def give_back(self, *, changed: bool) -> None:
        """Somebody else, or time, has to come first; `changed` where half-done work stays behind meanwhile."""
        if self._takes_one and not self.given_back:
            self.given_back, self.let_off = True, not changed
            self._say(wanted=False, changed=changed)

    def ask(self) -> CompletableTask[Any]:
        """Ask for one again; complete once the run has answered."""
        self._say(wanted=True)
        return self._granted.wait()

    def answer(self) -> str | None:
        """What the run answered: None where the task has its slot again, else why it never will."""
        refused = self._granted.take()
        if refused is None:
            self.given_back = self.let_off = False
        return str(refused) if refused is not None else None

    def _say(self, *, wanted: bool, changed: bool = False) -> None:
        word = SlotWord(task=self._order.task, wanted=wanted, changed=changed)
        self._ctx.send_event(self._order.run, SLOT, data=to_json(word))
