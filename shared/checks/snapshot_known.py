"""Is there a snapshot to return to?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.model.facts import ManagerFacts, Protection, Seen
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import ManagerKind
from shared.model.version import Version
from shared.rules.automatic_snapshot import took_none
from shared.rules.freshness import PROTECTION, UPGRADE

BY_HAND = (
    "the site: take a snapshot of the connector's virtual machine. The upgrade takes one by itself and keeps it for 24 "
    "hours, but only where the connector runs in the vCenter that it is registered to"
)
NO_WAY_BACK = (
    "a person: see whether a snapshot or a backup of before the upgrade is kept; without one, do not count on a "
    "rollback. HCX takes a snapshot only where the manager runs in the vCenter that it is registered to: put that "
    "right before its next upgrade"
)


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """A snapshot of the connector is known that is no older than a day.

    For cloud managers it does not apply: the upgrade takes a snapshot by itself, it is normally gone before the
    connector's turn comes, and a revert is a support ticket anyway. No HCX interface shows the snapshots of a
    connector: unless one is observed, a person looks. A missing snapshot stops nothing by itself.

    After an upgrade, of a cloud manager too, the sub-tasks that HCX lists of it are looked through: where none of them
    is the snapshot, there is none to return to, and managers are rolled back on both sides or not at all.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    facts = context.facts.of(manager)
    untaken = _upgraded_without(context, facts) if facts else None
    if untaken is not None:
        return untaken
    if facts is not None and facts.manager.kind is ManagerKind.CLOUD_MANAGER:
        return Judgement(
            verdict=Verdict.NOT_APPLICABLE,
            summary=f"{manager} is a cloud manager: its upgrade takes a snapshot by itself, and reverting is a support "
            "ticket",
        )
    seen = look(context, manager, PROTECTION, by_hand=BY_HAND)
    return seen if isinstance(seen, Judgement) else _age(context, manager, seen)


def _upgraded_without(context: CheckContext, facts: ManagerFacts) -> Judgement | None:
    """That the upgrade which brought the manager to where it is took no snapshot, as far as HCX tells."""
    seen, now = facts.upgrade, facts.version
    if seen is None or now is None or not UPGRADE.life.covers(seen.at, context.now):
        return None
    job = seen.value.job
    if job is None or not took_none(job, now) or _on_its_way(now, context.target):
        return None
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"the upgrade of {facts.manager.id} to {now.release} took no snapshot: there is no way back to the "
        "release before for it, nor for the managers it is paired with",
        evidence=(Evidence(text=f"sub-tasks of the upgrade: {', '.join(job.parts)}", observed_at=seen.at),),
        remedy=NO_WAY_BACK,
    )


def _on_its_way(now: Version, target: Version | None) -> bool:
    """Whether the upgrade that matters is still to come: then an earlier one is an old story."""
    return target is not None and target.known and now.older_than(target)


def _age(context: CheckContext, manager: str, seen: Seen[Protection]) -> Judgement:
    evidence = (Evidence(text=f"snapshot: {seen.value.text}", observed_at=seen.at),)
    made_at = seen.value.snapshot_at
    if made_at is not None and PROTECTION.life.covers(made_at, context.now):
        return Judgement(
            verdict=Verdict.PASS, summary=f"{manager} has a snapshot of {made_at:%Y-%m-%d %H:%M} UTC", evidence=evidence
        )
    last = f"its last one is of {made_at:%Y-%m-%d}" if made_at else "there is none"
    return Judgement(
        verdict=Verdict.WARN, summary=f"{manager} has no snapshot of today: {last}", evidence=evidence, remedy=BY_HAND
    )


CHECK = Check(
    id="snapshot-known",
    title="There is a snapshot to return to",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.MANUAL, Verdict.NOT_APPLICABLE, Verdict.UNKNOWN}),
    waivable=True,
    link=links.ROLLING_BACK,
    judge=judge,
)
