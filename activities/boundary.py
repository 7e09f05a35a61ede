"""The durable boundary: documents outside, records inside."""

from collections.abc import Callable
from typing import Any, get_type_hints

from durabletask.task import ActivityContext

from shared.model.codec import from_json, to_json
from shared.ports import Ports

type Activity = Callable[[Ports, Any], Any]


def durable(activity: Activity, ports: Callable[[], Ports]) -> Callable[[ActivityContext, Any], Any]:
    """Give `activity` the two-argument form of durabletask, under its own name.

    The ports are asked for at each call and not when the app is indexed: an app whose settings are wrong must still
    show its functions, and say what is wrong when one is called.
    """
    hints = get_type_hints(activity)
    order_kind = hints[activity.__code__.co_varnames[1]]

    def run(_context: ActivityContext, document: Any) -> Any:
        return to_json(activity(ports(), from_json(order_kind, document)))

    run.__name__ = run.__qualname__ = activity.__name__
    run.__doc__ = activity.__doc__
    return run
