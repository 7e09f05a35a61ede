"""What holds of admission for any plan, any outcomes, any words of its tasks and any clock."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.orders import Admission, Calendar, GrantWord, SlotWord, TaskBrief, WaveBrief
from shared.model.policy import Approval, Owner, Soak, SoakCriterion, TimeOutAction
from shared.model.run import Outcome, TaskResult
from shared.model.soaking import SoakVerdict
from shared.model.span import Opening
from shared.rules.calendar.openings import fits
from shared.rules.rollout import Rollout, Watched
from tests.rules import soaks

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
STEPS_MAX = 600
HOURS = st.integers(0, 30)
LIMIT = st.none() | st.integers(1, 3)


@st.composite
def openings(draw: st.DrawFn) -> tuple[Opening, ...]:
    """Up to five windows, in order and apart, some with a cut-off and some shorter than what anybody needs."""
    found, at = list[Opening](), NOW
    for _ in range(draw(st.integers(0, 5))):
        opens = at + draw(HOURS) * HOUR
        closes = opens + draw(st.integers(1, 9)) * HOUR
        last = min(closes, opens + draw(st.integers(0, 9)) * HOUR)
        found.append(Opening(opens=opens, closes=closes, last_start=last))
        at = closes + HOUR
    return tuple(found)


@st.composite
def task_briefs(draw: st.DrawFn, index: int) -> TaskBrief:
    """One task that depends on earlier ones only."""
    before = draw(st.sets(st.integers(0, index - 1).map(str), max_size=2)) if index else set[str]()
    return TaskBrief(
        id=str(index),
        owner=draw(st.sampled_from((Owner.OURS, Owner.OURS, Owner.OURS, Owner.PROVIDER, Owner.ASSISTED))),
        depends_on=tuple(sorted(before)),
        mesh=False,
        networks=draw(st.integers(0, 4)),
        needs=draw(st.integers(0, 4)) * HOUR,
        calendar=draw(st.sampled_from(("", "", "north", "south"))),
    )


@st.composite
def wave_briefs(draw: st.DrawFn, name: str, tasks: tuple[str, ...]) -> WaveBrief:
    """One wave with or without soak, approval and limits."""
    soaking = st.builds(Soak, span=HOURS.map(lambda hours: hours * HOUR), require=st.just((SoakCriterion.NO_FAILURES,)))
    approvals = st.builds(
        Approval,
        approvers=st.just(("ann", "bob")),
        minimum=st.integers(1, 2),
        time_out=HOURS.map(lambda hours: hours * HOUR),
        on_time_out=st.just(TimeOutAction.CANCEL_WAVE),
    )
    return WaveBrief(
        name=name,
        tasks=tasks,
        concurrency=draw(st.integers(1, 4)),
        max_failed=draw(LIMIT),
        strict=draw(st.booleans()),
        soak=draw(st.none() | soaking),
        approval=draw(st.none() | st.none() | approvals),
    )


@st.composite
def admissions(draw: st.DrawFn) -> Admission:
    """Up to ten tasks in up to three waves."""
    size = draw(st.integers(1, 10))
    tasks = tuple(draw(task_briefs(index)) for index in range(size))
    cuts = sorted(draw(st.lists(st.integers(0, size), max_size=2)))
    bounds = list(zip([0, *cuts], [*cuts, size], strict=True))
    waves = tuple(
        draw(wave_briefs(f"wave {number}", tuple(str(index) for index in range(start, end))))
        for number, (start, end) in enumerate(bounds)
    )
    return Admission(
        tasks=tasks,
        waves=waves,
        concurrency=draw(st.integers(1, 4)),
        max_failed=draw(LIMIT),
        strict=draw(st.booleans()),
        networks_at_risk=draw(st.none() | st.integers(1, 6)),
        calendars=tuple(Calendar(key=key, openings=draw(openings())) for key in ("north", "south")),
    )


class Play:
    """Plays a rollout with chance for everything that happens outside of it, and watches every promise."""

    def __init__(self, admission: Admission, chance: random.Random) -> None:
        self.admission = admission
        self.chance = chance
        self.rollout = Rollout(admission)
        self.tasks = {task.id: task for task in admission.tasks}
        self.wave_of = {name: index for index, wave in enumerate(admission.waves) for name in wave.tasks}
        self.latest = self.seen = NOW
        self.ends: dict[str, TaskResult] = {}
        self.holding: set[str] = set()
        self.aside: dict[str, bool] = {}
        self.asking: set[str] = set()
        self.refused: set[str] = set()
        self.others: set[str] = set()
        self.watching: list[Watched] = []
        self.soaked: dict[str, SoakVerdict] = {}
        self.granted: set[str] = set()

    def go(self) -> None:
        """Play until every task has ended."""
        for _ in range(STEPS_MAX):
            if self.rollout.finished:
                break
            self.look()
            self.watch()
            if not self.rollout.finished:
                self.happen()
        assert self.rollout.finished, self.rollout.waiting(self.latest)
        assert self.ends.keys() == self.tasks.keys()

    def now(self) -> datetime:
        """What the clock says: the time, or, when somebody turned it back, one before. The latest one seen counts."""
        now = self.latest - self.chance.choice((0, 0, 0, 5, 40)) * HOUR
        self.seen = max(self.seen, now)
        return now

    def look(self) -> None:
        """One look of the driver."""
        answer = self.rollout.readmit(self.now())
        for name in answer.back:
            del self.aside[name]
            self.asking.discard(name)
            self.holding.add(name)
        self.refused.update(answer.refused)
        admitted = self.rollout.admit(self.now())
        for result in admitted.skipped:  # one look may end the rest of a wave and start the next
            self.end(result)
        self.watching += admitted.watch
        for name in admitted.start:
            self.start(self.tasks[name])

    def start(self, task: TaskBrief) -> None:
        """A task starts, and may."""
        assert task.id not in self.ends | self.aside
        assert all(self.ends[name].outcome is Outcome.SUCCEEDED for name in task.depends_on)
        earlier = (name for name, index in self.wave_of.items() if index < self.wave_of[task.id])
        assert all(name in self.ends for name in earlier), "an earlier wave goes on"
        self.may_follow(self.wave_of[task.id])
        if task.owner is not Owner.OURS:
            self.others.add(task.id)
            return
        calendars = {one.key: one.openings for one in self.admission.calendars}
        inside = [one for one in calendars.get(task.calendar, ()) if fits(one, self.seen, task.needs)]
        assert inside or not task.calendar, "outside of every window"
        self.holding.add(task.id)

    def may_follow(self, index: int) -> None:
        """Never after a soak that failed or before the time of one is over, and by people where nobody saw."""
        for before in self.admission.waves[:index]:
            ends = [self.ends[name].ended_at for name in before.tasks if self.ends[name].outcome is not Outcome.SKIPPED]
            if before.soak is not None and ends:
                assert self.soaked.get(before.name) is not SoakVerdict.FAIL
                assert self.seen >= max(ends) + before.soak.span
        nearest = next((one for one in reversed(self.admission.waves[:index]) if one.name in self.soaked), None)
        if nearest is not None and self.soaked[nearest.name] is SoakVerdict.INCONCLUSIVE:
            assert self.granted, "nobody let it go"

    def soak_ends(self) -> None:
        """What is watched comes out in any way, at any time."""
        one = self.watching.pop(0)
        verdict = self.chance.choice((*SoakVerdict, SoakVerdict.PASS, SoakVerdict.PASS))
        self.soaked[one.wave] = verdict
        soaks.told(self.rollout, (one,), self.now(), verdict)

    def end(self, result: TaskResult) -> None:
        """A task has ended, once."""
        assert result.task not in self.ends
        self.ends[result.task] = result

    def watch(self) -> None:
        """Every limit holds."""
        networks = self.admission.networks_at_risk
        assert len(self.holding) <= self.admission.concurrency
        assert networks is None or sum(self.tasks[name].networks for name in self.holding) <= networks
        for wave in self.admission.waves:
            assert sum(name in self.holding for name in wave.tasks) <= wave.concurrency
            assert self.within(wave.max_failed, wave.strict, wave.tasks)
        assert self.within(self.admission.max_failed, self.admission.strict, self.tasks)

    def within(self, max_failed: int | None, strict: bool, names: object) -> bool:  # noqa: FBT001 -- a record's field
        """A strict budget is kept even if everything failed that can, as far as it is ours."""
        assert isinstance(names, tuple | dict)
        ours = {name for name in names if self.tasks[name].owner is Owner.OURS}
        failed = sum(self.ends[name].outcome is Outcome.FAILED for name in ours & self.ends.keys())
        can = len(ours & self.holding) + sum(changed for name, changed in self.aside.items() if name in ours)
        return max_failed is None or not strict or failed + can <= max_failed

    def happen(self) -> None:
        """One thing happens: time passes, somebody speaks, or a task ends."""
        kind = self.chance.choice(("time", "wake", "word", "grant", "end", "end", "soak"))
        under_way = sorted(self.holding | self.others | self.aside.keys())
        if kind == "grant" and self.rollout.asking:
            word = GrantWord(wave=self.rollout.asking, by=self.chance.choice(("ann", "bob", "eve")))
            if self.rollout.grant(word, self.now()):
                self.granted.add(word.wave)
        elif kind == "soak" and self.watching:
            self.soak_ends()
        elif kind == "word" and self.holding | self.aside.keys():
            self.say(self.chance.choice(sorted(self.holding | self.aside.keys())))
        elif kind == "end" and under_way:
            self.finish(self.chance.choice(under_way))
        elif kind == "wake":
            self.latest = max(self.latest, self.rollout.next_wake(self.now()) or self.latest)
        else:
            self.latest += self.chance.randrange(12) * HOUR

    def say(self, name: str) -> None:
        """A task of ours steps aside, or wants to go on."""
        if name in self.holding:
            self.holding.discard(name)
            self.aside[name] = self.chance.random() < 0.5
            self.rollout.hear(SlotWord(task=name, wanted=False, changed=self.aside[name]))
        elif name not in self.refused:
            self.asking.add(name)
            self.rollout.hear(SlotWord(task=name, wanted=True))

    def finish(self, name: str) -> None:
        """A task ends; one that is aside with nothing half done does not end as failed."""
        outcomes = [one for one in Outcome if one is not Outcome.FAILED or not self.rollout.let_off(name)]
        result = TaskResult(
            task=name,
            outcome=self.chance.choice([*outcomes, Outcome.SUCCEEDED, Outcome.SUCCEEDED]),
            reason="because",
            detail="it did",
            who_can_act="somebody",
            ended_at=self.now(),
        )
        self.holding.discard(name)
        self.others.discard(name)
        self.aside.pop(name, None)
        self.end(result)
        for skipped in self.rollout.apply(result):
            self.end(skipped)


@given(admissions(), st.integers(0, 2**32))
@settings(max_examples=400, deadline=None)
def test_every_promise_holds_for_any_course_of_events(admission: Admission, seed: int) -> None:
    """Each task ends once and within every limit, window and wave; a run ends as long as tasks end and time passes."""
    Play(admission, random.Random(seed)).go()  # noqa: S311 -- a course of events, no secret


@given(admissions(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_input_does_not_matter(admission: Admission, chance: random.Random) -> None:
    """Only the order of waves and that of the tasks inside them counts."""
    shuffled = replace(
        admission,
        tasks=tuple(
            replace(task, depends_on=tuple(chance.sample(task.depends_on, len(task.depends_on))))
            for task in chance.sample(admission.tasks, len(admission.tasks))
        ),
        calendars=tuple(reversed(admission.calendars)),
    )

    assert _told(admission) == _told(shuffled)


def _told(admission: Admission) -> list[object]:
    """Everything that a rollout says when each task takes an hour."""
    rollout, told, now = Rollout(admission), list[object](), NOW
    for _ in range(60):
        admitted = rollout.admit(now)
        soaks.told(rollout, admitted.watch, now)
        told += [admitted, rollout.waiting(now), rollout.next_wake(now)]
        now += HOUR
        for name in sorted(rollout.running):
            result = TaskResult(
                task=name,
                outcome=Outcome.SUCCEEDED,
                reason="upgraded",
                detail="done",
                who_can_act="",
                ended_at=now,
            )
            told.append(rollout.apply(result))
    return told


@given(admissions())
@settings(max_examples=60, deadline=None)
def test_what_waits_is_everything_that_neither_goes_nor_has_ended(admission: Admission) -> None:
    """Count in = count out: after a look each task has started, has ended, or waits for one thing."""
    rollout = Rollout(admission)
    admitted = rollout.admit(NOW)

    counted = Counter([*admitted.start, *(one.task for one in admitted.skipped), *rollout.waiting(NOW)])

    assert counted == Counter(task.id for task in admission.tasks)
