"""Does a tunnel that is up prove anything at the target?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.model.finding import Verdict
from shared.rules.freshness import APPLIANCES

RISK = "HCX-GATEWAY-4113"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The target is none at which extended networks carry nothing although their tunnels are up.

    A provider's notice on 4.11.3: after a restart of the gateway service there may be no traffic behind tunnels that
    look up. Only something that is sent through a network shows that: hcx-fleet sends the probes that `fleet.yaml`
    names, and on every other network somebody has to test a machine after each step.
    """
    return judge_risk(context, RISK, context.managers[:1], APPLIANCES)


CHECK = Check(
    id="traffic-behind-tunnels",
    title="Tunnels that are up carry traffic at the target",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
