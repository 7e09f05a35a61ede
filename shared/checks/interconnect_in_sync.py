"""Are the service meshes in sync?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.words import counted
from shared.model.facts import Health, Mesh, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import MESHES


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No mesh is out of sync or in a failed state: every mesh of the manager, or the one mesh as both its ends see it.

    The vendor asks for healthy interconnect components, "not in an out of sync state". The record of the last task in a
    mesh is no witness here: it can say RUNNING for ever. A mesh that only one of its managers lists is unknown, since
    the two contradict each other.
    """
    return tuple(judgement for manager in context.managers for judgement in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    seen = look(context, manager, MESHES)
    if isinstance(seen, Judgement):
        return (seen,)
    concerned = [mesh for mesh in seen.value if context.mesh in {None, mesh.id}]
    if not concerned:
        return (_none(context, manager, seen),)
    faults = tuple(fault for mesh in concerned if (fault := _fault(manager, mesh, seen)))
    return faults or (
        Judgement(
            verdict=Verdict.PASS,
            summary=f"{manager} has {counted(len(concerned), 'mesh', 'meshes')} in sync",
            evidence=tuple(_evidence(mesh, seen) for mesh in concerned),
        ),
    )


def _fault(manager: str, mesh: Mesh, seen: Seen[tuple[Mesh, ...]]) -> Judgement | None:
    evidence, state = (_evidence(mesh, seen),), mesh.state.text
    if mesh.in_sync is False or mesh.state.health is Health.DOWN:
        return Judgement(
            verdict=Verdict.UPGRADE_FAILURE,
            summary=f"{manager} sees mesh {mesh.name} out of sync: {state}",
            evidence=evidence,
            remedy=f"at the source site: Interconnect > Service Mesh > {mesh.name} > Resync, then observe again",
        )
    if mesh.in_sync is None or mesh.state.health is Health.UNKNOWN:
        return Judgement(
            verdict=Verdict.UNKNOWN,
            summary=f"{manager} does not say whether mesh {mesh.name} is in sync: {state}",
            evidence=evidence,
            remedy=f"look at Interconnect > Service Mesh > {mesh.name}",
        )
    if mesh.state.health is Health.DEGRADED:
        return Judgement(
            verdict=Verdict.WARN,
            summary=f"{manager} sees mesh {mesh.name} in sync, but degraded: {state}",
            evidence=evidence,
            remedy=f"look at Interconnect > Service Mesh > {mesh.name}",
        )
    return None


def _none(context: CheckContext, manager: str, seen: Seen[tuple[Mesh, ...]]) -> Judgement:
    evidence = (Evidence(text=f"{counted(len(seen.value), 'mesh', 'meshes')} listed", observed_at=seen.at),)
    if context.mesh is None:
        return Judgement(verdict=Verdict.NOT_APPLICABLE, summary=f"{manager} has no mesh", evidence=evidence)
    return Judgement(
        verdict=Verdict.UNKNOWN,
        summary=f"{manager} does not list mesh {context.mesh}, of which it is an end",
        evidence=evidence,
        remedy="compare Interconnect > Service Mesh at both sites",
    )


def _evidence(mesh: Mesh, seen: Seen[tuple[Mesh, ...]]) -> Evidence:
    return Evidence(text=f"mesh {mesh.name}: {mesh.state.text}", observed_at=seen.at)


CHECK = Check(
    id="interconnect-in-sync",
    title="The service meshes are in sync",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE, Verdict.UPGRADE_FAILURE, Verdict.UNKNOWN}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
