"""Is a migration running that the step would hurt?"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.words import counted, names
from shared.model.facts import Migration, MigrationKind, MigrationPhase
from shared.model.finding import Evidence, Verdict
from shared.model.record import record
from shared.rules.freshness import MIGRATIONS

CONTINUOUS = frozenset({MigrationKind.BULK, MigrationKind.REPLICATION_ASSISTED})
"""Migrations that copy for a long time and switch over at the end."""

GRAVEST_FIRST = (Verdict.OUTAGE_RISK, Verdict.UNKNOWN, Verdict.WARN, Verdict.PASS)
TOLD = {
    Verdict.OUTAGE_RISK: "that the step would hurt",
    Verdict.UNKNOWN: "of a kind or phase that is not understood",
    Verdict.WARN: "in transfer or waiting for switchover, which a reboot of the manager does not hurt",
}
REMEDIES = {
    Verdict.OUTAGE_RISK: "let them end, and start no others until the upgrade is done",
    Verdict.UNKNOWN: "look at the migrations in the HCX console",
    Verdict.WARN: 'Microsoft: "No VM migrations should be in progress during this upgrade." Let them end where the '
    "site can wait, and let none switch over during the upgrade",
}


@record
class Listed:
    """A migration as one manager lists it."""

    migration: Migration
    at: datetime

    @property
    def words(self) -> str:
        """The migration and what it is doing."""
        return f"{self.migration.virtual_machine} ({self.migration.kind.value}, {self.migration.phase.value})"

    @property
    def evidence(self) -> Evidence:
        """The observation it is."""
        started = self.migration.started_at
        since = f", since {started:%Y-%m-%d %H:%M} UTC" if started else ""
        return Evidence(text=f"{self.words}{since}", observed_at=self.at)


def manager_risk(migration: Migration) -> Verdict:
    """What a reboot of the manager means for a migration.

    The HCX 4.2 user guide says what survives it: continuous protection, the transfer phase, waiting for the switchover.
    vMotion and a switchover are hurt. What that text does not name (cold, OS-assisted) is left to Microsoft's text,
    which wants no migration at all.
    """
    if migration.phase is MigrationPhase.DONE:
        return Verdict.PASS
    if migration.kind is MigrationKind.VMOTION or migration.phase is MigrationPhase.SWITCHOVER:
        return Verdict.OUTAGE_RISK
    if migration.kind is MigrationKind.UNKNOWN or migration.phase is MigrationPhase.UNKNOWN:
        return Verdict.UNKNOWN
    if migration.kind is MigrationKind.PROTECTION:
        return Verdict.PASS
    return Verdict.WARN if migration.kind in CONTINUOUS else Verdict.OUTAGE_RISK


def mesh_risk(migration: Migration) -> Verdict:
    """What an upgrade of interconnect appliances means for a migration: all but disaster protection must stop."""
    at_manager = manager_risk(migration)
    return Verdict.OUTAGE_RISK if at_manager is Verdict.WARN else at_manager


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No migration is running that the step would hurt, by kind and phase.

    For a manager step, vMotion and every switchover are an outage risk, and so is what the vendor does not name as
    surviving a reboot. Bulk and replication-assisted migrations that transfer, or wait for their switchover, are a
    warning with Microsoft's stricter text, since in a migration factory "none" never happens. Before appliances are
    upgraded everything must stop. Disaster protection replicates for ever and counts only while it switches over. HCX
    does not say which mesh a migration uses, so all of both managers count. A kind or phase that is not understood is
    unknown.
    """
    looks = {manager: look(context, manager, MIGRATIONS) for manager in context.managers}
    unseen = tuple(one for one in looks.values() if isinstance(one, Judgement))
    if unseen:
        return unseen
    seen = {manager: one for manager, one in looks.items() if not isinstance(one, Judgement)}
    risk = manager_risk if context.mesh is None else mesh_risk
    listed = _each_once((Listed(migration=each, at=one.at) for one in seen.values() for each in one.value), risk)
    whose = " and ".join(context.managers)
    running = [one for one in listed if one.migration.phase is not MigrationPhase.DONE]
    protected = f", {counted(len(running), 'disaster protection')} may go on" if running else ""
    none = Judgement(
        verdict=Verdict.PASS,
        summary=f"{whose}: no migration is in the way{protected}",
        evidence=tuple(
            Evidence(text=f"{manager}: {counted(len(one.value), 'migration')} listed", observed_at=one.at)
            for manager, one in seen.items()
        ),
    )
    return tuple(_in_the_way(whose, listed, risk)) or (none,)


def _each_once(listed: Iterable[Listed], risk: Callable[[Migration], Verdict]) -> list[Listed]:
    """Two managers list the same migration, at two moments: the graver word counts."""
    kept: dict[str, Listed] = {}
    for one in sorted(listed, key=lambda each: GRAVEST_FIRST.index(risk(each.migration))):
        kept.setdefault(one.migration.id, one)
    return list(kept.values())


def _in_the_way(whose: str, listed: list[Listed], risk: Callable[[Migration], Verdict]) -> Iterator[Judgement]:
    for verdict, words in TOLD.items():
        alike = [one for one in listed if risk(one.migration) is verdict]
        if alike:
            yield Judgement(
                verdict=verdict,
                summary=f"{whose}: {counted(len(alike), 'migration')} {words}: {names(one.words for one in alike)}",
                evidence=tuple(one.evidence for one in alike),
                remedy=REMEDIES[verdict],
            )


CHECK = Check(
    id="migrations-running",
    title="No migration is running that the step would hurt",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.OUTAGE_RISK, Verdict.UNKNOWN}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
