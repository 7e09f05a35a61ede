"""A task's lease: the right to change its subject, alone. Taken right before a change, kept while HCX is at work on it.

Like a slot it is given back while the task waits for others or for time, and at its end.
"""

from dataclasses import replace
from datetime import datetime

from durabletask.task import OrchestrationContext

from orchestrators import steps
from orchestrators.steps import Step
from shared.model.orders import Leased, StepOrder
from shared.rules.leasing import renew_at


class HeldLease:
    """The lease of one task, as the task sees it; lives within one replay and is rebuilt by each."""

    def __init__(self, ctx: OrchestrationContext) -> None:
        self._ctx = ctx
        self.fence = 0
        """Its token; 0 while there is none."""
        self.renew_at: datetime | None = None
        """When it is kept for longer, if the task still works by then."""
        self._unsure = True
        """Whether the ledger may hold one of this task that it does not know of, from before its host went away."""

    def take(self, order: StepOrder) -> Step[Leased]:
        """Take it for the change of a step, or keep the one that is there for longer."""
        leased = yield from steps.take_lease(self._ctx, replace(order, fence=self.fence))
        self._is(leased)
        return leased

    def keep(self, order: StepOrder) -> Step[None]:
        """Keep it for longer where that is due. Once it is lost the task only observes, until it takes another one."""
        if self.renew_at is not None and steps.now(self._ctx) >= self.renew_at:
            self._is((yield from steps.renew_lease(self._ctx, replace(order, fence=self.fence))))

    def give_back(self, order: StepOrder) -> Step[None]:
        """Give it back, if there is any."""
        if self.fence or self._unsure:
            yield from steps.give_back_lease(self._ctx, replace(order, fence=self.fence))
            self.fence, self.renew_at, self._unsure = 0, None, False

    def _is(self, leased: Leased) -> None:
        self.fence = leased.token or 0
        until = leased.until if leased.token else None
        self.renew_at = renew_at(steps.now(self._ctx), until) if until else None
