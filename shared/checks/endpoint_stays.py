"""Does Azure still name the HCX manager that was observed?"""

from urllib.parse import urlsplit

from shared.checks import links
from shared.checks.cloud_provisioned import CHECK as CLOUD_CHECK
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import OBSERVE_AGAIN
from shared.checks.of_cloud import of_each
from shared.checks.silent import left_because, nothing
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import Endpoint, PrivateCloud
from shared.rules.freshness import PROVISIONING

SUPPORT = "see in the Azure portal whether HCX was removed from the private cloud; if not, open a support ticket"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Azure names the same address of HCX for a private cloud as the one at which it was observed.

    `endpoints.hcxCloudManager` and `hcxCloudManagerIp` are all that leads from a private cloud to its manager. Where
    they are gone or others, what was observed may be of a manager that serves nobody any more, so nothing is known.
    """
    return of_each(context, _of_cloud)


def _of_cloud(context: CheckContext, cloud: PrivateCloud) -> tuple[Judgement, ...]:
    facts, at = context.facts.of(cloud.id), context.clouds_observed_at
    if at is None or not PROVISIONING.covers(at, context.now):
        return (left_because(CLOUD_CHECK.id, f"what Azure said of {cloud.id} is too old, or of no known time"),)
    if facts is None:
        return nothing(f"{cloud.id}: no HCX manager was observed to compare with")
    return (_judged(cloud, facts.manager.endpoint, Evidence(text=_told(cloud), observed_at=at)),)


def _judged(cloud: PrivateCloud, observed: Endpoint, evidence: Evidence) -> Judgement:
    if not cloud.hcx_url:
        summary = f"{cloud.id}: Azure names no HCX endpoint any more"
        return Judgement(verdict=Verdict.UNKNOWN, summary=summary, evidence=(evidence,), remedy=SUPPORT)
    if urlsplit(cloud.hcx_url).hostname != observed.host or cloud.hcx_address != observed.address:
        was = f"{observed.host} ({observed.address})" if observed.address else observed.host
        summary = f"{cloud.id}: its HCX endpoint is another one than {was}, which was observed"
        return Judgement(verdict=Verdict.UNKNOWN, summary=summary, evidence=(evidence,), remedy=OBSERVE_AGAIN)
    summary = f"{cloud.id}: Azure names the HCX endpoint that was observed"
    return Judgement(verdict=Verdict.PASS, summary=summary, evidence=(evidence,))


def _told(cloud: PrivateCloud) -> str:
    address = f" ({cloud.hcx_address})" if cloud.hcx_address else ""
    return f"HCX endpoint {cloud.hcx_url or 'none'}{address}"


CHECK = Check(
    id="endpoint-stays",
    title="Azure names the HCX manager that was observed",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.UNKNOWN}),
    waivable=True,
    link=links.REQUIREMENTS,
    judge=judge,
)
