"""Thousands of children are waited for together, and those that ended are each taken once."""

from durabletask.task import CompletableTask, when_any

from orchestrators.crowd import TOGETHER, Crowd

MANY = 10 * TOGETHER


def _crowd() -> tuple[Crowd, dict[str, CompletableTask[str]]]:
    crowd, tasks = Crowd(), {f"t-{number}": CompletableTask[str]() for number in range(MANY)}
    for name, task in tasks.items():
        crowd.add(name, task)
    return crowd, tasks


def test_a_wait_is_over_groups_and_not_over_everybody() -> None:
    """Ten groups make ten waits, and they are the same ones at the next turn as long as nobody ends."""
    crowd, _ = _crowd()
    waits = crowd.waits()

    assert len(waits) == 10
    assert all(one is other for one, other in zip(waits, crowd.waits(), strict=True))


def test_who_ends_wakes_and_is_taken_once() -> None:
    """Whoever ends completes the wait over all groups, is taken in the order of coming, and is under way no more."""
    crowd, tasks = _crowd()
    woken = when_any(crowd.waits())
    for name in ("t-400", "t-3"):
        tasks[name].complete("done")

    assert woken.is_complete
    assert [name for name, _ in crowd.take_ended()] == ["t-3", "t-400"]
    assert crowd.take_ended() == []
    assert not when_any(crowd.waits()).is_complete


def test_who_ends_between_two_waits_is_taken_too() -> None:
    """An end that nobody waited for, as while the journal is written, is found at the next look."""
    crowd, tasks = _crowd()
    when_any(crowd.waits())
    tasks["t-0"].complete("done")
    crowd.take_ended()
    tasks["t-1"].complete("done")
    crowd.add("late", late := CompletableTask[str]())
    late.complete("done")

    assert when_any(crowd.waits()).is_complete
    assert [name for name, _ in crowd.take_ended()] == ["t-1", "late"]
