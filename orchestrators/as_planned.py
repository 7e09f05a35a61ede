"""Right before an appliance: both sides are observed once more, and one whose mode does not hold any more is left.

What cannot be read just now is read again for a while: an appliance is not given up for a manager that is busy.
"""

from collections.abc import Callable
from datetime import timedelta

from orchestrators import control, telling
from orchestrators.course import Course
from orchestrators.steps import Step
from shared.model.orders import ModeNow
from shared.model.plan import ApplianceUpgrade, MeshTask
from shared.model.run import JournalKind, Outcome
from shared.model.waiting import Waiting, WaitingFor
from shared.rules import passing, polling
from shared.rules.mode_now import PassedOver, not_read

UNREAD = timedelta(minutes=10)
"""How long what cannot be read is read again, while the other appliances and the window wait."""

SOON = timedelta(minutes=1)

type Ready = Callable[[], Step[None]]


class LeftAsItIs(Exception):  # noqa: N818 -- not an error: the way of an appliance to say that it is not its turn
    """An appliance that is passed over, with what somebody has to do."""

    def __init__(self, because: PassedOver) -> None:
        super().__init__(because.detail)
        self.because = because


def before(
    course: Course,
    item: ApplianceUpgrade,
    ready: Ready,
    under_way: Callable[[], Step[bool]],
    look: Callable[[], Step[ModeNow]],
) -> Ready:
    """What has to be true before an appliance: what `ready` waits for, and then that it can go as it was planned.

    Args:
        course: the task under way.
        item: the appliance.
        ready: waits for everything else; asked again where time has passed.
        under_way: whether somebody has begun already: what they did, the plan does not choose any more.
        look: observes both managers, and says whether it can go as it was planned.
    """

    def as_planned() -> Step[None]:
        yield from ready()
        if item.upgrade.id in course.begun or (yield from under_way()):
            return
        due, now = course.now + UNREAD, (yield from look())
        while now.unread and course.now < due:
            yield from _stand_by(course, item, now)
            yield from ready()
            now = yield from look()
        because = not_read(item, now) if now.unread else _because(now)
        if because is not None:
            if not course.beside:
                yield from course.lease.give_back(course.to_do(item.upgrade))
            raise LeftAsItIs(because)

    return as_planned


def _because(now: ModeNow) -> PassedOver | None:
    return PassedOver(reason=now.reason, detail=now.detail, remedy=now.remedy) if now.reason else None


def _stand_by(course: Course, item: ApplianceUpgrade, now: ModeNow) -> Step[None]:
    """A minute without the lease, so that it holds up nobody else."""
    course.may_wait()
    step, next_look = item.upgrade, course.now + SOON
    yield from course.lease.give_back(course.to_do(step))
    wait = Waiting(
        reason=WaitingFor.MANAGER,
        detail=f"whether {item.name} can go as it was planned is not known yet: {now.unread}",
        since=course.now,
        who_can_act=polling.who_can_act(WaitingFor.MANAGER, step.owner, course.site),
        next_look=next_look,
    )
    yield from telling.tell_wait(course, step, wait)
    yield from control.sleep(course, step, next_look)


class Left:
    """The appliances of one task that are left as they are; lives within one replay and is rebuilt by each."""

    def __init__(self, course: Course, task: MeshTask) -> None:
        self._course = course
        self._task = task
        self._because: dict[str, PassedOver] = {}
        """By the id of the step that would have changed it."""

    def bars(self, item: ApplianceUpgrade) -> bool:
        """Whether an appliance has to wait for one that is left."""
        return passing.bars(self._task, self._because, item)

    def add(self, item: ApplianceUpgrade, because: PassedOver) -> Step[None]:
        """Leave one, and say so."""
        self._because[item.upgrade.id] = because
        told = f"passed over: {because.detail}. Next: {because.remedy}"
        yield from self._course.tell(JournalKind.CHECKED, item.upgrade, "passed-over", told)

    def end(self) -> None:
        """The end of a task that left any.

        Raises:
            TaskStopped: it did. Where nothing was changed, nothing is half done: then it is blocked, else it failed.
        """
        if self._because:
            found = passing.end_of(self._task, self._because, self._course.finished)
            raise self._course.stop(Outcome.BLOCKED, found.reason, found.detail, found.who_can_act)
