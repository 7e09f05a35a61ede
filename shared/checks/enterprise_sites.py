"""Is every enterprise site of the private cloud in use, or free?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_cloud import of_part
from shared.checks.words import counted, names
from shared.model.facts import Seen
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import CloudDetails, CloudPart, HcxEnterpriseSite, PrivateCloud

IN_ORDER = frozenset({"available", "consumed"})


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No enterprise site of the private cloud was deactivated or deleted.

    A connector is activated with the key of one of them. Azure does not tell which site is which connector's, and
    hcx-fleet reads no key, so a person looks whether a site that ended is one that somebody still works with.
    """
    return of_part(context, CloudPart.SITES, _judged)


def _judged(cloud: PrivateCloud, seen: Seen[CloudDetails]) -> Judgement:
    sites = seen.value.sites
    told = ", ".join(f"{one.name} {one.status}" for one in sites) or "none"
    evidence = (Evidence(text=f"enterprise sites: {told}", observed_at=seen.at),)
    ended = [one for one in sites if one.status.casefold() not in IN_ORDER]
    if not ended:
        summary = f"{cloud.id}: {counted(len(sites), 'enterprise site')}, all in use or free"
        return Judgement(verdict=Verdict.PASS, summary=summary, evidence=evidence)
    return Judgement(
        verdict=Verdict.MANUAL,
        summary=f"{cloud.id}: {names(map(_named, ended))}",
        evidence=evidence,
        remedy="whoever set the connectors up: see whether one of them was activated with the key of that site",
    )


def _named(site: HcxEnterpriseSite) -> str:
    return f"enterprise site {site.name} is {site.status}"


CHECK = Check(
    id="enterprise-sites",
    title="No enterprise site of the private cloud has ended",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.PLACING,
    judge=judge,
)
