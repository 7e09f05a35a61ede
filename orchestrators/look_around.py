"""A part of a pass: observe some managers side by side. Its own orchestration, so that no run's history holds them."""

from functools import partial
from typing import Any

from durabletask.task import OrchestrationContext

from orchestrators import steps, waiting
from orchestrators.steps import Step
from shared.model.codec import from_json, to_json
from shared.model.orders import Looked, LookOrder, Observed, ObserveOrder


def look_around(ctx: OrchestrationContext, document: Any) -> Step[Any]:
    """Observe these managers; gives those worth a second look. One that fails leaves a gap, not a hole."""
    order = from_json(LookOrder, document)
    orders = (ObserveOrder(run=order.run, manager=name, seconds=order.seconds) for name in order.managers)
    looks = yield from waiting.at_most(order.width, [partial(steps.observing, ctx, one) for one in orders])
    seen = (from_json(Observed, look.get_result()) for look in looks if not look.is_failed)
    return to_json(Looked(ask_again=tuple(sorted(one.manager for one in seen if one.ask_again))))
