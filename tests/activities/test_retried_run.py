"""A run that carries out tasks of another one once more: by the same plan, and each call in an attempt of its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from activities.observe import discover
from activities.planning import plan
from shared.model.codec import to_json_text
from shared.model.confirmation import Confirmations
from shared.model.facts import ManagerFacts
from shared.model.ledger import ClaimState
from shared.model.orders import Planned, TaskBrief
from shared.model.policy import Owner
from shared.model.run import JournalEntry, JournalKind, Outcome, Retry, Run, RunKind, RunRequest, RunState, TaskResult
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, cloud_manager, connector, entry, policy
from tests.rules.test_ownership import confirmed

PC, ONE, TWO, THREE = "manager:pc", "manager:con-1", "manager:con-2", "manager:con-3"
STEP = "upgrade-manager:4.11.4"
SENT = (ClaimState.CLAIMED, ClaimState.SENDING)
PAST = {PC: Outcome.SUCCEEDED, ONE: Outcome.FAILED, TWO: Outcome.SKIPPED}
"""How the tasks of the first run ended; the last one has not."""


class OurHands(Hands):
    """The routes of every connector are confirmed, so that hcx-fleet upgrades them itself."""

    def confirmations(self) -> Confirmations:
        """One for the certificate that they all have."""
        return confirmed("upgrade-manager-4x")


class Fleet:
    """A private cloud with three connectors of ours, a run that carried out their plan, and what comes after it."""

    def __init__(self, folder: Path) -> None:
        self.hands = OurHands()
        names = ("con-1", "con-2", "con-3")
        self.hands.wanted = policy(connectors=tuple(entry(name, owner=Owner.OURS) for name in names))
        self.ports = ports_of(self.hands, folder)
        self.store = self.ports.store
        self.seen = [cloud_manager("pc", "4.10.3"), *(connector(name, "4.10.3", pairs=("pc",)) for name in names)]
        self.first = self.planned(asked(self.ports))
        for task, outcome in PAST.items():
            self.ends("r", task, outcome)

    def planned(self, request: RunRequest) -> Planned:
        """A run looks and plans."""
        discover(self.ports, request)
        self.observed(request.id, *self.seen)
        return plan(self.ports, request)

    def observed(self, run: str, *managers: ManagerFacts) -> None:
        """Keep these facts with a run."""
        for one in managers:
            self.store.put_document(run, f"facts/{one.manager.id}", to_json_text(one))

    def ends(self, run: str, task: str, outcome: Outcome) -> None:
        """A task of a run has ended so."""
        end = TaskResult(task=task, outcome=outcome, reason="r", detail="why", who_can_act="w", ended_at=NOW)
        key = f"{task}/ended"
        told = JournalEntry(key=key, at=NOW, kind=JournalKind.TASK_ENDED, text="", task=task, result=end)
        self.store.append(run, told)

    def sent(self, run: str, task: str, generation: int = 1, states: tuple[ClaimState, ...] = SENT) -> None:
        """The call of a task came that far."""
        claim = self.store.claim(task, STEP, generation, run, NOW)
        for state in states:
            claim = self.store.record_claim(claim, state, None, NOW)

    def request(
        self, run: str = "again", *, parent: str = "r", only: Retry = Retry.FAILED, tasks: tuple[str, ...] = ()
    ) -> RunRequest:
        """Somebody wants tasks carried out once more."""
        bare = replace(asked(self.ports, run=run), parent=parent, retry=only, retry_tasks=tasks)
        self.store.update_run(Run(request=bare, state=RunState.NOT_STARTED))
        return bare

    def retried(self, only: Retry = Retry.FAILED, tasks: tuple[str, ...] = ()) -> dict[str, TaskBrief]:
        """The tasks of a run that carries some out once more."""
        return briefs(self.planned(self.request(only=only, tasks=tasks)))


def briefs(planned: Planned) -> dict[str, TaskBrief]:
    """Its tasks by their ids."""
    assert planned.problem == ""
    return {task.id: task for task in planned.admission.tasks}


def carried_out(tasks: dict[str, TaskBrief]) -> set[str]:
    """Those that have not ended before they began."""
    return {name for name, task in tasks.items() if task.left_off.result is None}


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    """Its first run has come to its end, but for one task."""
    return Fleet(tmp_path)


# --- which tasks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("only", "tasks", "meant"),
    [
        (Retry.FAILED, (), {ONE}),
        (Retry.SKIPPED, (), {TWO}),
        (Retry.BOTH, (), {ONE, TWO}),
        (Retry.BOTH, (TWO,), {TWO}),
        (Retry.FAILED, (ONE,), {ONE}),
    ],
)
def test_only_what_is_meant_is_carried_out(fleet: Fleet, only: Retry, tasks: tuple[str, ...], meant: set[str]) -> None:
    """Every other task of the plan has ended before it begins."""
    assert carried_out(fleet.retried(only, tasks)) == meant


def test_the_plan_stays(fleet: Fleet) -> None:
    """The new run carries out the very plan of its parent."""
    planned = fleet.planned(fleet.request())

    assert planned.plan_hash == fleet.first.plan_hash


def test_a_success_stays_one(fleet: Fleet) -> None:
    """What has succeeded ends as it did; all else as left out, with how it stands and who can act."""
    tasks = fleet.retried()
    done, skipped, unended = (tasks[name].left_off.result for name in (PC, TWO, THREE))
    assert done is not None
    assert skipped is not None
    assert unended is not None

    assert (done.outcome, done.detail) == (Outcome.SUCCEEDED, "why")
    assert (skipped.outcome, skipped.reason) == (Outcome.SKIPPED, "not-retried")
    assert skipped.detail.endswith("in run r it ended as skipped")
    assert skipped.who_can_act == f"a person: hcx-fleet retry again --task {TWO} --as NAME"
    assert unended.detail.endswith("in run r it has not ended")
    assert unended.who_can_act == "nobody: run r has it"


def test_the_journal_tells_what_is_passed_over(fleet: Fleet) -> None:
    """Status and reports of the new run find each end there, and which tasks it is about."""
    fleet.retried()
    told = [one for _, one in fleet.store.journal("again")]
    ended = {one.task for one in told if one.kind is JournalKind.TASK_ENDED}

    assert ended == {PC, TWO, THREE}
    assert f"1 task of run r once more: {ONE}" in [one.text for one in told]


def test_a_retry_of_a_retry(fleet: Fleet) -> None:
    """What succeeded in the first run or in the second one is done; what the second one left out can be tried now."""
    fleet.retried()
    fleet.ends("again", ONE, Outcome.SUCCEEDED)
    third = briefs(fleet.planned(fleet.request("third", parent="again", only=Retry.SKIPPED)))

    assert carried_out(third) == {TWO, THREE}
    assert {name for name in (PC, ONE) if third[name].left_off.result is not None} == {PC, ONE}


def test_a_run_that_goes_on_comes_to_the_same(fleet: Fleet) -> None:
    """Its host went away; meanwhile the parent has come to more ends, which are none of its business any more."""
    first = fleet.planned(fleet.request())
    fleet.ends("r", THREE, Outcome.FAILED)
    kept = fleet.store.run("again")
    assert kept is not None

    assert plan(fleet.ports, kept.request) == first


def test_a_host_that_goes_away_while_it_plans(fleet: Fleet) -> None:
    """What was passed over before the plan was kept stays so, though its end in the parent came to be meant."""
    fleet.sent("r", THREE)
    request = fleet.request()
    first = fleet.planned(request)
    fleet.store.update_run(Run(request=request, state=RunState.NOT_STARTED))
    fleet.ends("r", THREE, Outcome.FAILED)

    assert plan(fleet.ports, request) == first
    assert fleet.store.generation(THREE) == 1


# --- attempts ---------------------------------------------------------------------------------------------------------


def test_what_may_have_been_sent_gets_another_attempt(fleet: Fleet) -> None:
    """The call may be made once more under the next generation, and the row of the first one stays as it was."""
    fleet.sent("r", ONE)
    tasks = fleet.retried()
    (row,) = fleet.store.claims_of("r")

    assert (tasks[ONE].generation, tasks[PC].generation) == (2, 1)
    assert (row.generation, row.state) == (1, ClaimState.SENDING)
    assert any("as attempt 2" in one.text for _, one in fleet.store.journal("again"))


@pytest.mark.parametrize("states", [(), (ClaimState.CLAIMED,), (ClaimState.RELEASED,)])
def test_what_was_not_sent_keeps_its_attempt(fleet: Fleet, states: tuple[ClaimState, ...]) -> None:
    """Nothing can be made twice there."""
    fleet.sent("r", ONE, states=states)

    assert fleet.retried()[ONE].generation == 1


def test_one_retry_is_one_attempt(fleet: Fleet) -> None:
    """However often the planning of the new run is delivered, and whatever it has sent by then."""
    fleet.sent("r", ONE)
    request = fleet.request()
    fleet.planned(request)
    fleet.store.update_run(Run(request=request, state=RunState.NOT_STARTED))
    again = briefs(plan(fleet.ports, request))
    fleet.sent("again", ONE, generation=2)
    late = briefs(plan(fleet.ports, request))

    assert (again[ONE].generation, late[ONE].generation) == (2, 2)
    assert late[ONE].left_off.begun == (STEP,)


def test_the_retry_of_an_unconfirmed_retry_sends_once_more(fleet: Fleet) -> None:
    """Each word of a person is one more attempt, whichever run of the plan is named as the parent."""
    fleet.sent("r", ONE)
    fleet.retried()
    fleet.sent("again", ONE, generation=2)
    fleet.ends("again", ONE, Outcome.FAILED)
    third = briefs(fleet.planned(fleet.request("third")))

    assert third[ONE].generation == 3


def test_what_the_retried_run_sent_before_is_no_drift(fleet: Fleet) -> None:
    """A manager that the parent brought half way is where the plan takes it, and the retry goes on from there."""
    fleet.sent("r", ONE)
    fleet.seen[1] = connector("con-1", "4.11.4", pairs=("pc",))

    assert carried_out(fleet.retried()) == {ONE}


def test_a_change_that_nobody_sent_is_drift(fleet: Fleet) -> None:
    """The same, where the ledger knows of no call: somebody else did it, and the retry is refused."""
    fleet.seen[1] = connector("con-1", "4.11.4", pairs=("pc",))

    assert "the plan does not hold any more" in fleet.planned(fleet.request()).problem


def test_a_run_keeps_the_attempt_that_it_has_sent_in(fleet: Fleet) -> None:
    """Somebody else's retry raises the generation; a run that goes on does not forget what it has sent itself."""
    fleet.sent("r", THREE)
    fleet.store.raise_generation(THREE, "another", NOW)
    kept = fleet.store.run("r")
    assert kept is not None
    tasks = briefs(plan(fleet.ports, kept.request))

    assert (tasks[THREE].generation, tasks[THREE].left_off.begun) == (1, (STEP,))


def test_a_new_run_goes_by_the_newest_attempt(fleet: Fleet) -> None:
    """A plan that is carried out later begins where the last retry left off."""
    fleet.store.raise_generation(TWO, "another", NOW)

    assert briefs(fleet.planned(asked(fleet.ports, run="later")))[TWO].generation == 2


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parent", "only", "tasks", "told"),
    [
        ("nobody", Retry.BOTH, (), "there is no run nobody"),
        ("bare", Retry.BOTH, (), "run bare has carried out no plan"),
        ("r", Retry.BOTH, ("manager:x",), "run r has no task manager:x"),
        ("r", Retry.FAILED, (TWO,), f"{TWO} ended as skipped"),
        ("r", Retry.BOTH, (PC,), f"{PC} ended as succeeded"),
        ("r", Retry.BOTH, (THREE,), f"{THREE} has not ended"),
    ],
)
def test_what_cannot_be_retried(fleet: Fleet, parent: str, only: Retry, tasks: tuple[str, ...], told: str) -> None:
    """The run ends with why, before anything is kept of a plan or raised."""
    asked(fleet.ports, run="bare")
    fleet.sent("r", ONE)
    planned = fleet.planned(fleet.request(parent=parent, only=only, tasks=tasks))
    kept = fleet.store.run("again")

    assert told in planned.problem
    assert kept is not None
    assert kept.plan_hash is None
    assert fleet.store.generation(ONE) == 1


def test_a_run_of_successes_has_nothing_to_retry(tmp_path: Path) -> None:
    """No task of it ended as is meant."""
    fleet = Fleet(tmp_path)
    found = fleet.planned(fleet.request(only=Retry.FAILED))
    fleet.ends("again", ONE, Outcome.SUCCEEDED)
    none = fleet.planned(fleet.request("third", parent="again"))

    assert found.problem == ""
    assert "no task of it has ended as failed" in none.problem


def test_another_plan_is_refused(fleet: Fleet) -> None:
    """A retry that names a plan names that of its parent."""
    request = replace(fleet.request(), plan_hash="f" * 64)

    assert "its retry names plan ffffffffffff" in fleet.planned(request).problem


def test_what_has_changed_meanwhile_voids_it(fleet: Fleet) -> None:
    """Nothing is passed over, and no attempt opened, where the plan does not hold any more."""
    fleet.sent("r", ONE)
    fleet.seen[2] = connector("con-2", "4.11.4", pairs=("pc",))
    planned = fleet.planned(fleet.request())

    assert "the plan does not hold any more" in planned.problem
    assert [one for _, one in fleet.store.journal("again") if one.task] == []
    assert fleet.store.generation(ONE) == 1


def test_a_look_is_never_retried(fleet: Fleet) -> None:
    """A plan that was only made has carried out nothing."""
    fleet.planned(asked(fleet.ports, RunKind.PLAN, run="look"))

    assert "run look has carried out no plan" in fleet.planned(fleet.request(parent="look")).problem
