"""Do the managers that this one is paired with answer?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.silent import left_to, nothing
from shared.checks.site_pairs_healthy import CHECK as PAIRS_CHECK
from shared.checks.upgrade_path import CHECK as PATH_CHECK
from shared.checks.words import counted, names
from shared.model.facts import Seen
from shared.model.finding import Evidence, Verdict
from shared.rules import grouping
from shared.rules.freshness import ALIVE, PAIRINGS, VERSION


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Every manager that this one is paired with was seen to answer.

    The vendor asks for healthy pairs before an upgrade and for a converged state after it, and neither can be told from
    one end. A partner that is away is a warning: the pairing itself is judged by its own check, and the versions of
    partners by theirs.
    """
    return tuple(one for manager in context.managers for one in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    own, listed, facts = look(context, manager, VERSION), look(context, manager, PAIRINGS), context.facts.of(manager)
    if isinstance(own, Judgement):
        return (left_to(PATH_CHECK.id, own),)
    if isinstance(listed, Judgement):
        return (left_to(PAIRS_CHECK.id, listed),)
    partners = [one.manager.id for one in grouping.partners(context.facts, facts)] if facts else []
    if not partners:
        return nothing(f"{manager} is paired with no manager that hcx-fleet knows")
    return (_judged(manager, {name: look(context, name, ALIVE) for name in partners}),)


def _judged(manager: str, seen: dict[str, Seen[bool] | Judgement]) -> Judgement:
    away = [name for name, one in seen.items() if not (isinstance(one, Seen) and one.value)]
    evidence = tuple(_evidence(name, one) for name, one in seen.items())
    if away:
        return _away(manager, away, evidence)
    told = f"{manager}: {counted(len(seen), 'paired manager that answers', 'paired managers that answer')}"
    return Judgement(verdict=Verdict.PASS, summary=told, evidence=evidence)


def _evidence(name: str, seen: Seen[bool] | Judgement) -> Evidence:
    if isinstance(seen, Judgement):
        return Evidence(text=seen.summary, observed_at=None)
    return Evidence(text=f"{name}: {'answers' if seen.value else 'does not answer'}", observed_at=seen.at)


def _away(manager: str, away: list[str], evidence: tuple[Evidence, ...]) -> Judgement:
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager} is paired with what was not seen to answer: {names(away)}",
        evidence=evidence,
        remedy="whoever runs it: see that it is powered on and reachable; then observe again",
    )


CHECK = Check(
    id="partners-answer",
    title="The paired managers answer",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.REQUIREMENTS,
    judge=judge,
)
