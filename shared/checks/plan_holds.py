"""Is what the task changes still as the plan saw it?"""

from dataclasses import replace

from shared.checks import links
from shared.checks.interface import Approved, Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.manager_alive import CHECK as ALIVE_CHECK
from shared.checks.of_plan import no_plan
from shared.checks.silent import left_to
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import Inventory
from shared.model.plan import Baseline
from shared.rules.baseline import baseline_of, part_of, unread
from shared.rules.changes import Change
from shared.rules.drift import drift, hashes_of, onward_by
from shared.rules.freshness import VERSION
from shared.rules.meshes import meshes_seen


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Nothing about the managers and the mesh of the task is other than the plan expects by now.

    A run begins with that comparison of the whole fleet, and may last for days. Here it is made again for the one task:
    another system that answers, a version that leads off the way, pairings, ends, services and appliances of the mesh.
    What the plan's own tasks bring about, whoever performs them, is expected.
    """
    if context.approved is None:
        return no_plan(context)
    evidence: list[Evidence] = []
    for manager in context.managers:
        seen = look(context, manager, VERSION)
        if isinstance(seen, Judgement):
            return (left_to(ALIVE_CHECK.id, seen),)
        evidence.append(Evidence(text=f"{manager} {seen.value.version}, {seen.value.system_id}", observed_at=seen.at))
    found = [one for one in _changes(context, context.approved) if not one.expected]
    return (_judged(context, found, tuple(evidence)),)


def _changes(context: CheckContext, approved: Approved) -> tuple[Change, ...]:
    plan = approved.plan
    inventory = Inventory(observed_at=context.now, subscriptions=(), private_clouds=(), managers=())
    now = baseline_of(context.facts, inventory, meshes_seen(context.facts))
    touched = {*context.managers, context.mesh}
    return drift(
        replace(plan, baseline=_part(context, plan.baseline)),
        _part(context, now),
        hashes_of(plan),
        done=frozenset(one.id for one in plan.tasks if one.subject in touched),
        unread=unread(context.facts),
        onward=onward_by(context.catalogue.paths),
    )


def _part(context: CheckContext, whole: Baseline) -> Baseline:
    """Of these managers and this mesh; what somebody holds back has a check of its own."""
    part = part_of(whole, frozenset(context.managers), ())
    return replace(part, meshes=tuple(one for one in part.meshes if one.mesh == context.mesh), restraints=())


def _judged(context: CheckContext, found: list[Change], evidence: tuple[Evidence, ...]) -> Judgement:
    name = context.called
    if not found:
        return Judgement(verdict=Verdict.PASS, summary=f"{name} is as the plan expects it", evidence=evidence)
    return Judgement(
        verdict=Verdict.OUTAGE_RISK,
        summary=f"{name} is not as the plan expects it: {'; '.join(one.said for one in found)}",
        evidence=evidence,
        remedy="plan again, and have that plan approved",
    )


CHECK = Check(
    id="plan-holds",
    title="Managers, meshes and files are what the plan was made for",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.OUTAGE_RISK}),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
