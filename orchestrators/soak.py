"""A soak: a wave is watched after its last task, looked at as often as the policy says, and judged at the end.

Beside the run, which only waits for the end of it, so that no run's history holds the looks. While it lasts, people are
told of every way back that ends soon: it is the time in which they may still want one.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from durabletask.task import OrchestrationContext

from orchestrators import steps, waiting
from orchestrators.bell import Bell, until_rung
from orchestrators.steps import Step
from shared.model.codec import from_json, to_json
from shared.model.orders import LookOrder, NoticeOrder, SoakOpened, SoakOrder
from shared.rules import looking, notices
from shared.rules.login_rounds import login_rounds

STOP = "stop"
"""Name of the event by which a run that somebody ended tells its soaks so."""


def soak(ctx: OrchestrationContext, document: Any) -> Step[Any]:
    """Watch one wave to its end; gives what it came to."""
    order, stop, told = from_json(SoakOrder, document), Bell(ctx, STOP), set[str]()
    while True:
        opened = yield from steps.soak_opened(ctx, order)
        if opened.end is not None:
            return to_json(opened.end)
        stopped = stop.wait().is_complete
        if stopped or (opened.next_at is None and steps.now(ctx) >= opened.over_at):
            return to_json((yield from steps.soak_ended(ctx, replace(order, stopped=stopped))))
        if opened.next_at is not None and steps.now(ctx) >= opened.next_at:
            yield from _look(ctx, order, opened)
            continue
        told_at = yield from _tell_of_ways_back(ctx, order, told)
        moments = (opened.next_at or opened.over_at, told_at)
        yield from until_rung(ctx, stop, min(at for at in moments if at is not None))


def _look(ctx: OrchestrationContext, order: SoakOrder, opened: SoakOpened) -> Step[None]:
    """Observe everything that the wave touched, then judge it. What a look cannot see, the judgement says."""
    began = steps.now(ctx)
    for members in login_rounds(opened.managers):
        orders = (LookOrder(run=order.run, managers=part.managers, width=part.width) for part in looking.parts(members))
        starts = [partial(steps.looking_around, ctx, one) for one in orders]
        yield from waiting.at_most(looking.SIDE_BY_SIDE, starts)
    yield from steps.soak_looked(ctx, replace(order, number=opened.number, at=began))


def _tell_of_ways_back(ctx: OrchestrationContext, order: SoakOrder, told: set[str]) -> Step[datetime | None]:
    """Tell people once what ends soon; gives when there is more to tell."""
    ending = yield from steps.ways_back_ending(ctx, order)
    for notice in (one for one in ending.notices if one.id not in told):
        told.add(notice.id)
        yield from steps.record(ctx, order.run, notices.entry(notice))
        steps.delivering(ctx, NoticeOrder(notice=notice, plan_hash=order.plan_hash))
    return ending.next_at
