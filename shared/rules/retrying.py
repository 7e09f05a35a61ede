"""Which tasks of a run are carried out once more."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from shared.model.record import record
from shared.model.run import Outcome, Retry, Run, RunKind, RunRequest, TaskResult
from shared.model.view import TaskView

MEANT = {
    Outcome.SUCCEEDED: None,
    Outcome.BLOCKED: Retry.FAILED,
    Outcome.FAILED: Retry.FAILED,
    Outcome.WAITING: Retry.FAILED,
    Outcome.UNKNOWN: Retry.FAILED,
    Outcome.CANCELED: Retry.FAILED,
    Outcome.SKIPPED: Retry.SKIPPED,
}
"""Which word means a task that ended so; None: none does."""


def is_meant(result: TaskResult, only: Retry, named: Collection[str]) -> bool:
    """Whether a task that ended so is carried out once more.

    Args:
        result: how it ended.
        only: which kind of end is meant.
        named: ids of the only tasks that are meant; empty for all.
    """
    kind = MEANT[result.outcome]
    return kind is not None and only in {kind, Retry.BOTH} and (not named or result.task in named)


class Refusal(StrEnum):
    """What stands in the way of carrying tasks of a run out once more."""

    TASKS_UNKNOWN = "tasks-unknown"
    """Tasks are named that the run does not have."""
    NOTHING = "nothing"
    """No task that is meant has ended so."""


@record
class Refused:
    """Why no task of a run is carried out once more, in words for whoever asked; what to do is said at each door."""

    why: Refusal
    detail: str


def carried_out_a_plan(parent: Run) -> bool:
    """Whether a run has had tasks at all."""
    return parent.plan_hash is not None and parent.request.kind is RunKind.UPGRADE


def no_plan(parent: str) -> str:
    """What is said of a run that had none."""
    return f"run {parent} has carried out no plan, so there is nothing to carry out once more"


def refused(parent: str, tasks: Collection[TaskView], only: Retry, named: Collection[str]) -> Refused | None:
    """Why tasks of a run cannot be carried out once more; None where they can.

    Args:
        parent: id of the run.
        tasks: all of its tasks.
        only: which kind of end is meant.
        named: ids of the only tasks that are meant; empty for all.
    """
    known = {one.task for one in tasks}
    if missing := [one for one in named if one not in known]:
        return Refused(why=Refusal.TASKS_UNKNOWN, detail=f"run {parent} has no task {', '.join(missing)}")
    if why := _nothing(tasks, only, named):
        return Refused(why=Refusal.NOTHING, detail=f"there is nothing to carry out once more of run {parent}: {why}")
    return None


def _nothing(tasks: Iterable[TaskView], only: Retry, named: Collection[str]) -> str:
    """Every task that is named has to be meant; where none is, one of them at least."""
    every = [one for one in tasks if not named or one.task in named]
    unmeant = [one for one in every if one.result is None or not is_meant(one.result, only, named)]
    if not named:
        return "" if len(unmeant) < len(every) else f"no task of it has ended as {_WORDS[only]}"
    return "; ".join(f"{one.task} {_stands(one.result)}" for one in unmeant)


_WORDS = {Retry.FAILED: "failed", Retry.SKIPPED: "skipped", Retry.BOTH: "failed or skipped"}


def _stands(result: TaskResult | None) -> str:
    return "has not ended" if result is None else f"ended as {result.outcome.value}"


# --- what the new run leaves as it was --------------------------------------------------------------------------------

NOT_RETRIED = "not-retried"
"""Reason of what a run passes over that carries out other tasks of its parent once more."""


def wanted(request: RunRequest) -> Retry:
    """Which ends a request means: without a word those that failed or, where tasks are named, any but success."""
    return request.retry or (Retry.BOTH if request.retry_tasks else Retry.FAILED)


def passed_over(task: str, before: TaskResult | None, request: RunRequest) -> TaskResult | None:
    """How a task ends in the new run without being carried out; None where it is carried out once more.

    A success stays one, so that what depends on it may go. All else counts as left out, whatever it was before.

    Args:
        task: its id.
        before: how it ended in the parent; None where it has not.
        request: of the new run.
    """
    if before is not None and is_meant(before, wanted(request), request.retry_tasks):
        return None
    if before is not None and before.outcome is Outcome.SUCCEEDED:
        return before
    return TaskResult(
        task=task,
        outcome=Outcome.SKIPPED,
        reason=NOT_RETRIED,
        detail=f"this run does not carry it out; in run {request.parent} it {_stands(before)}",
        who_can_act=_who(task, before, request),
        ended_at=request.requested_at,
    )


def _who(task: str, before: TaskResult | None, request: RunRequest) -> str:
    if before is None:
        return f"nobody: run {request.parent} has it"
    return f"a person: hcx-fleet retry {request.id} --task {task} --as NAME"
