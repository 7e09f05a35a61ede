"""Do the versions of vSphere and NSX fit the target?"""

from shared.checks import links
from shared.checks.ahead import ahead, nothing_ahead
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.of_plan import by_provider
from shared.checks.of_vcenter import look_in_vcenter, told
from shared.checks.silent import nothing
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import VERSION


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The vendor's system requirements were compared with what stands at the site.

    The vendor asks to read the release notes, the compatibility matrix and the policy for legacy vSphere. hcx-fleet
    knows no matrix and reads no version of ESXi or NSX, so this is a person's to do wherever there is something to
    upgrade; the version of a vCenter that was looked at stands beside it. What stands in a private cloud is the
    provider's, and so is the comparison where it upgrades the manager itself.
    """
    if by_provider(context):
        return nothing(f"{context.subject}: the provider upgrades it, and vSphere and NSX around it")
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    if not ahead(context, manager):
        return nothing_ahead(manager)
    return Judgement(
        verdict=Verdict.MANUAL,
        summary=f"{manager}: whether vSphere and NSX fit {context.target} is not visible to hcx-fleet",
        evidence=(_own(context, manager), *_vcenter(context, manager)),
        remedy=f"compare vCenter, ESXi and NSX of the site with the matrix and the release notes of {context.target}",
    )


def _own(context: CheckContext, manager: str) -> Evidence:
    seen = look(context, manager, VERSION)
    if isinstance(seen, Judgement):
        return Evidence(text="version not observed", observed_at=None)
    return Evidence(text=f"version {seen.value.version}", observed_at=seen.at)


def _vcenter(context: CheckContext, manager: str) -> tuple[Evidence, ...]:
    seen = look_in_vcenter(context, manager, lambda one: one.about)
    return () if isinstance(seen, Judgement) else told(f"version {seen.value.version} build {seen.value.build}", seen)


CHECK = Check(
    id="compatibility",
    title="vSphere and NSX fit the target",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.COMPATIBILITY,
    judge=judge,
)
