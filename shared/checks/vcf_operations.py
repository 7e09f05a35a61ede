"""Does somebody else drive the next upgrades?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.model.finding import Verdict
from shared.rules.freshness import VERSION

RISK = "HCX-VCF-DRIVES-910"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The target is no release from which VCF Operations is to drive upgrades of managers on premises.

    Quoted from the vendor's pages: from 9.1 on that is the recommended driver. Its owners may begin what is planned
    here, so a person agrees with them who does.
    """
    return judge_risk(context, RISK, context.managers, VERSION)


CHECK = Check(
    id="vcf-operations",
    title="Nobody else is to drive the upgrades on premises",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
