"""Are there addresses for an in-service upgrade?"""

from shared.checks import links
from shared.checks.in_service import lacking, wish
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.model.finding import Verdict
from shared.rules.freshness import ADDRESS_POOLS
from shared.rules.ne_mode import Side


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Both sides have a free uplink and a free management address where an in-service upgrade is wanted.

    The user guide: in service, a new pair of appliances is set up with new addresses at both sites before the old one
    goes. Without one, the upgrade is a standard one with its longer outage. Names of the counts on the wire are
    inferred, so a profile without a count is for a person, and only where nothing but in service is wanted. Appliances
    of a high availability group need none.
    """
    asked = wish(context, ADDRESS_POOLS)
    if isinstance(asked, tuple):
        return asked
    remedy = "give the uplink and management network profiles of that side a spare address, then observe again"
    return (lacking(asked, "a spare address of each kind", (_uplink, _management), remedy),)


def _uplink(side: Side) -> bool | None:
    return None if side.uplink is None else side.uplink > 0


def _management(side: Side) -> bool | None:
    return None if side.management is None else side.management > 0


CHECK = Check(
    id="spare-addresses",
    title="There are addresses for an in-service upgrade",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.MANUAL, Verdict.NOT_APPLICABLE, Verdict.UPGRADE_FAILURE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
