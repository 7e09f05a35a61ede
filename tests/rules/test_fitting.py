"""Whether a command fits the state of its run: the state and who can act are said of each that does not."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from shared.model.command import Command, CommandKind
from shared.model.plan import PlannedWave, SubjectKind
from shared.model.policy import Approval
from shared.model.run import JournalEntry, JournalKind, Outcome, Run, RunKind, RunState
from shared.model.view import RunView
from shared.rules.commands import Unfit, asked, fits
from shared.rules.resume import asking_key, opening_key, overtaken_key
from shared.rules.run_view import run_view
from tests.report.canonical_run import (
    BEGIN,
    FACTS,
    INVENTORY,
    LYON_MESH,
    LYON_TASK,
    OSLO_TASK,
    PLAN,
    REQUEST,
    after,
    ended,
    entry,
)

WAVE = PlannedWave(
    name="canary",
    tasks=(LYON_TASK.id, LYON_MESH.id),
    clouds=("pc-weu-01",),
    concurrency=1,
    max_failed=None,
    approval=Approval(approvers=("ann", "the platform team")),
)
WAVES = replace(PLAN, waves=(WAVE, PlannedWave(name="broad", tasks=(), clouds=(), concurrency=1, max_failed=None)))
ASKED = entry(JournalKind.WAITING, asking_key("canary"), after(3), "canary waits")
OPENED = entry(JournalKind.ADMITTED, opening_key("canary"), after(4), "canary may go")
DONE = ended(LYON_TASK, 9, Outcome.SUCCEEDED, "upgraded", "done")
MESH_DONE = ended(LYON_MESH, 9, Outcome.SUCCEEDED, "upgraded", "done")
MESHES_ASKED = entry(JournalKind.WAITING, asking_key("canary", meshes=True), after(5), "its meshes wait")
OVER = JournalEntry(key="end", at=after(10), kind=JournalKind.RUN_ENDED, text="over")
CALLED = replace(entry(JournalKind.CALLED, "called", after(6), "sent", LYON_TASK), step=LYON_TASK.hops[0].upgrade.id)


def command(kind: CommandKind, key: str = "k", **more: Any) -> Command:
    """What Ann says; of an approval, for the first wave and the plan of the run."""
    judged = kind in {CommandKind.APPROVE, CommandKind.REJECT}
    about = {"wave": "canary", "plan_hash": PLAN.hash} if judged else {}
    return Command(key=key, kind=kind, **{"by": "ann", "authenticated": False, "at": BEGIN, **about, **more})


def view(*journal: JournalEntry, planned: bool = True, kind: RunKind = RunKind.UPGRADE) -> RunView:
    """The run under way, with these entries."""
    return run_view(
        run=Run(request=replace(REQUEST, kind=kind), state=RunState.RUNNING, plan_hash=PLAN.hash),
        plan=WAVES if planned else None,
        journal=journal,
        inventory=INVENTORY,
        facts=FACTS,
        findings=(),
        now=after(20),
    )


def refused(wanted: Command, seen: RunView, given: Sequence[Command] = ()) -> Unfit:
    """Why it is refused, which it must be."""
    unfit = fits(wanted, seen, given)
    assert unfit is not None
    assert unfit.detail
    assert unfit.who_can_act
    return unfit


PAUSE, RESUME, CANCEL, SKIP = CommandKind.PAUSE, CommandKind.RESUME, CommandKind.CANCEL, CommandKind.SKIP
APPROVE, REJECT = CommandKind.APPROVE, CommandKind.REJECT


@pytest.mark.parametrize("kind", CommandKind)
def test_an_ended_run_takes_nothing(kind: CommandKind) -> None:
    """Whatever is said to it, by its last entry though its state may not be written yet."""
    unfit = refused(command(kind), view(ASKED, OVER))

    assert unfit.reason == "run-ended"
    assert "hcx-fleet retry nightly-0042" in unfit.who_can_act


@pytest.mark.parametrize("kind", CommandKind)
def test_a_look_takes_nothing(kind: CommandKind) -> None:
    """A plan changes nothing that could be stopped."""
    assert refused(command(kind), view(kind=RunKind.PLAN)).reason == "nothing-to-command"


@pytest.mark.parametrize("kind", [APPROVE, REJECT])
def test_who_is_asked_may_answer(kind: CommandKind) -> None:
    """For themselves, or for a group that they speak for."""
    assert fits(command(kind), view(ASKED), ()) is None
    assert fits(command(kind, by="bob", approver="the platform team"), view(ASKED), ()) is None


@pytest.mark.parametrize(
    ("said", "journal", "reason", "told"),
    [
        ({}, (), "not-asked", "nobody is asked about wave canary now"),
        ({}, (ASKED, OPENED), "not-asked", "canary"),
        ({"tasks": SubjectKind.MESH}, (ASKED,), "not-asked", "canary"),
        ({"wave": "broad"}, (ASKED,), "wave-unknown", "those of the plan: canary"),
        ({"wave": "kanary"}, (ASKED,), "wave-unknown", "no wave kanary"),
        ({"by": "bob"}, (ASKED,), "does-not-count", "bob is no approver"),
        ({"by": "Platform@contoso.example", "approver": "ann"}, (ASKED,), "does-not-count", "their own run"),
        ({"plan_hash": "f" * 64}, (ASKED,), "does-not-count", "it names plan ffffffffffff"),
        ({"plan_hash": None}, (ASKED,), "does-not-count", "it names no plan"),
    ],
)
def test_an_approval_that_cannot_count(
    said: dict[str, Any], journal: tuple[JournalEntry, ...], reason: str, told: str
) -> None:
    """It is refused before it is kept, with what is wrong with it."""
    unfit = refused(command(APPROVE, **said), view(*journal))

    assert unfit.reason == reason
    assert told in unfit.detail


def test_whoever_asked_for_a_run_may_reject() -> None:
    """Nobody lets their own run go, but anybody who is asked may stop it, whichever plan they saw."""
    own = command(REJECT, by="platform@contoso.example", approver="ann", plan_hash=None)

    assert fits(own, view(ASKED), ()) is None


def test_meshes_are_asked_for_apart() -> None:
    """After the managers were let go, the answer for meshes fits while they are asked for, and not later."""
    meshes = command(APPROVE, tasks=SubjectKind.MESH)

    assert fits(meshes, view(ASKED, OPENED, DONE, MESHES_ASKED), ()) is None
    assert refused(meshes, view(ASKED, OPENED, DONE, MESHES_ASKED, MESH_DONE)).who_can_act.startswith("nobody needs")
    assert not asked([ASKED, OPENED], "canary", meshes=False)


def test_meshes_are_asked_for_anew() -> None:
    """What had let them go was overtaken: an answer fits once they are asked for again, and not before nor after."""
    meshes = command(APPROVE, tasks=SubjectKind.MESH)
    managers = command(APPROVE, tasks=SubjectKind.CONNECTOR)
    gone = entry(JournalKind.ADMITTED, opening_key("canary", meshes=True), after(6), "they may go")
    overtaken = entry(JournalKind.WAITING, overtaken_key("canary"), after(7), "not any more")
    anew = entry(JournalKind.WAITING, asking_key("canary", meshes=True, anew=1), after(8), "they wait once more")
    once_more = entry(JournalKind.ADMITTED, opening_key("canary", meshes=True, anew=1), after(9), "they may go")
    so_far = (ASKED, OPENED, MESHES_ASKED, gone)

    assert refused(meshes, view(*so_far)).reason == "not-asked"
    assert refused(meshes, view(*so_far, overtaken)).reason == "not-asked"
    assert fits(meshes, view(*so_far, overtaken, anew), ()) is None
    assert refused(managers, view(*so_far, overtaken, anew)).reason == "not-asked"
    assert refused(meshes, view(*so_far, overtaken, anew, once_more)).reason == "not-asked"


@pytest.mark.parametrize("said", [{"task": LYON_TASK.id}, {"cloud": "pc-weu-01"}])
def test_before_there_is_a_plan(said: dict[str, str]) -> None:
    """The whole run can be stopped; that it has this task nobody knows yet."""
    early = view(planned=False)

    assert [fits(command(kind), early, ()) for kind in (PAUSE, CANCEL)] == [None, None]
    assert refused(command(CANCEL, **said), early).reason == "not-planned"
    assert refused(command(APPROVE), early).reason == "not-planned"


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ({"task": "manager:con-lion"}, "did you mean manager:con-lyon"),
        ({"cloud": "pc-weu-1"}, "did you mean pc-weu-0"),
        ({"task": "zzz"}, "no task of the run is meant by zzz"),
    ],
)
def test_what_is_not_known(said: dict[str, str], near: str) -> None:
    """What is called nearly so is named."""
    unfit = refused(command(PAUSE, **said), view())

    assert unfit.reason == "task-unknown"
    assert near in unfit.detail


@pytest.mark.parametrize("kind", [PAUSE, RESUME, CANCEL, SKIP])
def test_an_ended_task_takes_nothing(kind: CommandKind) -> None:
    """It says how it ended, and that a retry carries it out once more."""
    unfit = refused(command(kind, task=LYON_TASK.id), view(DONE))

    assert unfit.reason == "task-ended"
    assert f"{LYON_TASK.id} ended as succeeded" in unfit.detail


@pytest.mark.parametrize("said", [{}, {"task": LYON_TASK.id}, {"cloud": "pc-weu-01"}])
@pytest.mark.parametrize("planned", [True, False])
def test_what_is_paused_is_not_paused_again(said: dict[str, str], planned: bool) -> None:  # noqa: FBT001 -- given
    """It says by whom it is, and how the pause ends; before there is a plan the run alone can be named."""
    given = [command(PAUSE, by="carl")]
    unfit = refused(command(PAUSE, "again", **(said if planned else {})), view(planned=planned), given)

    assert (unfit.reason, unfit.detail) == ("paused", "it is paused already, by carl")
    assert "hcx-fleet resume nightly-0042" in unfit.who_can_act


def test_a_pause_fits_while_it_still_holds_something_up() -> None:
    """One task is paused and another goes on, or the pause has ended."""
    one = command(PAUSE, task=OSLO_TASK.id)

    assert fits(command(PAUSE, "more"), view(), [one]) is None
    assert fits(command(PAUSE, "again"), view(), [command(PAUSE), command(RESUME, "r")]) is None


def test_only_what_is_paused_is_resumed() -> None:
    """A pause of the whole run covers each of its tasks."""
    one = command(RESUME, task=LYON_TASK.id)

    assert refused(one, view()).reason == "not-paused"
    assert refused(one, view(), [command(PAUSE, task=OSLO_TASK.id)]).reason == "not-paused"
    assert fits(one, view(), [command(PAUSE)]) is None


@pytest.mark.parametrize("kind", [PAUSE, RESUME, SKIP, CANCEL])
@pytest.mark.parametrize("planned", [True, False])
def test_a_cancel_is_not_taken_back(kind: CommandKind, planned: bool) -> None:  # noqa: FBT001 -- given
    """After it nothing fits any more, not even another cancel: it says by whom it was, and what is still to come."""
    said = {"task": LYON_TASK.id} if planned else {}
    unfit = refused(command(kind, "again", **said), view(planned=planned), [command(CANCEL, by="carl")])

    assert unfit.reason == "canceled"
    assert "canceled by carl" in unfit.detail


def test_a_cancel_fits_while_it_still_ends_something() -> None:
    """One task was canceled, and the rest of the run goes on."""
    given = [command(CANCEL, task=OSLO_TASK.id)]

    assert fits(command(CANCEL, "more"), view(), given) is None
    assert refused(command(CANCEL, "again", task=OSLO_TASK.id), view(), given).reason == "canceled"


def test_a_whole_run_is_not_skipped() -> None:
    """That would be a cancel."""
    assert refused(command(SKIP), view()).reason == "names-no-task"


def test_what_has_changed_something_is_not_skipped() -> None:
    """It can be canceled; its neighbours that have changed nothing can still be left out."""
    changed = view(CALLED)
    unfit = refused(command(SKIP, task=LYON_TASK.id), changed)

    assert unfit.reason == "change-begun"
    assert f"hcx-fleet cancel nightly-0042 --task {LYON_TASK.id}" in unfit.who_can_act
    assert fits(command(SKIP, cloud="pc-weu-01"), changed, ()) is None
    assert fits(command(SKIP, task=LYON_TASK.id), view(), ()) is None


@pytest.mark.parametrize("kind", [APPROVE, REJECT, SKIP])
def test_a_revert_has_nothing_to_approve_or_skip(kind: CommandKind) -> None:
    """It has no waves, and what comes after a step that is left out cannot be done."""
    seen = view(kind=RunKind.REVERT)
    going = replace(seen, run=replace(seen.run, request=replace(seen.run.request, plan_hash="a" * 64)))

    assert refused(command(kind), going).reason == "nothing-to-command"
    assert fits(command(PAUSE), going, ()) is None
