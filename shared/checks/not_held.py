"""Does anybody hold what the task touches?"""

from collections.abc import Iterator

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import OBSERVE_AGAIN, in_words
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import PrivateCloud
from shared.model.policy import Policy
from shared.rules import tags
from shared.rules.freshness import TAGS
from shared.rules.holds import EVERYTHING
from shared.rules.tags import Restraints

FILE = "fleet.yaml"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Nobody holds or leaves out what the task touches, as fleet.yaml and the tags of its private clouds say it now.

    A hold beats everything, whenever it was set: the plan knows those of its own day only, and somebody who stops the
    work at ten must not learn at eleven that an earlier approval weighed more. So this looks at the file as it is now
    and not at the run's copy of it. A hold on a private cloud reaches its connectors and meshes, as in the plan. A tag
    that allows no version as high as the target holds managers. What cannot be read may hold: it is unknown.
    """
    policy = context.policy
    if policy is None:
        return (_unreadable_file(context),)
    file = tuple(_by_file(context, policy))
    clouds = tuple(one for name in context.cloud_ids for one in _by_cloud(context, policy, name))
    found = tuple(one for one in (*file, *clouds) if one.verdict is not Verdict.PASS)
    return found or clouds or (_no_cloud(context),)


def _unreadable_file(context: CheckContext) -> Judgement:
    return Judgement(
        verdict=Verdict.UNKNOWN,
        summary=f"{FILE} cannot be read now, so that nobody knows whether it holds {context.subject}",
        evidence=(Evidence(text=context.policy_problem or f"{FILE} was not read", observed_at=None),),
        remedy=f"the owner of {FILE}: mend it (hcx-fleet lint)",
    )


# --- the file ---------------------------------------------------------------------------------------------------------


def _by_file(context: CheckContext, policy: Policy) -> Iterator[Judgement]:
    touched = {name.casefold() for name in _names(context)}
    for hold in policy.holds:
        if hold.subject == EVERYTHING or hold.subject.casefold() in touched:
            source = f"{FILE}: hold on {hold.subject}"
            yield _held(context, source, hold.reason, f"{hold.owner}: take it out of {FILE} to let it go")
    for cloud in context.clouds:
        out = policy.scope.excludes(cloud.id, cloud.name)
        if out and cloud.id in context.cloud_ids:
            source = f"{FILE}: exclusion of {out.cloud}"
            yield _held(context, source, out.reason, f"{out.owner}: take it out of {FILE} to let it in")


def _names(context: CheckContext) -> Iterator[str]:
    """All names of everything that the task touches: a hold that misses its subject would protect nothing."""
    yield from (context.subject, context.subject_name, *context.managers, *context.cloud_ids)
    for cloud in context.clouds:
        if cloud.id in context.cloud_ids:
            yield from (cloud.id, cloud.name, cloud.resource_id)


def _held(context: CheckContext, source: str, reason: str, remedy: str) -> Judgement:
    return Judgement(
        verdict=Verdict.OUTAGE_RISK,
        summary=f"{context.called} is held: {reason} ({source})",
        evidence=(Evidence(text=f"{source}: {reason}", observed_at=context.now),),
        remedy=remedy,
    )


# --- the tags ---------------------------------------------------------------------------------------------------------


def _by_cloud(context: CheckContext, policy: Policy, name: str) -> Iterator[Judgement]:
    cloud, at = next((one for one in context.clouds if one.id == name), None), context.clouds_observed_at
    if cloud is None:
        yield _unseen(name, "Azure lists no such private cloud, so that its tags cannot be read", context)
    elif at is None or not TAGS.covers(at, context.now):
        yield _unseen(name, f"its tags were not read within {in_words(TAGS.span)}", context)
    else:
        yield from _by_tags(context, cloud, tags.restraints(cloud, policy, context.now.date()))


def _unseen(name: str, why: str, context: CheckContext) -> Judgement:
    return Judgement(
        verdict=Verdict.UNKNOWN,
        summary=f"nobody knows whether a tag of {name} holds it: {why}",
        evidence=(Evidence(text=why, observed_at=context.clouds_observed_at),),
        remedy=OBSERVE_AGAIN,
    )


def _by_tags(context: CheckContext, cloud: PrivateCloud, found: Restraints) -> Iterator[Judgement]:
    if found.held:
        source, owner = f"tag {found.held.tag} of {cloud.id}", found.held.owner
        yield _held(context, source, found.held.reason, f"{owner}: remove the tag to let it go")
    elif context.mesh is None and context.target and context.target.known and found.caps(context.target):
        source = f"tag {tags.MAX_VERSION} of {cloud.id}"
        reason = f"no version beyond {found.max_version}"
        yield _held(context, source, reason, f"who tagged {cloud.id}: raise or remove the tag")
    else:
        yield Judgement(
            verdict=Verdict.PASS,
            summary=f"nobody holds {cloud.id}",
            evidence=(Evidence(text=f"tags of {cloud.id}: none that holds", observed_at=context.clouds_observed_at),),
        )


def _no_cloud(context: CheckContext) -> Judgement:
    return Judgement(
        verdict=Verdict.NOT_APPLICABLE,
        summary=f"{context.called} is not held in {FILE} and belongs to no private cloud",
    )


CHECK = Check(
    id="not-held",
    title="Neither fleet.yaml nor a tag holds what the task touches",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.OUTAGE_RISK, Verdict.UNKNOWN}),
    waivable=False,
    link=links.PLANNING,
    judge=judge,
)
