"""Are the appliances too far behind their managers?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.of_mesh import at_releases, standing, upgraded, version_of
from shared.checks.silent import nothing
from shared.checks.standing import Standing
from shared.checks.words import counted
from shared.model.finding import Verdict
from shared.model.version import Version
from shared.rules import skew
from shared.rules.freshness import VERSION


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No appliance of the mesh is further behind its managers than the catalogue allows.

    The vendor lets a mesh lag while migrations or extensions must go on, and has numbers for it in a part of its policy
    that is not public. Ours, the same major and at most two minor releases, is inferred, so it is a warning: the mesh
    should not wait much longer.
    """
    found, newest = standing(context), _newest(context)
    if isinstance(found, Judgement):
        return (found,)
    concerned = upgraded(found)
    if not concerned or newest is None:
        return nothing("there are no versions of both managers and of appliances to compare")
    late = [one for one in concerned if skew.behind(one.appliance.version, newest, context.catalogue.skew) != 0]
    return (_late(context, late, newest) if late else _near(concerned, newest),)


def _newest(context: CheckContext) -> Version | None:
    """The version of the newer manager; None where one of them cannot be told."""
    looks = [look(context, manager, VERSION) for manager in context.managers]
    known = [one.value.version for one in looks if not isinstance(one, Judgement) and one.value.version.known]
    return max(known, key=lambda one: one.order) if len(known) == len(looks) else None


def _late(context: CheckContext, late: list[Standing], newest: Version) -> Judgement:
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{counted(len(late), 'appliance')} of another major than {newest.release}, or more than "
        f"{context.catalogue.skew.appliances.minors} minor releases behind it: {at_releases(late)}",
        evidence=tuple(map(version_of, late)),
        remedy="upgrade the mesh soon, and read the known issues of the managers' release until then",
    )


def _near(concerned: tuple[Standing, ...], newest: Version) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{counted(len(concerned), 'appliance')} near enough to {newest.release}",
        evidence=tuple(map(version_of, concerned)),
    )


CHECK = Check(
    id="appliances-skew",
    title="The appliances are not too far behind their managers",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.SKEW,
    judge=judge,
)
