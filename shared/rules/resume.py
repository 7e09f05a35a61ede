"""What a run that goes on under its own id finds of its tasks: from the journal and the ledger, not from memory.

The embedded engine forgets everything when its host goes away. A task that had ended is not carried out again. One that
had changed something already is not stopped by checks that see its own work under way, such as a manager that reboots.
"""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count

from shared.model.ledger import Claim, ClaimState
from shared.model.orders import LeftOff, WaveBrief
from shared.model.plan import ManagerTask, StepKind, Task
from shared.model.run import JournalEntry, JournalKind
from shared.rules.inconclusive import asked_since

CHANGES = frozenset({StepKind.UPGRADE_MANAGER, StepKind.UPGRADE_APPLIANCE, StepKind.REDEPLOY_GATEWAY})
"""Kinds of steps that change something, whoever performs them."""

SENT = frozenset({ClaimState.SENDING, ClaimState.ADOPTED, ClaimState.DONE})
"""Claims whose call may have reached HCX."""

TOLD = frozenset({JournalKind.WAITING, JournalKind.PROGRESS})


def opening_key(wave: str, *, meshes: bool = False, anew: int = 0) -> str:
    """Key of the journal entry that says that a wave was let go, or its mesh tasks, where those are let go apart.

    `anew` says how often what had let its mesh tasks go was overtaken before.
    """
    return turn_key(wave, "open", meshes=meshes, anew=anew)


def asking_key(wave: str, *, meshes: bool = False, anew: int = 0) -> str:
    """Key of the journal entry that says that somebody is asked to let them go."""
    return turn_key(wave, "asked", meshes=meshes, anew=anew)


def overtaken_key(wave: str, anew: int = 0) -> str:
    """Key of the journal entry that says that what had let the mesh tasks of a wave go does not count any more."""
    return turn_key(wave, "overtaken", meshes=True, anew=anew)


def times_overtaken(keys: Container[str], wave: str) -> int:
    """How often that happened, by the keys of a journal."""
    return next(times for times in count() if overtaken_key(wave, times) not in keys)


def turn_key(wave: str, turn: str, *, meshes: bool, anew: int) -> str:
    """Key of the journal entry of what a whole wave comes to: its mesh tasks may come to it several times."""
    again = f"/{anew + 1}" if meshes and anew else ""
    return f"wave/{wave}/{turn}{'/mesh' if meshes else ''}{again}"


def taken_key(command: str) -> str:
    """Key of the journal entry that says that a command was heard, and what it comes to."""
    return f"command/{command}/taken"


def void_key(command: str) -> str:
    """Key of the journal entry that says that a command does not count, and why."""
    return f"command/{command}/void"


def ledger_subject(task: Task) -> str:
    """What a task changes, as the ledger and leases name it."""
    return f"{task.kind}:{task.subject}"


def changes_sent(task: Task, claims: Iterable[Claim], generation: int | None = None) -> frozenset[str]:
    """Ids of the steps of a task whose call may have reached its system; in one generation, or in any.

    Tasks that bring one mesh to one version after the other share its subject in the ledger, and differ in their steps.
    """
    sent = (claim for claim in _spent(task, claims) if generation in {None, claim.generation})
    return frozenset(claim.step for claim in sent)


def attempt(task: Task, claims: Iterable[Claim], newest: int) -> int:
    """The generation that a run carries a task out in: the one it has sent something in, else the newest.

    What was sent in the one is never sent again in it, and somebody who retried another task of the same subject
    meanwhile must not make this one forget that.

    Args:
        task: the task.
        claims: of this run.
        newest: generation of the subject now.
    """
    return max((claim.generation for claim in _spent(task, claims)), default=newest)


def _spent(task: Task, claims: Iterable[Claim]) -> Iterator[Claim]:
    subject, own = ledger_subject(task), {step.id for step in task.steps}
    return (one for one in claims if one.subject == subject and one.step in own and one.state in SENT)


def left_off(task: Task, journal: Iterable[JournalEntry], claims: Collection[Claim]) -> LeftOff:
    """How far a task had come, from this run's journal and its claims of the generation that it is in."""
    own = [entry for entry in journal if entry.task == task.id]
    sent = changes_sent(task, claims, attempt(task, claims, 1))
    done = {entry.step for entry in own if entry.kind is JournalKind.STEP_DONE}
    ends = [entry.result for entry in own if entry.kind is JournalKind.TASK_ENDED]
    return LeftOff(
        begun=tuple(step.id for step in task.steps if step.kind in CHANGES and step.id in sent | done),
        told=sum(1 for entry in own if entry.kind in TOLD),
        asked_since=asked_since(task, own),
        result=ends[0] if ends else None,
    )


def gone_on(wave: WaveBrief, journal: Mapping[str, JournalEntry]) -> WaveBrief:
    """A wave with what it had come to, by the journal of its run: what was asked, let go and overtaken."""
    anew = times_overtaken(journal, wave.name)
    overtaken = journal.get(overtaken_key(wave.name, anew - 1)) if anew else None
    return replace(
        wave,
        opened=opening_key(wave.name) in journal,
        opened_meshes=opening_key(wave.name, meshes=True, anew=anew) in journal,
        asked_since=_asked_since(wave, journal.get(asking_key(wave.name))),
        asked_meshes_since=_asked_since(wave, journal.get(asking_key(wave.name, meshes=True, anew=anew))),
        anew=anew,
        overtaken_at=overtaken.at if overtaken else None,
    )


def _asked_since(wave: WaveBrief, asked: JournalEntry | None) -> datetime | None:
    """Since when the time of an approval counts: so that it ends when people were told that it does."""
    if asked is None or wave.approval is None:
        return None
    until = asked.waiting.next_look if asked.waiting else None
    return asked.at if until is None else until - wave.approval.time_out


def hops_done(task: Task, journal: Iterable[JournalEntry]) -> tuple[str, ...]:
    """Releases that a manager was verified at, from this run's journal: what waits for one of them need not wait."""
    done = {entry.step for entry in journal if entry.task == task.id and entry.kind is JournalKind.STEP_DONE}
    hops = task.hops if isinstance(task, ManagerTask) else ()
    return tuple(hop.target.release for hop in hops if hop.verify.id in done)
