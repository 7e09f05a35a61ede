"""Removing a snapshot of ours after its wave was watched, beside the run, which waits for it at its end."""

from contextlib import suppress
from typing import Any

from durabletask.task import OrchestrationContext, TaskFailedError

from orchestrators import safeguard, steps
from orchestrators.course import Course
from orchestrators.slot import Slot
from orchestrators.steps import Step
from shared.model.codec import from_json
from shared.model.orders import TaskOrder


def take_away(ctx: OrchestrationContext, document: Any) -> Step[None]:
    """Remove the snapshot that a task took, and no other one; it takes no slot, since its task has ended."""
    order = from_json(TaskOrder, document)
    task = (yield from steps.open_task(ctx, order)).manager
    if task is None:
        raise ValueError(f"{order.task} is not a manager task")
    course = Course(ctx, order, task)
    course.slot = Slot(ctx, order, takes_one=False)
    yield from safeguard.take_away(course, task)
    with suppress(TaskFailedError):  # the lease comes to its end by itself
        yield from course.lease.give_back(course.to_do(task.hand_over))
