"""Commands of people, as one task obeys them: woken by a bell it asks what the ledger holds, and stops where it may.

A bell can be lost and can be forged. So a task asks before each change whether it rang or not, and what does not stand
in the ledger does nothing.
"""

from datetime import datetime, timedelta

from orchestrators import steps, telling
from orchestrators.bell import until_rung
from orchestrators.course import Course, TaskStopped
from orchestrators.steps import Step
from shared.model.command import Standing, TaskStanding
from shared.model.plan import Step as PlanStep
from shared.model.run import Outcome
from shared.model.waiting import Waiting, WaitingFor
from shared.rules import obeying

HOURLY = timedelta(hours=1)
"""A paused task looks by itself this often: the bell of its end may have been lost."""


def heed(course: Course, step: PlanStep, *, pauses: bool) -> Step[bool]:
    """Obey what people said, at a point where nothing is half done; gives whether that held the task up.

    Args:
        course: the task under way.
        step: the one that it is at.
        pauses: whether a pause is waited for here.

    Raises:
        TaskStopped: it was canceled or skipped, or nobody knows any more what people said of it.
    """
    course.rung, held_up = False, False
    while True:
        said = yield from steps.standing_of(course.ctx, course.to_do(step))
        end = obeying.end_of(said, changed=course.changed)
        if end is not None:
            raise TaskStopped(end.outcome, end.reason, end.detail, "nobody needs to act")
        if said.standing is Standing.UNREADABLE:
            raise course.stop(Outcome.BLOCKED, obeying.UNREADABLE, said.comment, obeying.WHO_MENDS)
        if said.standing is not Standing.PAUSED or not pauses:
            return held_up
        if not held_up:
            yield from _stand_by(course, step, said)
        held_up = True
        yield from _doze(course)


def sleep(course: Course, step: PlanStep, until_when: datetime) -> Step[None]:
    """Sleep until a time before a change; a command is obeyed at once.

    Raises:
        TaskStopped: the task was canceled or skipped, or nobody knows any more what people said of it.
    """
    course.may_wait()
    if (yield from until_rung(course.ctx, course.commands, until_when)):
        course.commands.take()
        yield from heed(course, step, pauses=True)


def _stand_by(course: Course, step: PlanStep, said: TaskStanding) -> Step[None]:
    yield from course.step_aside(step, changed=course.changed)
    wait = Waiting(
        reason=WaitingFor.PAUSED,
        detail=obeying.paused(said),
        since=course.now,
        who_can_act=obeying.resume(course.order.run),
        next_look=course.now + HOURLY,
    )
    yield from telling.tell_wait(course, step, wait)


def _doze(course: Course) -> Step[None]:
    if (yield from until_rung(course.ctx, course.commands, course.now + HOURLY)):
        course.commands.take()
