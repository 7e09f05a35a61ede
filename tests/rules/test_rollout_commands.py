"""Admission under whatever people say, in whatever order: a state machine of commands, ends, words and clock jumps."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.model.command import Command, CommandKind, Standing
from shared.model.orders import Admission, GrantWord, SlotWord
from shared.model.plan import SubjectKind
from shared.model.policy import Approval, Owner, TimeOutAction
from shared.model.run import Outcome, TaskResult
from shared.model.waiting import WaitingFor
from shared.rules.commands import standing, word_of
from shared.rules.rollout import Rollout
from tests.rules.test_rollout import NOW, brief, end, rollout_of, wave
from tests.rules.test_rollout_properties import admissions

HOUR = timedelta(hours=1)
CLOUDS = ("pc-a", "pc-b")
SAID = st.sampled_from(
    (CommandKind.PAUSE, CommandKind.RESUME, CommandKind.RESUME, CommandKind.CANCEL, CommandKind.SKIP)
)
ROUNDS_MOST = 200
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


# --- approvals of one kind --------------------------------------------------------------------------------------------

ASKS = Approval(approvers=("ann", "bob"), time_out=48 * HOUR, on_time_out=TimeOutAction.CANCEL_WAVE)


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
