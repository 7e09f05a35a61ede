"""Does a freeze lie over the task?"""

from collections.abc import Iterator

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.not_held import CHECK as FILE_CHECK
from shared.checks.of_plan import Due, closed_text, due, in_the_way, leave_it, planned
from shared.checks.silent import left_because
from shared.model.finding import Verdict
from shared.model.plan import Task
from shared.model.policy import Policy
from shared.rules import tags
from shared.rules.calendar.closed_times import Closed, closed_times


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No freeze of a site that the task touches is under way, or begins before the task would be over.

    By fleet.yaml and the tags of the private clouds as they are now: somebody may have added one since the plan was
    made. A freeze whose calendar cannot be read counts as always under way. It is a warning: hcx-fleet's own steps wait
    for the end of it, and the others are told.
    """
    expected, policy = due(context), context.policy
    if not isinstance(expected, Due):
        return expected
    if policy is None:
        return (left_because(FILE_CHECK.id, "fleet.yaml cannot be read now"),)
    found = in_the_way(_closed(context, policy, expected.task), expected.span)
    if not found:
        text = f"no freeze at {', '.join(expected.task.sites)} {expected.when}"
        return (Judgement(verdict=Verdict.PASS, summary=text, evidence=(planned(text, context),)),)
    return (
        Judgement(
            verdict=Verdict.WARN,
            summary=f"the task would come {expected.when}, into {closed_text(found[0])}",
            evidence=tuple(planned(closed_text(one), context) for one in found),
            remedy=leave_it(expected.task, "until the freeze is over"),
        ),
    )


def _closed(context: CheckContext, policy: Policy, task: Task) -> Iterator[Closed]:
    every = closed_times(policy.freezes, (), {}, context.now)
    yield from (one for one in every if one.site is None or one.site in task.sites)
    for cloud in context.clouds:
        for span in tags.restraints(cloud, policy, context.now.date()).freezes if cloud.id in context.managers else ():
            yield Closed(why=f"tag {tags.FREEZE} of {cloud.id}", span=span)


CHECK = Check(
    id="freeze-apart",
    title="No freeze lies over the task",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
