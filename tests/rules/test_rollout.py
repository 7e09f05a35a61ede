"""Admission: who may go, who goes, who never will."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from shared.model.orders import TaskBrief
from shared.model.policy import Owner
from shared.model.run import Outcome, TaskResult
from shared.rules.rollout import Rollout

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def brief(name: str, *depends_on: str, owner: Owner = Owner.OURS) -> TaskBrief:
    """A task as admission sees it."""
    return TaskBrief(id=name, owner=owner, depends_on=depends_on, mesh=False)


def end(name: str, outcome: Outcome = Outcome.SUCCEEDED) -> TaskResult:
    """The end of a task."""
    return TaskResult(
        task=name, outcome=outcome, reason="because", detail="it did", who_can_act="somebody", ended_at=NOW
    )


def test_a_task_waits_for_everything_it_depends_on() -> None:
    """A mesh task starts only when both its managers' tasks have succeeded."""
    rollout = Rollout([brief("cloud"), brief("connector"), brief("mesh", "cloud", "connector")], concurrency=9)

    first = rollout.admit(NOW)
    rollout.apply(end("cloud"))
    between = rollout.admit(NOW)
    rollout.apply(end("connector"))

    assert (first, between, rollout.admit(NOW)) == (("cloud", "connector"), (), ("mesh",))


def test_only_tasks_of_ours_take_a_slot() -> None:
    """While the provider and people take their time, every slot is left for what we do ourselves."""
    waiting = [brief("p", owner=Owner.PROVIDER), brief("a", owner=Owner.ASSISTED)]
    rollout = Rollout([*waiting, brief("one"), brief("two")], concurrency=1)

    assert rollout.admit(NOW) == ("p", "a", "one")


def test_a_failure_stops_what_depends_on_it_and_nothing_else() -> None:
    """A failed task skips its dependants, and theirs, with the failure as the reason; others go on."""
    rollout = Rollout([brief("cloud"), brief("con", "cloud"), brief("mesh", "con"), brief("other")], concurrency=1)
    rollout.admit(NOW)

    skipped = rollout.apply(end("cloud", Outcome.FAILED))

    assert [(one.task, one.outcome) for one in skipped] == [("con", Outcome.SKIPPED), ("mesh", Outcome.SKIPPED)]
    assert rollout.admit(NOW) == ("other",)


@st.composite
def plans(draw: st.DrawFn) -> list[TaskBrief]:
    """Plans of up to twelve tasks in which a task depends on earlier ones only."""
    size = draw(st.integers(1, 12))
    owners = st.sampled_from(Owner)
    return [
        brief(
            str(i), *sorted(draw(st.sets(st.integers(0, i - 1).map(str), max_size=3)) if i else ()), owner=draw(owners)
        )
        for i in range(size)
    ]


@given(plans(), st.integers(1, 4), st.randoms(use_true_random=False))
def test_every_task_ends_once_and_the_limit_holds(plan: list[TaskBrief], limit: int, chance: object) -> None:
    """For any plan and any outcomes: every task ends exactly once, none starts early, the limit is never passed."""
    import random  # noqa: PLC0415

    assert isinstance(chance, random.Random)
    rollout, tasks, running = Rollout(plan, limit), {one.id: one for one in plan}, list[str]()
    ends: dict[str, TaskResult] = {}
    while not rollout.finished:
        for name in rollout.admit(NOW):
            assert all(ends[other].outcome is Outcome.SUCCEEDED for other in tasks[name].depends_on)
            running.append(name)
        assert sum(tasks[name].owner is Owner.OURS for name in running) <= limit
        result = end(running.pop(chance.randrange(len(running))), chance.choice(list(Outcome)))
        for one in (result, *rollout.apply(result)):
            assert one.task not in ends
            ends[one.task] = one

    assert ends.keys() == tasks.keys()
