"""Does a management lock stand in the way of run commands?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_cloud import of_part
from shared.checks.words import counted, names
from shared.model.facts import Seen
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import CloudDetails, CloudPart, Lock, LockLevel, PrivateCloud
from shared.model.plan import ManagerTask, Safeguard


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No ReadOnly lock lies on the private cloud, or above it, where a run command has to be started.

    A run command is started by writing a script execution below the private cloud. That a ReadOnly lock refuses it is
    inferred from its name; a CanNotDelete lock does not hinder it, though no script execution can be deleted then. No
    upgrade goes through Azure, so it is a warning, except where this task takes a snapshot by run command.
    """
    return of_part(context, CloudPart.LOCKS, lambda cloud, seen: _judged(context, cloud, seen))


def _judged(context: CheckContext, cloud: PrivateCloud, seen: Seen[CloudDetails]) -> Judgement:
    locks = seen.value.locks
    told = tuple(Evidence(text=_named(one), observed_at=seen.at) for one in locks)
    hindering = [one for one in locks if one.level is not LockLevel.CAN_NOT_DELETE]
    if not hindering:
        return Judgement(
            verdict=Verdict.PASS,
            summary=f"{cloud.id}: {counted(len(locks), 'lock')}, none that keeps run commands from being started",
            evidence=told or (Evidence(text="no lock", observed_at=seen.at),),
        )
    needed = _takes_snapshot(context)
    then = "the snapshot of this task cannot be taken" if needed else "nobody can take a snapshot by run command"
    return Judgement(
        verdict=Verdict.UPGRADE_FAILURE if needed else Verdict.WARN,
        summary=f"{cloud.id}: {names(map(_named, hindering))}: {then}",
        evidence=told,
        remedy="whoever set the lock: take it off for the time of the upgrade, or let the snapshot be",
    )


def _takes_snapshot(context: CheckContext) -> bool:
    task = context.task
    return isinstance(task, ManagerTask) and task.snapshot is Safeguard.RUN_COMMAND_SNAPSHOT


def _named(lock: Lock) -> str:
    return f"lock {lock.name} ({lock.level.value}) on {lock.scope.rpartition('/')[2]}"


CHECK = Check(
    id="locks-allow",
    title="No lock keeps run commands from being started",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE, Verdict.UPGRADE_FAILURE}),
    waivable=True,
    link=links.RUN_COMMANDS,
    judge=judge,
)
