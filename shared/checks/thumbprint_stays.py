"""Will the manager still be trusted after its upgrade?"""

from shared.checks import links
from shared.checks.ahead import ahead, nothing_ahead
from shared.checks.certificate_lasts import CHECK as CERTIFICATE_CHECK
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_manager import from_its_answer
from shared.checks.silent import left_to, nothing
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import ManagerKind
from shared.rules.freshness import CERTIFICATE_UNTIL


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """A cloud manager that is upgraded is trusted by an authority, not by the thumbprint of one certificate.

    Practice: a provider's upgrade brings a new certificate. Where its thumbprint is pinned, hcx-fleet does not trust
    the manager any more from then on, which is as it should be: a person has to compare the new one and write it down.
    That connectors get a new one is told nowhere.
    """
    return tuple(one for manager in context.managers for one in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    facts = context.facts.of(manager)
    if facts is None or facts.manager.kind is not ManagerKind.CLOUD_MANAGER:
        return nothing(f"{manager} is no cloud manager that was observed")
    if not ahead(context, manager):
        return (nothing_ahead(manager),)
    seen = from_its_answer(context, manager, CERTIFICATE_UNTIL, without=Verdict.WARN)
    if isinstance(seen, Judgement):
        return (left_to(CERTIFICATE_CHECK.id, seen) if seen.verdict is Verdict.WARN else seen,)
    pinned = facts.manager.endpoint.trust.thumbprint
    if pinned is None:
        evidence = (Evidence(text="verified against authorities", observed_at=seen.at),)
        return (Judgement(verdict=Verdict.PASS, summary=f"{manager} is trusted by an authority", evidence=evidence),)
    return (
        Judgement(
            verdict=Verdict.MANUAL,
            summary=f"{manager} is trusted by its pinned thumbprint, which an upgrade by the provider changes",
            evidence=(Evidence(text=f"pinned: SHA-256 {pinned}", observed_at=seen.at),),
            remedy="have somebody ready who, after the upgrade, compares the new thumbprint with the provider and "
            "confirms it in fleet.yaml",
        ),
    )


CHECK = Check(
    id="thumbprint-stays",
    title="The manager is still trusted after its upgrade",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
