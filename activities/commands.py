"""What people told a run, as far as one of its tasks has to know."""

from activities.known import task_of
from shared.model.command import TaskStanding
from shared.model.orders import StepOrder
from shared.ports import Ports
from shared.rules.commands import standing


def standing_of(ports: Ports, order: StepOrder) -> TaskStanding:
    """What the commands to a run come to for the task of a step: whether it may make its next change."""
    return standing(ports.store.commands(order.run), task_of(ports, order.plan_hash, order.task))
