"""A snapshot of ours: taken and seen before the first hop, and removed once the manager is handed over.

Where the wave of the manager is watched, it stays until that is over and passed; then the run removes it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from durabletask.task import TaskFailedError

from orchestrators import gates, steps, waiting
from orchestrators.course import Course, TaskStopped
from orchestrators.steps import Step
from shared.model.plan import Hop, ManagerTask
from shared.model.plan import Step as PlanStep
from shared.model.run import JournalKind, Outcome
from shared.model.snapshots import SnapshotSeen
from shared.rules import own_snapshot
from shared.rules.progress import Progress

REMOVING = timedelta(hours=1)
"""How long its removal is waited for; after that it is left where it is, which is told."""

BY_A_PERSON = frozenset({Outcome.CANCELED, Outcome.SKIPPED})
"""Ends of a task that say nothing about its snapshot."""

type Judge = Callable[[SnapshotSeen], Progress]


class Kept:
    """The snapshot of a task as it was seen; lives within one replay."""

    def __init__(self) -> None:
        self.detail = ""
        self.until: datetime | None = None


def take(course: Course, task: ManagerTask, ready: Callable[[], Step[None]]) -> Step[Kept]:
    """Take it, at most once, and look until it is seen.

    It is no half-done work: a task that stops after it has changed nothing. What it leaves goes away by itself, or is
    told of (`telling_what_stays`).

    Raises:
        TaskStopped: it was not taken, or nobody can see it. The plan asks for it, so that nothing goes on without.
    """
    before, kept = course.changed, Kept()

    def look() -> Step[Progress]:
        seen = yield from steps.look_at_snapshot(course.ctx, course.to_do(task.protect))
        kept.detail, kept.until = seen.detail, own_snapshot.kept_until(task.snapshot, seen, course.now)
        return own_snapshot.there(task.snapshot, seen)

    yield from waiting.act_once(course, task.protect, steps.take_snapshot, ready)
    course.changed, course.snapshot = before, True
    try:
        yield from waiting.until(course, task.protect, look)
    except TaskStopped as stop:
        if stop.outcome in BY_A_PERSON:
            raise
        raise course.stop(Outcome.BLOCKED, stop.reason, stop.detail, stop.who_can_act) from None
    return kept


def still_leads_back(course: Course, task: ManagerTask, hop: Hop, kept: Kept | None) -> None:
    """Right before the first hop: the snapshot that was taken for it is there until the end of it.

    Raises:
        TaskStopped: it goes away before.
    """
    if kept is None or hop is not task.hops[0]:
        return
    if not own_snapshot.outlasts(kept.until, course.now, hop.takes.p90):
        detail = f"the snapshot goes away at {kept.until:%Y-%m-%d %H:%M} UTC, before the upgrade is done"
        raise course.stop(Outcome.BLOCKED, "snapshot-too-old", detail, "nobody needs to act: run it again later")


def told(kept: Kept | None) -> str:
    """What a person is told of it along with the work."""
    if kept is None:
        return ""
    until = f" until {kept.until:%Y-%m-%d %H:%M} UTC" if kept.until else ""
    return f" A snapshot of it is there{until}."


def take_away(course: Course, task: ManagerTask) -> Step[None]:
    """Remove it, and look until it is gone. Whatever comes of it is told: the upgrade is done all the same."""
    step = task.hand_over
    try:
        yield from waiting.act_once(course, step, steps.remove_snapshot, gates.before_removing(course, step, REMOVING))
        text = (yield from _until_gone(course, task)).detail
    except TaskStopped as stop:
        text = own_snapshot.stays(task.snapshot, f"{stop.detail}; {stop.who_can_act}")
    except TaskFailedError as failure:
        text = own_snapshot.stays(task.snapshot, f"{failure.details.message}; the owner of hcx-fleet: see the log")
    yield from course.tell(JournalKind.OBSERVED, step, "snapshot", f"the snapshot: {text}")


def telling_what_stays(course: Course, task: ManagerTask, procedure: Step[str]) -> Step[str]:
    """The procedure of a task; where it stops on the way, a snapshot that nobody else deletes is told of.

    It is not removed then: after a failed upgrade it is the way back, and whether it is still needed a person knows.
    """
    try:
        return (yield from procedure)
    except (TaskStopped, TaskFailedError):
        if course.snapshot and own_snapshot.stays_for_good(task.snapshot):
            yield from _tell_what_stays(course, task.hand_over)
        raise


def _tell_what_stays(course: Course, step: PlanStep) -> Step[None]:
    text = own_snapshot.left_behind((yield from steps.look_at_snapshot(course.ctx, course.to_do(step))))
    if text:
        yield from course.tell(JournalKind.OBSERVED, step, "snapshot", f"the snapshot: {text}")


def _until_gone(course: Course, task: ManagerTask) -> Step[Progress]:
    def look() -> Step[Progress]:
        seen = yield from steps.look_at_snapshot(course.ctx, course.to_do(task.hand_over))
        return own_snapshot.gone(task.snapshot, seen)

    return (yield from waiting.until(course, task.hand_over, look, REMOVING))
