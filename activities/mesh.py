"""Acting on a mesh, from its initiator side."""

from activities import ledger
from activities.called import called
from activities.known import manager_of, mesh_task_of
from shared.model.acts import ApplianceWanted
from shared.model.orders import Acted, StepOrder
from shared.ports import Ports
from shared.rules.resume import ledger_subject


def upgrade_appliance(ports: Ports, order: StepOrder) -> Acted:
    """Start the upgrade of the appliance that the step is about, with its peers, at most once."""
    task = mesh_task_of(ports, order.plan_hash, order.task)
    item = task.item(order.step)
    manager = manager_of(ports, order.run, task.initiator)
    wanted = ApplianceWanted(
        mesh=task.subject,
        appliance=item.appliance_id,
        name=item.name,
        mode=item.mode.mode,
        beside=frozenset(
            word for one in task.round_of(order.step) if one is not item for word in (*one.members, one.name)
        ),
    )
    done = ledger.once(
        ports.store,
        ports.clock.now,
        order,
        ledger_subject(task),
        lambda sending: ports.hcx.upgrade_appliance(manager, wanted, sending),
    )
    called(ports, order, item.upgrade, done)
    return Acted(act=done)
