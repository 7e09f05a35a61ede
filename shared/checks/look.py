"""One aspect of one manager as checks may use it, observed and not too old; otherwise the judgement that says so."""

from datetime import timedelta

from shared.checks.interface import CheckContext, Judgement
from shared.model.facts import Gap, GapReason, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import Aspect

OBSERVE_AGAIN = "observe again"


def look[T](context: CheckContext, manager: str, aspect: Aspect[T], by_hand: str = "") -> Seen[T] | Judgement:
    """What was observed, or why nothing can be concluded.

    Args:
        context: of the check.
        manager: id of the manager to look at.
        aspect: the side of it to look at.
        by_hand: where a person sees what this manager does not offer to us. With it, such a gap is that person's to
            judge (`manual`); without it, and for every other gap, it is `unknown`.
    """
    facts = context.facts.of(manager)
    seen = aspect.read(facts) if facts else None
    if seen is None:
        return _missing(manager, aspect.name, facts.gap(aspect.section) if facts else None, by_hand)
    if not aspect.life.covers(seen.at, context.now):
        return _too_old(context, manager, aspect, seen)
    return seen


def _missing(manager: str, name: str, gap: Gap | None, by_hand: str) -> Judgement:
    if gap is None:
        nothing = Evidence(text=f"{name}: not observed", observed_at=None)
        return Judgement(
            verdict=Verdict.UNKNOWN,
            summary=f"{manager} was observed without its {name}",
            evidence=(nothing,),
            remedy=OBSERVE_AGAIN,
        )
    evidence = (Evidence(text=f"{gap.reason.value}: {gap.detail}", observed_at=gap.at),)
    if gap.reason is GapReason.NOT_OFFERED and by_hand:
        return Judgement(
            verdict=Verdict.MANUAL,
            summary=f"{manager} does not offer its {name} to hcx-fleet: {gap.detail}",
            evidence=evidence,
            remedy=by_hand,
        )
    return Judgement(
        verdict=Verdict.UNKNOWN,
        summary=f"{manager} could not be observed for its {name}: {gap.detail}",
        evidence=evidence,
        remedy=gap.remedy or OBSERVE_AGAIN,
    )


def _too_old[T](context: CheckContext, manager: str, aspect: Aspect[T], seen: Seen[T]) -> Judgement:
    age = context.now - seen.at
    when = f"{in_words(age)} ago" if age > timedelta(0) else f"{in_words(-age)} from now, by a clock that is wrong"
    return Judgement(
        verdict=Verdict.UNKNOWN,
        summary=f"{manager} was observed for its {aspect.name} {when}, which counts for {in_words(aspect.life.span)}",
        evidence=(Evidence(text=f"{aspect.name}: {aspect.life.reason}", observed_at=seen.at),),
        remedy=OBSERVE_AGAIN,
    )


def in_words(duration: timedelta) -> str:
    """A duration to the largest unit that is not zero."""
    for unit, size in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        count = duration // size
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"
