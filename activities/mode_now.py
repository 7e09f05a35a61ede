"""Right before an appliance: whether the mode that was planned for it still holds, by what was observed just now."""

from functools import partial

from activities.known import catalogue_of_run, mesh_task_of, policy_by_now
from shared.model.facts import Appliance, ManagerFacts
from shared.model.orders import ModeNow, ModeOrder
from shared.model.plan import MeshTask
from shared.model.policy import ExtensionMode, Policy
from shared.ports import Ports
from shared.report.stored import facts_of
from shared.rules import bearing, durations, ne_situation
from shared.rules import mode_now as rule
from shared.rules.catalogue.records import Lasting
from shared.rules.ne_mode import Situation
from shared.rules.ne_situation import MeshSide


def mode_now(ports: Ports, asked: ModeOrder) -> ModeNow:
    """Whether the appliance of a step can be upgraded as it was planned; nothing is observed here.

    Spare addresses are counted as they are now: what other meshes may take at the same time was counted by the plan,
    and what they have taken shows. What was begun in the same round a moment ago may not show yet, and is counted.
    """
    order = asked.step
    task = mesh_task_of(ports, order.plan_hash, order.task)
    item, facts = task.item(order.step), facts_of(ports.store, order.run, (task.initiator, task.receiver))
    here, there = facts.of(task.initiator), facts.of(task.receiver)
    if here is None or there is None:
        return ModeNow(unread="one of its managers was not observed")
    if why := rule.unread(item, here, there):
        return ModeNow(unread=why)
    policy = policy_by_now(ports, order.run)
    sides = _both_sides(task, policy, here, there)
    spare, situation = ne_situation.at_once(task.subject, *sides), partial(_situation, ports, task, policy, sides)
    found = rule.passed_over(task, item, rule.sides_of(task.subject, here, there), situation)
    found = found or rule.crowded_out(item, asked.beside, spare)
    if found is None:
        return ModeNow(spare=spare)
    return ModeNow(reason=found.reason, detail=found.detail, remedy=found.remedy, spare=spare)


def _both_sides(task: MeshTask, policy: Policy, here: ManagerFacts, there: ManagerFacts) -> tuple[MeshSide, MeshSide]:
    """With what somebody attests for their sites."""
    moving = frozenset({task.subject})
    one, other = policy.site(task.sites[0]), policy.site(task.sites[-1])
    return ne_situation.mesh_side(here, one, moving), ne_situation.mesh_side(there, other, moving)


def _situation(
    ports: Ports, task: MeshTask, policy: Policy, sides: tuple[MeshSide, MeshSide], appliance: Appliance
) -> Situation:
    """What the owner wants does not count here: the plan was made by it."""
    here, there = sides
    costs = durations.estimate(Lasting.OUTAGE_STANDARD, catalogue_of_run(ports).priors).p90
    too_long = bearing.cannot_bear(policy, task.sites, appliance, here, costs)
    return ne_situation.situation(appliance, ExtensionMode.AUTO, here, there, too_long)
