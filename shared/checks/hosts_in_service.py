"""Is a host in maintenance?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_vcenter import look_in_vcenter, told
from shared.model.finding import Verdict


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No host that appliances could be deployed to is in maintenance.

    Machines are about to be moved off it or back, and there is less room. It is a warning: the appliances that stand
    there are judged by their tunnels.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = look_in_vcenter(context, manager, lambda one: one.room)
    if isinstance(seen, Judgement):
        return seen
    hosts, away = seen.value.hosts, seen.value.hosts_in_maintenance
    evidence = told(f"{hosts} hosts, {away} in maintenance", seen)
    if not away:
        return Judgement(
            verdict=Verdict.PASS, summary=f"{manager}: none of its {hosts} hosts is in maintenance", evidence=evidence
        )
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager}: {away} of its {hosts} hosts in maintenance",
        evidence=evidence,
        remedy="let the maintenance end before the mesh is upgraded",
    )


CHECK = Check(
    id="hosts-in-service",
    title="No host of the deployment cluster is in maintenance",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
