"""Taking down what somebody reports, and ringing the bell of the task that may wait for it."""

from datetime import datetime
from itertools import count

from shared.api.bodies import ReportDoneBody
from shared.api.calling import orchestrations
from shared.api.starting import unauthenticated
from shared.model.orders import task_instance
from shared.model.revert import RevertPlan
from shared.model.run import JournalEntry, JournalKind, Run
from shared.ports import Store
from shared.report.stored import REVERT, document_of, plan_of

REPORTED = "reported"
"""Name of the event, which the run-books wait for."""


def write_down(store: Store, run_id: str, task_id: str, body: ReportDoneBody, now: datetime) -> tuple[int, bool]:
    """Append the report to the journal; gives its number, and whether the task's orchestration is there to be woken.

    Two reports at the same moment try the same number; the journal takes one, and the other one tries the next.
    """
    entries = [entry for _, entry in store.journal(run_id) if entry.task == task_id]
    kinds = {entry.kind for entry in entries}
    told = sum(1 for entry in entries if entry.kind is JournalKind.REPORTED)
    number = next(n for n in count(told + 1) if store.append(run_id, _entry(task_id, n, body, now)))
    return number, JournalKind.ADMITTED in kinds and JournalKind.TASK_ENDED not in kinds


def reportable(store: Store, run: Run) -> frozenset[str]:
    """Ids of what somebody may report as done: the tasks of a plan, or the steps of a revert."""
    revert = document_of(store, run.request.id, REVERT, RevertPlan)
    plan = plan_of(store, run)
    named = (task.id for task in plan.tasks) if plan else (step.id for step in revert.steps) if revert else ()
    return frozenset(named)


async def ring(run_id: str, task_id: str, body: ReportDoneBody) -> None:
    """Wake the task."""
    said = {"who": body.who, "comment": body.comment}
    await orchestrations.get().raise_event(task_instance(run_id, task_id), REPORTED, said)


def _entry(task_id: str, number: int, body: ReportDoneBody, now: datetime) -> JournalEntry:
    comment = f": {body.comment}" if body.comment else ""
    return JournalEntry(
        key=f"{task_id}/reported/{number}",
        at=now,
        kind=JournalKind.REPORTED,
        text=f"{unauthenticated(body.who)} reports it as done{comment}",
        task=task_id,
    )
