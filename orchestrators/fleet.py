"""A run: the only driver of everything that happens. Observe, plan, admit tasks as the plan allows, close.

Both ways in end here: the timer's fleet run and a single private cloud from a pipeline differ in their request alone.
"""

from datetime import timedelta
from functools import partial
from typing import Any

from durabletask.task import OrchestrationContext, TaskFailedError

from orchestrators import steps, waiting
from orchestrators.carry_out import carry_out
from orchestrators.revert import revert
from orchestrators.steps import Step
from shared.model.codec import from_json, to_json
from shared.model.orders import FinishOrder, GroupOrder, Looked, LookOrder, ManagerBrief
from shared.model.run import JournalEntry, JournalKind, RunKind, RunRequest
from shared.rules import looking
from shared.rules.login_rounds import login_rounds

CHECK_SECONDS = 25.0
"""Of real time for one manager in a check: it waits for nobody longer than a person would. A pass is some 15 calls,
and a manager that takes longer than a second and a half for each is slow: what it did not tell by then is unknown."""

SECOND_LOOK = timedelta(seconds=20)
"""Before managers that did not answer yet are observed once more. Enough for services that just come up and for another
process that tries the same account; a reboot takes minutes, and a check does not wait for it."""


def fleet(ctx: OrchestrationContext, document: Any) -> Step[Any]:
    """Carry out one run, to its end or to the problem that stops it."""
    request = from_json(RunRequest, document)
    problem = ""
    try:
        problem = yield from _run(ctx, request)
    except TaskFailedError as failure:
        problem = f"an activity failed: {failure.details.error_type}: {failure.details.message}"
    finished = yield from steps.finish(ctx, FinishOrder(request=request, problem=problem))
    return to_json(finished)


def _run(ctx: OrchestrationContext, request: RunRequest) -> Step[str]:
    found = yield from steps.discover(ctx, request)
    if found.problem:
        return found.problem
    problem = yield from _observe(ctx, request, found.managers)
    if problem:
        return problem
    if request.kind is RunKind.REVERT:
        return (yield from revert(ctx, request))
    planned = yield from steps.plan(ctx, request)
    if planned.problem or request.kind is not RunKind.UPGRADE:
        return planned.problem
    return (yield from carry_out(ctx, request, planned))


def _observe(ctx: OrchestrationContext, request: RunRequest, managers: tuple[ManagerBrief, ...]) -> Step[str]:
    """Observe all of them, or those that a check of one subject needs; gives the problem that stops it."""
    if request.about is not None:
        return (yield from _observe_group(ctx, request, request.about))
    yield from _observe_everything(ctx, request, managers)
    yield from steps.record(ctx, request.id, _observed(ctx, len(managers)))
    return ""


def _observe_group(ctx: OrchestrationContext, request: RunRequest, subject: str) -> Step[str]:
    """Observe the pairing group of a subject, from the subject on: every look may show who else belongs to it."""
    asked: tuple[str, ...] = ()
    while True:
        order = GroupOrder(run=request.id, subject=subject, asked=asked)
        found = yield from steps.still_to_observe(ctx, order)
        if found.problem or not found.managers:
            yield from steps.record(ctx, request.id, _observed(ctx, len(asked)))
            return found.problem
        yield from _observe_everything(ctx, request, found.managers)
        asked = (*asked, *(one.id for one in found.managers))


def _observe_everything(
    ctx: OrchestrationContext, request: RunRequest, managers: tuple[ManagerBrief, ...]
) -> Step[None]:
    """One log-in per account first: a stale password must be found out by one try, not by forty at once."""
    starting: list[str] = []
    for members in login_rounds(managers):
        starting += yield from _observe_many(ctx, request, members)
    if starting:
        yield from waiting.pause(ctx, steps.now(ctx) + SECOND_LOOK)
        yield from _observe_many(ctx, request, tuple(starting))


def _observe_many(ctx: OrchestrationContext, request: RunRequest, managers: tuple[str, ...]) -> Step[list[str]]:
    """Observe these managers side by side, some dozens in each orchestration; gives those worth a second look."""
    seconds = CHECK_SECONDS if request.kind is RunKind.CHECK else None
    orders = (
        LookOrder(run=request.id, managers=part.managers, width=part.width, seconds=seconds)
        for part in looking.parts(managers)
    )
    starts = [partial(steps.looking_around, ctx, order) for order in orders]
    looks = yield from waiting.at_most(looking.SIDE_BY_SIDE, starts)
    seen = (from_json(Looked, look.get_result()) for look in looks if not look.is_failed)
    return sorted(name for one in seen for name in one.ask_again)


def _observed(ctx: OrchestrationContext, count: int) -> JournalEntry:
    return JournalEntry(
        key="observed", at=steps.now(ctx), kind=JournalKind.OBSERVED, text=f"looked at {count} managers"
    )
