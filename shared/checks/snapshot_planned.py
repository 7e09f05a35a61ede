"""Can the snapshot be taken that fleet.yaml asks for?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import nothing
from shared.checks.of_plan import planned
from shared.checks.of_vcenter import look_in_vcenter, told
from shared.model.finding import Verdict
from shared.model.inventory import ManagerKind
from shared.model.plan import ManagerTask, Safeguard
from shared.model.policy import CloudManagerSnapshots, ConnectorSnapshots, Owner, Policy
from shared.rules.vcenter import snapshot_obstacles


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Where fleet.yaml asks for a snapshot of ours, the plan takes it, and nothing stands in its way.

    Whoever set that key counts on it. A plan that takes none says why among its findings. What stands in the way in
    vCenter would stop the task at that step, before anything is changed: a warning in time. A snapshot by run command
    is asked of Azure, where locks can stand in its way. The provider's upgrades are not ours to protect.
    """
    task, policy = context.task, context.policy
    if not isinstance(task, ManagerTask) or policy is None or task.owner is Owner.PROVIDER:
        return nothing(f"{context.subject}: no task of ours or of the site that a snapshot could protect")
    if not _wanted(task, policy):
        return nothing(f"{context.subject}: fleet.yaml asks for no snapshot of ours")
    if task.snapshot is Safeguard.NONE:
        return (_not_planned(context),)
    if task.snapshot is Safeguard.RUN_COMMAND_SNAPSHOT:
        return nothing(f"{context.subject}: its snapshot is taken by run command, where vCenter shows nothing")
    return (_in_vcenter(context, task.subject),)


def _wanted(task: ManagerTask, policy: Policy) -> bool:
    if task.manager_kind is ManagerKind.CLOUD_MANAGER:
        return policy.snapshots.cloud_managers is CloudManagerSnapshots.RUN_COMMAND
    return policy.snapshots.connectors is ConnectorSnapshots.VCENTER


def _not_planned(context: CheckContext) -> Judgement:
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{context.subject}: fleet.yaml asks for a snapshot of ours, and the plan takes none",
        evidence=(planned("the task takes no snapshot", context),),
        remedy="read the plan's findings for the reason; put it right and plan again, or take a snapshot by hand",
    )


def _in_vcenter(context: CheckContext, manager: str) -> Judgement:
    seen = look_in_vcenter(context, manager, lambda one: one if one.machine else None)
    if isinstance(seen, Judgement):
        return seen
    machine = seen.value.machine
    if machine is None:
        return nothing(f"{manager}: its machine was not seen in vCenter")[0]
    obstacles = snapshot_obstacles(machine, seen.value.tasks or (), seen.value.missing_privileges or ())
    if not obstacles:
        text = f"{manager}: the snapshot of {machine.name} could be taken now"
        return Judgement(verdict=Verdict.PASS, summary=text, evidence=told(text, seen))
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager}: the task would stop at its snapshot: {'; '.join(what for what, _ in obstacles)}",
        evidence=tuple(one for what, _ in obstacles for one in told(what, seen)),
        remedy="; ".join(dict.fromkeys(remedy for _, remedy in obstacles)),
    )


CHECK = Check(
    id="snapshot-planned",
    title="The snapshot that fleet.yaml asks for can be taken",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.ROLLING_BACK,
    judge=judge,
)
