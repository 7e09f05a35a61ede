"""When things will probably happen: the very same admission, driven through virtual time.

Twice: once as if every piece of work took as long as half of its kind do, once as long as nine in ten do. What a
forecast cannot know it assumes, and says so: everything succeeds, every soak passes, people let waves go some hours
after they are asked, and others begin at once or on the date that they announced.
"""

import heapq
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from shared.model.orders import Admission, GrantWord, SlotWord, TaskBrief
from shared.model.plan import Estimate
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.run import Outcome, TaskResult
from shared.model.soaking import SoakEnd, SoakVerdict
from shared.model.waiting import Waiting, WaitingFor
from shared.rules.admitting import held_back
from shared.rules.admitting.held_back import Because
from shared.rules.calendar.openings import next_fit
from shared.rules.rollout import Rollout

APPROVAL_DELAY = timedelta(hours=8)
"""How long people take to let a wave go: an assumption, about one working day."""

HALF_A_DAY = timedelta(hours=12)
"""Nights are counted from noon to noon, so that one window that lies over midnight is one night."""


@record
class TaskForecast:
    """When one task starts and ends; None where it does not within the horizon."""

    task: str
    start_p50: datetime | None
    end_p50: datetime | None
    start_p90: datetime | None
    end_p90: datetime | None


@record
class Forecast:
    """When a whole run happens."""

    tasks: tuple[TaskForecast, ...]
    """In the order in which the admission names them."""
    ends_p50: datetime | None
    ends_p90: datetime | None
    """None where some task does not end within the horizon."""
    nights: int
    """On how many nights, counted from noon to noon UTC, something of ours is started; of the slow drive."""
    approvals: tuple[str, ...]
    """Names of the waves that people have to let go."""
    never: Mapping[str, Waiting]
    """Tasks that do not start within the horizon, each with what it waits for then; of the slow drive."""


def forecast(
    admission: Admission,
    durations: Mapping[str, tuple[Estimate, ...]],
    now: datetime,
    horizon: datetime,
    *,
    not_before: Mapping[str, datetime] | None = None,
    approval_delay: timedelta = APPROVAL_DELAY,
) -> Forecast:
    """Drive an admission through virtual time.

    Args:
        admission: the same that a run gets.
        durations: how long each task takes, piece by piece: one piece for a task that goes in one, and one for each
            stretch between which a split task waits for its next window.
        now: when it begins.
        horizon: when to stop looking.
        not_before: when tasks begin at the earliest, such as on a date that the provider announced, or once people can
            have put the bundle there. One of ours is admitted all the same, and gives its place back meanwhile.
        approval_delay: how long people take to let a wave go once they are asked.
    """
    half = _Drive(admission, now, {name: _Course.of(parts, slow=False) for name, parts in durations.items()})
    most = _Drive(admission, now, {name: _Course.of(parts, slow=True) for name, parts in durations.items()})
    for drive in (half, most):
        drive.go(horizon, not_before or {}, approval_delay)
    return Forecast(
        tasks=tuple(
            TaskForecast(
                task=task.id,
                start_p50=half.starts.get(task.id),
                end_p50=half.ends.get(task.id),
                start_p90=most.starts.get(task.id),
                end_p90=most.ends.get(task.id),
            )
            for task in admission.tasks
        ),
        ends_p50=half.last_end,
        ends_p90=most.last_end,
        nights=len(most.nights),
        approvals=tuple(wave.name for wave in admission.waves if wave.approval and not wave.opened),
        never=most.never,
    )


@record
class _Course:
    """The pieces of one task in one drive."""

    takes: tuple[timedelta, ...]
    needs: tuple[timedelta, ...]
    """How much of a window each must find, whichever drive it is."""

    @classmethod
    def of(cls, parts: tuple[Estimate, ...], *, slow: bool) -> "_Course":
        """The pieces as they go in the slow drive, or in the other."""
        needs = tuple(one.p90 for one in parts)
        return cls(takes=needs if slow else tuple(one.p50 for one in parts), needs=needs)


class _Drive:
    """One way through virtual time."""

    def __init__(self, admission: Admission, now: datetime, courses: Mapping[str, _Course]) -> None:
        self.starts: dict[str, datetime] = {}
        self.ends: dict[str, datetime] = {}
        self.nights: set[date] = set()
        self.never: dict[str, Waiting] = {}
        self._now = now
        self._courses = courses
        self._rollout = Rollout(admission)
        self._tasks = {task.id: task for task in admission.tasks}
        self._approvals = {wave.name: wave.approval for wave in admission.waves}
        self._openings = {one.key: one.openings for one in admission.calendars}
        self._next_piece: dict[str, int] = {}
        self._events: list[tuple[datetime, int, str]] = []
        """When a piece of a task ends, or the window opens for which it stepped aside."""
        self._count = 0
        self._asked = ""
        self._let_go_at: datetime | None = None
        self._aside: set[str] = set()

    @property
    def last_end(self) -> datetime | None:
        """When everything has ended; None where something does not within the horizon."""
        still = self.starts.keys() - self.ends.keys()
        return None if self.never or still else max(self.ends.values(), default=self._now)

    def go(self, horizon: datetime, not_before: Mapping[str, datetime], approval_delay: timedelta) -> None:
        """Drive until everything has ended, or the horizon."""
        for task in self._tasks.values():
            if task.left_off.result is not None:
                self._take_skipped(self._rollout.apply(task.left_off.result))
        while True:
            self._admit(not_before)
            self._ask(approval_delay)
            moment = self._next_moment()
            if moment is None or moment > horizon:
                break
            self._now = max(self._now, moment)
            self._happen()
        self.never = {**self._rollout.waiting(self._now), **self.never}
        self.starts = {name: at for name, at in self.starts.items() if at <= horizon}

    def _next_moment(self) -> datetime | None:
        event = self._events[0][0] if self._events else None
        moments = (event, self._let_go_at, self._rollout.next_wake(self._now))
        return min((at for at in moments if at is not None), default=None)

    def _at(self, when: datetime, what: str) -> None:
        self._count += 1
        heapq.heappush(self._events, (when, self._count, what))

    def _admit(self, not_before: Mapping[str, datetime]) -> None:
        if self._aside:
            answer = self._rollout.readmit(self._now)
            for name in answer.back:
                self._go_on(name)
            for name in answer.refused:
                self._fail(name)
        while True:
            admitted = self._rollout.admit(self._now)
            self._take_skipped(admitted.skipped)
            for name in admitted.start:
                self._begin(self._tasks[name], not_before)
            if not admitted.watch:
                break
            for one in admitted.watch:
                end = SoakEnd(wave=one.wave, verdict=SoakVerdict.PASS, ended_at=self._now)
                self._rollout.soaked(end, self._now)

    def _ask(self, delay: timedelta) -> None:
        """People let a wave go some time after they are asked, and all of them at once."""
        wave = self._rollout.asking
        if wave is not None and wave != self._asked:
            self._asked, self._let_go_at = wave, self._now + delay

    def _happen(self) -> None:
        """Everything that is due now."""
        if self._let_go_at is not None and self._let_go_at <= self._now:
            self._let_go_at = None
            self._let_go(self._asked)
        while self._events and self._events[0][0] <= self._now:
            name = heapq.heappop(self._events)[2]
            if name in self._aside:
                self._rollout.hear(SlotWord(task=name, wanted=True))
            else:
                self._end_piece(name)

    def _let_go(self, wave: str) -> None:
        approval = self._approvals[wave]
        for number in range(approval.minimum if approval else 0):
            approver = approval.approvers[0] if approval else ""
            self._rollout.grant(GrantWord(wave=wave, by=f"person {number}", approver=approver), self._now)

    def _begin(self, task: TaskBrief, not_before: Mapping[str, datetime]) -> None:
        """Others go through all their pieces in one: nobody tells them when."""
        begin = max(self._now, not_before.get(task.id, self._now))
        if task.owner is Owner.OURS:
            self._next_piece[task.id] = 0
            self._go_on(task.id, begin)
            return
        self._next_piece[task.id] = len(self._courses[task.id].takes)
        self._at(begin + sum(self._courses[task.id].takes, timedelta()), task.id)
        self.starts[task.id] = begin

    def _begin_piece(self, name: str) -> None:
        piece = self._next_piece[name]
        self._next_piece[name] += 1
        self.starts.setdefault(name, self._now)
        self.nights.add((self._now - HALF_A_DAY).date())
        self._at(self._now + self._courses[name].takes[piece], name)

    def _end_piece(self, name: str) -> None:
        if self._next_piece[name] < len(self._courses[name].takes):
            self._go_on(name)
            return
        self.ends[name] = self._now
        self._apply(name, Outcome.SUCCEEDED, Because(reason="upgraded", detail="as forecast"))

    def _go_on(self, name: str, earliest: datetime | None = None) -> None:
        """Begin the next piece, or step aside until a window opens for it, not before `earliest`."""
        self._aside.discard(name)
        calendar = self._tasks[name].calendar
        openings = self._openings.get(calendar, ()) if calendar else None
        piece = self._next_piece[name]
        opens = next_fit(openings, earliest or self._now, self._courses[name].needs[piece])
        if opens is None:
            self._fail(name)
        elif opens > self._now:
            self._aside.add(name)
            self._rollout.hear(SlotWord(task=name, wanted=False, changed=piece > 0))
            self._at(opens, name)
        else:
            self._begin_piece(name)

    def _fail(self, name: str) -> None:
        """A split task for whose rest no window is left."""
        self._aside.discard(name)
        self.never[name] = held_back.waits(held_back.no_opening(), self._now)
        self._apply(name, Outcome.FAILED, held_back.no_opening())

    def _apply(self, name: str, outcome: Outcome, because: Because) -> None:
        result = TaskResult(
            task=name,
            outcome=outcome,
            reason=because.reason,
            detail=because.detail,
            who_can_act=because.who_can_act,
            ended_at=self._now,
        )
        self._take_skipped(self._rollout.apply(result))

    def _take_skipped(self, skipped: tuple[TaskResult, ...]) -> None:
        for one in skipped:
            reason = WaitingFor.WAVE if one.reason == held_back.SOAK else WaitingFor(one.reason)
            because = Because(reason=reason, detail=one.detail, who_can_act=one.who_can_act)
            self.never[one.task] = held_back.waits(because, one.ended_at)
