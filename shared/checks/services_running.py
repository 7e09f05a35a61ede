"""Do the manager's own services run?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.words import names
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import SERVICES

BY_HAND = (
    "whoever has the account of port 9443 (the provider for its cloud managers): see that application, web and "
    "planning engine are running"
)


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The components of each manager run: application engine, web, planning engine.

    They are down while a manager restarts, and a mesh may be upgraded only when "all services are returned to a fully
    converged state". They are read on port 9443; where nobody gave us its account, only a person can look.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = look(context, manager, SERVICES, by_hand=BY_HAND)
    if isinstance(seen, Judgement):
        return seen
    words = ", ".join(f"{one.name} {one.text}" for one in seen.value) or "none listed"
    evidence = (Evidence(text=f"services: {words}", observed_at=seen.at),)
    stopped = [one.name for one in seen.value if one.running is False]
    if stopped:
        return Judgement(
            verdict=Verdict.UPGRADE_FAILURE,
            summary=f"{manager} has stopped services: {names(stopped)}",
            evidence=evidence,
            remedy="start them on port 9443, or wait until the manager has come up, then observe again",
        )
    strange = [one.name for one in seen.value if one.running is None]
    if strange or not seen.value:
        return Judgement(
            verdict=Verdict.UNKNOWN,
            summary=f"{manager} does not say whether its services run: {names(strange) or 'it lists none'}",
            evidence=evidence,
            remedy=BY_HAND,
        )
    return Judgement(verdict=Verdict.PASS, summary=f"{manager} has all its services running", evidence=evidence)


CHECK = Check(
    id="services-running",
    title="The services of the managers run",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.UPGRADE_FAILURE, Verdict.MANUAL, Verdict.UNKNOWN}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
