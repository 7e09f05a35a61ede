"""Do the interconnect appliances go first?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import VIEW, standing, upgraded, version_of
from shared.checks.silent import nothing
from shared.checks.standing import Standing
from shared.checks.words import names
from shared.model.facts import ApplianceKind
from shared.model.finding import Verdict


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No network extension appliance is newer than the interconnect appliances of its mesh.

    The upgrade goes to the interconnect first, and to network extension once its tunnels are verified (an upgrade
    handbook, from the vendor's guide). A mesh that is the other way round was begun by somebody in another order, or
    its interconnect was left behind. It is a warning: the interconnect is what goes next.
    """
    found = standing(context)
    if isinstance(found, Judgement):
        return (found,)
    concerned = upgraded(found)
    first = [one for one in concerned if one.appliance.kind is ApplianceKind.INTERCONNECT]
    then = [one for one in concerned if one.appliance.kind is ApplianceKind.NETWORK_EXTENSION]
    if not first or not then:
        return nothing("the mesh has not both kinds of appliance, so no order between them")
    oldest = min(first, key=lambda one: one.appliance.version.order)
    ahead = [one for one in then if oldest.appliance.version.older_than(one.appliance.version)]
    return (_ahead(ahead, oldest) if ahead else _in_order(concerned),)


def _ahead(ahead: list[Standing], oldest: Standing) -> Judgement:
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{names(one.appliance.name for one in ahead)} newer than {oldest.appliance.name} "
        f"{oldest.appliance.version.release}, which goes first",
        evidence=tuple(map(version_of, (*ahead, oldest))),
        remedy=f"see at {VIEW} > Tasks whether somebody upgrades this mesh already",
    )


def _in_order(concerned: tuple[Standing, ...]) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary="no network extension appliance is ahead of the interconnect",
        evidence=tuple(map(version_of, concerned)),
    )


CHECK = Check(
    id="interconnect-leads",
    title="Interconnect appliances are not behind network extension",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
