"""How much room a task needs before each of its changes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.model.plan import StepKind, Task
from shared.rules.resume import CHANGES
from tests.report.planned_fleet import LYON, MESH

every_task = pytest.mark.parametrize("task", [LYON, MESH], ids=["manager", "mesh"])


def rooms(task: Task) -> list[timedelta]:
    """The room before each change that takes a known time, in order."""
    timed = CHANGES - {StepKind.REDEPLOY_GATEWAY}
    return [task.needs_from(step.id) for step in task.steps if step.kind in timed]


@every_task
def test_a_task_in_one_go_needs_room_for_everything_that_is_left(task: Task) -> None:
    """Before its first change that is all of it, before its last one that change alone."""
    times = [block.p90 for block in task.blocks]
    found = rooms(replace(task, split=False))

    assert len(times) > 1
    assert found == [sum(times[first:], timedelta()) for first in range(len(times))]


@every_task
def test_a_split_task_needs_room_for_one_change_at_a_time(task: Task) -> None:
    """Each of its pieces may go on in a window of its own."""
    assert rooms(replace(task, split=True)) == [block.p90 for block in task.blocks]


@every_task
def test_only_steps_of_a_change_have_room(task: Task) -> None:
    """Observing and checking need no window."""
    with pytest.raises(KeyError):
        task.needs_from(task.observe.id)


def test_a_snapshot_waits_for_the_room_of_the_first_change() -> None:
    """What is taken before the first hop, and goes away, is taken when the hop can follow."""
    assert LYON.needs_from(LYON.protect.id) == LYON.needs_from(LYON.hops[0].upgrade.id)
