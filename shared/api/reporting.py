"""Taking down what somebody reports, and ringing the bell of the task that may wait for it."""

from datetime import datetime
from itertools import count

from shared.api.calling import orchestrations
from shared.model.orders import task_instance
from shared.model.record import record
from shared.model.revert import RevertPlan
from shared.model.run import JournalEntry, JournalKind, Run
from shared.ports import Store
from shared.report.stored import REVERT, document_of, plan_of

REPORTED = "reported"
"""Name of the event, which the run-books wait for."""


@record
class Report:
    """Somebody says that what a task waits for is done."""

    run: str
    task: str
    who: str
    """As it is recorded."""
    comment: str
    mark: str
    """Of the call, where its caller repeats it; else empty."""


def write_down(store: Store, report: Report, now: datetime) -> tuple[int, bool]:
    """Append the report to the journal; gives its number, and whether the task's orchestration is there to be woken.

    Two reports at the same moment try the same number; the journal takes one, and the other one tries the next. One
    with a mark is the same report whenever it comes again.
    """
    key = f"{report.task}/reported/by-key/{report.mark}" if report.mark else ""
    entries = _of_task(store, report)
    kinds = {entry.kind for entry in entries}
    told = sum(1 for entry in entries if entry.kind is JournalKind.REPORTED)
    keys = (key or f"{report.task}/reported/{number}" for number in count(told + 1))
    entry = next(made for one in keys if store.append(report.run, made := _entry(one, report, now)) or report.mark)
    reports = [one.key for one in _of_task(store, report) if one.kind is JournalKind.REPORTED]
    return reports.index(entry.key) + 1, JournalKind.ADMITTED in kinds and JournalKind.TASK_ENDED not in kinds


def _of_task(store: Store, report: Report) -> list[JournalEntry]:
    return [entry for _, entry in store.journal(report.run) if entry.task == report.task]


def reportable(store: Store, run: Run) -> frozenset[str]:
    """Ids of what somebody may report as done: the tasks of a plan, or the steps of a revert."""
    revert = document_of(store, run.request.id, REVERT, RevertPlan)
    plan = plan_of(store, run)
    named = (task.id for task in plan.tasks) if plan else (step.id for step in revert.steps) if revert else ()
    return frozenset(named)


async def ring(report: Report) -> None:
    """Wake the task."""
    said = {"who": report.who, "comment": report.comment}
    await orchestrations.get().raise_event(task_instance(report.run, report.task), REPORTED, said)


def _entry(key: str, report: Report, now: datetime) -> JournalEntry:
    comment = f": {report.comment}" if report.comment else ""
    return JournalEntry(
        key=key,
        at=now,
        kind=JournalKind.REPORTED,
        text=f"{report.who} reports it as done{comment}",
        task=report.task,
    )
