"""Taking down what somebody reports, and ringing the bell of the task that may wait for it."""

from itertools import count

from shared.api.bodies import ReportDoneBody
from shared.api.calling import orchestrations
from shared.api.starting import unauthenticated
from shared.model.orders import task_instance
from shared.model.run import JournalEntry, JournalKind
from shared.ports import Ports

REPORTED = "reported"
"""Name of the event, which the run-books wait for."""


def write_down(ports: Ports, run_id: str, task_id: str, body: ReportDoneBody) -> tuple[int, bool]:
    """Append the report to the journal; gives its number, and whether the task's orchestration is there to be woken.

    Two reports at the same moment try the same number; the journal takes one, and the other one tries the next.
    """
    entries = [entry for _, entry in ports.store.journal(run_id) if entry.task == task_id]
    kinds = {entry.kind for entry in entries}
    told = sum(1 for entry in entries if entry.kind is JournalKind.REPORTED)
    number = next(n for n in count(told + 1) if ports.store.append(run_id, _entry(ports, task_id, n, body)))
    return number, JournalKind.ADMITTED in kinds and JournalKind.TASK_ENDED not in kinds


async def ring(run_id: str, task_id: str, body: ReportDoneBody) -> None:
    """Wake the task."""
    said = {"who": body.who, "comment": body.comment}
    await orchestrations.get().raise_event(task_instance(run_id, task_id), REPORTED, said)


def _entry(ports: Ports, task_id: str, number: int, body: ReportDoneBody) -> JournalEntry:
    comment = f": {body.comment}" if body.comment else ""
    return JournalEntry(
        key=f"{task_id}/reported/{number}",
        at=ports.clock.now(),
        kind=JournalKind.REPORTED,
        text=f"{unauthenticated(body.who)} reports it as done{comment}",
        task=task_id,
    )
