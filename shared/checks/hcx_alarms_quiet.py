"""Is an alarm of HCX itself red in vCenter?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_vcenter import look_in_vcenter, told, told_each
from shared.checks.words import names
from shared.model.finding import Verdict
from shared.rules.vcenter import new_alarms, of_hcx


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No alarm that HCX registered in vCenter is red: tunnels, its database, failed migrations.

    Their names are from a provider's documents. A failed upgrade of the database is one of them, and so is a tunnel
    that is down. An alarm stays red until somebody resets it, so it may be old: a warning.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = look_in_vcenter(context, manager, lambda one: one.alarms)
    if isinstance(seen, Judgement):
        return seen
    red = [
        f"{one.name} on {one.entity}, since {one.since:%Y-%m-%d}" for one in new_alarms((), seen.value) if of_hcx(one)
    ]
    if not red:
        return Judgement(
            verdict=Verdict.PASS,
            summary=f"{manager}: no alarm of HCX is red",
            evidence=told("no alarm of HCX red", seen),
        )
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager}: HCX has red alarms in vCenter: {names(red)}",
        evidence=told_each(red, seen),
        remedy="see in HCX whether it still is so; where it is not, reset the alarm in vCenter, then observe again",
    )


CHECK = Check(
    id="hcx-alarms-quiet",
    title="No alarm of HCX is red in vCenter",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
