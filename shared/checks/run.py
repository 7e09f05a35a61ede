"""Running the checks: judgements in, findings out."""

from dataclasses import replace

from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.order import CHECKS
from shared.model.finding import Finding, Verdict
from shared.rules import waivers

WAIVABLE = {one.id: one.waivable for one in CHECKS}
"""Whether somebody may let its finding pass, by the id of the check."""


def run_checks(context: CheckContext, concern: Concern, *, planning: bool = False) -> tuple[Finding, ...]:
    """The findings of every check that concerns such a task, in the order of `CHECKS`.

    Args:
        context: facts, subject and target.
        concern: the kind of task.
        planning: whether the plan is still being made. Checks of what earlier tasks of the same plan bring about are
            then left out: they would call every mesh blocked whose managers are about to be upgraded.
    """
    chosen = (check for check in CHECKS if concern in check.concerns and not (planning and check.brought_about))
    return tuple(found for check in chosen for found in run_check(check, context))


def run_check(check: Check, context: CheckContext) -> tuple[Finding, ...]:
    """The findings of one check, with what fleet.yaml says now of letting them pass."""
    return tuple(_as_it_counts(check, context, one) for one in _folded(check.judge(context)))


def _as_it_counts(check: Check, context: CheckContext, judgement: Judgement) -> Finding:
    found = _finding(check, context, judgement)
    if not check.waivable or judgement.certain or context.policy is None:
        return found
    names, today = {context.subject, context.subject_name}, context.now.date()
    return waivers.applied(found, context.policy.waivers, names, today)


def _folded(judged: tuple[Judgement, ...]) -> tuple[Judgement, ...]:
    """What a person is to look at in the same way, told once: both ends of a mesh, or all its groups, are one look."""
    told: list[Judgement] = []
    for one in judged:
        place = next((at for at, other in enumerate(told) if _is_one_look(one, other)), None)
        if place is None:
            told.append(one)
        else:
            told[place] = _both(told[place], one)
    return tuple(told)


def _is_one_look(one: Judgement, other: Judgement) -> bool:
    return one.verdict is other.verdict is Verdict.MANUAL and one.remedy == other.remedy


def _both(one: Judgement, other: Judgement) -> Judgement:
    return replace(one, summary=f"{one.summary}; {other.summary}", evidence=(*one.evidence, *other.evidence))


def _finding(check: Check, context: CheckContext, judgement: Judgement) -> Finding:
    """Made here and nowhere else, so that every finding is about the context's subject and bears its check's link."""
    return Finding(
        check=check.id,
        subject=context.subject,
        verdict=judgement.verdict,
        summary=judgement.summary,
        evidence=judgement.evidence,
        remedy=judgement.remedy,
        link=check.link,
    )
