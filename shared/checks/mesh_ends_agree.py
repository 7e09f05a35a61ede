"""Do both managers tell the same of the mesh?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import End, ends
from shared.model.finding import Verdict


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Both managers list the mesh with the same services.

    A service that only one side has is a change that did not reach the other, or one that was undone at one side, such
    as a removal of WAN Optimization. It is a warning: that both sides repeat the services is inferred, so a difference
    may be a way of telling. A side that lists no service at all did not say which it has, and is not compared.
    """
    found = ends(context)
    if isinstance(found, Judgement):
        return (found,)
    evidence = tuple(end.says(_services(end)) for end in found)
    telling = {frozenset(end.mesh.services) for end in found if end.mesh.services}
    name = found[0].mesh.name
    if len(telling) > 1:
        return (
            Judgement(
                verdict=Verdict.WARN,
                summary=f"mesh {name} has other services at one end than at the other: "
                f"{', '.join(sorted(frozenset.union(*telling) - frozenset.intersection(*telling)))}",
                evidence=evidence,
                remedy=f"compare Interconnect > Service Mesh > {name} at both sites, and resync it where they differ",
            ),
        )
    return (Judgement(verdict=Verdict.PASS, summary=f"mesh {name} is the same at both ends", evidence=evidence),)


def _services(end: End) -> str:
    return f"services {', '.join(sorted(end.mesh.services)) or 'not told'}"


CHECK = Check(
    id="mesh-ends-agree",
    title="Both managers tell the same of the mesh",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
