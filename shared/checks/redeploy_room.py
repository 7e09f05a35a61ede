"""Is there room to deploy an appliance anew?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_vcenter import look_in_vcenter, told
from shared.model.finding import Verdict
from shared.rules.vcenter import room_for_one_more


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Both sides have a host and disk space for one more copy of their largest appliance.

    An upgrade deploys appliances anew. How much that takes no source says: as much as the largest machine that HCX has
    there, and a tenth more, is our measure, on the emptiest datastore. A warning, since the appliance may go elsewhere.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = look_in_vcenter(context, manager, lambda one: one.room)
    if isinstance(seen, Judgement):
        return seen
    room, enough = seen.value, room_for_one_more(seen.value)
    free = f"{room.free_bytes / 2**30:.0f} GiB free on the emptiest datastore, {room.hosts} hosts"
    if enough:
        return Judgement(
            verdict=Verdict.PASS, summary=f"{manager}: there is room for one more appliance", evidence=told(free, seen)
        )
    if enough is None:
        return Judgement(
            verdict=Verdict.MANUAL,
            summary=f"{manager}: how large an appliance is cannot be seen, since its vCenter shows none",
            evidence=told(free, seen),
            remedy="see in vCenter that the deployment cluster has room for one more appliance",
        )
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager}: there is no room for one more appliance: {free}",
        evidence=told(free, seen),
        remedy="make room on a datastore, or bring a host back, before the mesh is upgraded",
    )


CHECK = Check(
    id="redeploy-room",
    title="There is room to deploy an appliance anew",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
