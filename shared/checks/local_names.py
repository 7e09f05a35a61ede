"""Are names that end in .local still resolved after the step?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.model.finding import Verdict
from shared.rules.freshness import PAIRINGS, VERSION

RISK = "HCX-DNS-LOCAL-44"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The step does not make the manager deaf to names that end in .local.

    The user guide: from 4.4 on they are not resolved any more (KB 90082). Only the manager's own name and those of its
    pairings are seen; how it names its vCenter and NSX a person has to look up, so a step that crosses 4.4 always
    warns.
    """
    return judge_risk(context, RISK, context.managers, VERSION, PAIRINGS)


CHECK = Check(
    id="local-names",
    title="Names that end in .local are resolved",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
