"""Does the step cross to Photon OS?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.of_mesh import MESH_CHECK
from shared.checks.silent import left_because, left_to
from shared.checks.upgrade_path import CHECK as PATH_CHECK
from shared.checks.words import counted, names
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import MESHES, VERSION


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """A step that crosses 4.4 names the meshes that must all be upgraded after it.

    From 4.4 on appliances run Photon OS: after an upgrade from an older release to 4.4 or later, upgrading the
    appliances of every mesh is no longer a choice. It is a warning, since the manager step itself is sound. Versions
    and meshes that were not seen, or are not understood, are unknown in the checks of these and not here as well.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    if context.target is None:
        return Judgement(verdict=Verdict.NOT_APPLICABLE, summary=f"{manager} has no target to cross 4.4 with")
    seen = look(context, manager, VERSION)
    if isinstance(seen, Judgement):
        return left_to(PATH_CHECK.id, seen)
    version = seen.value.version
    evidence = Evidence(text=f"version {version}", observed_at=seen.at)
    if not version.known or not context.target.known:
        return left_because(PATH_CHECK.id, f"{manager} at {version}, or {context.target}, is not understood")
    if not version.before_photon or context.target.before_photon:
        return Judgement(verdict=Verdict.PASS, summary=f"{manager} does not cross to Photon OS", evidence=(evidence,))
    return _crossing(context, manager, evidence)


def _crossing(context: CheckContext, manager: str, evidence: Evidence) -> Judgement:
    meshes = look(context, manager, MESHES)
    if isinstance(meshes, Judgement):
        return left_to(MESH_CHECK, meshes)
    listed = counted(len(meshes.value), "mesh", "meshes")
    which = (
        f"{listed} must be upgraded after it: {names(mesh.name for mesh in meshes.value)}"
        if meshes.value
        else "it has no mesh"
    )
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager} crosses 4.4 and so to Photon OS; {which}",
        evidence=(evidence, Evidence(text=f"{listed} listed", observed_at=meshes.at)),
        remedy="plan the upgrade of every appliance of these meshes right after the managers",
    )


CHECK = Check(
    id="photon",
    title="The step does not cross to Photon OS",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
