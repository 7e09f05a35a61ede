"""Is an alarm red in the manager's vCenter?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_vcenter import look_in_vcenter, told
from shared.checks.words import names
from shared.model.finding import Verdict
from shared.rules.vcenter import new_alarms, of_hcx


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No alarm is red in the manager's vCenter, beside those that HCX itself registers.

    A cluster with a failed host or a full datastore is no place to redeploy appliances. What was red before and what is
    new since nobody can tell from one look, so each is a warning.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = look_in_vcenter(context, manager, lambda one: one.alarms)
    if isinstance(seen, Judgement):
        return seen
    red = [f"{one.name} on {one.entity}" for one in new_alarms((), seen.value) if not of_hcx(one)]
    if not red:
        return Judgement(
            verdict=Verdict.PASS,
            summary=f"{manager}: no alarm of its vCenter is red",
            evidence=told("no alarm red", seen),
        )
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager}: red in its vCenter: {names(red)}",
        evidence=tuple(each for text in red for each in told(text, seen)),
        remedy="see in vCenter why, and mend it before the upgrade",
    )


CHECK = Check(
    id="alarms-quiet",
    title="No alarm is red in vCenter",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
