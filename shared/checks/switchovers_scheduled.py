"""Will a migration switch over while the step runs?"""

from collections.abc import Iterator
from datetime import timedelta

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.migrations_running import CHECK as MIGRATION_CHECK
from shared.checks.silent import left_to
from shared.checks.words import counted, names
from shared.model.facts import Migration, MigrationPhase, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules.catalogue.records import Lasting
from shared.rules.durations import estimate
from shared.rules.freshness import MIGRATIONS


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No switchover is scheduled for the time that the next change takes.

    The user guide of 4.2 lets a migration that waits for its switchover survive a reboot of the manager, while a
    switchover itself is hurt. So a wait that ends in the middle of the step is an outage risk. Looked at is the time
    that one change takes nine times in ten, from now; before every further change the checks are made again. Dates that
    are over, or that HCX did not tell, count for nothing here.
    """
    ahead = _ahead(context)
    return tuple(judgement for manager in context.managers for judgement in _judge(context, manager, ahead))


def _ahead(context: CheckContext) -> timedelta:
    of = Lasting.MANAGER_HOP if context.mesh is None else Lasting.INTERCONNECT
    return estimate(of, context.catalogue.priors).p90


def _judge(context: CheckContext, manager: str, ahead: timedelta) -> Iterator[Judgement]:
    seen = look(context, manager, MIGRATIONS)
    if isinstance(seen, Judgement):
        yield left_to(MIGRATION_CHECK.id, seen)
        return
    close = [one for one in seen.value if _is_close(context, one, ahead)]
    yield _close(manager, close, seen) if close else _none(manager, seen, ahead)


def _is_close(context: CheckContext, one: Migration, ahead: timedelta) -> bool:
    at = one.switchover_at
    return at is not None and one.phase is not MigrationPhase.DONE and context.now <= at <= context.now + ahead


def _close(manager: str, close: list[Migration], seen: Seen[tuple[Migration, ...]]) -> Judgement:
    return Judgement(
        verdict=Verdict.OUTAGE_RISK,
        summary=f"{manager}: {counted(len(close), 'switchover')} scheduled for the time of the step: "
        f"{names(one.virtual_machine for one in close)}",
        evidence=tuple(
            Evidence(
                text=f"{one.virtual_machine} switches over at {one.switchover_at:%Y-%m-%d %H:%M} UTC",
                observed_at=seen.at,
            )
            for one in close
        ),
        remedy="wait until they have switched over, or schedule them for after the step",
    )


def _none(manager: str, seen: Seen[tuple[Migration, ...]], ahead: timedelta) -> Judgement:
    minutes = int(ahead.total_seconds()) // 60
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{manager}: no switchover is known to be scheduled within {minutes} minutes",
        evidence=(Evidence(text=f"{manager}: {counted(len(seen.value), 'migration')} listed", observed_at=seen.at),),
    )


CHECK = Check(
    id="switchovers-scheduled",
    title="No switchover is scheduled for the time of the step",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.OUTAGE_RISK}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
