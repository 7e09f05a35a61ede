"""Is somebody moving or changing an appliance of the mesh?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.of_mesh import APPLIANCE_CHECK
from shared.checks.of_vcenter import look_in_vcenter, told, told_each
from shared.checks.silent import left_to
from shared.checks.words import names
from shared.model.facts import Seen
from shared.model.finding import Verdict
from shared.model.vcenter import VcenterTask
from shared.rules.freshness import APPLIANCES


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No move, clone or reconfiguration is queued or running on the machine of an appliance of the mesh.

    The upgrade deploys appliances anew and takes the old ones down. That a machine bears the name of its appliance is
    inferred. Work on other machines is not looked at here: migrations have checks of their own.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = look_in_vcenter(context, manager, lambda one: one.tasks)
    if isinstance(seen, Judgement):
        return seen
    listed = look(context, manager, APPLIANCES)
    if isinstance(listed, Judgement):
        return left_to(APPLIANCE_CHECK, listed)
    own = {one.name for one in listed.value if one.mesh_id == context.mesh}
    return _judged(manager, own, seen)


def _judged(manager: str, own: set[str], seen: Seen[tuple[VcenterTask, ...]]) -> Judgement:
    busy = [f"{one.description} on {one.machine} by {one.user}" for one in seen.value if one.machine in own]
    if not busy:
        return Judgement(
            verdict=Verdict.PASS,
            summary=f"{manager}: nothing is at work on its appliances",
            evidence=told(f"{len(seen.value)} tasks, none on them", seen),
        )
    return Judgement(
        verdict=Verdict.UPGRADE_FAILURE,
        summary=f"{manager}: at work on appliances: {names(busy)}",
        evidence=told_each(busy, seen),
        remedy="wait for it, or have whoever began it cancel it; then observe again",
    )


CHECK = Check(
    id="appliances-at-rest",
    title="Nothing is at work on the machines of the appliances",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.UPGRADE_FAILURE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
