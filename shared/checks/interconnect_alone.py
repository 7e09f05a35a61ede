"""Could the mesh be built anew at its target?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.model.finding import Verdict
from shared.rules.freshness import MESHES

RISK = "HCX-EDGE-911"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The mesh has more than its interconnect service where the target builds appliances of a new type.

    Field notes of 9.1.1 show that it refuses to build a mesh whose only service is INTERCONNECT. An upgrade that has to
    be repaired by building the mesh anew would then end there. The catalogue's risk says for which releases.
    """
    return judge_risk(context, RISK, context.managers[:1], MESHES)


CHECK = Check(
    id="interconnect-alone",
    title="The mesh has a migration service beside its interconnect",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
