"""What people told a run, as far as one of its tasks has to know."""

from activities.known import task_of
from shared.model.command import Standing, TaskStanding
from shared.model.orders import StepOrder
from shared.model.revert import RevertPlan
from shared.ports import Ports
from shared.report.stored import REVERT, document_of
from shared.rules.commands import Meant, Named, standing
from shared.store.errors import TamperedError


def standing_of(ports: Ports, order: StepOrder) -> TaskStanding:
    """What the commands to a run come to for the task of a step: whether it may make its next change.

    Where one of them was forged or changed it is told, and not raised: asking again helps nothing, and whoever asks
    knows best where it may stop.
    """
    try:
        said = ports.store.commands(order.run)
    except TamperedError as error:
        return TaskStanding(standing=Standing.UNREADABLE, comment=str(error))
    return standing(said, _meant(ports, order))


def _meant(ports: Ports, order: StepOrder) -> Meant:
    """The task, or the step of a revert, that is asked about."""
    revert = document_of(ports.store, order.run, REVERT, RevertPlan)
    if revert is None:
        return task_of(ports, order.plan_hash, order.task)
    return Named(id=order.task, clouds=(revert.private_cloud,))
