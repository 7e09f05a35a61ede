"""Are both managers of the mesh at their version?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.model.facts import Identity, Seen
from shared.model.finding import Evidence, Verdict
from shared.model.version import Version
from shared.rules.freshness import VERSION


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Both managers of the mesh are at the target, and so at the same release.

    Appliances take the version of their managers, and the vendor wants the managers of both sides upgraded first. A
    manager beyond the target is no better than one before it: the appliances would get a version that the plan does not
    name. While a plan is being made this says nothing, since its own manager tasks bring it about.
    """
    looks = {manager: look(context, manager, VERSION) for manager in context.managers}
    unseen = tuple(one for one in looks.values() if isinstance(one, Judgement))
    if unseen:
        return unseen
    seen = {manager: one for manager, one in looks.items() if isinstance(one, Seen)}
    return (_compare(seen, context.target),)


def _compare(seen: dict[str, Seen[Identity]], target: Version | None) -> Judgement:
    evidence = tuple(
        Evidence(text=f"{manager}: version {one.value.version}", observed_at=one.at) for manager, one in seen.items()
    )
    versions = {manager: one.value.version for manager, one in seen.items()}
    strange = [manager for manager, version in versions.items() if not version.known]
    if strange or (target is not None and not target.known):
        return Judgement(
            verdict=Verdict.UNKNOWN,
            summary=f"{' and '.join(strange) or 'the target'}: the version is not understood",
            evidence=evidence,
            remedy="the owner of hcx-fleet: add the shape of that version with its source",
        )
    wanted = target or next(iter(versions.values()))
    told = ", ".join(f"{manager} {version.release}" for manager, version in versions.items())
    if all(version.same_release(wanted) for version in versions.values()):
        return Judgement(verdict=Verdict.PASS, summary=f"both managers are at one release: {told}", evidence=evidence)
    return Judgement(
        verdict=Verdict.UPGRADE_FAILURE,
        summary=f"the managers are not both at {wanted.release}: {told}",
        evidence=evidence,
        remedy="upgrade the managers first; where one is beyond the target, plan again",
    )


CHECK = Check(
    id="managers-at-target",
    title="Both managers of the mesh are at the target",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.UPGRADE_FAILURE, Verdict.UNKNOWN}),
    waivable=False,
    link=links.APPLIANCES,
    judge=judge,
    brought_about=True,
)
