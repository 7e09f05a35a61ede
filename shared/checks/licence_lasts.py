"""Does the manager's licence last?"""

from datetime import date

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.silent import nothing
from shared.model.facts import Licence, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules.exposure import SOON, Nearing, nearing
from shared.rules.freshness import LICENCE

BY_HAND = "whoever has the account of port 9443: see until when its licence or evaluation lasts"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The licence of a 9.x manager does not end within 90 days.

    A new 9.x has 90 days of evaluation, and tells its mode and a day on port 9443 (seen; the names on the wire are
    inferred, so it stops nothing). A 4.x tells nothing of the kind: its activation key has a check of its own.
    """
    return tuple(one for manager in context.managers for one in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    facts = context.facts.of(manager)
    if facts is None or (facts.licence is None and LICENCE.section not in {one.section for one in facts.gaps}):
        return nothing(f"{manager} has no licence to be asked for")
    seen = look(context, manager, LICENCE, by_hand=BY_HAND)
    if isinstance(seen, Judgement):
        return (_unseen(seen),)
    until = seen.value.until
    if until is None:
        return nothing(f"{manager} names no day on which its licence ends", (_evidence(seen),))
    return (_judged(context, manager, seen, until),)


def _unseen(found: Judgement) -> Judgement:
    """Whatever the reason is: nothing but a person's look helps, and an upgrade does not hang on it."""
    return Judgement(verdict=Verdict.MANUAL, summary=found.summary, evidence=found.evidence, remedy=BY_HAND)


def _judged(context: CheckContext, manager: str, seen: Seen[Licence], until: date) -> Judgement:
    state = nearing(until, context.now.date())
    how = f"{seen.value.mode} until {until:%Y-%m-%d}"
    if state is Nearing.OPEN:
        return Judgement(verdict=Verdict.PASS, summary=f"{manager} has {how}", evidence=(_evidence(seen),))
    ends = "has ended" if state is Nearing.PAST else f"ends within {SOON.days} days"
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager} has {how}: that {ends}",
        evidence=(_evidence(seen),),
        remedy="get a licence and enter it before the upgrade (port 9443)",
    )


def _evidence(seen: Seen[Licence]) -> Evidence:
    return Evidence(text=f"licence: {seen.value.mode} until {seen.value.until or 'no day'}", observed_at=seen.at)


CHECK = Check(
    id="licence-lasts",
    title="The licence of the manager lasts",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
