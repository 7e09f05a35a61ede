"""Does somebody have to redeploy sentinel gateways?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import End, ends, standing, version_of
from shared.checks.standing import Standing
from shared.checks.words import names
from shared.model.facts import ApplianceKind
from shared.model.finding import Evidence, Verdict

SERVICE = "OS_ASSISTED_MIGRATION"
REMEDY = "redeploy them by hand after the other appliances"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The mesh has no sentinel gateway, which somebody would have to redeploy.

    The user guide: appliances of OS assisted migration never carry the update flag and stay old; redeploying the
    gateway by hand, after the others, brings its data receiver up to date as well. Their names on the wire are public
    nowhere, so the service of the mesh counts as much as an appliance that is understood.
    """
    found, meshes = standing(context), ends(context)
    if isinstance(meshes, Judgement):
        return (meshes,)
    gateways = [] if isinstance(found, Judgement) else [one for one in found if _is_gateway(one)]
    if gateways:
        return (
            _manual(f"sentinel gateways never show an update: {_named(gateways)}", tuple(map(version_of, gateways))),
        )
    using = [end for end in meshes if SERVICE in end.mesh.services]
    evidence = tuple(end.says(f"services {', '.join(end.mesh.services) or 'not told'}") for end in meshes)
    if using:
        return (
            _manual(f"mesh {_mesh(meshes)} has OS assisted migration, whose gateways never show an update", evidence),
        )
    if isinstance(found, Judgement):
        return (found,)
    return (
        Judgement(verdict=Verdict.PASS, summary=f"mesh {_mesh(meshes)} has no sentinel gateway", evidence=evidence),
    )


def _is_gateway(one: Standing) -> bool:
    return one.appliance.kind is ApplianceKind.SENTINEL_GATEWAY


def _named(gateways: list[Standing]) -> str:
    return names(one.appliance.name for one in gateways)


def _mesh(meshes: tuple[End, ...]) -> str:
    return meshes[0].mesh.name


def _manual(summary: str, evidence: tuple[Evidence, ...]) -> Judgement:
    return Judgement(verdict=Verdict.MANUAL, summary=summary, evidence=evidence, remedy=REMEDY)


CHECK = Check(
    id="sentinel-gateways",
    title="No sentinel gateway has to be redeployed by hand",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
