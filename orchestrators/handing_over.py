"""Handing a subject over, 1.8 and 2.7 alike: looked at until it has converged, or a person says what nobody can see.

What can be seen decides, always. Only where nothing is seen to be wrong and something cannot be seen at all, until the
time of the step is over, somebody is asked. Then their time counts and no longer the step's, and nothing is held.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from orchestrators import steps, telling, waiting
from orchestrators.checking import Observe
from orchestrators.course import Course, TaskStopped
from orchestrators.steps import Step
from shared.model.plan import Step as PlanStep
from shared.model.run import Outcome
from shared.rules import inconclusive, obeying
from shared.rules.inconclusive import INCONCLUSIVE
from shared.rules.progress import Progress, State

type Further = Callable[[], Step[Progress]]


def hand_over(course: Course, step: PlanStep, observe: Observe, further: Further | None = None) -> Step[str]:
    """Observe until the checks that speak of convergence let the subject go, or a person does where they cannot tell.

    Gives what stands for it where that is a person's word alone; empty where it was seen.

    Args:
        course: the task under way.
        step: the step.
        observe: looks at everything anew.
        further: what has to be true besides, asked once everything has converged.

    Raises:
        TaskStopped: it has not converged in the time of the step, or nobody could tell in the time of a person.
    """
    yield from course.begin(step)
    handing = _HandingOver(course, step, observe, further)
    while True:
        try:
            found = yield from waiting.until(course, step, handing.look)
        except TaskStopped as stop:
            if stop.reason != INCONCLUSIVE:
                raise
            found = yield from handing.ask()
        if found.state is State.DONE:
            break
    yield from course.done(step, found.detail)
    return inconclusive.word_for_it(found)


class _HandingOver:
    """One hand-over, with since when somebody is asked about it; lives within one replay and is rebuilt by each."""

    def __init__(self, course: Course, step: PlanStep, observe: Observe, further: Further | None) -> None:
        self._course = course
        self._step = step
        self._observe = observe
        self._further = further
        self._since = self._heard_from = course.asked_since
        """Since when a person is asked, and from when on what they say is their answer."""
        self._found = Progress(state=State.NOT_YET, detail="")
        """What the last look came to."""

    def look(self) -> Step[Progress]:
        """A look in the time of the step. Who was asked before the run's host went away is not waited out once more."""
        found = yield from self._looked(None)
        return inconclusive.asked_before(found) if self._heard_from is not None else found

    def ask(self) -> Step[Progress]:
        """Ask a person, and look until they answer or something can be seen; gives what the last look came to.

        One who sees to it may well restart something: what is seen to be wrong has the time of the step to settle, and
        an answer from before counts for nothing then.

        Raises:
            TaskStopped: their time is over, or somebody canceled the task.
        """
        course, heard_from = self._course, self._heard_from or self._course.now
        self._since, self._heard_from = self._since or heard_from, None
        yield from self._unless_canceled()
        waiting.forget_reports(course)
        until = self._since + course.task.patience
        question = inconclusive.question(course.task, course.order.run, self._found)
        yield from telling.ask(course, self._step, question, until)
        left = max(until - course.now, timedelta())
        try:
            yield from waiting.until(course, self._step, partial(self._asked, heard_from), left)
        except TaskStopped as stop:
            if stop.outcome is not Outcome.WAITING:
                raise
            raise self._unknown("nobody has said whether it is well") from None
        return self._found

    def _asked(self, heard_from: datetime) -> Step[Progress]:
        """Whether anything ends the wait for a person."""
        found = yield from self._looked(heard_from)
        if inconclusive.is_open(found):
            yield from self._unless_canceled()
            return found
        return found if found.state is State.STOP else replace(found, state=State.DONE)

    def _looked(self, heard_from: datetime | None) -> Step[Progress]:
        yield from self._observe()
        checked = yield from steps.check(self._course.ctx, self._course.to_do(self._step))
        found = inconclusive.judged(checked.findings)
        if heard_from is not None:
            found = inconclusive.answered(found, checked.said, heard_from)
        if found.state is State.DONE and self._further is not None:
            more = yield from self._further()
            found = found if more.state is State.DONE else more
        self._found = found
        return found

    def _unless_canceled(self) -> Step[None]:
        """No change is left that a cancel could keep from being made: it ends the wait, and not the task's fate."""
        said = yield from steps.standing_of(self._course.ctx, self._course.to_do(self._step))
        end = obeying.end_of(said, changed=True)
        if end is not None:
            raise self._unknown(f"nobody is asked any more, {end.detail}")

    def _unknown(self, why: str) -> TaskStopped:
        detail, who = f"{why}: {self._found.detail}", inconclusive.who_sees_to_it(self._course.site, self._found)
        return TaskStopped(Outcome.UNKNOWN, INCONCLUSIVE, detail, who)
