"""One round of a mesh: appliances whose changes are begun one after the other, and are then in change at once.

A change begins beside others only if nothing has to be waited for: no window, no pause, no lease, no HCX that is busy.
Otherwise the others are followed to their end first, and then it begins like any other. So nothing is ever left without
anybody looking, and an HCX that takes one at a time gets one at a time.
"""

from collections.abc import Callable

from durabletask.task import TaskFailedError

from orchestrators import waiting
from orchestrators.course import Course, OthersFirst, TaskStopped
from orchestrators.steps import Step
from orchestrators.waiting import Awaited, Stop
from shared.model.ne_mode import ApplianceMode
from shared.model.orders import Beside, ModeNow
from shared.model.plan import ApplianceUpgrade

type Begin = Callable[[], Step[Awaited]]


class Round:
    """What is in change in one round; lives within one replay and is rebuilt by each."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self._in_change: list[tuple[ApplianceUpgrade, Awaited]] = []
        self._spare: int | None = None
        """How many could go in service when none of the round did."""

    @property
    def beside(self) -> Beside:
        """What goes in service besides, for whoever counts what is spare."""
        in_service = sum(one.mode.mode is ApplianceMode.IN_SERVICE for one, _ in self._in_change)
        return Beside(in_service=in_service, spare=self._spare if in_service else None)

    def counted(self, now: ModeNow) -> None:
        """Remember what was spare before any of the round had taken anything."""
        if not self.beside.in_service:
            self._spare = now.spare

    def begin(self, item: ApplianceUpgrade, begin: Begin) -> Step[None]:
        """Begin the change of one appliance, beside those that are in change already or, failing that, after them.

        Raises:
            TaskStopped: it cannot be begun, or another one stopped; nothing is in change any more.
            LeftAsItIs: it is passed over; the others are in change still.
        """
        if self._left_over and item.upgrade.id not in self.course.begun:
            yield from self.follow()
        try:
            awaited = yield from self._begun(begin)
        except (TaskStopped, TaskFailedError) as stop:
            yield from self.follow(stop)
            raise
        self._in_change.append((item, awaited))

    @property
    def _left_over(self) -> bool:
        """Whether any was begun before the run's host went away: what it has taken since then nobody counted."""
        return any(one.upgrade.id in self.course.begun for one, _ in self._in_change)

    def _begun(self, begin: Begin) -> Step[Awaited]:
        self.course.beside = bool(self._in_change)
        try:
            return (yield from begin())
        except OthersFirst:
            self.course.beside = False
            yield from self.follow()
            return (yield from begin())
        finally:
            self.course.beside = False

    def follow(self, stop: Stop | None = None) -> Step[None]:
        """Wait until all that are in change are verified.

        Args:
            stop: what came to its end beside them; it is the end of the task once they have come to theirs.

        Raises:
            TaskStopped: one of them stopped, or that did.
        """
        every, self._in_change = [one for _, one in self._in_change], []
        yield from waiting.until_all(self.course, every, stop)
