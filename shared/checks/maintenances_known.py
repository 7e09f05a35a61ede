"""Is it known what the provider plans for the private cloud?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import OBSERVE_AGAIN, in_words
from shared.checks.of_cloud import of_each, told_of
from shared.checks.words import counted
from shared.model.facts import Seen
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import MaintenancesSeen, PrivateCloud, Unread, UnreadReason
from shared.rules.freshness import MAINTENANCES

PERMISSION = "Microsoft.AVS/privateClouds/maintenances/read"
"""That the permission is called so is inferred from the name of the resource."""
_REMEDIES = {
    UnreadReason.DENIED: f"give the identity of hcx-fleet a role that may read them, such as Reader ({PERMISSION}; "
    "that it is called so is inferred), then observe again",
    UnreadReason.NOT_OFFERED: "look at the maintenances of the private cloud in the Azure portal",
}
"""What else cannot be read now may be readable at the next look."""


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Azure told what the provider plans for the private cloud of each cloud manager concerned, all of it and lately.

    A planned maintenance closes the window for its time, and the calendar sees to that. This says whether the calendar
    can be believed: a maintenance that nobody could read would be one that does not exist. Where Azure has no such list
    at all, a person looks. A connector stands in no private cloud.
    """
    return of_each(context, lambda _, cloud: (_of_cloud(context, cloud),))


def _of_cloud(context: CheckContext, cloud: PrivateCloud) -> Judgement:
    seen = told_of(context.maintenances, cloud)
    if seen is None:
        return _unknown(cloud, "nobody asked for them", Evidence(text="not asked for", observed_at=None), OBSERVE_AGAIN)
    if seen.value.unread is not None:
        return _unread(cloud, seen.value.unread, seen)
    if not MAINTENANCES.covers(seen.at, context.now):
        evidence = Evidence(text=_told(seen.value), observed_at=seen.at)
        return _unknown(cloud, f"not read within {in_words(MAINTENANCES.span)}", evidence, OBSERVE_AGAIN)
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{cloud.id}: what the provider plans is known: {_told(seen.value)}",
        evidence=(Evidence(text=_told(seen.value), observed_at=seen.at),),
    )


def _unread(cloud: PrivateCloud, unread: Unread, seen: Seen[MaintenancesSeen]) -> Judgement:
    why = f"{unread.reason.value}: {unread.detail}"
    evidence, remedy = Evidence(text=why, observed_at=seen.at), _REMEDIES.get(unread.reason, OBSERVE_AGAIN)
    if unread.reason is UnreadReason.NOT_OFFERED:
        summary = f"{cloud.id}: this Azure has no list of maintenances ({unread.detail})"
        return Judgement(verdict=Verdict.MANUAL, summary=summary, evidence=(evidence,), remedy=remedy)
    return _unknown(cloud, why, evidence, remedy)


def _unknown(cloud: PrivateCloud, why: str, evidence: Evidence, remedy: str) -> Judgement:
    summary = f"{cloud.id}: nobody knows whether the provider plans a maintenance, they could not be read ({why})"
    return Judgement(verdict=Verdict.UNKNOWN, summary=summary, evidence=(evidence,), remedy=remedy)


def _told(seen: MaintenancesSeen) -> str:
    return counted(len(seen.maintenances), "maintenance")


CHECK = Check(
    id="maintenances-known",
    title="It is known what the provider plans for the private cloud",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.MANUAL, Verdict.NOT_APPLICABLE, Verdict.UNKNOWN}),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
