"""How a tale has to end is told from how it must not."""

from datetime import UTC, datetime
from typing import Any

from shared.model.command import Command, CommandKind
from shared.model.run import JournalEntry, JournalKind, Outcome, TaskResult
from shared.rules.chain import link_after
from tests.chaos.checkers import breaches
from tests.chaos.evidence import Evidence, PlannedTask
from tests.chaos.tales import QUESTION, budget_spent, meant_are_canceled, nothing_half_done

SIX = datetime(2026, 11, 24, 6, tzinfo=UTC)
STOP = Command(key="stop", kind=CommandKind.CANCEL, by="somebody", authenticated=False, at=SIX, cloud="pc")

UPGRADED, CANCELED = ("upgraded", Outcome.SUCCEEDED), ("canceled", Outcome.CANCELED)
FAILED, ASKED = ("upgrade-failed", Outcome.FAILED), (QUESTION, Outcome.FAILED)
STOPPED = ("budget", Outcome.SKIPPED)


def over(**ends: tuple[str, Outcome]) -> Evidence:
    """A run in which the task of each private cloud ended so; `pc` was canceled, and two may fail."""
    links: list[Any] = []
    for cloud, (reason, outcome) in ends.items():
        end = TaskResult(task=cloud, outcome=outcome, reason=reason, detail="", who_can_act="", ended_at=SIX)
        entry = JournalEntry(key=cloud, at=SIX, kind=JournalKind.TASK_ENDED, text="", task=cloud, result=end)
        links.append(link_after(links[-1] if links else None, "run", entry))
    tasks = [PlannedTask(run="run", task=one, subject=f"manager:{one}", clouds=(one,), steps=()) for one in ends]
    return Evidence(truth={}, links=(tuple(links),), commands=(("run", (STOP,)),), tasks=tuple(tasks), failures_max=2)


def left(reach: str, upgrade: str | None) -> Evidence:
    """A world whose one manager is left like that."""
    return Evidence(truth={"managers": [{"id": "pc", "reach": reach, "upgrade": upgrade}]})


def test_what_a_cancel_means_has_to_end_by_it_and_nothing_else() -> None:
    """What is canceled must not be upgraded all the same, nor may anything else be canceled; a question is open."""
    for right in (CANCELED, ASKED):
        assert breaches(over(pc=right, other=UPGRADED), (meant_are_canceled,)) == ()
    for wrong in (
        over(pc=UPGRADED, other=UPGRADED),
        over(pc=CANCELED, other=CANCELED),
    ):
        assert len(breaches(wrong, (meant_are_canceled,))) == 1


def test_a_manager_in_the_middle_of_an_upgrade_is_half_done() -> None:
    """One that does not answer yet, and one whose upgrade runs, are told."""
    for right in (left("up", "SUCCESS"), left("up", None)):
        assert breaches(right, (nothing_half_done,)) == ()
    for wrong in (left("starting", "SUCCESS"), left("up", "IN_PROGRESS")):
        assert len(breaches(wrong, (nothing_half_done,))) == 1


def test_a_budget_is_spent_whole_and_stops_the_rest() -> None:
    """Where two may fail, two did, and the third was skipped because of that and of nothing else."""
    assert breaches(over(a=FAILED, b=FAILED, c=STOPPED), (budget_spent,)) == ()
    assert breaches(over(a=FAILED, b=FAILED, c=FAILED), (budget_spent,)) != ()
    assert breaches(over(a=FAILED, b=STOPPED, c=STOPPED), (budget_spent,)) != ()
    assert breaches(over(a=FAILED, b=FAILED, c=UPGRADED), (budget_spent,)) != ()
