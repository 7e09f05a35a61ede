"""What must be true right before a change: the other side is far enough, a window is open, the checks are fresh.

In that order: waiting for the other side takes days, waiting for a window hours, and checks are good for minutes. So a
task that was held up anywhere on its way never begins a change outside its windows or inside a freeze. Windows are
asked for when they are needed and not when the run began: a freeze that somebody adds meanwhile counts.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from orchestrators import checking, control, steps, telling, waiting
from orchestrators.checking import Observe
from orchestrators.course import Course, TaskStopped
from orchestrators.steps import Step
from orchestrators.waiting import Look
from shared.model.orders import ObserveOrder, TellTime, WindowNow
from shared.model.plan import Requirement
from shared.model.plan import Step as PlanStep
from shared.model.policy import Owner
from shared.model.run import Outcome
from shared.model.waiting import Waiting, WaitingFor
from shared.rules import leasing, requirements
from shared.rules.admitting import held_back
from shared.rules.admitting.held_back import Because
from shared.rules.polling import OTHERS_LONGEST
from shared.rules.progress import Progress, State

AT_LEAST_DAILY = timedelta(days=1)
"""A window that is far off is asked for again after this time: an earlier one may have been added meanwhile."""

UNREADABLE = timedelta(hours=1)
"""After this time, what could not be read is read again. Two weeks of it are some hundred looks, as for people."""

LEASED_LOOK = timedelta(minutes=10)
"""How often a half-done task asks for a lease that somebody else has; it is given back without a bell."""

type Ready = Callable[[], Step[None]]


def other_side(course: Course, step: PlanStep, requires: tuple[Requirement, ...], observe: Observe) -> Step[None]:
    """Wait until everything that a change needs of the other side is observed.

    Args:
        course: the task under way; its patience says how long to wait, for the other side may wait for people as well.
        step: the change.
        requires: what it needs.
        observe: looks at the task's own managers and their peers, from which meshes are seen.

    Raises:
        TaskStopped: it is not, and the time is over.
    """
    if not requires or step.id in course.begun:
        return

    def look() -> Step[Progress]:
        if requirements.has_mesh(requires):
            yield from observe()
        for manager in requirements.managers_in(requires):
            yield from steps.observe(course.ctx, ObserveOrder(run=course.order.run, manager=manager))
        return requirements.met((yield from steps.unmet(course.ctx, course.to_do(step))).unmet)

    yield from waiting.until(course, step, look, course.task.patience)


def before_instructing(course: Course, step: PlanStep) -> Step[None]:
    """Right before a person is told to make a change: somebody may hold it since, or have stopped the task.

    The provider is told nothing.

    Raises:
        TaskStopped: somebody holds it, or the task was canceled.
    """
    if course.task.owner is Owner.ASSISTED and step.id not in course.begun:
        yield from before_asking(course, step)


def before_asking(course: Course, step: PlanStep) -> Step[None]:
    """The same of what a person does whoever owns the task.

    Raises:
        TaskStopped: the same.
    """
    yield from control.heed(course, step, pauses=True)
    yield from checking.still_allowed(course, step)


def before_snapshot(course: Course, step: PlanStep) -> Step[None]:
    """Right before a snapshot of ours for work that others perform.

    Raises:
        TaskStopped: the same as before a person is told, or somebody else has the lease.
    """
    yield from before_instructing(course, step)
    yield from _have_the_lease(course, step, course.task.patience)


def until_told(course: Course, step: PlanStep, look: Look) -> Step[TellTime | None]:
    """Wait until it is time to tell whoever performs a change; None where nobody has to be told any more.

    They may be early, and then it is done before anybody was told: it is looked for meanwhile.

    Args:
        course: the task under way.
        step: the change.
        look: whether it has begun.
    """
    told = ""
    while step.id not in course.begun:
        if (yield from look()).state is State.DONE:
            return None
        tell = yield from steps.tell_time(course.ctx, course.to_do(step))
        if tell.at is None or tell.at <= course.now:
            return tell
        next_look = min(tell.at, course.now + OTHERS_LONGEST)
        because = held_back.told_later(tell.at, tell.opens_at)
        if because.detail != told:
            told = because.detail
            yield from telling.tell_wait(course, step, held_back.waits(because, course.now, next_look=next_look))
        yield from control.sleep(course, step, next_look)
    return None


def before_change(course: Course, step: PlanStep, observe: Observe) -> Ready:
    """Waits for a window that is long enough, checks anew what was checked too long ago, and takes the lease.

    The checks may wait, too, for what settles after an earlier change. So the window is asked for again after them. The
    lease comes last, so that a task which is held up by anything else holds nothing.
    """

    def ready() -> Step[None]:
        due = course.now + course.task.patience
        while step.id not in course.begun:
            yield from control.heed(course, step, pauses=True)
            yield from _window(course, step)
            yield from checking.still_safe(course, step, observe)
            if not (yield from steps.window(course.ctx, course.to_do(step))).fits:
                continue
            held_up = yield from control.heed(course, step, pauses=True)
            if not held_up and (yield from _leased(course, step, due)):
                return
        yield from course.lease.take(course.to_do(step))  # what is under way goes on, under a lease if it can be had

    return ready


def before_removing(course: Course, step: PlanStep, within: timedelta) -> Ready:
    """Waits for the lease to remove a snapshot of ours, for no longer than `within`: the work itself is done."""

    def ready() -> Step[None]:
        yield from _have_the_lease(course, step, within)

    return ready


def _have_the_lease(course: Course, step: PlanStep, within: timedelta) -> Step[None]:
    """Unless somebody stops the task meanwhile."""
    due = course.now + within
    while True:
        yield from control.heed(course, step, pauses=True)
        if (yield from _leased(course, step, due)):
            return


def _leased(course: Course, step: PlanStep, due: datetime) -> Step[bool]:
    """Take the lease; where somebody else has it, wait until it is free, and give False.

    Another task of the same run comes to its end by itself, and half-done work is not left because of others. Everybody
    else is not waited for.

    Raises:
        TaskStopped: somebody else has it who is not waited for, or they still have it when the time is over.
    """
    leased = yield from course.lease.take(course.to_do(step))
    if leased.token is not None:
        return True
    told = ""
    while leased.token is None:
        waited_for = course.changed or leased.run == course.order.run
        if not waited_for or course.now >= due:
            raise course.stop(Outcome.BLOCKED, leasing.REFUSED, leased.holder, leasing.WHO_CAN_ACT)
        yield from course.step_aside(step, changed=course.changed)
        if leased.holder != told:
            told = leased.holder
            yield from telling.tell_wait(course, step, _waits_for_lease(course, told))
        yield from control.sleep(course, step, min(course.now + LEASED_LOOK, due))
        leased = yield from course.lease.take(course.to_do(step))
    yield from course.lease.give_back(course.to_do(step))  # its slot and its window come first
    return False


def _waits_for_lease(course: Course, holder: str) -> Waiting:
    because = Because(reason=WaitingFor.LEASE, detail=holder, who_can_act=leasing.WHO_CAN_ACT)
    return held_back.waits(because, course.now, next_look=course.now + LEASED_LOOK)


def _window(course: Course, step: PlanStep) -> Step[None]:
    """Wait for a window without a slot; with a slot again, it may be over, and the next one is waited for.

    Raises:
        TaskStopped: no window is left, or for longer than the task is patient nobody could read when there is one.
    """
    due, told = course.now + course.task.patience, ""
    while True:
        seen = yield from steps.window(course.ctx, course.to_do(step))
        if seen.fits and not course.slot.given_back:
            return
        if seen.fits:
            yield from waiting.back_in(course, step)
            continue
        next_look = _next_look(course, seen, due)
        yield from course.step_aside(step, changed=course.changed)
        because = held_back.closed(seen.why, seen.opens_at)
        if because.detail != told:
            told = because.detail
            yield from telling.tell_wait(course, step, held_back.waits(because, course.now, next_look=next_look))
        yield from control.sleep(course, step, next_look)


def _next_look(course: Course, seen: WindowNow, due: datetime) -> datetime:
    if seen.opens_at is not None:
        return min(seen.opens_at, course.now + AT_LEAST_DAILY)
    if seen.unreadable and course.now < due:
        return min(course.now + UNREADABLE, due)
    raise _no_window(course, seen)


def _no_window(course: Course, seen: WindowNow) -> TaskStopped:
    because = held_back.closed(seen.why, None) if seen.unreadable else held_back.no_opening(seen.why)
    return course.stop(Outcome.WAITING, because.reason, because.detail, because.who_can_act)
