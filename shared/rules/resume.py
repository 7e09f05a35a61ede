"""What a run that goes on under its own id finds of its tasks: from the journal and the ledger, not from memory.

The embedded engine forgets everything when its host goes away. A task that had ended is not carried out again. One that
had changed something already is not stopped by checks that see its own work under way, such as a manager that reboots.
"""

from collections.abc import Collection, Iterable, Iterator

from shared.model.ledger import Claim, ClaimState
from shared.model.orders import LeftOff
from shared.model.plan import StepKind, Task
from shared.model.run import JournalEntry, JournalKind

CHANGES = frozenset({StepKind.UPGRADE_MANAGER, StepKind.UPGRADE_APPLIANCE})
"""Kinds of steps that change something, whoever performs them."""

SENT = frozenset({ClaimState.SENDING, ClaimState.ADOPTED, ClaimState.DONE})
"""Claims whose call may have reached HCX."""

TOLD = frozenset({JournalKind.WAITING, JournalKind.PROGRESS})


def opening_key(wave: str, *, meshes: bool = False) -> str:
    """Key of the journal entry that says that a wave was let go, or its mesh tasks, where those are let go apart."""
    return f"wave/{wave}/open{'/mesh' if meshes else ''}"


def asking_key(wave: str, *, meshes: bool = False) -> str:
    """Key of the journal entry that says that somebody is asked to let them go."""
    return f"wave/{wave}/asked{'/mesh' if meshes else ''}"


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
        result=ends[0] if ends else None,
    )
