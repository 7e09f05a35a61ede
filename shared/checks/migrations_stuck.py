"""Is a migration running for ever?"""

from collections.abc import Iterator
from datetime import timedelta

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import in_words, look
from shared.checks.migrations_running import CHECK as MIGRATION_CHECK
from shared.checks.silent import left_to
from shared.checks.words import counted, names
from shared.model.facts import Migration, MigrationKind, MigrationPhase, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import MIGRATIONS

LONG = timedelta(days=14)
"""Ours: no source says how long a migration may take. Initial copies of large machines take days, seldom weeks."""


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No migration has been running for more than two weeks.

    Microsoft's page on run commands: a stuck migration counts as active and refuses a restart. To wait for its end
    would be to wait for ever, so it is told with its age, and whoever finds it dead can cancel it. Disaster protection
    replicates for ever and is not stuck.
    """
    return tuple(judgement for manager in context.managers for judgement in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> Iterator[Judgement]:
    seen = look(context, manager, MIGRATIONS)
    if isinstance(seen, Judgement):
        yield left_to(MIGRATION_CHECK.id, seen)
        return
    stuck = [(one, age) for one in seen.value if (age := _age(context, one)) is not None and age > LONG]
    yield _stuck(manager, stuck, seen) if stuck else _none(manager, seen)


def _age(context: CheckContext, one: Migration) -> timedelta | None:
    """How long it has been running; None for what may run for ever, has ended, or does not say since when."""
    if one.kind is MigrationKind.PROTECTION or one.phase is MigrationPhase.DONE or one.started_at is None:
        return None
    return context.now - one.started_at


def _stuck(manager: str, stuck: list[tuple[Migration, timedelta]], seen: Seen[tuple[Migration, ...]]) -> Judgement:
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager}: {counted(len(stuck), 'migration')} running for more than {in_words(LONG)}: "
        f"{names(one.virtual_machine for one, _ in stuck)}",
        evidence=tuple(
            Evidence(text=f"{one.virtual_machine} ({one.kind.value}) for {in_words(age)}", observed_at=seen.at)
            for one, age in stuck
        ),
        remedy="see whether they still move, and cancel what is dead",
    )


def _none(manager: str, seen: Seen[tuple[Migration, ...]]) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{manager}: no migration is known to run for more than {in_words(LONG)}",
        evidence=(Evidence(text=f"{manager}: {counted(len(seen.value), 'migration')} listed", observed_at=seen.at),),
    )


CHECK = Check(
    id="migrations-stuck",
    title="No migration has been running for weeks",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.RUN_COMMANDS,
    judge=judge,
)
