"""Is the manager connected to its NSX Manager?"""

from shared.checks import links
from shared.checks.connection import judge_connection
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.model.facts import ManagerFacts
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import NSX


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The manager reports a healthy connection to its NSX Manager, where it has one.

    The vendor asks for it "if applicable": a connector may have none. Facts show that as a manager whose vCenter
    connection was read and whose NSX connection is neither there nor missing for a reason. Who can see it is as for the
    vCenter connection.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    facts = context.facts.of(manager)
    if facts is not None and facts.vcenter is not None and none_registered(facts):
        return Judgement(
            verdict=Verdict.NOT_APPLICABLE,
            summary=f"{manager} has no NSX Manager registered",
            evidence=(Evidence(text="no NSX Manager is registered", observed_at=facts.vcenter.at),),
        )
    return judge_connection(context, manager, NSX, "NSX connection")


def none_registered(facts: ManagerFacts) -> bool:
    """Whether a manager whose dashboard was read has no NSX Manager at all."""
    return facts.nsx is None and facts.gap("nsx") is None


CHECK = Check(
    id="nsx-connection",
    title="The manager is connected to its NSX Manager",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset(
        {Verdict.PASS, Verdict.UPGRADE_FAILURE, Verdict.MANUAL, Verdict.NOT_APPLICABLE, Verdict.UNKNOWN}
    ),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
