"""Are the WAN optimization appliances of the mesh gone?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import standing, version_of
from shared.checks.standing import Standing
from shared.checks.words import counted, names
from shared.model.facts import ApplianceKind
from shared.model.finding import Verdict
from shared.rules.catalogue.records import RemovedService

SERVICE = "WANOPT"
REMEDY = "remove WAN Optimization from mesh and compute profiles on all paired sites, then observe again"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The mesh has no WAN optimization appliance.

    Such an appliance is removed, not upgraded: Microsoft's page says that the upgrade to 4.11.3 is refused while WAN
    Optimization is on, and 4.11.4 has none any more. So one that still stands at such a target cannot be brought along.
    Before it, the appliance simply stays as it is, which is a warning. The catalogue says from which release on.
    """
    found = standing(context)
    if isinstance(found, Judgement):
        return (found,)
    there = [one for one in found if one.appliance.kind is ApplianceKind.WAN_OPTIMIZATION]
    if there:
        return (_there(context, there),)
    return (
        Judgement(
            verdict=Verdict.PASS,
            summary=f"{counted(len(found), 'appliance')} of both sides, none for WAN optimization",
            evidence=tuple(map(version_of, found)),
        ),
    )


def _there(context: CheckContext, there: list[Standing]) -> Judgement:
    told = names(one.appliance.name for one in there)
    dropped = _dropped(context)
    return Judgement(
        verdict=Verdict.UPGRADE_FAILURE if dropped else Verdict.WARN,
        summary=f"WAN optimization appliances still stand, and {_why(dropped)}: {told}",
        evidence=tuple(map(version_of, there)),
        remedy=REMEDY,
    )


def _dropped(context: CheckContext) -> RemovedService | None:
    target = context.target
    if target is None or not target.known:
        return None
    return next(
        (one for one in context.catalogue.services if one.wire == SERVICE and not target.older_than(one.from_release)),
        None,
    )


def _why(dropped: RemovedService | None) -> str:
    return f"the target has none from {dropped.from_release} on" if dropped else "are removed, not upgraded"


CHECK = Check(
    id="wan-optimization-gone",
    title="No WAN optimization appliance is left in the mesh",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE, Verdict.UPGRADE_FAILURE}),
    waivable=True,
    link=links.REQUIREMENTS,
    judge=judge,
)
