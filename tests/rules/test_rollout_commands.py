"""Admission under whatever people say, in whatever order: a state machine of commands, ends, words and clock jumps."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.model.command import Command, CommandKind, Standing
from shared.model.orders import Admission, GrantWord, SlotWord
from shared.model.plan import SubjectKind
from shared.model.policy import Approval, Owner, TimeOutAction
from shared.model.run import Outcome, TaskResult
from shared.model.soaking import SoakVerdict
from shared.model.waiting import WaitingFor
from shared.rules.commands import standing, word_of
from shared.rules.rollout import Rollout, Watched
from tests.rules import soaks
from tests.rules.test_rollout import NOW, brief, end, rollout_of, wave
from tests.rules.test_rollout_properties import admissions

HOUR = timedelta(hours=1)
CLOUDS = ("pc-a", "pc-b")
SAID = st.sampled_from(
    (CommandKind.PAUSE, CommandKind.RESUME, CommandKind.RESUME, CommandKind.CANCEL, CommandKind.SKIP)
)
ROUNDS_MOST = 200
ASKS = Approval(approvers=("ann", "bob"), time_out=48 * HOUR, on_time_out=TimeOutAction.CANCEL_WAVE)
DURATIONS = st.integers(-3, 40).map(lambda hours: hours * HOUR)


@st.composite
def commanded(draw: st.DrawFn) -> Admission:
    """An admission whose tasks belong to private clouds, and some of which are about meshes."""
    made = draw(admissions())
    tasks = (
        replace(one, mesh=draw(st.booleans()), clouds=tuple(draw(st.sets(st.sampled_from(CLOUDS)))))
        for one in made.tasks
    )
    return replace(made, tasks=tuple(tasks))


class Commanded(RuleBasedStateMachine):
    """One run, whose people change their minds."""

    @initialize(admission=commanded())
    def begin(self, admission: Admission) -> None:
        """A run begins."""
        self.admission = admission
        self.tasks = {one.id: one for one in admission.tasks}
        self.rollout = Rollout(admission)
        self.at = NOW
        self.commands: list[Command] = []
        self.started: list[str] = []
        self.ends: list[TaskResult] = []
        self.aside: set[str] = set()
        self.watching: list[Watched] = []

    @precondition(lambda self: self.watching)
    @rule(verdict=st.sampled_from((SoakVerdict.PASS, SoakVerdict.PASS, SoakVerdict.FAIL)))
    def a_soak_ends(self, verdict: SoakVerdict) -> None:
        """In its own time."""
        soaks.told(self.rollout, (self.watching.pop(),), self.at, verdict)

    @rule(by=DURATIONS)
    def time_passes(self, by: timedelta) -> None:
        """Or jumps back."""
        self.at += by

    @rule()
    def look(self) -> None:
        """The run lets go what may go."""
        for name in self.rollout.readmit(self.at).back:
            self.aside.discard(name)
        before = {name: standing(self.commands, one).standing for name, one in self.tasks.items()}
        admitted = self.rollout.admit(self.at)
        assert {before[name] for name in admitted.start} <= {Standing.GO}
        self.watching += admitted.watch
        self.started += admitted.start
        self.ends += admitted.skipped

    @rule(kind=SAID, data=st.data())
    def somebody_says(self, kind: CommandKind, data: st.DataObject) -> None:
        """Of one task, one private cloud or the whole run."""
        task = data.draw(st.none() | st.sampled_from(sorted(self.tasks)))
        cloud = None if task else data.draw(st.none() | st.sampled_from(CLOUDS))
        self.commands.append(self._command(kind, task=task, cloud=cloud))
        self.ends += self.rollout.obey(self.commands, self.at)

    @rule(kind=st.sampled_from((CommandKind.APPROVE, CommandKind.REJECT)), data=st.data())
    def somebody_answers(self, kind: CommandKind, data: st.DataObject) -> None:
        """About a wave, asked or not."""
        name = data.draw(st.sampled_from([one.name for one in self.admission.waves]))
        tasks = data.draw(st.sampled_from((None, None, SubjectKind.MESH, SubjectKind.CONNECTOR)))
        by = data.draw(st.sampled_from(("ann", "bob", "eve")))
        word = word_of(replace(self._command(kind), wave=name, tasks=tasks, by=by))
        asking = self.rollout.asking
        if kind is CommandKind.APPROVE:
            assert not self.rollout.grant(word, self.at) or (asking in {name, None} and by != "eve")
        else:
            self.ends += self.rollout.reject(word, self.at) or ()

    @precondition(lambda self: self.rollout.running)
    @rule(data=st.data(), outcome=st.sampled_from((*Outcome,)))
    def task_ends(self, data: st.DataObject, outcome: Outcome) -> None:
        """In any way, several of them one after the other."""
        name = data.draw(st.sampled_from(sorted(self.rollout.running)))
        if self.rollout.let_off(name) and outcome is Outcome.FAILED:
            outcome = Outcome.BLOCKED  # what is aside with nothing half done cannot fail
        result = TaskResult(
            task=name, outcome=outcome, reason="some", detail="some", who_can_act="some", ended_at=max(self.at, NOW)
        )
        self.aside.discard(name)
        self.ends += [result, *self.rollout.apply(result)]

    @precondition(lambda self: self.rollout.running)
    @rule(data=st.data(), changed=st.booleans())
    def task_steps_aside(self, data: st.DataObject, changed: bool) -> None:  # noqa: FBT001 -- drawn
        """It waits for somebody, or asks for its slot again."""
        name = data.draw(st.sampled_from(sorted(self.rollout.running)))
        wanted = name in self.aside
        if self.tasks[name].owner is Owner.OURS:
            self.rollout.hear(SlotWord(task=name, wanted=wanted, changed=changed and not wanted))
            self.aside.add(name)

    @invariant()
    def every_task_ends_once(self) -> None:
        """Nothing ends twice, and nothing starts twice or after its end."""
        ended = Counter(one.task for one in self.ends)
        assert set(ended.values()) <= {1}
        assert set(Counter(self.started).values()) <= {1}
        assert self.rollout.running == set(self.started) - ended.keys()
        assert self.rollout.finished == (ended.keys() == self.tasks.keys())

    @invariant()
    def the_budget_holds(self) -> None:
        """Strict: however tasks end and whatever people say, no more fail than may."""
        failed = sum(one.outcome is Outcome.FAILED for one in self.ends if self.tasks[one.task].owner is Owner.OURS)
        if self.admission.strict and self.admission.max_failed is not None:
            assert failed <= self.admission.max_failed

    @invariant()
    def everybody_waits_for_something(self) -> None:
        """What has not started and not ended says what it waits for; while a pause lies on it, it may say so."""
        told = self.rollout.waiting(self.at)
        left = self.tasks.keys() - {one.task for one in self.ends} - set(self.started)
        assert told.keys() == left
        for name in (name for name, one in told.items() if one.reason is WaitingFor.PAUSED):
            assert standing(self.commands, self.tasks[name]).standing is Standing.PAUSED

    def teardown(self) -> None:
        """Whatever people said, with every pause over and every wave let go the run comes to its end."""
        self.commands.append(self._command(CommandKind.RESUME))
        self.ends += self.rollout.obey(self.commands, self.at)
        for _ in range(ROUNDS_MOST):
            if self.rollout.finished:
                break
            self.look()
            soaks.told(self.rollout, self.watching, self.at)
            self.watching = []
            for by in ("ann", "bob"):
                self.rollout.grant(GrantWord(wave=self.rollout.asking or "", by=by), self.at)
            for name in sorted(self.rollout.running):
                self.aside.discard(name)
                ended = end(name, at=max(self.at, NOW))
                self.ends += [ended, *self.rollout.apply(ended)]
            self.at = max(self.at, self.rollout.next_wake(self.at) or self.at)
        assert self.rollout.finished, self.rollout.waiting(self.at)
        self.every_task_ends_once()

    def _command(self, kind: CommandKind, task: str | None = None, cloud: str | None = None) -> Command:
        key = f"{len(self.commands)}"
        return Command(key=key, kind=kind, by="ann", authenticated=False, at=self.at, task=task, cloud=cloud)


TestCommanded = Commanded.TestCase
TestCommanded.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


# --- what changes after a word ----------------------------------------------------------------------------------------


@given(admission=commanded(), data=st.data())
@settings(max_examples=80, deadline=None)
def test_whatever_changes_meshes_go_by_a_word_from_after_it(admission: Admission, data: st.DataObject) -> None:
    """However often that happens, no mesh starts until somebody lets it go once more; and the run comes to its end."""
    waves = tuple(replace(one, approval=one.approval or ASKS) for one in admission.waves)
    rollout, at, tasks = Rollout(replace(admission, waves=waves)), NOW, {one.id: one for one in admission.tasks}
    for turn in range(ROUNDS_MOST):
        if rollout.finished:
            break
        wave = rollout.in_question(at)
        if wave is not None and turn < ROUNDS_MOST / 4 and data.draw(st.booleans()):
            rollout.overtake(wave, "something", at)
            assert rollout.in_question(at) is None
            meshes = {name for one in waves if one.name == wave for name in one.tasks if tasks[name].mesh}
            assert not meshes & rollout.running
            soaks.told(rollout, rollout.admit(at).watch, at)
            assert not meshes & rollout.running
        soaks.told(rollout, rollout.admit(at).watch, at)
        for by in ("ann", "bob"):
            rollout.grant(GrantWord(wave=rollout.asking or "", by=by, at=at), at)
        for name in sorted(rollout.running):
            rollout.apply(end(name, at=at))
        at = max(at, rollout.next_wake(at) or at)
    assert rollout.finished, rollout.waiting(at)


# --- approvals of one kind --------------------------------------------------------------------------------------------


def mixed() -> Rollout:
    """A wave with a manager and a mesh that comes after it."""
    mesh = replace(brief("mesh", "manager"), mesh=True)
    return rollout_of([brief("manager"), mesh], wave("all", "manager", "mesh", approval=ASKS))


def test_managers_are_let_go_alone() -> None:
    """The mesh is asked about when its managers have ended, and has its whole time from then."""
    rollout = mixed()
    rollout.admit(NOW)
    assert not rollout.grant(GrantWord(wave="all", by="ann", meshes=True), NOW)
    assert rollout.grant(GrantWord(wave="all", by="ann", meshes=False), NOW)
    first = rollout.admit(NOW)
    rollout.apply(end("manager", at=NOW + 60 * HOUR))
    asked = rollout.admit(NOW + 60 * HOUR)

    assert (first.start, asked.start, rollout.asking) == (("manager",), (), "all")
    assert (asked.news[-1].turn, asked.news[-1].meshes) == ("asked", True)
    assert rollout.next_wake(NOW + 60 * HOUR) == NOW + 108 * HOUR
    assert rollout.grant(GrantWord(wave="all", by="bob"), NOW + 61 * HOUR)
    assert rollout.admit(NOW + 61 * HOUR).start == ("mesh",)


def beside() -> Rollout:
    """A wave whose mesh could go at once, and whose manager may wait in the middle for that mesh."""
    mesh = replace(brief("mesh"), mesh=True)
    both = [brief("manager"), brief("other"), mesh]
    return rollout_of(both, wave("all", "manager", "other", "mesh", approval=ASKS), concurrency=1)


def test_a_mesh_is_asked_about_as_soon_as_it_could_go() -> None:
    """Its managers go on meanwhile: nobody waits for a mesh that nobody is asked about."""
    rollout = beside()
    rollout.admit(NOW)
    rollout.grant(GrantWord(wave="all", by="ann", meshes=False), NOW + 40 * HOUR)
    looked = rollout.admit(NOW + 40 * HOUR)
    rollout.apply(end("manager", at=NOW + 41 * HOUR))
    after = rollout.admit(NOW + 41 * HOUR)

    assert (looked.start, after.start, rollout.asking) == (("manager",), ("other",), "all")
    assert [(one.turn, one.meshes) for one in looked.news] == [("open", False), ("asked", True)]
    assert rollout.waiting(NOW + 41 * HOUR)["mesh"].due == NOW + 88 * HOUR


def test_nobody_who_lets_meshes_go_ends_the_meshes_alone() -> None:
    """The managers of the wave had been let go, and those that have not started yet still go."""
    rollout = beside()
    rollout.admit(NOW)
    rollout.grant(GrantWord(wave="all", by="ann", meshes=False), NOW)
    rollout.admit(NOW)
    late = rollout.admit(NOW + 48 * HOUR)
    rollout.apply(end("manager", at=NOW + 49 * HOUR))

    assert [(one.task, one.reason) for one in late.skipped] == [("mesh", "approval")]
    assert rollout.admit(NOW + 49 * HOUR).start == ("other",)


def test_a_kind_of_tasks_may_be_rejected_alone() -> None:
    """Who rejects the managers has said nothing of a mesh that needs none of them."""
    rollout = beside()
    rollout.admit(NOW)
    ended = rollout.reject(GrantWord(wave="all", by="bob", meshes=False), NOW, "not this year")

    assert ended is not None
    assert [(one.task, one.reason) for one in ended] == [("manager", "rejected"), ("other", "rejected")]
    assert ended[0].detail == "bob rejected the manager tasks of wave all: not this year"
    rollout.admit(NOW)
    assert (rollout.asking, list(rollout.waiting(NOW))) == ("all", ["mesh"])


def test_a_word_said_in_time_counts_though_it_is_heard_late() -> None:
    """Its bell was lost, and the run looks only when the time for it is over."""
    for said, counts in ((NOW + 47 * HOUR, True), (NOW + 48 * HOUR, False)):
        rollout = mixed()
        rollout.admit(NOW)
        assert rollout.grant(GrantWord(wave="all", by="ann", at=said), NOW + 48 * HOUR) is counts
        assert bool(rollout.admit(NOW + 48 * HOUR).start) is counts


def test_one_word_lets_both_go() -> None:
    """Nobody is asked a second time."""
    rollout = mixed()
    rollout.admit(NOW)
    rollout.grant(GrantWord(wave="all", by="ann"), NOW)
    rollout.admit(NOW)
    rollout.apply(end("manager"))

    assert rollout.admit(NOW).start == ("mesh",)


def overtaken() -> Rollout:
    """Ann let both go at once, the manager has ended, and something changed before the mesh began."""
    rollout = mixed()
    rollout.admit(NOW)
    rollout.grant(GrantWord(wave="all", by="ann"), NOW)
    rollout.admit(NOW)
    rollout.apply(end("manager", at=NOW + 60 * HOUR))
    assert rollout.in_question(NOW + 60 * HOUR) == "all"
    news = rollout.overtake("all", "con-lyon is at 4.12.0", NOW + 60 * HOUR)
    assert news is not None
    assert (news.turn, news.meshes, news.anew) == ("overtaken", True, 0)
    return rollout


def test_meshes_are_asked_about_anew() -> None:
    """With what has changed, and with the whole time for an answer; the mesh starts when somebody gives one."""
    rollout = overtaken()
    asked = rollout.admit(NOW + 60 * HOUR)
    waits = rollout.waiting(NOW + 60 * HOUR)["mesh"]

    assert (asked.start, rollout.asking, asked.news[-1].anew) == ((), "all", 1)
    assert "once more, since con-lyon is at 4.12.0" in asked.news[-1].because.detail
    assert (waits.due, waits.detail) == (NOW + 108 * HOUR, asked.news[-1].because.detail)
    assert rollout.grant(GrantWord(wave="all", by="bob", at=NOW + 61 * HOUR), NOW + 61 * HOUR)
    gone = rollout.admit(NOW + 61 * HOUR)
    assert ((gone.news[0].turn, gone.news[0].anew), gone.start) == (("open", 1), ("mesh",))


def test_a_word_from_before_they_were_asked_anew_does_not_count() -> None:
    """Whoever said it did not know what has changed, though the run hears of it only now."""
    rollout = overtaken()

    assert not rollout.grant(GrantWord(wave="all", by="bob", at=NOW + 59 * HOUR), NOW + 61 * HOUR)
    assert rollout.admit(NOW + 61 * HOUR).start == ()
    assert rollout.grant(GrantWord(wave="all", by="bob", at=NOW + 60 * HOUR), NOW + 61 * HOUR)


def test_nobody_answers_anew() -> None:
    """The meshes alone end, as when nobody had ever let them go."""
    rollout = overtaken()
    rollout.admit(NOW + 60 * HOUR)

    assert [(one.task, one.reason) for one in rollout.admit(NOW + 108 * HOUR).skipped] == [("mesh", "approval")]


def test_meshes_are_in_question_until_the_first_of_them_starts() -> None:
    """Not before one could start, nor once one has; and never where nobody has to let them go."""
    meshes = [replace(brief(name, "manager"), mesh=True) for name in ("mesh", "other")]
    both = [brief("manager"), *meshes]
    rollout = rollout_of(both, wave("all", "manager", "mesh", "other", approval=ASKS), concurrency=1)
    rollout.admit(NOW)
    rollout.grant(GrantWord(wave="all", by="ann"), NOW)
    early = rollout.in_question(NOW)
    rollout.admit(NOW)
    rollout.apply(end("manager"))
    asked = rollout.in_question(NOW)
    started = rollout.admit(NOW).start

    assert (early, asked, started, rollout.in_question(NOW)) == (None, "all", ("mesh",), None)
    free = rollout_of([replace(brief("mesh"), mesh=True)])
    assert free.in_question(NOW) is None


def test_a_paused_mesh_is_not_in_question() -> None:
    """It could not start now, whatever has changed; when the pause is over it is."""
    rollout = mixed()
    rollout.admit(NOW)
    rollout.grant(GrantWord(wave="all", by="ann"), NOW)
    rollout.admit(NOW)
    rollout.obey([pause("mesh")], NOW)
    rollout.apply(end("manager"))
    paused = rollout.in_question(NOW)
    rollout.obey([pause("mesh"), pause("mesh", CommandKind.RESUME)], NOW)

    assert (paused, rollout.in_question(NOW)) == (None, "all")


@pytest.mark.parametrize(
    ("word", "counts"),
    [
        (GrantWord(wave="all", by="ann", at=NOW - HOUR), True),
        (GrantWord(wave="all", by="ann", meshes=False, at=NOW - HOUR), True),
        (GrantWord(wave="all", by="ann", meshes=True, at=NOW - HOUR), False),
        (GrantWord(wave="other", by="ann", at=NOW - HOUR), False),
        (GrantWord(wave="all", by="eve", at=NOW - HOUR), False),
    ],
)
def test_a_word_from_before_it_was_asked_counts_for_what_is_asked_alone(word: GrantWord, *, counts: bool) -> None:
    """The clocks of two hosts differ; but another wave, another kind of tasks or another person is never meant."""
    rollout = mixed()
    rollout.admit(NOW)

    assert rollout.grant(word, NOW) is counts
    assert bool(rollout.admit(NOW).start) is counts


def test_the_time_to_answer_does_not_begin_anew() -> None:
    """A run that goes on counts it from when people were asked, and takes an answer that came while it was away."""
    before = replace(wave("all", "manager", "mesh", approval=ASKS), asked_since=NOW - 47 * HOUR)
    tasks = [brief("manager"), replace(brief("mesh", "manager"), mesh=True)]
    rollout = rollout_of(tasks, before)
    asked = rollout.admit(NOW)

    assert (asked.skipped, asked.news[0].until, rollout.next_wake(NOW)) == ((), NOW + HOUR, NOW + HOUR)
    assert {one.reason for one in rollout.admit(NOW + HOUR).skipped} == {"approval"}
    late = rollout_of(tasks, before)
    assert late.grant(GrantWord(wave="all", by="ann", at=NOW - 40 * HOUR), NOW + 9 * HOUR)
    assert late.admit(NOW + 9 * HOUR).start == ("manager",)


def test_nor_does_the_time_to_answer_for_meshes() -> None:
    """Whether they are asked about for the first time or anew; what was said before that still does not count."""
    gone = replace(wave("all", "manager", "mesh", approval=ASKS), opened=True)
    before = replace(gone, asked_meshes_since=NOW - 40 * HOUR, anew=1, overtaken_at=NOW - 40 * HOUR)
    rollout = rollout_of([brief("manager"), replace(brief("mesh", "manager"), mesh=True)], before)
    rollout.apply(end("manager", at=NOW - 41 * HOUR))
    asked = rollout.admit(NOW)

    assert (asked.news[-1].until, asked.news[-1].anew) == (NOW + 8 * HOUR, 1)
    assert not rollout.grant(GrantWord(wave="all", by="ann", at=NOW - 41 * HOUR), NOW)
    assert rollout.grant(GrantWord(wave="all", by="ann", at=NOW - 39 * HOUR), NOW)


def test_what_people_said_cannot_be_read() -> None:
    """What has not started never does, and says who mends it; what is under way comes to its own end."""
    rollout = rollout_of([brief("one"), brief("two", "one"), brief("three")], concurrency=1)
    rollout.admit(NOW)
    ends = rollout.stop("command 2 to run r was changed", NOW)

    assert [(one.task, one.outcome, one.reason) for one in ends] == [
        ("two", Outcome.SKIPPED, "commands-changed"),
        ("three", Outcome.SKIPPED, "commands-changed"),
    ]
    assert (ends[0].detail, set(rollout.running)) == ("command 2 to run r was changed", {"one"})
    assert rollout.stop("command 2 to run r was changed", NOW) == ()
    rollout.apply(end("one"))
    assert rollout.finished


def test_what_was_let_go_before_is_not_asked_again() -> None:
    """A run that goes on knows from its journal which of both kinds had been let go."""
    mesh = replace(brief("mesh", "manager"), mesh=True)
    before = replace(wave("all", "manager", "mesh", approval=ASKS), opened=True)
    rollout = rollout_of([brief("manager"), mesh], before)
    first = rollout.admit(NOW)
    rollout.apply(end("manager"))
    rollout.admit(NOW)

    assert (first.start, rollout.asking) == (("manager",), "all")
    again = rollout_of([brief("manager"), mesh], replace(before, opened_meshes=True))
    again.admit(NOW)
    again.apply(end("manager"))
    assert again.admit(NOW).start == ("mesh",)


def pause(task: str | None = None, kind: CommandKind = CommandKind.PAUSE) -> Command:
    """Somebody says it of one task, or of the whole run."""
    return Command(key=f"{kind}/{task}", kind=kind, by="ann", authenticated=False, at=NOW, task=task)


def test_a_pause_is_no_dead_end() -> None:
    """With all that is left paused nothing ends by itself, and the end of the pause lets it go."""
    rollout = rollout_of([brief("one"), brief("two", "one")])
    rollout.obey([pause("one")], NOW)
    looked = rollout.admit(NOW)

    assert (looked.start, looked.skipped, rollout.waiting(NOW)["one"].reason) == ((), (), WaitingFor.PAUSED)
    rollout.obey([pause("one"), pause("one", CommandKind.RESUME)], NOW)
    assert rollout.admit(NOW).start == ("one",)


def test_a_cancel_ends_what_has_not_begun_and_what_depends_on_it() -> None:
    """The one that was meant is canceled, and the other is skipped for want of it."""
    rollout = rollout_of([brief("one"), brief("two", "one"), brief("three")])
    ended = rollout.obey([pause("one", CommandKind.CANCEL)], NOW)

    assert [(one.task, one.outcome) for one in ended] == [("one", Outcome.CANCELED), ("two", Outcome.SKIPPED)]
    assert rollout.admit(NOW).start == ("three",)
