"""Can anybody still log in at the target?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.model.finding import Verdict
from shared.rules.freshness import VERSION

RISK = "HCX-LOGIN-4102"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The target is no release at which nobody can log in any more.

    Microsoft's known issues: after the upgrade to 4.10.2 nobody can log in to the manager or manage it (issue 3464419);
    4.10.3 mends it. The planner refuses such a target; this holds for one that somebody approved before it was known.
    """
    return judge_risk(context, RISK, context.managers, VERSION)


CHECK = Check(
    id="target-usable",
    title="The target lets people log in",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE, Verdict.OUTAGE_RISK, Verdict.UNKNOWN}),
    waivable=True,
    link=links.KNOWN_ISSUES,
    judge=judge,
)
