"""Waiting to see whether a change arrived that was sent without an answer."""

from orchestrators.course import Course
from shared.model.plan import Step as PlanStep
from shared.rules import arrival, spent
from shared.rules.progress import Progress


class Arrival:
    """One change, and whether it has shown since; lives within one replay. One that was answered needs no showing."""

    def __init__(self, course: Course, step: PlanStep, where: str) -> None:
        self._course = course
        self._since = course.now
        self._shown = step.id not in course.unconfirmed
        self._remedy = spent.retry(where, course.order.run, course.order.task)

    def judged(self, progress: Progress, *, shows: bool) -> Progress:
        """The same progress, or the stop that it comes to where nothing has shown for too long."""
        self._shown = self._shown or shows
        if self._shown:
            return progress
        return arrival.unless_unconfirmed(progress, self._course.now - self._since, self._remedy)
