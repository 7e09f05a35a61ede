"""Is the target still supported?"""

from shared.checks import links
from shared.checks.ahead import ahead, nothing_ahead
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.silent import left_to, nothing
from shared.checks.upgrade_path import CHECK as PATH_CHECK
from shared.model.facts import Identity, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules.exposure import Nearing, Support, support_of
from shared.rules.freshness import VERSION


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No source says that support of the target has ended, or ends within 90 days.

    The days are those of the catalogue. Where sources differ, the earliest counts; where none speaks of the target, it
    does not apply. To go there works all the same, so it is a warning.
    """
    return tuple(one for manager in context.managers for one in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    if not ahead(context, manager):
        return (nothing_ahead(manager),)
    seen = look(context, manager, VERSION)
    if isinstance(seen, Judgement):
        return (left_to(PATH_CHECK.id, seen),)
    support = support_of(context.catalogue, context.target, context.now.date())
    if support.state is Nearing.UNKNOWN or support.on is None:
        return nothing(f"no source says until when {context.target} is supported")
    return (_judged(context, manager, seen, support),)


def _judged(context: CheckContext, manager: str, seen: Seen[Identity], support: Support) -> Judgement:
    said = "; ".join(f"{one.on:%Y-%m-%d} ({one.source})" for one in support.ends)
    text = f"{manager}: version {seen.value.version}; support of {support.inferred_from or context.target} ends {said}"
    evidence = (Evidence(text=text, observed_at=seen.at),)
    if support.state is Nearing.OPEN:
        return Judgement(
            verdict=Verdict.PASS,
            summary=f"{manager} goes to {context.target}, supported until {support.on:%Y-%m-%d}",
            evidence=evidence,
        )
    how = "ended" if support.state is Nearing.PAST else "ends"
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager} goes to {context.target}, whose support {how} on {support.on:%Y-%m-%d}",
        evidence=evidence,
        remedy="the owner of fleet.yaml: choose a later target, and plan again",
    )


CHECK = Check(
    id="target-supported",
    title="The target is supported",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
