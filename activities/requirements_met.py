"""What a change still needs of the other side, from the freshest facts of the run."""

from activities.known import group_of, task_of
from shared.model.orders import StepOrder, UnmetOfStep
from shared.ports import Ports
from shared.report.stored import facts_of
from shared.rules import requirements


def unmet(ports: Ports, order: StepOrder) -> UnmetOfStep:
    """Requirements of one step's change that are not met; nothing is observed here."""
    task = task_of(ports, order.plan_hash, order.task)
    facts = facts_of(ports.store, order.run, group_of(ports, order.plan_hash, order.task).managers)
    return UnmetOfStep(unmet=requirements.unmet(requirements.of_step(task, order.step), facts))
