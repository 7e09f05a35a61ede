"""What a run sheet is made from, as a store holds it."""

from datetime import datetime

from shared.model.plan import Plan, Task
from shared.model.policy import Policy
from shared.ports import Store
from shared.report.kept_plans import newest_plan
from shared.report.runsheet.record import Material
from shared.report.stored import facts_of, inventory_of


class NoInventoryError(LookupError):
    """The run that should have seen what a task is about left nothing."""


def material_of(
    store: Store, run: str, plan: Plan, task: Task, *, policy: Policy, now: datetime, draft: bool
) -> Material:
    """The material for one task.

    Args:
        store: where runs are kept.
        run: id of the run that saw what the task is about.
        plan: the plan of the task.
        task: the task.
        policy: `fleet.yaml` as it is now.
        now: when the page is made.
        draft: whether it may be printed although the task is not ready.

    Raises:
        NoInventoryError: the run discovered nothing.
    """
    inventory = inventory_of(store, run)
    if inventory is None:
        raise NoInventoryError(f"run {run} left no inventory; plan again: hcx-fleet plan")
    newest = newest_plan(store, task.subject)
    return Material(
        plan=plan,
        task=task,
        facts=facts_of(store, run),
        policy=policy,
        inventory=inventory,
        now=now,
        draft=draft,
        newer_plan=newest[1].hash if newest and newest[1].hash != plan.hash else "",
    )
