"""The run that carries out tasks of another one once more. Kept free of FastAPI, as `commanding.py`."""

from datetime import datetime
from typing import Final

from shared.model.record import record
from shared.model.run import Retry, Run, RunKind, RunRequest, RunTrigger
from shared.ports import Store
from shared.report.stored import plan_of, view_of
from shared.rules.retrying import Refusal, carried_out_a_plan, no_plan, refused


class TasksUnknownError(LookupError):
    """Tasks are named that the run does not have."""


class NothingToRetryError(Exception):
    """No task of the run is carried out once more; the message says why."""


_ERRORS: Final = {Refusal.TASKS_UNKNOWN: TasksUnknownError, Refusal.NOTHING: NothingToRetryError}


@record
class Again:
    """What somebody wants carried out once more."""

    parent: str
    """Id of the run."""
    only: Retry | None
    """None: those that failed or, where tasks are named, those whichever way they ended."""
    tasks: tuple[str, ...]
    """Ids of the only tasks that are meant; empty for all."""

    @property
    def meant(self) -> Retry:
        """Which ends are meant."""
        return self.only or (Retry.BOTH if self.tasks else Retry.FAILED)


def child_of(store: Store, parent: Run, wanted: Again, *, run_id: str, by: str, now: datetime) -> RunRequest:
    """The request of the new run, pinned to the plan of the parent. One that was asked for already is not judged again.

    Raises:
        TasksUnknownError: it has no such tasks.
        NothingToRetryError: it carries out no plan, or no task that is meant has ended so.
    """
    plan = plan_of(store, parent)
    if plan is None or not carried_out_a_plan(parent):
        raise NothingToRetryError(no_plan(wanted.parent))
    if store.run(run_id) is None:
        _refuse(store, parent, wanted, now)
    return RunRequest(
        id=run_id,
        kind=RunKind.UPGRADE,
        trigger=RunTrigger.HTTP,
        requested_by=by,
        requested_at=now,
        private_cloud=plan.private_cloud,
        include_shared=plan.private_cloud is not None,
        plan_hash=plan.hash,
        parent=wanted.parent,
        retry=wanted.meant,
        retry_tasks=wanted.tasks,
    )


def _refuse(store: Store, parent: Run, wanted: Again, now: datetime) -> None:
    why = refused(wanted.parent, view_of(store, parent, now).tasks, wanted.meant, wanted.tasks)
    if why is not None:
        raise _ERRORS[why.why](why.detail)
