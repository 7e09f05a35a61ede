"""Must the appliances be upgraded because they are older than Photon OS?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import at_releases, standing, upgraded, version_of
from shared.checks.silent import nothing
from shared.checks.standing import Standing
from shared.checks.words import counted
from shared.model.finding import Verdict
from shared.model.version import Version
from shared.rules import skew


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No appliance of the mesh is on the other side of a border that its target has crossed.

    Microsoft's page: from 4.4 on appliances run Photon OS, and whoever comes from an older release must upgrade all of
    them. Such a mesh cannot be left for later, and may be told apart from one that merely lags: a warning, since to
    upgrade it is what the step does.
    """
    found = standing(context)
    if isinstance(found, Judgement):
        return (found,)
    concerned, target = upgraded(found), context.target
    if not concerned or target is None or not target.known:
        return nothing("there is no target and no version of appliances to compare")
    due = [one for one in concerned if skew.compulsory(one.appliance.version, target, context.catalogue.skew)]
    return (_due(due, target) if due else _beyond(concerned, target),)


def _due(due: list[Standing], target: Version) -> Judgement:
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{counted(len(due), 'appliance')} that must be upgraded with managers at {target.release}: "
        f"{at_releases(due)}",
        evidence=tuple(map(version_of, due)),
        remedy="do not leave this mesh for later: upgrade it as soon as both managers are there",
    )


def _beyond(concerned: tuple[Standing, ...], target: Version) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{counted(len(concerned), 'appliance')} with no border between them and {target.release}",
        evidence=tuple(map(version_of, concerned)),
    )


CHECK = Check(
    id="photon-appliances",
    title="The appliances run Photon OS already",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
