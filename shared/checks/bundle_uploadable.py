"""Can a bundle be uploaded at all?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.checks.of_plan import by_provider
from shared.checks.silent import nothing
from shared.model.finding import Verdict
from shared.rules.freshness import VERSION

RISK = "HCX-BUNDLE-UPLOAD-482"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The manager is at 4.8.2 or later, where a bundle can be uploaded on port 9443.

    The release notes of 4.9 (KB 97087). An older one would have to download, and the depot that it downloads from is
    gone: a warning, since a support case is known to help and takes its time. A provider that upgrades the manager
    itself brings its own.
    """
    if by_provider(context):
        return nothing(f"{context.subject}: the provider upgrades it and brings its own bundle")
    return judge_risk(context, RISK, context.managers, VERSION)


CHECK = Check(
    id="bundle-uploadable",
    title="A bundle can be uploaded to the manager",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.REQUIREMENTS,
    judge=judge,
)
