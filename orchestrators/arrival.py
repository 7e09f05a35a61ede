"""Waiting to see what became of a change: whether one that was sent without an answer arrived, and none vanished."""

from orchestrators.course import Course
from shared.model.plan import Step as PlanStep
from shared.rules import arrival, spent, vanishing
from shared.rules.progress import Progress


class Arrival:
    """One change, and what has shown of it since; lives within one replay. One that was answered needs no showing."""

    def __init__(self, course: Course, step: PlanStep, where: str, job: str | None) -> None:
        self._course = course
        self._since = course.now
        self._shown = step.id not in course.unconfirmed
        self._worked = job is not None
        self._rests, self._resting = "", self._since
        self._remedy = spent.retry(where, course.order.run, course.order.task)

    def judged(self, progress: Progress, *, shows: bool, rests: str) -> Progress:
        """The same progress, or the stop that it comes to where nothing has shown for too long, or nothing does now.

        Args:
            progress: what the last look means for the step.
            shows: whether the look shows that the change has begun.
            rests: what the subject shows where nothing works on it and nothing has changed; else empty.
        """
        self._shown = self._shown or shows
        self._worked = self._worked or bool(progress.mark)
        if rests != self._rests:
            self._rests, self._resting = rests, self._course.now
        if not self._shown:
            return arrival.unless_unconfirmed(progress, self._course.now - self._since, self._remedy)
        if not self._worked:  # where no job was ever seen none can be missed
            return progress
        return vanishing.unless_vanished(progress, rests, self._course.now - self._resting, self._remedy)
