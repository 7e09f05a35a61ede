"""Acting on a mesh, from its initiator side."""

from activities import ledger
from activities.called import called
from activities.known import manager_of, task_of
from shared.model.orders import Acted, StepOrder
from shared.model.plan import MeshTask
from shared.ports import Ports
from shared.rules.resume import ledger_subject


def upgrade_appliance(ports: Ports, order: StepOrder) -> Acted:
    """Start the upgrade of the appliance that the step is about, with its peers, at most once."""
    task = task_of(ports, order.plan_hash, order.task)
    if not isinstance(task, MeshTask):
        raise TypeError(f"{task.id} is not about a mesh")
    item = task.item(order.step)
    manager = manager_of(ports, order.run, task.initiator)
    done = ledger.once(
        ports.store,
        ports.clock.now,
        order,
        ledger_subject(task),
        lambda sending: ports.hcx.upgrade_appliance(manager, task.subject, item.appliance_id, item.name, sending),
    )
    called(ports, order, item.upgrade, done)
    return Acted(act=done)
