"""Running the checks: judgements in, findings out."""

from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.order import CHECKS
from shared.model.finding import Finding


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
    """The findings of one check."""
    return tuple(_finding(check, context, one) for one in check.judge(context))


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
