"""Is a replication running that the step would hurt?"""

from collections.abc import Iterator

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.model.facts import MigrationKind, MigrationPhase, ReplicationCounters, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import MIGRATIONS, REPLICATIONS


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The four replication counters allow the step.

    The provider's own restart of a manager refuses while any of them is above zero. As with migrations, the HCX guide
    is milder for a manager step: what copies (active, syncing) survives a reboot and is a warning; what recovers is
    switching over, and what is being configured is named nowhere as surviving, so both are an outage risk. Before
    appliances are upgraded, what copies is an outage risk as well, unless the manager lists at least as many disaster
    protections: the counters do not tell them apart from migrations, so that stays a warning (the comparison is our
    inference).
    """
    return tuple(judgement for manager in context.managers for judgement in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    seen = look(context, manager, REPLICATIONS)
    if isinstance(seen, Judgement):
        return (seen,)
    none = Judgement(
        verdict=Verdict.PASS, summary=f"{manager}: no replication is running", evidence=(_evidence(manager, seen),)
    )
    return tuple(_in_the_way(context, manager, seen)) or (none,)


def _in_the_way(context: CheckContext, manager: str, seen: Seen[ReplicationCounters]) -> Iterator[Judgement]:
    counters, evidence = seen.value, (_evidence(manager, seen),)
    if counters.recovering or counters.configuring:
        yield Judgement(
            verdict=Verdict.OUTAGE_RISK,
            summary=f"{manager}: replications are recovering ({counters.recovering}) or being configured "
            f"({counters.configuring})",
            evidence=evidence,
            remedy="let them end, and start no others until the upgrade is done",
        )
    copying = counters.active + counters.syncing
    if copying and context.mesh is None:
        yield Judgement(
            verdict=Verdict.WARN,
            summary=f"{manager}: {copying} replications are copying, which a reboot of the manager does not hurt",
            evidence=evidence,
            remedy="see that none switches over during the upgrade",
        )
    elif copying:
        yield _at_the_mesh(context, manager, copying, evidence)


def _at_the_mesh(context: CheckContext, manager: str, copying: int, evidence: tuple[Evidence, ...]) -> Judgement:
    if copying <= _protections(context, manager):
        return Judgement(
            verdict=Verdict.WARN,
            summary=f"{manager}: {copying} replications are copying, no more than it lists disaster protections",
            evidence=evidence,
            remedy="see that they are protections: a migration that copies must end before appliances are upgraded",
        )
    return Judgement(
        verdict=Verdict.OUTAGE_RISK,
        summary=f"{manager}: {copying} replications are copying through the appliances",
        evidence=evidence,
        remedy="let them end, and start no others until the upgrade is done",
    )


def _protections(context: CheckContext, manager: str) -> int:
    seen = look(context, manager, MIGRATIONS)
    if isinstance(seen, Judgement):
        return 0
    ended = {MigrationPhase.DONE, MigrationPhase.SWITCHOVER}
    return sum(1 for one in seen.value if one.kind is MigrationKind.PROTECTION and one.phase not in ended)


def _evidence(manager: str, seen: Seen[ReplicationCounters]) -> Evidence:
    counters = seen.value
    return Evidence(
        text=f"{manager}: active {counters.active}, configuring {counters.configuring}, "
        f"recovering {counters.recovering}, syncing {counters.syncing}",
        observed_at=seen.at,
    )


CHECK = Check(
    id="replications-running",
    title="No replication is running that the step would hurt",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.OUTAGE_RISK, Verdict.UNKNOWN}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
