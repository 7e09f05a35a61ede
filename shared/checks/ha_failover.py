"""Does the target let groups fail over again and again?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.model.finding import Verdict
from shared.rules.freshness import HA_GROUPS

RISK = "HCX-NE-HA-480"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The mesh has no high availability group where the target makes it fail over again and again.

    Microsoft's known issues: at 4.8.0 active and standby change places all the time (KB 96352); 4.8.2 mends it. Whoever
    accepts the risk in fleet.yaml gets a warning.
    """
    return judge_risk(context, RISK, context.managers[:1], HA_GROUPS)


CHECK = Check(
    id="ha-failover",
    title="No group fails over again and again at its target",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.OUTAGE_RISK, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.KNOWN_ISSUES,
    judge=judge,
)
