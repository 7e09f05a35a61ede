"""What the two checks of a manager's connections have in common."""

from shared.checks.interface import CheckContext, Judgement
from shared.checks.look import look
from shared.model.facts import Health, Status
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import Aspect

VERDICTS = {
    Health.UP: Verdict.PASS,
    Health.DEGRADED: Verdict.UPGRADE_FAILURE,
    Health.DOWN: Verdict.UPGRADE_FAILURE,
    Health.UNKNOWN: Verdict.UNKNOWN,
}
"""The vendor asks for a healthy connection: a degraded one is not healthy."""


def judge_connection(context: CheckContext, manager: str, aspect: Aspect[Status], what: str) -> Judgement:
    """Judge a connection of one manager."""
    seen = look(context, manager, aspect, by_hand=_by_hand(what))
    if isinstance(seen, Judgement):
        return seen
    verdict = VERDICTS[seen.value.health]
    return Judgement(
        verdict=verdict,
        summary=f"{manager} {_told(verdict)} its {what}: {seen.value.text}",
        evidence=(Evidence(text=f"{what}: {seen.value.text}", observed_at=seen.at),),
        remedy="" if verdict is Verdict.PASS else f"mend the {what} on the dashboard of port 9443, then observe again",
    )


def _told(verdict: Verdict) -> str:
    return {
        Verdict.PASS: "reports a healthy state of",
        Verdict.UNKNOWN: "says something that hcx-fleet does not understand of",
    }.get(verdict, "has trouble with")


def _by_hand(what: str) -> str:
    return (
        f"whoever has the account of port 9443 (the provider for its cloud managers): see that its dashboard shows the "
        f"{what} green"
    )
