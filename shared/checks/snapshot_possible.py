"""Could a snapshot of the manager's machine be taken?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_vcenter import look_in_vcenter, told, told_each
from shared.model.finding import Verdict
from shared.rules.vcenter import snapshot_obstacles


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Nothing on the manager's virtual machine stands in the way of a snapshot.

    HCX takes one by itself during an upgrade where it runs in the vCenter that it is registered to, and a person may
    want one. Chains of snapshots, disks that need consolidation or that a snapshot leaves out, a move under way and a
    full datastore keep it from being taken, or make it worthless. A warning: hcx-fleet's own snapshot step looks again.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = look_in_vcenter(context, manager, lambda one: (one.machine, one.tasks or ()) if one.machine else None)
    if isinstance(seen, Judgement):
        return seen
    machine, tasks = seen.value
    obstacles = snapshot_obstacles(machine, tasks, ())
    if not obstacles:
        return Judgement(
            verdict=Verdict.PASS,
            summary=f"{manager}: a snapshot of {machine.name} could be taken",
            evidence=told(f"{machine.name} ({machine.reference}), {len(machine.snapshots)} snapshots", seen),
        )
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager}: a snapshot could not be taken now: {'; '.join(what for what, _ in obstacles)}",
        evidence=told_each((what for what, _ in obstacles), seen),
        remedy="; ".join(dict.fromkeys(remedy for _, remedy in obstacles)),
    )


CHECK = Check(
    id="snapshot-possible",
    title="Nothing stands in the way of a snapshot",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.ROLLING_BACK,
    judge=judge,
)
