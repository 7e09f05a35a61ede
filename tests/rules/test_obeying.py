"""What a task does about what people said of it."""

import pytest

from shared.model.command import Standing, TaskStanding
from shared.model.plan import CancelClass, Step
from shared.model.run import Outcome
from shared.rules import obeying
from tests.rules.test_progress import MESH, TASK

HOP, ITEM = TASK.hops[0], MESH.appliances[0]


def said(standing: Standing) -> TaskStanding:
    """What ana said."""
    return TaskStanding(standing=standing, by="ana", comment="too late")


@pytest.mark.parametrize("step", [HOP.answer, HOP.verify, ITEM.back, ITEM.verify])
def test_a_change_under_way_is_seen_through(step: Step) -> None:
    """While HCX works, and until it is verified, no task ends or pauses."""
    assert step.cancel is not CancelClass.SAFE_NOW
    assert (obeying.may_end(step), obeying.may_pause(step)) == (False, False)


@pytest.mark.parametrize("step", [TASK.hand_over, MESH.hand_over])
def test_after_its_last_change_a_task_comes_to_its_end(step: Step) -> None:
    """What is upgraded and verified is never said to be canceled."""
    assert (obeying.may_end(step), obeying.may_pause(step)) == (False, False)


@pytest.mark.parametrize("step", [TASK.check, TASK.protect, HOP.stage, HOP.upgrade, ITEM.upgrade])
def test_before_its_changes_a_task_may_end(step: Step) -> None:
    """The waits of an upgrade step all lie before its call."""
    assert obeying.may_end(step)


def test_a_cancel_ends_whatever_was_changed() -> None:
    """It is no failure: nothing is half done where it is obeyed."""
    for changed in (False, True):
        end = obeying.end_of(said(Standing.CANCELED), changed=changed)
        assert end is not None
        assert (end.outcome, end.reason, end.detail) == (Outcome.CANCELED, "canceled", "canceled by ana: too late")


def test_what_has_changed_something_cannot_be_skipped() -> None:
    """It goes on; what has not changed anything ends as skipped, by a person."""
    end = obeying.end_of(said(Standing.SKIPPED), changed=False)

    assert end is not None
    assert (end.outcome, end.reason) == (Outcome.SKIPPED, "skipped-by-person")
    assert obeying.end_of(said(Standing.SKIPPED), changed=True) is None


@pytest.mark.parametrize("standing", [Standing.GO, Standing.PAUSED])
def test_neither_a_pause_nor_nothing_ends_a_task(standing: Standing) -> None:
    """Only a cancel and a skip do."""
    assert obeying.end_of(said(standing), changed=False) is None
