"""What a cancel still lets happen, step by step of whole tasks."""

from dataclasses import replace
from typing import Any

import pytest

from shared.model.plan import CancelClass, Step, Task
from shared.model.policy import Owner
from shared.rules.cancelling import after_cancel
from tests.rules.test_progress import MESH, TASK

HOP, ITEM = TASK.hops[0], MESH.appliances[0]


def _ours(step: Step) -> Step:
    """The step of a change that hcx-fleet makes itself."""
    return replace(step, owner=Owner.OURS, cancel=CancelClass.PAST_RETURN)


OURS = replace(TASK, hops=(replace(HOP, upgrade=_ours(HOP.upgrade)), *TASK.hops[1:]))
OUR_MESH = replace(MESH, appliances=(replace(ITEM, upgrade=_ours(ITEM.upgrade)), *MESH.appliances[1:]))
CHANGES = [(OURS, HOP.upgrade.id), (OUR_MESH, ITEM.upgrade.id)]


@pytest.mark.parametrize("task", [TASK, MESH], ids=lambda task: task.id)
def test_every_step_says_what_still_happens(task: Task) -> None:
    """Wherever a task is before its hand-over, the answer names the step, and only what is safe now ends at once."""
    for step in task.steps:
        if step is not task.hand_over:
            still = after_cancel(task, step.id, sent=True)

            assert (still.task, still.at, still.cancel) == (task.id, step.id, step.cancel)
            assert still.text.startswith("ends at once") == (step.cancel is CancelClass.SAFE_NOW)


@pytest.mark.parametrize("task", [TASK, MESH], ids=lambda task: task.id)
def test_a_hand_over_comes_to_its_end(task: Task) -> None:
    """Where every change is verified a cancel ends nothing, and that is said."""
    still = after_cancel(task, task.hand_over.id, sent=True)

    assert (still.at, still.cancel) == (task.hand_over.id, CancelClass.AFTER_THIS_STEP)
    assert still.text == f"comes to its end, since no change is left: {task.hand_over.title}"


def test_what_has_not_begun_ends_at_once() -> None:
    """A task without a step is not begun."""
    still = after_cancel(TASK, None, sent=False)

    assert (still.at, still.cancel, still.text) == (None, None, "ends at once: it has not begun")


@pytest.mark.parametrize(("task", "step"), CHANGES)
def test_a_change_that_was_not_sent_is_safe(task: Task, step: str) -> None:
    """In the step that makes the change, it is past return only once the change was sent."""
    before, after = (after_cancel(task, step, sent=sent) for sent in (False, True))

    assert (before.cancel, before.text) == (CancelClass.SAFE_NOW, "ends at once: nothing is half done")
    assert after.cancel is CancelClass.PAST_RETURN
    assert "not taken back any more: Verify" in after.text


@pytest.mark.parametrize(("task", "blocks"), [(TASK, TASK.hops), (MESH, MESH.appliances)])
def test_only_the_last_block_comes_to_its_end(task: Task, blocks: tuple[Any, ...]) -> None:
    """Where a change is left the task ends before it; where none is, it comes to its end all the same."""
    ends = [after_cancel(task, one.verify.id, sent=True).text.rpartition(", then ")[2] for one in blocks]

    assert ends[-1] == "comes to its end, since no change is left"
    assert set(ends[:-1]) <= {"ends, before the next change"}


def test_a_step_that_is_none() -> None:
    """A step of another task is refused."""
    with pytest.raises(KeyError):
        after_cancel(TASK, "no such step", sent=False)


# --- several appliances at once ---------------------------------------------------------------------------------------

LEADING, EXTENDING = OUR_MESH.appliances


def _second(step: Step) -> Step:
    """The same step of another appliance."""
    return replace(step, id=f"{step.id}-2", title=f"{step.title} 2")


ANOTHER = replace(
    EXTENDING,
    name="NE-2",
    upgrade=_second(_ours(EXTENDING.upgrade)),
    back=_second(EXTENDING.back),
    verify=_second(EXTENDING.verify),
)
TWO = replace(OUR_MESH, appliances=(LEADING, replace(EXTENDING, upgrade=_ours(EXTENDING.upgrade)), ANOTHER))


def test_a_change_that_was_not_sent_ends_after_those_beside_it() -> None:
    """Nothing that is in change is left without anybody looking."""
    first, second = TWO.appliances[1:]
    still = after_cancel(TWO, second.upgrade.id, sent=False, open_beside=(first.back.id,))

    assert still.cancel is CancelClass.AFTER_THIS_STEP
    assert still.text == (
        f"goes on with what is in change already: {first.verify.title}; then ends, before this change"
    )


def test_no_change_is_left_once_all_of_the_last_round_have_begun() -> None:
    """The task then comes to its end, whichever of them it is asked about."""
    first, second = TWO.appliances[1:]
    begun = [step.id for step in TWO.steps if step not in {second.back, second.verify, TWO.hand_over}]
    one, other = (after_cancel(TWO, first.back.id, sent=True, started=started) for started in (begun, begun[:-1]))

    assert one.text.endswith("then comes to its end, since no change is left")
    assert other.text.endswith("then ends, before the next change")
