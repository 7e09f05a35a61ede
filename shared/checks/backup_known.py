"""Is there a backup to return to?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import in_words, look
from shared.model.facts import Protection, Seen
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import ManagerKind
from shared.rules.freshness import PROTECTION

BY_HAND = (
    "whoever has the account of port 9443: back the manager up (Administration > Backup & Restore), or see that a "
    "backup of today lies on the backup server"
)


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """A backup of the connector is known that is no older than a day.

    Azure backs the configuration of cloud managers up daily, so there is nothing to check there. No public interface
    shows the backups of a connector: unless one is observed, a person looks. A missing backup stops nothing by itself,
    but from the first hop on the way back is a restore.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    facts = context.facts.of(manager)
    if facts is not None and facts.manager.kind is ManagerKind.CLOUD_MANAGER:
        return Judgement(
            verdict=Verdict.NOT_APPLICABLE,
            summary=f"{manager} is a cloud manager, whose configuration Azure backs up daily",
        )
    seen = look(context, manager, PROTECTION, by_hand=BY_HAND)
    return seen if isinstance(seen, Judgement) else _age(context, manager, seen)


def _age(context: CheckContext, manager: str, seen: Seen[Protection]) -> Judgement:
    evidence = (Evidence(text=f"backup: {seen.value.text}", observed_at=seen.at),)
    made_at = seen.value.backup_at
    if made_at is None:
        return Judgement(verdict=Verdict.WARN, summary=f"{manager} has no backup", evidence=evidence, remedy=BY_HAND)
    if not PROTECTION.life.covers(made_at, context.now):
        return Judgement(
            verdict=Verdict.WARN,
            summary=f"{manager} was backed up last on {made_at:%Y-%m-%d}, not within {in_words(PROTECTION.life.span)}",
            evidence=evidence,
            remedy=BY_HAND,
        )
    return Judgement(
        verdict=Verdict.PASS, summary=f"{manager} was backed up on {made_at:%Y-%m-%d %H:%M} UTC", evidence=evidence
    )


CHECK = Check(
    id="backup-known",
    title="There is a backup to return to",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.MANUAL, Verdict.NOT_APPLICABLE, Verdict.UNKNOWN}),
    waivable=True,
    link=links.BACKING_UP,
    judge=judge,
)
