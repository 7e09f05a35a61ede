"""Which appliances will the step touch?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import VIEW, at_releases, standing, upgraded, version_of
from shared.checks.silent import nothing
from shared.checks.standing import Standing
from shared.checks.words import counted
from shared.model.finding import Verdict
from shared.model.version import Version


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No appliance is beyond the target, and those behind it, which the step touches, are named.

    Appliances take the version of their managers. One that is beyond the target would be a step back, which no vendor
    text describes: somebody has upgraded it already, or the target is not the one of its managers. It is a warning,
    since only what is behind is touched.
    """
    target = context.target
    if target is None or not target.known:
        return nothing("there is no target to compare appliances with")
    found = standing(context)
    if isinstance(found, Judgement):
        return (found,)
    concerned = upgraded(found)
    if not concerned:
        return nothing("the mesh has no appliance that is upgraded")
    beyond = [one for one in concerned if target.older_than(one.appliance.version)]
    return (_beyond(beyond, target) if beyond else _told(concerned, target),)


def _beyond(beyond: list[Standing], target: Version) -> Judgement:
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{counted(len(beyond), 'appliance')} beyond {target.release}: {at_releases(beyond)}",
        evidence=tuple(map(version_of, beyond)),
        remedy=f"look at {VIEW} who upgraded them and to what; they are left as they are",
    )


def _told(concerned: tuple[Standing, ...], target: Version) -> Judgement:
    behind = [one for one in concerned if one.appliance.version.older_than(target)]
    told = (
        f"{counted(len(behind), 'appliance')} to be upgraded: {at_releases(behind)}" if behind else "nothing is behind"
    )
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"for {target.release} {told}",
        evidence=tuple(map(version_of, concerned)),
    )


CHECK = Check(
    id="appliances-behind",
    title="No appliance is beyond the target",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
