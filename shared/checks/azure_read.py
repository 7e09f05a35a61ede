"""Was everything read that Azure says of the private cloud?"""

from collections.abc import Iterator

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import OBSERVE_AGAIN, in_words
from shared.checks.of_cloud import of_each, told_of
from shared.checks.words import names
from shared.model.facts import Seen
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import CloudDetails, CloudPart, PrivateCloud, SubscriptionState, Unread, UnreadReason
from shared.rules import grouping
from shared.rules.freshness import CLOUD_DETAILS

_UNREAD = frozenset({SubscriptionState.DENIED, SubscriptionState.FAILED})
READER = "give the identity of hcx-fleet the Reader role there, then observe again"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Azure told everything of the private clouds concerned, and nothing that they are paired with hides from it.

    What is denied looks like what is not there: a lock that nobody may read, or the other end of a pairing in a
    subscription without a role. It is a warning: no HCX manager hangs on it. Maintenances have a check of their own,
    since the window does. What this Azure has no list of is not missed.
    """
    return (*of_each(context, _of_cloud), *_hidden(context))


def _of_cloud(context: CheckContext, cloud: PrivateCloud) -> tuple[Judgement, ...]:
    seen = told_of(context.details, cloud)
    if seen is None:
        none = Evidence(text="not asked for", observed_at=None)
        return (_warning(f"{cloud.id}: nobody asked Azure for its add-on, sites and locks", none, OBSERVE_AGAIN),)
    missed = [one for one in seen.value.unread if _is_missed(one)]
    if missed:
        return (_missed(cloud, missed, seen),)
    evidence = Evidence(text=f"{cloud.id}: add-on, enterprise sites and locks", observed_at=seen.at)
    if not CLOUD_DETAILS.covers(seen.at, context.now):
        old = f"{cloud.id}: its add-on, sites and locks were not read within {in_words(CLOUD_DETAILS.span)}"
        return (_warning(old, evidence, OBSERVE_AGAIN),)
    told = f"{cloud.id}: Azure told its add-on, sites and locks"
    return (Judgement(verdict=Verdict.PASS, summary=told, evidence=(evidence,)),)


def _is_missed(one: Unread) -> bool:
    return one.part is not CloudPart.MAINTENANCES and one.reason is not UnreadReason.NOT_OFFERED


def _missed(cloud: PrivateCloud, missed: list[Unread], seen: Seen[CloudDetails]) -> Judgement:
    denied = any(one.reason is UnreadReason.DENIED for one in missed)
    why = "; ".join(f"{one.part.value} {one.reason.value}: {one.detail}" for one in missed)
    summary = f"{cloud.id}: Azure did not tell its {names(one.part.value for one in missed)}"
    return _warning(summary, Evidence(text=why, observed_at=seen.at), READER if denied else OBSERVE_AGAIN)


def _hidden(context: CheckContext) -> Iterator[Judgement]:
    """Far ends of pairings that nobody knows, while a subscription in which they may be could not be read."""
    closed = [one for one in context.subscriptions if one.state in _UNREAD]
    far = sorted(set(_unknown_ends(context)))
    if closed and far:
        where = names(one.name or one.id for one in closed)
        summary = f"{context.called} is paired with {names(far)}, which may be in {where}"
        evidence = Evidence(text=f"not read: {where}", observed_at=context.clouds_observed_at)
        yield _warning(f"{summary}: that could not be read", evidence, READER)


def _unknown_ends(context: CheckContext) -> Iterator[str]:
    for manager in context.managers:
        facts = context.facts.of(manager)
        for pairing in grouping.open_ends(context.facts, facts) if facts else ():
            yield pairing.remote_name or pairing.remote_system_id


def _warning(summary: str, evidence: Evidence, remedy: str) -> Judgement:
    return Judgement(verdict=Verdict.WARN, summary=summary, evidence=(evidence,), remedy=remedy)


CHECK = Check(
    id="azure-read",
    title="Azure told everything of the private cloud",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.REQUIREMENTS,
    judge=judge,
)
