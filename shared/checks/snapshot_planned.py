"""Does the plan take the snapshot that fleet.yaml asks for?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_plan import planned
from shared.checks.silent import nothing
from shared.model.finding import Verdict
from shared.model.inventory import ManagerKind
from shared.model.plan import ManagerTask, Safeguard
from shared.model.policy import CloudManagerSnapshots, ConnectorSnapshots, Owner, Policy


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Where fleet.yaml asks for a snapshot of ours, the plan takes it.

    Whoever set that key counts on it. A plan that takes none says why among its findings. What stands in the way of
    taking it is not asked here: `snapshot-possible`, `snapshot-rights` and `locks-allow` say that. The provider's
    upgrades are not ours to protect.
    """
    task, policy = context.task, context.policy
    if not isinstance(task, ManagerTask) or policy is None or task.owner is Owner.PROVIDER:
        return nothing(f"{context.subject}: no task of ours or of the site that a snapshot could protect")
    if not _wanted(task, policy):
        return nothing(f"{context.subject}: fleet.yaml asks for no snapshot of ours")
    return (_not_planned(context) if task.snapshot is Safeguard.NONE else _planned(context, task.snapshot),)


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


def _planned(context: CheckContext, snapshot: Safeguard) -> Judgement:
    text = f"the task takes a {snapshot.value} first"
    summary = f"{context.subject}: {text}, as fleet.yaml asks"
    return Judgement(verdict=Verdict.PASS, summary=summary, evidence=(planned(text, context),))


CHECK = Check(
    id="snapshot-planned",
    title="The plan takes the snapshot that fleet.yaml asks for",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.ROLLING_BACK,
    judge=judge,
)
