"""Must the step be started on the old appliance's own screens?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.checks.of_plan import by_provider
from shared.checks.silent import nothing
from shared.model.finding import Verdict
from shared.rules.freshness import VERSION

RISK = "HCX-START-BY-HAND-9"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The step does not go from 4.11 to 9.x, which a person starts on the screens of the old appliance.

    The documented interface for upgrades works from 9.0 on only. That nothing else starts this one is inferred. Where
    the provider upgrades the manager, the screens are its own.
    """
    if by_provider(context):
        return nothing(f"{context.subject}: the provider upgrades it and starts it itself")
    return judge_risk(context, RISK, context.managers, VERSION)


CHECK = Check(
    id="started-by-hand",
    title="The step needs nobody at the old appliance",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
