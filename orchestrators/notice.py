"""One notice on its way to where people read it: tried until it arrives or nothing is left to try."""

from dataclasses import replace
from typing import Any

from durabletask.task import OrchestrationContext

from orchestrators import steps, waiting
from orchestrators.steps import Step
from shared.model.codec import from_json
from shared.model.orders import NoticeOrder
from shared.rules import notices


def notice(ctx: OrchestrationContext, document: Any) -> Step[Any]:
    """Deliver one notice; gives in one word what came of it. Nobody waits for it, so it fails nothing."""
    order = from_json(NoticeOrder, document)
    while True:
        done = yield from steps.deliver(ctx, order)
        later = notices.pause(done, order.attempt)
        if later is None:
            return done.state.value
        yield from waiting.pause(ctx, steps.now(ctx) + later)
        order = replace(order, attempt=order.attempt + 1)
