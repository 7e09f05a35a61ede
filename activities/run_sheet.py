"""The run sheet of a task as it is now, from what its run knows."""

from activities.known import catalogue_of_run, group_of, inventory_of, policy_now, task_of
from shared.policy.problems import PolicyInvalidError
from shared.ports import Ports
from shared.report.runsheet.making import runsheet
from shared.report.runsheet.record import Material
from shared.report.runsheet.standing import standing
from shared.report.runsheet.text import in_markdown
from shared.report.stored import facts_of, plan_known


def run_sheet(ports: Ports, run: str, plan_hash: str, task: str) -> str:
    """The page as Markdown, ready or not as its stamp says; empty where a file that it is made from cannot be read."""
    policy, _ = policy_now(ports)
    try:
        catalogue = catalogue_of_run(ports)
    except PolicyInvalidError:
        return ""
    if policy is None:
        return ""
    material = Material(
        plan=plan_known(ports.store, plan_hash),
        task=task_of(ports, plan_hash, task),
        facts=facts_of(ports.store, run, group_of(ports, plan_hash, task).managers),
        policy=policy,
        inventory=inventory_of(ports, run),
        now=ports.clock.now(),
        draft=False,
    )
    return in_markdown(runsheet(material, standing(material, catalogue)))
