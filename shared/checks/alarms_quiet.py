"""Is an alarm red in the manager's vCenter?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_vcenter import look_in_vcenter, told, told_each
from shared.checks.words import names
from shared.model.facts import Seen
from shared.model.finding import Verdict
from shared.model.vcenter import Alarm
from shared.rules.vcenter import new_alarms, of_hcx


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No alarm is red in the manager's vCenter, beside those that HCX itself registers.

    A cluster with a failed host or a full datastore is no place to redeploy appliances. What was red already when the
    plan was made stood beside it when it was approved: while it is carried out, an alarm that is red since is a
    warning, and the others are named. Where nobody kept what was seen then, every red alarm is a warning.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = look_in_vcenter(context, manager, lambda one: one.alarms)
    if isinstance(seen, Judgement):
        return seen
    before = _before(context, manager)
    red = [_named(one) for one in new_alarms((), seen.value) if not of_hcx(one)]
    new = [_named(one) for one in new_alarms(before or (), seen.value) if not of_hcx(one)]
    if not new:
        return _quiet(manager, red, seen)
    since = " since the plan was made" if before is not None else ""
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager}: red in its vCenter{since}: {names(new)}",
        evidence=told_each(new, seen),
        remedy="see in vCenter why, and mend it before the upgrade",
    )


def _before(context: CheckContext, manager: str) -> tuple[Alarm, ...] | None:
    facts = context.before.of(manager) if context.before else None
    return facts.vsphere.alarms if facts and facts.vsphere else None


def _named(alarm: Alarm) -> str:
    return f"{alarm.name} on {alarm.entity}"


def _quiet(manager: str, red: list[str], seen: Seen[tuple[Alarm, ...]]) -> Judgement:
    known = f" that was not when the plan was made, when {names(red)} was" if red else ""
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{manager}: no alarm of its vCenter is red{known}",
        evidence=told(f"no alarm red{known}", seen),
    )


CHECK = Check(
    id="alarms-quiet",
    title="No alarm is red in vCenter beside those that the plan was made with",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
