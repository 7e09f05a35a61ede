"""Every timer and every event of the procedure.

A wait is a loop of look, judge, sleep. It sleeps on a durable timer and on the bell that a report rings; the bell only
wakes it, and then it looks like at any other time. What it waits for is told when it changes, not at each look.
"""

from collections.abc import Callable
from datetime import datetime

from durabletask.task import OrchestrationContext, Task, when_any

from orchestrators.course import Course, TaskStopped
from orchestrators.steps import Step
from shared.model.acts import Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.orders import Acted, StepOrder
from shared.model.plan import Step as PlanStep
from shared.model.run import JournalKind, Outcome
from shared.model.waiting import Waiting, WaitingFor
from shared.rules import polling
from shared.rules.progress import Progress, State

STARTED_AND_FAILED = frozenset({"upgrade-failed", "appliance-upgrade-failed"})
"""Stops that mean failure whoever had started the work."""

PATIENCE_ENDS = {
    WaitingFor.PROVIDER: "provider",
    WaitingFor.PERSON: "person",
    WaitingFor.REPORT_NOT_OBSERVED: "report-not-observed",
    WaitingFor.BUNDLE: "bundle",
}
"""Waits for others: when their time is over the task closes as still waiting, which is no failure."""

type Look = Callable[[], Step[Progress]]


class _Told:
    """What the journal last said about a wait, so that it is said again only when it changes."""

    def __init__(self) -> None:
        self._last: tuple[WaitingFor, str] | None = None
        self._percent: int | None = None

    def is_news(self, reason: WaitingFor, detail: str) -> bool:
        if (reason, detail) == self._last:
            return False
        self._last = (reason, detail)
        return True

    def moved(self, percent: int | None) -> bool:
        if percent is None or percent == self._percent:
            return False
        self._percent = percent
        return True


def until(course: Course, step: PlanStep, look: Look) -> Step[Progress]:
    """Look until the step is done.

    Raises:
        TaskStopped: it cannot come to its end, or its budget of time is over.
    """
    began, told, report = course.now, _Told(), None
    while True:
        progress = yield from look()
        if progress.state is State.DONE:
            yield from _back_in(course, step, began, told)
            return progress
        if progress.state is State.STOP:
            raise _stop(course, progress)
        progress = _as_reported(progress, report)
        if course.now - began >= step.budget:
            raise _out_of_time(course, step, progress)
        if progress.waiting_for in PATIENCE_ENDS:
            course.slot.give_back()
        yield from _tell(course, step, progress, began, told)
        report = (yield from _sleep(course, step, progress, began)) or report


def act_once(
    course: Course, step: PlanStep, act: Callable[[OrchestrationContext, StepOrder], Step[Acted]]
) -> Step[str | None]:
    """Make the step's one mutating call; ask again only while nothing was sent. Gives the HCX job, where one is known.

    Raises:
        TaskStopped: it was refused, or the manager stayed busy for the whole budget.
    """
    began, told, before = course.now, _Told(), course.changed
    while True:
        course.changed = True  # until the answer says otherwise: an activity that breaks may have sent the call
        acted = yield from act(course.ctx, course.to_do(step))
        match acted.act:
            case Started(job=job) | Adopted(job=job):
                return job
            case Uncertain():
                # Sent, and no answer: never sent again. The wait that follows finds out by observation.
                return None
            case Refused(reason=reason, detail=detail, remedy=remedy):
                course.changed = before
                raise course.stop(Outcome.BLOCKED, reason, detail, remedy)
            case AskAgain(detail=detail):
                course.changed = before
                if course.now - began >= step.budget:
                    raise course.stop(
                        Outcome.BLOCKED, "manager-busy", detail, "nobody needs to act: run it again later"
                    )
                yield from _tell(course, step, Progress(state=State.NOT_YET, detail=detail), began, told)
                yield course.ctx.create_timer(course.now + polling.next_look(WaitingFor.MANAGER, course.now - began))


def at_most(width: int, starts: list[Callable[[], Task[object]]]) -> Step[list[Task[object]]]:
    """Run many tasks, at most `width` at a time; gives them as they ended, failed ones included."""
    waiting, running, ended = list(reversed(starts)), list[Task[object]](), list[Task[object]]()
    while waiting or running:
        while waiting and len(running) < width:
            running.append(waiting.pop()())
        winner = yield when_any(running)
        running.remove(winner)
        ended.append(winner)
    return ended


def pause(ctx: OrchestrationContext, until_when: datetime) -> Step[None]:
    """Sleep until a time."""
    yield ctx.create_timer(until_when)


def _back_in(course: Course, step: PlanStep, began: datetime, told: _Told) -> Step[None]:
    """What held the task up has gone: it goes on as soon as its run has a slot for it again."""
    if not course.slot.given_back:
        return
    granted = course.slot.ask()
    ready = Progress(state=State.NOT_YET, detail="ready to go on", waiting_for=WaitingFor.SLOT)
    yield from _tell(course, step, ready, began, told)
    yield granted


def _sleep(course: Course, step: PlanStep, progress: Progress, began: datetime) -> Step[str | None]:
    """Sleep until the next look is due or somebody reports; gives who reported, if anybody did."""
    timer = course.ctx.create_timer(_next_look(course, step, progress, began))
    bell = course.reports.wait()
    yield when_any([timer, bell])
    if not bell.is_complete:
        return None
    timer.cancel()
    said = course.reports.take()
    return str(said.get("who", "somebody")) if isinstance(said, dict) else "somebody"


def _as_reported(progress: Progress, report: str | None) -> Progress:
    """A report that observation does not bear out changes what is waited for, never whether it is done."""
    if report is None or progress.waiting_for not in {WaitingFor.PERSON, WaitingFor.PROVIDER, WaitingFor.BUNDLE}:
        return progress
    return Progress(
        state=State.NOT_YET,
        detail=f"{report} reported it as done, but {progress.detail}",
        waiting_for=WaitingFor.REPORT_NOT_OBSERVED,
    )


def _tell(course: Course, step: PlanStep, progress: Progress, began: datetime, told: _Told) -> Step[None]:
    if told.is_news(progress.waiting_for, progress.detail):
        waiting = Waiting(
            reason=progress.waiting_for,
            detail=progress.detail,
            since=began,
            who_can_act=polling.who_can_act(progress.waiting_for, step.owner, course.site),
            next_look=_next_look(course, step, progress, began),
            due=began + step.budget,
        )
        course.told += 1
        key = f"waiting/{course.told}"
        yield from course.tell(JournalKind.WAITING, step, key, progress.detail, waiting=waiting)
    if told.moved(progress.percent):
        course.told += 1
        key = f"progress/{course.told}"
        yield from course.tell(JournalKind.PROGRESS, step, key, progress.detail, percent=progress.percent)


def _next_look(course: Course, step: PlanStep, progress: Progress, began: datetime) -> datetime:
    """When to look again: by the pace of what is waited for, and at the latest when the step's time is over."""
    return min(course.now + polling.next_look(progress.waiting_for, course.now - began), began + step.budget)


def _stop(course: Course, progress: Progress) -> TaskStopped:
    course.changed = course.changed or progress.reason in STARTED_AND_FAILED
    return course.stop(Outcome.UNKNOWN, progress.reason, progress.detail, progress.remedy)


def _out_of_time(course: Course, step: PlanStep, progress: Progress) -> TaskStopped:
    who = polling.who_can_act(progress.waiting_for, step.owner, course.site)
    if progress.waiting_for in PATIENCE_ENDS:
        return TaskStopped(Outcome.WAITING, PATIENCE_ENDS[progress.waiting_for], progress.detail, who)
    detail = f"not done within {step.budget}: {progress.detail}"
    remedy = progress.remedy or f"a person at {course.site}: look at the manager"
    return course.stop(Outcome.UNKNOWN, progress.reason or "timed-out", detail, remedy)
