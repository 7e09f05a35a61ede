"""Does every account of the manager work?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_manager import let_in
from shared.model.facts import Gap, GapReason, ManagerFacts
from shared.model.finding import Evidence, Verdict

NO_ACCOUNT = frozenset({GapReason.LOGIN_REFUSED, GapReason.BREAKER_OPEN, GapReason.SECRET_MISSING})


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No account of the manager was refused, and none is kept from being tried.

    Failed log-ins lock an account, and the pairings of a private cloud commonly use the same one: a stale password that
    somebody tries again and again takes pairings and migrations down. hcx-fleet tries each version of a secret once and
    then leaves it. The account of port 443 is judged by whether the manager takes the log-in; this one looks at the
    other, of port 9443.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = let_in(context, manager)
    if isinstance(seen, Judgement):
        return seen
    gap = next((one for one in seen.value.gaps if one.reason in NO_ACCOUNT), None)
    if gap is not None:
        return _warned(seen.value, gap)
    evidence = (Evidence(text="no log-in was refused", observed_at=seen.at),)
    return Judgement(verdict=Verdict.PASS, summary=f"{manager} refuses no account of ours", evidence=evidence)


def _warned(facts: ManagerFacts, gap: Gap) -> Judgement:
    manager = facts.manager
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager.id} does not take the account of port 9443 ({manager.appliance_credentials}): {gap.detail}",
        evidence=(Evidence(text=f"{gap.reason.value}: {gap.detail}", observed_at=gap.at),),
        remedy="see that nobody goes on trying the old password, then give the secret a new version with the right one",
    )


CHECK = Check(
    id="accounts-usable",
    title="The accounts of the managers work",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.REQUIREMENTS,
    judge=judge,
)
