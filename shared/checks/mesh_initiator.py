"""Is it known where work on the mesh starts?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import End, ends
from shared.model.finding import Verdict


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Exactly one end of the mesh is its initiator, by the word of every manager that marks one.

    Microsoft's procedure has appliances upgraded at the source site, and field notes show that updates and resyncs must
    be sent to the end that a mesh marks as initiator. Where no end or two are marked, or the managers name different
    ones, nobody knows where to begin: that is unknown. A manager that marks none beside one that does is merely silent.
    """
    found = ends(context)
    if isinstance(found, Judgement):
        return (found,)
    marked = [(end, _initiators(end)) for end in found]
    evidence = tuple(end.says(f"initiator {' and '.join(names) or 'not marked'}") for end, names in marked)
    telling = {names for _, names in marked if names}
    if len(telling) == 1 and len(next(iter(telling))) == 1:
        name = found[0].mesh.name
        return (Judgement(verdict=Verdict.PASS, summary=f"mesh {name} starts at one end", evidence=evidence),)
    return (
        Judgement(
            verdict=Verdict.UNKNOWN,
            summary=f"mesh {found[0].mesh.name}: which end is its initiator is not clear",
            evidence=evidence,
            remedy="look at Interconnect > Service Mesh at both sites for the source of the mesh, then observe again",
        ),
    )


def _initiators(end: End) -> tuple[str, ...]:
    return tuple(sorted(one.system_id for one in end.mesh.ends if one.initiator))


CHECK = Check(
    id="mesh-initiator",
    title="It is known at which end the mesh begins",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.UNKNOWN}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
