"""One step of a guided revert: tell whoever performs it, and look until it is proved or it is too late."""

from datetime import datetime
from typing import Any

from durabletask.task import OrchestrationContext, TaskFailedError

from orchestrators import steps
from orchestrators.bell import Bell, until_rung
from orchestrators.course import REPORTED, broke, ended
from orchestrators.steps import Step
from shared.model.codec import from_json, to_json
from shared.model.notice import Notice, NoticeKind
from shared.model.orders import NoticeOrder, ObserveOrder
from shared.model.revert import RevertSeen, RevertStepOrder
from shared.model.run import JournalEntry, JournalKind, Outcome, TaskResult
from shared.model.waiting import Waiting
from shared.rules.reverting.ending import due_of, patience_over, pause, proved, stopped
from shared.rules.reverting.standing import SECTION


def revert_step(ctx: OrchestrationContext, document: Any) -> Step[Any]:
    """Follow one step to its end, and give its result."""
    order = from_json(RevertStepOrder, document)
    try:
        order = yield from steps.open_revert_step(ctx, order)
        result = yield from _Following(ctx, order).to_its_end()
    except TaskFailedError as failure:
        result = broke(order.step.id, Outcome.UNKNOWN, steps.failed(failure), steps.now(ctx))
    yield from steps.record(ctx, order.run, ended(result))
    return to_json(result)


class _Following:
    """One step under way; lives within one replay and is rebuilt by each."""

    def __init__(self, ctx: OrchestrationContext, order: RevertStepOrder) -> None:
        self._ctx = ctx
        self._order = order
        self._step = order.step
        self._began = order.began or steps.now(ctx)
        self._due = due_of(order.step, self._began)
        self._begun = False
        """Whether it was ever seen to be under way."""
        self._told = order.told
        self._last = ""
        self._notified = order.began is not None
        self._reports = Bell(ctx, REPORTED)

    def to_its_end(self) -> Step[TaskResult]:
        """Tell, look, wait."""
        yield from self._tell()
        while True:
            seen = yield from self._look()
            now = steps.now(self._ctx)
            if seen.done:
                return proved(self._step, seen, now)
            if seen.stop:
                return stopped(self._step, seen, now)
            if now >= self._due_after(seen):
                return patience_over(self._step, seen, now)
            self._notify(now)
            yield from self._sleep(seen, now)

    @property
    def _told_to_do(self) -> str:
        return f"{self._step.text} Proved when: {self._step.proof}."

    def _tell(self) -> Step[None]:
        step, now = self._step, steps.now(self._ctx)
        started = self._entry("started", JournalKind.STEP_STARTED, step.title, now)
        told = self._entry("instructed", JournalKind.INSTRUCTED, self._told_to_do, now)
        yield from steps.record(self._ctx, self._order.run, started, told)

    def _due_after(self, seen: RevertSeen) -> datetime:
        self._begun = self._begun or seen.begun
        self._due = due_of(self._step, self._began, begun=self._begun, silent=seen.silent)
        return self._due

    def _notify(self, now: datetime) -> None:
        """Once, and not of what the first look shows to be done already."""
        if not self._notified:
            self._notified = True
            notice = _notice(self._order, self._told_to_do, now, self._due)
            steps.delivering(self._ctx, NoticeOrder(notice=notice, plan_hash=self._order.plan_hash))

    def _look(self) -> Step[RevertSeen]:
        for manager in self._step.observes:
            yield from steps.observe(self._ctx, ObserveOrder(run=self._order.run, manager=manager))
        return (yield from steps.look_at_revert(self._ctx, self._order))

    def _sleep(self, seen: RevertSeen, now: datetime) -> Step[None]:
        """Until the next look is due or somebody reports; what is waited for is told where it has changed."""
        at = min(now + pause(self._step, seen, now - self._began), self._due)
        if seen.detail != self._last:
            self._last = seen.detail
            self._told += 1
            yield from steps.record(self._ctx, self._order.run, self._wait(seen, now, at))
        if (yield from until_rung(self._ctx, self._reports, at)):
            self._reports.take()

    def _wait(self, seen: RevertSeen, now: datetime, next_look: datetime) -> JournalEntry:
        waiting = Waiting(
            reason=seen.waiting_for,
            detail=seen.detail,
            since=self._began,
            who_can_act=self._step.who,
            next_look=next_look,
            due=self._due,
        )
        return self._entry(f"waiting/{self._told}", JournalKind.WAITING, seen.detail, now, waiting)

    def _entry(
        self, suffix: str, kind: JournalKind, text: str, now: datetime, waiting: Waiting | None = None
    ) -> JournalEntry:
        return JournalEntry(
            key=f"{self._step.id}/{suffix}",
            at=now,
            kind=kind,
            text=text,
            task=self._step.id,
            step=self._step.id,
            section=SECTION[self._step.kind],
            waiting=waiting,
        )


def _notice(order: RevertStepOrder, text: str, now: datetime, due: datetime) -> Notice:
    return Notice(
        run=order.run,
        task=order.step.id,
        step=order.step.id,
        generation=1,
        kind=NoticeKind.INSTRUCTION,
        at=now,
        title=f"revert: {order.step.title}",
        next_action=text,
        who=order.step.who,
        expected_by=due,
    )
