"""What must be true right before a change: the other side is far enough, a window is open, the checks are fresh.

In that order: waiting for the other side takes days, waiting for a window hours, and checks are good for minutes. So a
task that was held up anywhere on its way never begins a change outside its windows or inside a freeze. Windows are
asked for when they are needed and not when the run began: a freeze that somebody adds meanwhile counts.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from orchestrators import checking, steps, waiting
from orchestrators.checking import Observe
from orchestrators.course import Course, TaskStopped
from orchestrators.steps import Step
from orchestrators.waiting import Look
from shared.model.orders import ObserveOrder, TellTime, WindowNow
from shared.model.plan import Requirement
from shared.model.plan import Step as PlanStep
from shared.model.policy import Owner
from shared.model.run import Outcome
from shared.rules import requirements
from shared.rules.admitting import held_back
from shared.rules.polling import OTHERS_LONGEST
from shared.rules.progress import Progress, State

AT_LEAST_DAILY = timedelta(days=1)
"""A window that is far off is asked for again after this time: an earlier one may have been added meanwhile."""

UNREADABLE = timedelta(hours=1)
"""After this time, what could not be read is read again. Two weeks of it are some hundred looks, as for people."""

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
    """Right before a person is told to make a change: somebody may hold it since. The provider is told nothing.

    Raises:
        TaskStopped: somebody holds it.
    """
    if course.task.owner is Owner.ASSISTED and step.id not in course.begun:
        yield from checking.still_allowed(course, step)


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
            yield from waiting.tell_wait(course, step, held_back.waits(because, course.now, next_look=next_look))
        yield from waiting.pause(course.ctx, next_look)
    return None


def before_change(course: Course, step: PlanStep, observe: Observe) -> Ready:
    """Waits for a window that is long enough, and then checks anew what was checked too long ago.

    The checks may wait, too, for what settles after an earlier change. So the window is asked for again after them.
    """

    def ready() -> Step[None]:
        while step.id not in course.begun:
            yield from _window(course, step)
            yield from checking.still_safe(course, step, observe)
            if (yield from steps.window(course.ctx, course.to_do(step))).fits:
                return

    return ready


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
        course.slot.give_back(changed=course.changed)
        because = held_back.closed(seen.why, seen.opens_at)
        if because.detail != told:
            told = because.detail
            yield from waiting.tell_wait(course, step, held_back.waits(because, course.now, next_look=next_look))
        yield from waiting.pause(course.ctx, next_look)


def _next_look(course: Course, seen: WindowNow, due: datetime) -> datetime:
    if seen.opens_at is not None:
        return min(seen.opens_at, course.now + AT_LEAST_DAILY)
    if seen.unreadable and course.now < due:
        return min(course.now + UNREADABLE, due)
    raise _no_window(course, seen)


def _no_window(course: Course, seen: WindowNow) -> TaskStopped:
    because = held_back.closed(seen.why, None) if seen.unreadable else held_back.no_opening(seen.why)
    return course.stop(Outcome.WAITING, because.reason, because.detail, because.who_can_act)
