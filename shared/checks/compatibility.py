"""Do the versions of vSphere and NSX fit the target?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import VERSION


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The vendor's system requirements were compared with what stands at the site.

    The vendor asks to read the release notes, the compatibility matrix and the policy for legacy vSphere. hcx-fleet
    does not read versions of vSphere or NSX, so this is a person's to do wherever there is something to upgrade.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = look(context, manager, VERSION)
    version = None if isinstance(seen, Judgement) else seen.value.version
    target = context.target
    if target is None or (version is not None and version.known and target.known and not version.older_than(target)):
        return Judgement(verdict=Verdict.NOT_APPLICABLE, summary=f"{manager} has nothing to be upgraded to")
    at = None if isinstance(seen, Judgement) else seen.at
    return Judgement(
        verdict=Verdict.MANUAL,
        summary=f"{manager}: whether vSphere and NSX fit {target} is not visible to hcx-fleet",
        evidence=(Evidence(text=f"version {version or 'not observed'}", observed_at=at),),
        remedy=f"compare vCenter, ESXi and NSX of the site with the matrix and the release notes of {target}",
    )


CHECK = Check(
    id="compatibility",
    title="vSphere and NSX fit the target",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.COMPATIBILITY,
    judge=judge,
)
