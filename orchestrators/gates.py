"""What must be true right before a change: the other side is far enough, a window is open, the checks are fresh.

In that order: waiting for the other side takes days, waiting for a window hours, and checks are good for minutes. So a
task that was held up anywhere on its way never begins a change outside its windows or inside a freeze.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from orchestrators import checking, steps, waiting
from orchestrators.checking import Observe
from orchestrators.course import Course
from orchestrators.steps import Step
from shared.model.orders import ObserveOrder
from shared.model.plan import Requirement
from shared.model.plan import Step as PlanStep
from shared.model.run import Outcome
from shared.model.waiting import Waiting
from shared.rules import held_back, requirements
from shared.rules.openings import next_fit
from shared.rules.progress import Progress

type Ready = Callable[[], Step[None]]


def other_side(
    course: Course, step: PlanStep, requires: tuple[Requirement, ...], observe: Observe, budget: timedelta
) -> Step[None]:
    """Wait until everything that a change needs of the other side is observed.

    Args:
        course: the task under way.
        step: the change.
        requires: what it needs.
        observe: looks at the task's own managers and their peers, from which meshes are seen.
        budget: how long to wait; the other side is often waited for by people as well.

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

    yield from waiting.until(course, step, look, budget)


def before_change(course: Course, step: PlanStep, needs: timedelta, observe: Observe) -> Ready:
    """Waits for a window that is long enough, and then checks anew what was checked too long ago.

    The checks may wait, too, for what settles after an earlier change. So the window is asked for again after them.
    """

    def ready() -> Step[None]:
        while step.id not in course.begun:
            yield from _window(course, step, needs)
            yield from checking.still_safe(course, step, observe)
            if next_fit(course.order.openings, course.now, needs) == course.now:
                return

    return ready


def _window(course: Course, step: PlanStep, needs: timedelta) -> Step[None]:
    """Wait for a window without a slot; with a slot again, it may be over, and the next one is waited for.

    Raises:
        TaskStopped: no window is left.
    """
    while (opens := _next_fit(course, needs)) > course.now or course.slot.given_back:
        if opens > course.now:
            course.slot.give_back(changed=course.changed)
            yield from waiting.tell_wait(course, step, _until_it_opens(course, opens))
            yield from waiting.pause(course.ctx, opens)
        yield from waiting.back_in(course, step)


def _next_fit(course: Course, needs: timedelta) -> datetime:
    opens = next_fit(course.order.openings, course.now, needs)
    if opens is None:
        because = held_back.no_opening()
        raise course.stop(Outcome.WAITING, because.reason, because.detail, because.who_can_act)
    return opens


def _until_it_opens(course: Course, opens: datetime) -> Waiting:
    return held_back.waits(held_back.later_opening(opens), course.now, next_look=opens)
