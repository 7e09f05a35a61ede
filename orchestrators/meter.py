"""The meter: looks at the networks of one appliance while it changes, beside its task, which neither waits nor fails.

It begins right before our own change, or when somebody else's is seen to go on. Once the appliance is verified it goes
on until all of its networks were seen up again, and it ends by itself after the time that its steps may take. What it
breaks on is told, and that is all.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from durabletask.task import OrchestrationContext, Task, TaskFailedError, when_any

from orchestrators import steps
from orchestrators.bell import Bell, until_rung
from orchestrators.steps import Step
from shared.model.codec import from_json
from shared.model.orders import MeasureOrder, MeterOrder, SampleOrder, TaskOrder, task_instance
from shared.model.plan import ApplianceUpgrade
from shared.model.run import JournalEntry, JournalKind
from shared.rules.progress import Progress, State

VERIFIED, STOP = "verified", "stop"
"""Names of the events by which a task tells its meter that the appliance is verified, and that the task ends."""

AFTERWARDS = timedelta(minutes=10)
"""How long one goes on to look for networks that are not up again once their appliance is verified. The longest that is
told of is some minutes; what takes longer is looked for where the mesh is handed over. That it is ten is our own
judgement."""

LAST_LOOKS = timedelta(seconds=75)
"""How long a task waits at its end for looks that go on: one of the minutes in which they are taken, and a little."""


def meter(ctx: OrchestrationContext, document: Any) -> Step[None]:
    """Look, minute by minute, until all networks are up again, the task says stop or the time is over."""
    order, stop, verified = from_json(MeterOrder, document), Bell(ctx, STOP), Bell(ctx, VERIFIED)
    until, verified_at = order.until, None
    try:
        while steps.now(ctx) < until and not stop.wait().is_complete:
            if verified_at is None and verified.wait().is_complete:
                verified_at = steps.now(ctx)
                until = min(until, verified_at + AFTERWARDS)
            sampled = yield from steps.sample(ctx, _minute(ctx, order, until, verified_at))
            if sampled.next_at is None or sampled.settled:
                return
            if sampled.next_at > steps.now(ctx):  # unless a look took long
                yield from until_rung(ctx, stop, sampled.next_at)
    except TaskFailedError as failure:
        with suppress(TaskFailedError):  # the store may be what is the matter
            yield from steps.record(ctx, order.run, _not_measured(ctx, order.task, order.step, failure))


def _minute(ctx: OrchestrationContext, order: MeterOrder, until: datetime, verified_at: datetime | None) -> SampleOrder:
    return SampleOrder(
        run=order.run,
        plan_hash=order.plan_hash,
        task=order.task,
        step=order.step,
        begin=steps.now(ctx),
        verified_at=verified_at,
        until=until,
    )


def _not_measured(ctx: OrchestrationContext, task: str, step: str, failure: TaskFailedError) -> JournalEntry:
    return JournalEntry(
        key=f"{task}/{step}/not-measured",
        at=steps.now(ctx),
        kind=JournalKind.MEASURED,
        text=f"what the change costs its networks is measured no further: {steps.failed(failure)}",
        task=task,
    )


class Meters:
    """The meters of one task, as the task sees them; lives within one replay and is rebuilt by each."""

    def __init__(self, ctx: OrchestrationContext, order: TaskOrder) -> None:
        self._ctx = ctx
        self._order = order
        self._running: dict[str, Task[Any]] = {}
        """By the id of the step that changes the appliance."""
        self._told = set[tuple[str, str]]()
        """What was said to them, each once."""

    def before(self, item: ApplianceUpgrade, ready: Callable[[], Step[None]]) -> Callable[[], Step[None]]:
        """What has to be true before a change, and then the first looks: they say how it was before."""

        def measuring() -> Step[None]:
            yield from ready()
            self.start(item)

        return measuring

    def during(self, item: ApplianceUpgrade, look: Callable[[], Step[Progress]]) -> Callable[[], Step[Progress]]:
        """The same look, which begins to measure where it finds the appliance in change.

        So what somebody else does is measured from when it is seen, and what is over by then is not measured at all.
        """

        def looking() -> Step[Progress]:
            found = yield from look()
            if found.state is State.NOT_YET:
                self.start(item)
            return found

        return looking

    def start(self, item: ApplianceUpgrade) -> None:
        """Look at the networks of an appliance from now on; once, and only of one that can have any.

        Where it has none, somebody may extend one meanwhile.
        """
        step = item.upgrade.id
        if item.extends and step not in self._running:
            order = MeterOrder(
                run=self._order.run,
                plan_hash=self._order.plan_hash,
                task=self._order.task,
                step=step,
                until=steps.now(self._ctx) + item.back.budget + item.verify.budget,
            )
            self._running[step] = steps.metering(self._ctx, order, self._instance(step))

    def verified(self, item: ApplianceUpgrade) -> None:
        """An appliance is as it should be: its meter ends as soon as its networks are, too. Nobody waits for that."""
        self._say(item.upgrade.id, VERIFIED)

    def close(self) -> Step[None]:
        """Stop them all, give the last looks the rest of their minute, and say what all looks come to."""
        if self._running:
            for step in self._running:
                self._say(step, STOP)
            yield from self._ended(steps.now(self._ctx) + LAST_LOOKS)
            yield from self._measure()

    def _instance(self, step: str) -> str:
        return f"{task_instance(self._order.run, self._order.task)}:{step}"

    def _say(self, step: str, word: str) -> None:
        running = self._running.get(step)
        if running is not None and not running.is_complete and (step, word) not in self._told:
            self._told.add((step, word))
            self._ctx.send_event(self._instance(step), word)

    def _ended(self, due: datetime) -> Step[None]:
        left = [one for one in self._running.values() if not one.is_complete]
        if not left:
            return
        timer = self._ctx.create_timer(due)
        while left and not timer.is_complete:
            yield when_any([timer, *left])
            left = [one for one in left if not one.is_complete]
        if not timer.is_complete:
            timer.cancel()

    def _measure(self) -> Step[None]:
        order = MeasureOrder(run=self._order.run, plan_hash=self._order.plan_hash, task=self._order.task)
        try:
            yield from steps.measured(self._ctx, order)
        except TaskFailedError as failure:
            entry = _not_measured(self._ctx, self._order.task, "all", failure)
            with suppress(TaskFailedError):  # the same
                yield from steps.record(self._ctx, self._order.run, entry)
