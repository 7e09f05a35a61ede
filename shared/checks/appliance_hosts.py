"""Are the appliances of the mesh deployed to hosts that HCX supports?"""

from datetime import datetime

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.words import names
from shared.model.facts import Deployment, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import DEPLOYMENT

AV64 = "AV64"
"""By this word in its name a cluster is taken for one of AV64 hosts. That clusters are called so is inferred."""
BY_HAND = (
    "a person at the private cloud: see at Interconnect > Compute Profiles where appliances are deployed; in a private "
    "cloud with several kinds of hosts that must be no cluster of AV64 hosts"
)


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """In the private clouds at its ends, the appliances of the mesh are not deployed to a cluster of AV64 hosts.

    An upgrade deploys appliances anew, and Microsoft does not support them on AV64 hosts of a private cloud with
    several kinds of hosts. Compute profiles say where, and are asked only where a mesh does not name its networks; that
    alone is not worth a call. A cluster is known by its name, and a name that says nothing of its hosts proves nothing:
    then a person looks.
    """
    judged = tuple(one for one in (_of_manager(context, manager) for manager in context.managers) if one)
    return judged or (_not_read(" or ".join(context.managers), None),)


def _of_manager(context: CheckContext, manager: str) -> Judgement | None:
    facts = context.facts.of(manager)
    if facts is None or facts.manager.cloud_resource_id is None:
        return None
    seen = facts.deployments
    if seen is None or not DEPLOYMENT.covers(seen.at, context.now):
        return _not_read(manager, facts.observed_at)
    return _of_clusters(context, manager, seen)


def _not_read(manager: str, observed_at: datetime | None) -> Judgement:
    return Judgement(
        verdict=Verdict.MANUAL,
        summary=f"where {manager} deploys the appliances was not read",
        evidence=(Evidence(text="compute profiles: not asked", observed_at=observed_at),),
        remedy=BY_HAND,
    )


def _of_clusters(context: CheckContext, manager: str, seen: Seen[tuple[Deployment, ...]]) -> Judgement:
    clusters = [name for one in seen.value if one.mesh_id == context.mesh for name in one.clusters]
    told = names(clusters) or "no cluster that it names"
    evidence = (Evidence(text=f"deployment container: {told}", observed_at=seen.at),)
    unsupported = [name for name in clusters if AV64 in name.upper()]
    if unsupported:
        return Judgement(
            verdict=Verdict.OUTAGE_RISK,
            summary=f"{manager} deploys the appliances to {names(unsupported)}, by its name a cluster of AV64 hosts",
            evidence=evidence,
            remedy="a person at the private cloud: choose another cluster in the compute profile (Interconnect > "
            "Compute Profiles), or waive this where the hosts are of another kind",
        )
    return Judgement(
        verdict=Verdict.MANUAL,
        summary=f"{manager} deploys the appliances to {told}; which hosts those are, no name says",
        evidence=evidence,
        remedy=BY_HAND,
    )


CHECK = Check(
    id="appliance-hosts",
    title="Appliances are not deployed to AV64 hosts",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.MANUAL, Verdict.OUTAGE_RISK}),
    waivable=True,
    link=links.PLACING,
    judge=judge,
)
