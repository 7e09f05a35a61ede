"""Admission: who may go, who goes, who never will."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from shared.model.orders import SlotWord, TaskBrief
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


def test_a_task_that_waits_for_people_gives_its_slot_back() -> None:
    """While one waits for a bundle another one goes; it goes on when a slot is free again, and before new ones."""
    rollout = Rollout([brief("one"), brief("two"), brief("three")], concurrency=1)

    first = rollout.admit(NOW)
    rollout.hear(SlotWord(task="one", wanted=False))
    second = rollout.admit(NOW)
    rollout.hear(SlotWord(task="one", wanted=True))
    meanwhile = rollout.readmit()
    rollout.apply(end("two"))

    assert (first, second, meanwhile) == (("one",), ("two",), ())
    assert (rollout.readmit(), rollout.admit(NOW)) == (("one",), ())


def test_a_word_of_a_task_that_has_ended_means_nothing() -> None:
    """A task that asks for its slot and ends before it gets it takes none."""
    rollout = Rollout([brief("one"), brief("two")], concurrency=1)
    rollout.admit(NOW)
    rollout.hear(SlotWord(task="one", wanted=False))
    rollout.admit(NOW)
    rollout.hear(SlotWord(task="one", wanted=True))
    rollout.apply(end("one"))
    rollout.hear(SlotWord(task="one", wanted=True))

    assert rollout.readmit() == ()


def test_the_first_end_of_a_task_stays() -> None:
    """A task that is said to have ended twice ended as it did first, and skips nothing anew."""
    rollout = Rollout([brief("cloud"), brief("con", "cloud")], concurrency=1)
    rollout.apply(end("cloud"))

    assert rollout.apply(end("cloud", Outcome.FAILED)) == ()
    assert rollout.admit(NOW) == ("con",)


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
    aside: set[str] = set()
    while not rollout.finished:
        for name in rollout.admit(NOW):
            assert all(ends[other].outcome is Outcome.SUCCEEDED for other in tasks[name].depends_on)
            running.append(name)
        assert sum(tasks[name].owner is Owner.OURS for name in running if name not in aside) <= limit
        for name in [name for name in running if chance.random() < 0.5]:
            rollout.hear(SlotWord(task=name, wanted=name in aside))
            aside.add(name)
        aside -= set(rollout.readmit())
        result = end(running.pop(chance.randrange(len(running))), chance.choice(list(Outcome)))
        aside.discard(result.task)
        for one in (result, *rollout.apply(result)):
            assert one.task not in ends
            ends[one.task] = one

    assert ends.keys() == tasks.keys()
