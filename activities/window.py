"""Whether a change may begin now, by the files as they are now: what was read when the run began may be days old."""

from dataclasses import replace
from datetime import timedelta

from activities.known import clouds_of, inventory_of, maintenances_of, policy_now, policy_of, task_of
from shared.model.confirmation import Confirmations
from shared.model.inventory import Inventory
from shared.model.orders import StepOrder, WindowNow
from shared.model.plan import Task
from shared.ports import Ports
from shared.report.stored import facts_of
from shared.rules.calendar.window_now import closed, lost_sites, window_now
from shared.rules.catalogue import catalogue
from shared.rules.planning.admission import managers_of
from shared.rules.planning.inputs import Inputs


def window(ports: Ports, order: StepOrder) -> WindowNow:
    """Whether the change of a step fits into the calendar of its task from now on, with all that is left of it."""
    task = task_of(ports, order.plan_hash, order.task)
    return window_of(ports, order.run, task, task.needs_from(order.step))


def window_of(ports: Ports, run: str, task: Task, needs: timedelta) -> WindowNow:
    """Whether something that takes `needs` fits into the calendar of a task from now on."""
    policy, problem = policy_now(ports)
    if policy is None:
        return closed(f"fleet.yaml cannot be read now: {problem}")
    inventory = _part(ports, run, task)
    lost = lost_sites(inventory, policy_of(ports, run), policy)
    if lost:
        return closed(f"fleet.yaml no longer says when work may go on at {', '.join(lost)}")
    inputs = Inputs(
        inventory=inventory,
        facts=facts_of(ports.store, run, managers_of(task)),
        policy=policy,
        confirmations=Confirmations(),
        catalogue=catalogue(),  # what is known of releases opens and closes no window
        now=ports.clock.now(),
    )
    return window_now(inputs, managers_of(task), needs)


def _part(ports: Ports, run: str, task: Task) -> Inventory:
    """The part of the run's inventory that the task touches, its clouds and their maintenances as Azure told them last.

    That they were told at all, and lately, is for the check of maintenances to say.
    """
    inventory, managers = inventory_of(ports, run), managers_of(task)
    clouds, _ = clouds_of(ports, run, inventory, (*managers, *task.clouds))
    told = maintenances_of(ports, run, inventory, clouds)
    return replace(
        inventory,
        private_clouds=clouds,
        maintenances=tuple(one for seen in told for one in seen.value.maintenances),
        managers=tuple(one for one in inventory.managers if one.id in managers),
    )
