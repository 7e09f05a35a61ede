"""What a run that goes on under its own id finds of its tasks: from the journal and the ledger, not from memory.

The embedded engine forgets everything when its host goes away. A task that had ended is not carried out again. One that
had changed something already is not stopped by checks that see its own work under way, such as a manager that reboots.
"""

from collections.abc import Iterable

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


def changes_sent(task: Task, claims: Iterable[Claim]) -> frozenset[str]:
    """Ids of the steps of a task whose call may have reached HCX.

    Tasks that bring one mesh to one version after the other share its subject in the ledger, and differ in their steps.
    """
    subject, own = f"{task.kind}:{task.subject}", {step.id for step in task.steps}
    sent = (claim.step for claim in claims if claim.subject == subject and claim.state in SENT)
    return frozenset(step for step in sent if step in own)


def left_off(task: Task, journal: Iterable[JournalEntry], claims: Iterable[Claim]) -> LeftOff:
    """How far a task had come, from this run's journal and claims."""
    own = [entry for entry in journal if entry.task == task.id]
    sent = changes_sent(task, claims)
    done = {entry.step for entry in own if entry.kind is JournalKind.STEP_DONE}
    ends = [entry.result for entry in own if entry.kind is JournalKind.TASK_ENDED]
    return LeftOff(
        begun=tuple(step.id for step in task.steps if step.kind in CHANGES and step.id in sent | done),
        told=sum(1 for entry in own if entry.kind in TOLD),
        result=ends[0] if ends else None,
    )
