"""Acting on a manager."""

from activities import ledger
from activities.called import called
from activities.known import manager_of, task_of
from shared.model.orders import Acted, StepOrder
from shared.model.plan import ManagerTask
from shared.ports import Ports
from shared.rules.resume import ledger_subject


def upgrade_manager(ports: Ports, order: StepOrder) -> Acted:
    """Start the upgrade of the hop that the step belongs to, at most once."""
    task = task_of(ports, order.plan_hash, order.task)
    if not isinstance(task, ManagerTask):
        raise TypeError(f"{task.id} is not about a manager")
    hop = task.hop(order.step)
    manager = manager_of(ports, order.run, task.subject)
    done = ledger.once(
        ports.store,
        ports.clock.now,
        order,
        ledger_subject(task),
        lambda sending: ports.hcx.upgrade_manager(manager, hop.target, sending),
    )
    called(ports, order, hop.upgrade, done)
    return Acted(act=done)
