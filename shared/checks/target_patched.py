"""Does the target have a known vulnerability?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.model.finding import Verdict
from shared.rules.freshness import VERSION

RISK = "HCX-CVE-2024-38814"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The target has the fixes of the advisories that the catalogue holds.

    Microsoft's known issues name CVE-2024-38814 (VMSA-2024-0021) and the releases that fix it. Going to one without the
    fix works, so it is a warning: whoever upgrades anyway should go further.
    """
    return judge_risk(context, RISK, context.managers, VERSION)


CHECK = Check(
    id="target-patched",
    title="The target has no known vulnerability",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.KNOWN_ISSUES,
    judge=judge,
)
