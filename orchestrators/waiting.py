"""Every timer and every event of the procedure.

A wait is a loop of look, judge, sleep. It sleeps on a durable timer and on the bell that a report rings; the bell only
wakes it, and then it looks like at any other time. What it waits for is told when it changes, not at each look.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from durabletask.task import OrchestrationContext, Task, TaskFailedError, when_any

from orchestrators import control, steps, telling
from orchestrators.course import Course, TaskStopped, as_one
from orchestrators.steps import Step
from shared.model.acts import Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.orders import Acted, CloudsOrder, ExpectedOrder, InTheWay, StepOrder
from shared.model.plan import Step as PlanStep
from shared.model.record import record
from shared.model.run import JournalKind, Outcome
from shared.model.span import Span
from shared.model.waiting import Lateness, Pace, Waiting, WaitingFor
from shared.rules import lateness, obeying, pace, polling
from shared.rules.lateness import OVERDUE, Standing
from shared.rules.progress import Progress, State, stalled
from shared.rules.vanishing import VANISHED

STARTED_AND_FAILED = frozenset({"upgrade-failed", "appliance-upgrade-failed", "stalled", VANISHED})
"""Stops that mean failure whoever had started the work."""

PATIENCE_ENDS = {
    WaitingFor.PROVIDER: "provider",
    WaitingFor.PERSON: "person",
    WaitingFor.REPORT_NOT_OBSERVED: "report-not-observed",
    WaitingFor.BUNDLE: "bundle",
    WaitingFor.PEER: "peer",
}
"""Waits for others: when their time is over the task closes as still waiting, which is no failure."""

DUE = Standing(lateness=Lateness.DUE, detail="")
"""Where every wait begins."""

type Look = Callable[[], Step[Progress]]


class _Wait:
    """One wait: since when, until when, and what the journal last said of it, so that only news are told."""

    def __init__(self, course: Course, step: PlanStep, budget: timedelta) -> None:
        self.began = course.now
        self.budget = budget
        self.due = course.patience_from(step) + budget
        self.step = step
        self.report: str | None = None
        """Who reported that it is done, since it began."""
        self._course = course
        self._last: tuple[WaitingFor, str] | None = None
        self._percent: int | None = None
        self._mark, self._marked = "", self.began
        self._before = self._change_before(step)
        self._limits = pace.limits(course.task, step, budget, self._before)
        self.pacing = pace.ON_TIME
        """How it stands against the time that such work takes."""
        self.standing = DUE
        """How it stands against the time that was named for it."""
        self._looked_into: datetime | None = None
        self._reasons: tuple[str, ...] = ()

    def _change_before(self, step: PlanStep) -> timedelta:
        """How long the change that this wait belongs to has lasted when the wait begins."""
        first = pace.first_of(self._course.task, step)
        return self.began - self._course.started.get(first.id, self.began) if first else timedelta()

    @property
    def _changing_since(self) -> datetime:
        """When the change began; what somebody paused counts for nothing."""
        return self.due - self.budget - self._before

    @property
    def _expected(self) -> datetime | None:
        named = self._course.named.get(self.step.id)
        return named.end if named else None

    def unchanged(self, progress: Progress) -> timedelta:
        """How long a running HCX job has shown the same; nothing where it shows something else now."""
        if progress.mark != self._mark:
            self._mark, self._marked = progress.mark, self._course.now
        return self._course.now - self._marked

    def next_look(self, progress: Progress) -> datetime:
        """When to look again: by the pace of what is waited for, and at the latest when the time is over."""
        now, named = self._course.now, self._course.named.get(self.step.id)
        turns = [at for at in (named.start, named.end) if at > now] if named else []
        turns += [at for at in pace.turns(self._limits, progress.waiting_for, self._changing_since) if at > now]
        turns += [self._course.lease.renew_at] if self._course.lease.renew_at else []
        return min(now + polling.next_look(progress.waiting_for, now - self.began), self.due, *turns)

    def judge(self, progress: Progress) -> Step[Progress]:
        """How it stands against its time; the same progress, said to be late where it is.

        What may be the reason that others are late is asked for while their time lasts.
        """
        course, named = self._course, self._course.named.get(self.step.id)
        self.pacing = pace.pacing(self._limits, progress.waiting_for, course.now - self._changing_since)
        if named is None or progress.waiting_for not in lateness.FOR_SOMEBODY:
            return progress
        if lateness.to_look_into(named, course.now, self._looked_into):
            self._looked_into = course.now
            self._reasons = (yield from _in_the_way(course, self.step, named)).reasons
        self.standing = lateness.standing(named, course.now, self._reasons)
        return lateness.as_standing(progress, self.standing)

    def _who(self, progress: Progress) -> str:
        """Who can end the wait: what is stuck, whoever performs the step, or a person who is there."""
        owner, stuck = self.step.owner, self.pacing.pace is Pace.STUCK
        waited_for = lateness.waited_for(owner) if stuck else progress.waiting_for
        return polling.who_can_act(waited_for, owner, self._course.site)

    @property
    def next_action(self) -> str:
        """What to do about a wait that is slow or stuck."""
        return pace.next_action(self._course.task, self.step, self.pacing.pace, self.due)

    def is_news(self) -> None:
        """What is waited for is told again with the next look, though it has not changed."""
        self._last = None

    def say_on(self, progress: Progress) -> None:
        """Say on what is late, slow or stuck, to those whom notices go to."""
        course, step = self._course, self.step
        if self.standing.lateness in OVERDUE:
            telling.overdue(course, step, self.standing, progress.detail)
        if self.pacing.pace is not Pace.ON_TIME:
            so_far = pace.so_far(progress, course.now - self._changing_since, course.now - self._marked)
            telling.behind(course, step, self.pacing.pace, self.next_action, so_far)

    def tell(self, progress: Progress) -> Step[None]:
        """Say what is waited for, and how far HCX says it is, each where it has changed."""
        if (progress.waiting_for, progress.detail) != self._last:
            self._last = (progress.waiting_for, progress.detail)
            wait = Waiting(
                reason=progress.waiting_for,
                detail=progress.detail,
                since=self.began,
                who_can_act=self._who(progress),
                next_look=self.next_look(progress),
                due=self.due,
                lateness=self.standing.lateness,
                expected=self._expected,
                pace=self.pacing.pace,
                next_action=self.next_action,
            )
            yield from telling.tell_wait(self._course, self.step, wait)
        if progress.percent is not None and progress.percent != self._percent:
            self._percent = progress.percent
            self._course.told += 1
            key = f"progress/{self._course.told}"
            yield from self._course.tell(
                JournalKind.PROGRESS, self.step, key, progress.detail, percent=progress.percent
            )


def until(course: Course, step: PlanStep, look: Look, budget: timedelta | None = None) -> Step[Progress]:
    """Look until the step is done, for as long as the step may take or, where that is given, the budget says.

    Raises:
        TaskStopped: it cannot come to its end, or its budget of time is over.
    """
    wait = _Wait(course, step, step.budget if budget is None else budget)
    while (progress := (yield from _looked(course, wait, look))).state is not State.DONE:
        yield from _sleep(course, [(wait, progress)])
    return progress


def _looked(course: Course, wait: _Wait, look: Look) -> Step[Progress]:
    """Look once; what is not done yet is told as what is waited for.

    Raises:
        TaskStopped: it cannot come to its end, or its budget of time is over.
    """
    step = wait.step
    yield from _heed(course, step, wait)
    progress = _as_reported((yield from look()), wait.report)
    if progress.state is State.DONE:
        yield from back_in(course, step)
        return progress
    if progress.state is State.STOP:
        raise _stop(course, progress)
    if (stuck := stalled(progress, wait.unchanged(progress))) is not None:
        raise _stop(course, stuck)
    course.may_wait()
    progress = yield from wait.judge(progress)
    if course.now >= wait.due:
        raise _out_of_time(course, step, progress, wait)
    progress = pace.as_paced(progress, wait.pacing)
    if progress.waiting_for in PATIENCE_ENDS:
        yield from course.step_aside(step, changed=_half_done(course, progress))
    yield from course.lease.keep(course.to_do(step))
    yield from wait.tell(progress)
    wait.say_on(progress)
    return progress


@record
class Awaited:
    """What is waited for at one step, and what comes after it."""

    step: PlanStep
    look: Look
    then: Callable[[Progress], Step["Awaited | None"]]
    """Goes on once it is done; gives what is waited for next, None where nothing is left to wait for."""


type Stop = TaskStopped | TaskFailedError


def until_all(course: Course, every: Iterable[Awaited], stop: Stop | None = None) -> Step[None]:
    """Wait for several at once, each until nothing is left to wait for: one that stops leaves no other unobserved.

    Once one has stopped, what has not begun to change is not waited for any more.

    Args:
        course: the task under way.
        every: where each of them begins.
        stop: what has stopped beside them already.

    Raises:
        TaskStopped: some stopped; only once all the others have come to their end.
        TaskFailedError: the machinery of one broke, and no other reason came before it; the same.
    """
    ends, left = list[Stop](), [_Strand(course, one) for one in every]
    if stop is not None:
        yield from _stopped(course, course.at, stop, ends, beside=bool(left))
    while left:
        for one in left:
            yield from _move(course, one, [other for other in left if other is not one], ends)
        left = [one for one in left if one.goes_on and not (ends and obeying.may_end(one.wait.step))]
        if left:
            yield from _sleep(course, [(one.wait, one.progress) for one in left])
    if ends:
        raise _end_of(ends)


class _Strand:
    """One of several that are waited for at once."""

    def __init__(self, course: Course, awaited: Awaited) -> None:
        self.wait = _Wait(course, awaited.step, awaited.step.budget)
        self.progress = Progress(state=State.NOT_YET, detail="")
        """What its last look showed."""
        self.goes_on = True
        self._course = course
        self._awaited = awaited

    def move(self) -> Step[bool]:
        """Look, and go on for as long as what is looked for is done; gives whether anything was.

        Raises:
            TaskStopped: it does not go on.
        """
        moved = False
        while True:
            self.progress = yield from _looked(self._course, self.wait, self._awaited.look)
            if self.progress.state is not State.DONE:
                return moved
            following, moved = (yield from self._awaited.then(self.progress)), True
            if following is None:
                self.goes_on = False
                return moved
            self._awaited, self.wait = following, _Wait(self._course, following.step, following.step.budget)


def _move(course: Course, one: _Strand, others: Sequence[_Strand], ends: list[Stop]) -> Step[None]:
    """Move one of several. Where it is done with a step, what the others wait for is news again for whoever reads."""
    try:
        moved = yield from one.move()
    except (TaskStopped, TaskFailedError) as end:
        one.goes_on, moved = False, False
        yield from _stopped(course, one.wait.step, end, ends, beside=bool(others))
    for other in others if moved else ():
        other.wait.is_news()


def _stopped(course: Course, step: PlanStep, stop: Stop, ends: list[Stop], *, beside: bool) -> Step[None]:
    """Remember a stop; where others go on the task has not ended yet, and somebody may want to know."""
    ends.append(stop)
    if beside:
        why = steps.failed(stop) if isinstance(stop, TaskFailedError) else stop.detail
        text = f"stopped: {why}; what is in change beside it is followed to its end"
        yield from course.tell(JournalKind.CHECKED, step, "stopped", text)


def _end_of(ends: Sequence[Stop]) -> Stop:
    if isinstance(ends[0], TaskFailedError):
        return ends[0]
    return as_one([one for one in ends if isinstance(one, TaskStopped)])


def act_once(
    course: Course,
    step: PlanStep,
    act: Callable[[OrchestrationContext, StepOrder], Step[Acted]],
    ready: Callable[[], Step[None]],
) -> Step[str | None]:
    """Make the step's one mutating call; ask again only while nothing was sent. Gives the HCX job, where one is known.

    Args:
        course: the task under way.
        step: the step.
        act: makes the call.
        ready: returns when the call may be made, and is asked right before each attempt: a manager that is busy for an
            hour must not be called when its window has closed.

    Raises:
        TaskStopped: it was refused, or the manager stayed busy for the whole budget.
    """
    yield from ready()
    wait, before = _Wait(course, step, step.budget), course.changed
    while True:
        course.changed = True  # until the answer says otherwise: an activity that breaks may have sent the call
        acted = yield from act(course.ctx, replace(course.to_do(step), fence=course.lease.fence))
        match acted.act:
            case Started(job=job) | Adopted(job=job):
                return job
            case Uncertain():
                # Sent, and no answer: never sent again. The wait that follows finds out by observation.
                course.unconfirmed.add(step.id)
                return None
            case Refused(reason=reason, detail=detail, remedy=remedy):
                course.changed = before
                raise course.stop(Outcome.BLOCKED, reason, detail, remedy)
            case AskAgain(detail=detail):
                course.changed = before
                if course.now >= wait.due:
                    raise course.stop(
                        Outcome.BLOCKED, "manager-busy", detail, "nobody needs to act: run it again later"
                    )
                busy = Progress(state=State.NOT_YET, detail=detail)
                yield from wait.tell(busy)
                next_look = course.now + polling.next_look(busy.waiting_for, course.now - wait.began)
                yield from control.sleep(course, step, next_look)
                yield from ready()


def at_most(width: int, starts: Sequence[Callable[[], Task[object]]]) -> Step[list[Task[object]]]:
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


def forget_reports(course: Course) -> None:
    """What was reported before somebody was asked is about something else."""
    while course.reports.wait().is_complete:
        course.reports.take()


def back_in(course: Course, step: PlanStep) -> Step[None]:
    """What held the task up has gone: it goes on as soon as its run has a slot for it again.

    Raises:
        TaskStopped: it never will.
    """
    if not course.slot.given_back:
        return
    answered = course.slot.ask()
    wait = Waiting(
        reason=WaitingFor.SLOT,
        detail="ready to go on",
        since=course.now,
        who_can_act=polling.who_can_act(WaitingFor.SLOT, step.owner, course.site),
    )
    yield from telling.tell_wait(course, step, wait)
    while not answered.is_complete:
        yield when_any([answered, course.commands.wait()])
        yield from _hear(course, step)
    refused = course.slot.answer()
    if refused is not None:
        outcome = Outcome.WAITING if course.changed else Outcome.BLOCKED
        raise course.stop(outcome, "budget", refused, "a person: mend what failed, then start a run again")


def _in_the_way(course: Course, step: PlanStep, named: Span) -> Step[InTheWay]:
    yield from steps.observe_clouds(course.ctx, CloudsOrder(run=course.order.run, clouds=course.task.clouds))
    return (yield from steps.in_the_way(course.ctx, ExpectedOrder(step=course.to_do(step), during=named)))


def _half_done(course: Course, progress: Progress) -> bool:
    """Whether a task that steps aside leaves half-done work, which counts for the failure budget.

    One that waits for the other side has verified its last change and not begun the next: it ends as waiting at worst.
    If it counted, the other side could not be let go within a budget of one, and both would wait for each other.
    """
    return course.changed and progress.waiting_for is not WaitingFor.PEER


def _hear(course: Course, step: PlanStep) -> Step[None]:
    """A task that waits for a slot may be ended meanwhile; a pause counts once it has one."""
    if course.commands.wait().is_complete:
        course.commands.take()
        if obeying.may_end(step):
            yield from control.heed(course, step, pauses=False)


def _heed(course: Course, step: PlanStep, wait: _Wait) -> Step[None]:
    """Obey a command that was heard, where the task may end or pause; a pause is no part of the time it may take."""
    if course.rung and obeying.may_end(step):
        since = course.now
        if (yield from control.heed(course, step, pauses=obeying.may_pause(step))):
            wait.due += course.now - since


def _sleep(course: Course, waits: Sequence[tuple[_Wait, Progress]]) -> Step[None]:
    """Sleep until the next look of any of them is due, or somebody reports or commands; each hears of a report."""
    timer = course.ctx.create_timer(min(wait.next_look(progress) for wait, progress in waits))
    report, command = course.reports.wait(), course.commands.wait()
    yield when_any([timer, report, command])
    if report.is_complete or command.is_complete:
        timer.cancel()
    if command.is_complete:
        course.commands.take()
        course.rung = True
    if report.is_complete:
        said = course.reports.take()
        for wait, _ in waits:
            wait.report = str(said.get("who", "somebody")) if isinstance(said, dict) else "somebody"


def _as_reported(progress: Progress, report: str | None) -> Progress:
    """A report that observation does not bear out changes what is waited for, never whether it is done.

    Of what no observation will ever show it is all there is, and is told as what it is.
    """
    if report is not None and progress.unseeable:
        return Progress(state=State.DONE, detail=f"inconclusive: {report} reported it as done, and {progress.detail}")
    if report is None or progress.waiting_for not in {WaitingFor.PERSON, WaitingFor.PROVIDER, WaitingFor.BUNDLE}:
        return progress
    return Progress(
        state=State.NOT_YET,
        detail=f"{report} reported it as done, but {progress.detail}",
        waiting_for=WaitingFor.REPORT_NOT_OBSERVED,
    )


def _stop(course: Course, progress: Progress) -> TaskStopped:
    course.changed = course.changed or progress.reason in STARTED_AND_FAILED
    return course.stop(Outcome.UNKNOWN, progress.reason, progress.detail, progress.remedy)


def _out_of_time(course: Course, step: PlanStep, progress: Progress, wait: _Wait) -> TaskStopped:
    who = polling.who_can_act(progress.waiting_for, step.owner, course.site)
    if progress.waiting_for in PATIENCE_ENDS:
        return TaskStopped(Outcome.WAITING, PATIENCE_ENDS[progress.waiting_for], progress.detail, who)
    detail = f"not done within {wait.budget}: {progress.detail}"
    remedy = progress.remedy or f"a person at {course.site}: look at the manager"
    return course.stop(Outcome.UNKNOWN, progress.reason or "timed-out", detail, remedy)
