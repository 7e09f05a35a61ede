"""Do rules of the cluster name machines of HCX?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_vcenter import look_in_vcenter, told
from shared.checks.words import names
from shared.model.finding import Verdict


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No DRS rule names a machine that HCX manages.

    An appliance that is deployed anew is a new machine, and a rule that names the old one does not hold for it.
    hcx-fleet never changes rules; whoever owns one has to name the new machine afterwards.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = look_in_vcenter(context, manager, lambda one: one.rules)
    if isinstance(seen, Judgement):
        return seen
    if not seen.value:
        return Judgement(
            verdict=Verdict.PASS,
            summary=f"{manager}: no rule of its cluster names a machine of HCX",
            evidence=told("no such rule", seen),
        )
    return Judgement(
        verdict=Verdict.MANUAL,
        summary=f"{manager}: rules of its cluster name machines of HCX: {names(seen.value)}",
        evidence=told(f"rules: {', '.join(seen.value)}", seen),
        remedy="whoever owns the rules: name the new machines in them after the mesh was upgraded",
    )


CHECK = Check(
    id="placement-rules",
    title="No rule of the cluster names machines of HCX",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
