"""Is the manager connected to its vCenter?"""

from shared.checks import links
from shared.checks.connection import judge_connection
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.model.finding import Verdict
from shared.rules.freshness import VCENTER


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The manager reports a healthy connection to its vCenter Server.

    The upgrade renews the HCX plug-in of that vCenter. The state is read on port 9443, whose account nobody but the
    provider has for its own cloud managers: there, and wherever no such account was given, only a person can look.
    hcx-fleet itself never upgrades a manager without that account.
    """
    return tuple(judge_connection(context, manager, VCENTER, "vCenter connection") for manager in context.managers)


CHECK = Check(
    id="vcenter-connection",
    title="The manager is connected to its vCenter",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.UPGRADE_FAILURE, Verdict.MANUAL, Verdict.UNKNOWN}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
