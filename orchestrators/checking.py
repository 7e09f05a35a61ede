"""Checking a task: at its start, and again where time has passed before a change.

Whether somebody holds it, and whether it is known what the provider plans, is asked before every change, however short
a time has passed: the other checks look at what changes by itself, and these are what a person says, who expects to be
obeyed from then on.
"""

from collections.abc import Callable

from orchestrators import steps, waiting
from orchestrators.course import Course
from orchestrators.steps import Step
from shared.model.finding import Finding, Verdict
from shared.model.orders import Checked, CloudsOrder
from shared.model.plan import ManagerTask
from shared.model.plan import Step as PlanStep
from shared.model.policy import Owner
from shared.model.run import Outcome
from shared.rules.progress import Progress
from shared.rules.safety import first_block, handed_over, safe_again, still_count

NOT_HELD = "not-held"
"""Id of the check that says whether somebody holds a task."""

type Observe = Callable[[], Step[None]]


def check(course: Course) -> Step[Finding | None]:
    """Check a task, and stop it where something blocks; gives what stands in the way of a provider.

    A provider's upgrade is not ours to stop: what stands in its way is told, and the wait goes on. A task that goes on
    after its run's host went away has begun its change, and what blocks may be just that: it is told, too, and the next
    change is checked by `still_safe`.

    Raises:
        TaskStopped: something blocks.
    """
    step = course.task.check
    yield from course.begin(step)
    findings = (yield from steps.check(course.ctx, course.to_do(step))).findings
    yield from course.checked(step, findings)
    block = first_block(findings)
    if block is None:
        course.safe_at = course.now
        yield from course.done(step, "nothing blocks")
        return None
    if isinstance(course.task, ManagerTask) and course.task.owner is Owner.PROVIDER:
        yield from course.done(step, f"in the provider's way: {block.summary}")
        return block
    if not course.begun:
        raise _blocked(course, block)
    yield from course.done(step, f"the change has begun already: {block.summary}")
    return None


def still_safe(course: Course, step: PlanStep, observe: Observe) -> Step[None]:
    """Right before a change of ours: check anew what was checked too long ago, and in any case what people say of it.

    Days may lie in between: a bundle that somebody has to bring, an earlier hop, a host that was away.

    Raises:
        TaskStopped: something blocks now, and did not go away by itself, or somebody holds it.
    """
    if step.id in course.begun:
        return
    if still_count(course.safe_at, course.now):
        yield from still_allowed(course, step)
        return
    course.may_wait()  # beside others the checks would find nothing but what those are in the middle of

    def look() -> Step[Progress]:
        yield from observe()
        return _judged(course, (yield from steps.check(course.ctx, course.to_do(course.task.check))))

    yield from waiting.until(course, step, look)
    course.safe_at = course.now


def still_allowed(course: Course, step: PlanStep) -> Step[None]:
    """Right before a change: nobody has begun to hold what the task touches, and the provider's plans are known.

    Raises:
        TaskStopped: somebody holds it, or either could not be found out.
    """

    def look() -> Step[Progress]:
        yield from observe_clouds(course)
        return _judged(course, (yield from steps.held(course.ctx, course.to_do(step))))

    yield from waiting.until(course, step, look)


def observe_clouds(course: Course) -> Step[None]:
    """Ask Azure once more about every private cloud that the task belongs to: state, tags, and planned maintenances."""
    yield from steps.observe_clouds(course.ctx, CloudsOrder(run=course.order.run, clouds=course.task.clouds))


def _judged(course: Course, checked: Checked) -> Progress:
    """Whether the next change may be made. A hold is no work of ours that settles: nobody waits for it to go away."""
    block = first_block(checked.findings)
    if block is not None and (not course.changed or (block.check == NOT_HELD and block.verdict is not Verdict.UNKNOWN)):
        raise _blocked(course, block)
    return safe_again(block)


def _blocked(course: Course, block: Finding) -> Exception:
    return course.stop(Outcome.BLOCKED, block.check, block.summary, block.remedy)


def at_rest(course: Course, step: PlanStep, observe: Observe) -> Step[None]:
    """Wait until what was changed around a task has settled, such as a pairing that comes back after a reboot.

    A mesh that follows in the middle of its managers' way comes right after a hop of theirs, before any hand-over.

    Raises:
        TaskStopped: it did not settle in the time that the step may take.
    """

    def look() -> Step[Progress]:
        yield from observe()
        found = yield from steps.check(course.ctx, course.to_do(course.task.check))
        return handed_over(found.findings)

    yield from waiting.until(course, step, look)
