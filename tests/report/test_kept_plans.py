"""Plans in a store: the one that is meant, the newest, and what runs of it changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from shared.model.ledger import ClaimState
from shared.model.plan import Plan, Task
from shared.model.run import JournalEntry, JournalKind, Run, RunKind, RunRequest, RunState, RunTrigger
from shared.model.version import Version
from shared.report.kept_plans import PlanNotFoundError, carried_out, newest_plan, plan_named, policy_of, speaks_of
from shared.rules.resume import CHANGES
from shared.store.sqlite import SqliteStore
from tests.report.planned_fleet import LYON, MESH, NOW, PLAN

PART = replace(PLAN, hash="9f2c" + "0" * 60, private_cloud="pc-us-02", private_clouds=("pc-us-02",), groups=(), rest=())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store with two plans, of which a part was planned last."""
    with SqliteStore(tmp_path / "store.sqlite") as made:
        keep(made, "whole", PLAN, 0)
        keep(made, "part", PART, 1)
        yield made


def keep(store: SqliteStore, name: str, plan: Plan, hours: int, target: Version | None = None) -> None:
    """Keep a plan with its run."""
    request = RunRequest(
        id=name,
        kind=RunKind.PLAN,
        trigger=RunTrigger.HTTP,
        requested_by="test",
        requested_at=NOW + timedelta(hours=hours),
        target=target,
    )
    store.put_plan(plan)
    store.put_run(Run(request=request, state=RunState.SUCCEEDED, plan_hash=plan.hash))


def journal(store: SqliteStore, kind: JournalKind, task: str) -> None:
    """One entry about a task of the whole plan."""
    store.append("whole", JournalEntry(key=f"{task}/{kind}", at=NOW, kind=kind, text="x", task=task))


def claimed(store: SqliteStore, task: Task, *states: ClaimState) -> None:
    """The ledger's record of the first change of a task, brought as far as the last of these states."""
    step = next(one.id for one in task.steps if one.kind in CHANGES)
    claim = store.claim(f"{task.kind}:{task.subject}", step, 1, "whole", NOW)
    for state in states:
        claim = store.record_claim(claim, state, None, NOW)


def test_the_beginning_of_a_hash_is_enough(store: SqliteStore) -> None:
    """Upper case and the name of the algorithm do not matter."""
    assert plan_named(store, "9f2c41").hash == PLAN.hash
    assert plan_named(store, f"sha256:{PLAN.hash.upper()}").hash == PLAN.hash


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("9f2c", "could be several plans"),
        ("77", "no plan is kept whose hash"),
        ("", "no plan is named"),
        ("sha256:", "no plan is named"),
    ],
)
def test_a_beginning_that_fits_none_or_several_is_refused(store: SqliteStore, text: str, why: str) -> None:
    """Which plan was meant is never guessed."""
    with pytest.raises(PlanNotFoundError, match=why):
        plan_named(store, text)


def test_the_newest_plan_that_speaks_of_something_is_found(store: SqliteStore) -> None:
    """The plan of one private cloud is passed over for what it says nothing of."""
    newest, of_lyon = newest_plan(store), newest_plan(store, "con-lyon")

    assert newest is not None
    assert of_lyon is not None
    assert (newest[0].request.id, of_lyon[0].request.id) == ("part", "whole")
    assert newest_plan(store, "con-nowhere") is None


@pytest.mark.parametrize("subject", ["pc-ger-01", "con-lyon", "mesh:m-17", "mesh-ulm", "m-18"])
def test_a_plan_speaks_of_clouds_connectors_meshes_and_tasks(subject: str) -> None:
    """Whatever has a task, a reason for none, or a name counts."""
    assert speaks_of(PLAN, subject)


def test_a_what_if_plan_is_never_the_newest(store: SqliteStore) -> None:
    """Asking what would be changes nothing of what the fleet's plan is."""
    what_if = replace(PLAN, hash="77" * 32)
    keep(store, "what-if", what_if, 5, target=Version("9.0.1"))

    newest = newest_plan(store)
    assert newest is not None
    assert newest[0].request.id == "part"
    assert plan_named(store, "77") == what_if


def test_what_runs_of_a_plan_sent_is_what_they_changed(store: SqliteStore) -> None:
    """Only a call that may have reached HCX counts, whether anybody knows that it did or not."""
    claimed(store, LYON, ClaimState.CLAIMED, ClaimState.SENDING, ClaimState.ADOPTED)
    claimed(store, MESH, ClaimState.CLAIMED, ClaimState.SENDING)

    assert carried_out(store, PLAN.hash) == {"manager:con-lyon", "mesh:m-17"}
    assert carried_out(store, PART.hash) == frozenset()


@pytest.mark.parametrize(
    "kind", [JournalKind.ADMITTED, JournalKind.STEP_DONE, JournalKind.CALLED, JournalKind.TASK_ENDED]
)
def test_a_task_that_sent_nothing_changed_nothing(store: SqliteStore, kind: JournalKind) -> None:
    """It may have observed, been refused, stopped or never come to its change: what others did then is not ours."""
    journal(store, kind, "manager:con-lyon")
    claimed(store, LYON, ClaimState.CLAIMED, ClaimState.SENDING, ClaimState.RELEASED)
    claimed(store, MESH)

    assert carried_out(store, PLAN.hash) == frozenset()


def test_a_run_that_kept_no_policy_has_none(store: SqliteStore) -> None:
    """A run that ended before it discovered anything says so by None."""
    assert policy_of(store, "whole") is None
