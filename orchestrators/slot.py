"""A task's slot: one of ours gives it back while it waits for people, and asks for it before it goes on.

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

    def give_back(self) -> None:
        """Somebody else has to act first."""
        if self._takes_one and not self.given_back:
            self.given_back = True
            self._say(wanted=False)

    def ask(self) -> CompletableTask[Any]:
        """Ask for one again; complete once the run has it."""
        self.given_back = False
        self._say(wanted=True)
        return self._granted.wait()

    def _say(self, *, wanted: bool) -> None:
        word = SlotWord(task=self._order.task, wanted=wanted)
        self._ctx.send_event(self._order.run, SLOT, data=to_json(word))
