"""Could the names of networks hurt vCenter?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.model.finding import Verdict
from shared.rules.freshness import EXTENSIONS

RISK = "HCX-NETWORK-NAMES"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No extended network of the mesh has special characters in its name.

    Microsoft's known issues: with such names vCenter's own service crashes while an interconnect appliance is worked on
    (KB 323283). Which characters count is inferred, and networks that are not extended are not looked at.
    """
    return judge_risk(context, RISK, context.managers[:1], EXTENSIONS)


CHECK = Check(
    id="network-names",
    title="Names of networks have no special characters",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.KNOWN_ISSUES,
    judge=judge,
)
