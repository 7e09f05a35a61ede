"""Is there room for one more appliance?"""

from shared.checks import links
from shared.checks.in_service import lacking, wish
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.model.finding import Verdict
from shared.rules.freshness import ROOM


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The deployment cluster of both sides has room for one more appliance where an in-service upgrade is wanted.

    In service, the new pair stands beside the old one for a while. That it takes room for one more machine is inferred
    from the user guide. No manager is known to tell its room, so it is for a person, and only where fleet.yaml wants in
    service or nothing. What somebody attests there for a site is no observation: the plan counts on it, this does not.
    """
    asked = wish(context, ROOM)
    if isinstance(asked, tuple):
        return asked
    remedy = "make room in the deployment cluster of that side, or attest it in fleet.yaml, then plan again"
    return (lacking(asked, "room for one more appliance", (lambda side: side.room,), remedy),)


CHECK = Check(
    id="spare-room",
    title="There is room for an in-service upgrade",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.MANUAL, Verdict.NOT_APPLICABLE, Verdict.UPGRADE_FAILURE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
