"""Is the manager there?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import ALIVE, LOGGED_IN


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Each manager answers and takes the log-in.

    A manager that does not answer cannot be upgraded. One that answers but refuses the log-in is unknown in everything
    else; the remedy is the one of the refusal, and nobody tries the same password again.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    alive = look(context, manager, ALIVE)
    if isinstance(alive, Judgement):
        return alive
    if not alive.value:
        return Judgement(
            verdict=Verdict.UPGRADE_FAILURE,
            summary=f"{manager} does not answer",
            evidence=(Evidence(text="no answer on port 443", observed_at=alive.at),),
            remedy="see that the manager is powered on, that its services run, and that it is reachable on port 443",
        )
    logged_in = look(context, manager, LOGGED_IN)
    if isinstance(logged_in, Judgement):
        return logged_in
    evidence = (Evidence(text=f"log-in {'taken' if logged_in.value else 'refused'}", observed_at=logged_in.at),)
    if not logged_in.value:
        return Judgement(
            verdict=Verdict.UNKNOWN,
            summary=f"{manager} answers but does not take the log-in, so nothing else is known of it",
            evidence=evidence,
            remedy="give the secret of this manager a new version with the right password, then observe again",
        )
    return Judgement(verdict=Verdict.PASS, summary=f"{manager} answers and takes the log-in", evidence=evidence)


CHECK = Check(
    id="manager-alive",
    title="The managers answer and take the log-in",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.UPGRADE_FAILURE, Verdict.UNKNOWN}),
    waivable=False,
    link=links.REQUIREMENTS,
    judge=judge,
)
