"""Does the step change passwords of the appliance?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.model.finding import Verdict
from shared.rules.freshness import VERSION

RISK = "HCX-PASSWORDS-9"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The step changes no password of the manager's appliance.

    On the way from 4.11 or older to 9.x, passwords that break the new rules are changed automatically, among them those
    that hcx-fleet and its owner log in with. Only a person can see whether theirs keep the rules.
    """
    return judge_risk(context, RISK, context.managers, VERSION)


CHECK = Check(
    id="passwords-change",
    title="Appliance passwords stay as they are",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
