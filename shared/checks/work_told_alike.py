"""Do migrations and replication counters tell the same?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.migrations_running import CHECK as MIGRATION_CHECK
from shared.checks.replications_running import CHECK as REPLICATION_CHECK
from shared.checks.silent import left_to
from shared.model.facts import Migration, MigrationKind, MigrationPhase, ReplicationCounters, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import MIGRATIONS, REPLICATIONS

COPYING = frozenset({MigrationKind.BULK, MigrationKind.REPLICATION_ASSISTED, MigrationKind.PROTECTION})
"""Kinds that replicate while they transfer."""


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Migrations that copy and replication counters agree on whether anything replicates.

    They come from two calls. Counters above zero beside an empty list, or migrations that copy beside counters that are
    all zero, mean that one of the two is late or incomplete, so neither is a witness that nothing runs. That the
    counters count these kinds is our inference, so it is a warning; each of the two is judged for itself as well.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    listed, counters = look(context, manager, MIGRATIONS), look(context, manager, REPLICATIONS)
    if isinstance(listed, Judgement):
        return left_to(MIGRATION_CHECK.id, listed)
    if isinstance(counters, Judgement):
        return left_to(REPLICATION_CHECK.id, counters)
    copying = [one for one in listed.value if one.kind in COPYING and one.phase is MigrationPhase.TRANSFER]
    total, going_on = counters.value.total, [one for one in listed.value if one.phase is not MigrationPhase.DONE]
    told = f"{len(going_on)} migrations that go on, {len(copying)} of them copying, and {total} replications"
    evidence = _evidence(manager, listed, counters)
    if (total and not going_on) or (copying and not total):
        return Judgement(
            verdict=Verdict.WARN,
            summary=f"{manager} contradicts itself: {told}",
            evidence=evidence,
            remedy="look at Migration and Disaster Recovery in the HCX console what runs, then observe again",
        )
    return Judgement(verdict=Verdict.PASS, summary=f"{manager} tells one story: {told}", evidence=evidence)


def _evidence(
    manager: str, listed: Seen[tuple[Migration, ...]], counters: Seen[ReplicationCounters]
) -> tuple[Evidence, ...]:
    return (
        Evidence(text=f"{manager}: {len(listed.value)} migrations listed", observed_at=listed.at),
        Evidence(text=f"{manager}: {counters.value.total} replications counted", observed_at=counters.at),
    )


CHECK = Check(
    id="work-told-alike",
    title="Migrations and replication counters tell the same",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
