"""Does the provider plan a maintenance for the time of the task?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.maintenances_known import CHECK as KNOWN_CHECK
from shared.checks.of_cloud import of_each, told_of
from shared.checks.of_plan import Due, closed_text, due, in_the_way, leave_it
from shared.checks.silent import left_because
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import PrivateCloud
from shared.rules.calendar.closed_times import closed_times
from shared.rules.freshness import MAINTENANCES


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No maintenance of the private cloud lies over the time at which the task would be carried out.

    Azure plans them for vCenter, ESXi and NSX, never for HCX, and an upgrade needs all three. While the plan is being
    made the time is that of its forecast, and right before the change it is from now on. It is a warning: hcx-fleet's
    own steps wait for the end of it, and the others are told.
    """
    expected = due(context)
    if not isinstance(expected, Due):
        return expected
    return of_each(context, lambda _, cloud: (_of_cloud(context, cloud, expected),))


def _of_cloud(context: CheckContext, cloud: PrivateCloud, expected: Due) -> Judgement:
    seen = told_of(context.maintenances, cloud)
    if seen is None or seen.value.unread or not MAINTENANCES.covers(seen.at, context.now):
        return left_because(KNOWN_CHECK.id, f"nobody knows what the provider plans for {cloud.id}")
    closed = closed_times((), seen.value.maintenances, {cloud.resource_id.lower(): cloud.id}, context.now)
    found = in_the_way(closed, expected.span)
    if not found:
        return Judgement(
            verdict=Verdict.PASS,
            summary=f"{cloud.id}: no maintenance {expected.when}",
            evidence=(Evidence(text=f"maintenances: {len(seen.value.maintenances)}", observed_at=seen.at),),
        )
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{cloud.id}: a maintenance lies over the task, {expected.when}: {closed_text(found[0])}",
        evidence=tuple(Evidence(text=closed_text(one), observed_at=seen.at) for one in found),
        remedy=leave_it(expected.task, "until the maintenance is over"),
    )


CHECK = Check(
    id="maintenance-apart",
    title="No maintenance lies over the task",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
