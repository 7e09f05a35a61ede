"""Is there space on the manager's own disk?"""

from shared.checks import links
from shared.checks.ahead import ahead, nothing_ahead
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import ManagerKind
from shared.rules.freshness import VERSION

USED_MAX = "90 %"
"""What Microsoft's own run commands take as the most, seen in their source."""


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The file system /common of a connector that is upgraded is not more than 90 % full.

    Microsoft's run commands for cloud managers stop at that, and look by themselves. No call is known that tells of the
    disk of a connector, so a person looks. hcx-fleet never logs in to the appliance's own console.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    facts = context.facts.of(manager)
    if facts is not None and facts.manager.kind is ManagerKind.CLOUD_MANAGER:
        return Judgement(
            verdict=Verdict.NOT_APPLICABLE,
            summary=f"{manager} is a cloud manager, whose disks only the provider's own scripts see",
        )
    if not ahead(context, manager):
        return nothing_ahead(manager)
    seen = look(context, manager, VERSION)
    at = None if isinstance(seen, Judgement) else seen.at
    return Judgement(
        verdict=Verdict.MANUAL,
        summary=f"{manager}: how full its disk is cannot be seen by hcx-fleet",
        evidence=(Evidence(text="no call is known that tells it", observed_at=at),),
        remedy=f"the site: on the console of the appliance, see that /common is not more than {USED_MAX} full (df -h)",
    )


CHECK = Check(
    id="disk-space",
    title="The manager's own disk has space",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.RUN_COMMANDS,
    judge=judge,
)
