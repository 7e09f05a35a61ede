"""Does the manager take the certificates of its interconnect appliances?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.model.finding import Verdict
from shared.rules.freshness import APPLIANCES

RISK = "HCX-IX-CERT-911"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No interconnect appliance is older than a manager that checks the host name in its certificate.

    Field notes of 9.1.1: the check fails about every 15 minutes on older appliances, thumbprints are no longer
    exchanged, and migrations are at risk. The upgrade of the mesh mends it, so it is a warning that says to be quick.
    """
    return judge_risk(context, RISK, context.managers, APPLIANCES)


CHECK = Check(
    id="interconnect-certificates",
    title="The manager takes the certificates of its interconnect appliances",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
