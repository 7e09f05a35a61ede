"""Does the step end update notices and downloads?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.checks.of_plan import by_provider
from shared.checks.silent import nothing
from shared.model.finding import Verdict
from shared.rules.freshness import VERSION

RISK = "HCX-LOCAL-MODE-4110"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The step does not cross 4.11.0, from where HCX works in local mode only.

    Microsoft's page: the update depot is gone, so nothing is offered and nothing can be downloaded; bundles are
    uploaded. A person has to know where the next ones come from, unless the provider upgrades the manager and brings
    its own.
    """
    if by_provider(context):
        return nothing(f"{context.subject}: the provider upgrades it and brings its own bundle")
    return judge_risk(context, RISK, context.managers, VERSION)


CHECK = Check(
    id="local-mode",
    title="The way of getting bundles stays as it is",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
