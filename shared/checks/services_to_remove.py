"""Are the services gone that the target no longer has?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.words import counted, names
from shared.model.facts import Mesh, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules.catalogue.records import RemovedService
from shared.rules.freshness import MESHES


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No mesh of the manager uses a service that must go before the target.

    WAN Optimization before 4.11.3, Disaster Recovery and V2T migration before 9.x; the catalogue has them as data. The
    upgrade is refused while they are there. They must be gone from the compute profiles as well, on all paired sites;
    hcx-fleet reads the meshes only. A service whose name on the wire is not public cannot be seen by anybody but a
    person.
    """
    return tuple(judgement for manager in context.managers for judgement in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    target = context.target
    if target is None:
        return (Judgement(verdict=Verdict.NOT_APPLICABLE, summary=f"{manager} has no target that drops services"),)
    if not target.known:
        return (
            Judgement(
                verdict=Verdict.UNKNOWN,
                summary=f"{manager}: the target {target} is not understood",
                evidence=(Evidence(text=f"target {target}", observed_at=None),),
                remedy="the owner of fleet.yaml: write the target as a release",
            ),
        )
    dropped = [one for one in context.catalogue.services if not target.older_than(one.from_release)]
    if not dropped:
        return (Judgement(verdict=Verdict.NOT_APPLICABLE, summary=f"{manager}: {target.release} drops no service"),)
    meshes = look(context, manager, MESHES)
    if isinstance(meshes, Judgement):
        return (meshes,)
    faults = [fault for service in dropped if (fault := _used(manager, service, meshes))]
    unseen = [service for service in dropped if service.wire is None]
    if unseen and meshes.value:
        faults.append(_for_a_person(manager, unseen, meshes))
    return tuple(faults) or (_gone(manager, dropped, meshes),)


def _used(manager: str, service: RemovedService, meshes: Seen[tuple[Mesh, ...]]) -> Judgement | None:
    users = [mesh for mesh in meshes.value if service.wire in mesh.services]
    if not users:
        return None
    return Judgement(
        verdict=Verdict.UPGRADE_FAILURE,
        summary=f"{manager}: {service.service} is still on in {counted(len(users), 'mesh', 'meshes')}: "
        f"{names(mesh.name for mesh in users)}",
        evidence=tuple(
            Evidence(text=f"{mesh.name}: {', '.join(mesh.services)}", observed_at=meshes.at) for mesh in users
        ),
        remedy=f"remove {service.service} from mesh and compute profiles on all paired sites, then observe again",
    )


def _for_a_person(manager: str, services: list[RemovedService], meshes: Seen[tuple[Mesh, ...]]) -> Judgement:
    which = names(one.service for one in services)
    return Judgement(
        verdict=Verdict.MANUAL,
        summary=f"{manager}: whether a mesh uses {which} is not visible to hcx-fleet",
        evidence=(Evidence(text=f"{counted(len(meshes.value), 'mesh', 'meshes')} listed", observed_at=meshes.at),),
        remedy=f"see that {which} is in no mesh and no compute profile of the paired sites",
    )


def _gone(manager: str, services: list[RemovedService], meshes: Seen[tuple[Mesh, ...]]) -> Judgement:
    listed = f"{counted(len(meshes.value), 'mesh', 'meshes')} listed; compute profiles are not read"
    evidence = (Evidence(text=listed, observed_at=meshes.at),)
    which = names(one.service for one in services)
    return Judgement(verdict=Verdict.PASS, summary=f"{manager}: no mesh uses {which}", evidence=evidence)


CHECK = Check(
    id="services-to-remove",
    title="No mesh uses a service that the target drops",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset(
        {Verdict.PASS, Verdict.MANUAL, Verdict.NOT_APPLICABLE, Verdict.UPGRADE_FAILURE, Verdict.UNKNOWN}
    ),
    waivable=False,
    link=links.REQUIREMENTS,
    judge=judge,
)
