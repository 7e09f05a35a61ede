"""Does the target crash on networks of the mesh?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.model.finding import Verdict
from shared.rules.freshness import EXTENSIONS

RISK = "HCX-MON-4113"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No network of the mesh uses mobility optimized networking (MON) where the target crashes on it.

    A provider's notice on 4.11.3: the network extension service panics, crashes and restarts; 4.11.4 mends it. A
    network that does not say whether it uses MON may do so, so that is unknown. Whoever accepts the risk in fleet.yaml
    gets a warning.
    """
    return judge_risk(context, RISK, context.managers[:1], EXTENSIONS)


CHECK = Check(
    id="optimized-networks",
    title="No network is optimized at a release that crashes on it",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.OUTAGE_RISK, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
