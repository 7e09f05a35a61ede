"""Is the manager connected to its vCenter?"""

from dataclasses import replace

from shared.checks import links
from shared.checks.connection import judge_connection
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_vcenter import look_in_vcenter
from shared.model.finding import Evidence, Verdict
from shared.model.vcenter import VcenterFacts
from shared.rules.freshness import VCENTER
from shared.rules.vcenter import versions_of


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The manager reports a healthy connection to its vCenter Server.

    The upgrade renews the HCX plug-in of that vCenter. The state is read on port 9443, whose account nobody but the
    provider has for its own cloud managers: there, and wherever no such account was given, only a person can look.
    hcx-fleet itself never upgrades a manager without that account.

    What the vCenter itself shows of HCX's plug-ins stands beside it as evidence: it judges an upgrade afterwards.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    judged = judge_connection(context, manager, VCENTER, "vCenter connection")
    return replace(judged, evidence=(*judged.evidence, *_plugins(context, manager)))


def _plugins(context: CheckContext, manager: str) -> tuple[Evidence, ...]:
    seen = look_in_vcenter(context, manager, lambda whole: whole)
    if isinstance(seen, Judgement):  # nobody named one, or it is too old
        return ()
    return (Evidence(text=f"plug-ins in vCenter: {_shown(seen.value)}", observed_at=seen.at),)


def _shown(seen: VcenterFacts) -> str:
    if seen.plugins is None:
        return f"not observed: {'; '.join(dict.fromkeys(gap.detail for gap in seen.gaps))}"
    return ", ".join(versions_of(seen.plugins)) or "none"


CHECK = Check(
    id="vcenter-connection",
    title="The manager is connected to its vCenter",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.UPGRADE_FAILURE, Verdict.MANUAL, Verdict.UNKNOWN}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
