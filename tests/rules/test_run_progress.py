"""How far a run is in tasks, and how much longer it takes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.model.plan import Estimate, ManagerTask, PlannedWave, Schedule
from shared.model.policy import Owner
from shared.model.run import JournalEntry, JournalKind, Outcome, TaskResult
from shared.model.view import RunView, TaskPhase, TaskView
from shared.rules.run_progress import PLANNED_TIMES, task_counts, time_left
from shared.rules.run_view import run_view
from tests.report.canonical_run import FACTS, INVENTORY, JOURNAL, PLAN, REQUEST, after, at

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TAKES = Estimate(p50=HOUR, p90=2 * HOUR, basis="public figures")
MANAGER = next(task for task in PLAN.tasks if isinstance(task, ManagerTask) and len(task.hops) == 1)


def lone(name: str, *behind: str, owner: Owner = Owner.OURS) -> ManagerTask:
    """A task of one hop that takes an hour, or two."""
    hops = tuple(replace(hop, takes=TAKES) for hop in MANAGER.hops)
    return replace(MANAGER, id=name, subject=name, owner=owner, depends_on=behind, hops=hops)


def run_of(*tasks: ManagerTask, told: tuple[JournalEntry, ...] = (), at_once: int = 9, **more: object) -> RunView:
    """A run of these tasks in one wave, an hour after it began."""
    wave = PlannedWave(
        name="w", tasks=tuple(task.id for task in tasks), clouds=(), concurrency=at_once, max_failed=None
    )
    group = replace(PLAN.groups[0], tasks=tasks)
    plan = replace(PLAN, groups=(group,), waves=(wave,), rest=(), schedule=Schedule(), concurrency=9, **more)  # type: ignore[arg-type]
    run = at(60).run
    return run_view(run=run, plan=plan, journal=told, inventory=None, facts=FACTS, findings=(), now=after(60))


def began(task: ManagerTask, minute: int) -> JournalEntry:
    """The hop of a task is under way since then."""
    step = task.hops[0].answer
    return JournalEntry(
        key=f"{task.id}/b", at=after(minute), kind=JournalKind.STEP_STARTED, text="b", task=task.id, step=step.id
    )


def finished(task: ManagerTask) -> JournalEntry:
    """A task has ended as wanted."""
    result = TaskResult(
        task=task.id, outcome=Outcome.SUCCEEDED, reason="r", detail="d", who_can_act="", ended_at=after(50)
    )
    kind = JournalKind.TASK_ENDED
    return JournalEntry(key=f"{task.id}/e", at=after(50), kind=kind, text="e", task=task.id, result=result)


A, B, C = lone("a"), lone("b", "a"), lone("c")


@pytest.mark.parametrize("minutes", range(0, 200, 7))
def test_every_task_counts_once(minutes: int) -> None:
    """At any moment of the canonical run."""
    tasks = at(minutes).tasks

    assert task_counts(tasks).total == len(tasks)


def test_what_a_task_counts_as() -> None:
    """By how it ended, or whether it moves; one that is canceled was not carried out to its end."""

    def ends(outcome: Outcome) -> TaskView:
        result = TaskResult(task="t", outcome=outcome, reason="r", detail="d", who_can_act="", ended_at=after(1))
        return replace(at(60).tasks[0], phase=TaskPhase.ENDED, result=result)

    counts = task_counts([*map(ends, Outcome)])

    assert (counts.done, counts.skipped, counts.failed) == (1, 2, len(Outcome) - 3)


@pytest.mark.parametrize(
    ("view", "p50", "p90"),
    [
        (run_of(A), HOUR, 2 * HOUR),
        (run_of(A, B), 2 * HOUR, 4 * HOUR),
        (run_of(A, C), HOUR, 2 * HOUR),
        (run_of(A, C, at_once=1), 2 * HOUR, 4 * HOUR),
        (run_of(A, B, told=(began(A, 20),)), 80 * MINUTE, 200 * MINUTE),
        (run_of(A, B, told=(finished(A),)), HOUR, 2 * HOUR),
        (run_of(A, told=(began(A, -500),)), timedelta(), timedelta()),
    ],
    ids=["one", "a chain", "side by side", "one at a time", "begun", "half done", "late"],
)
def test_the_time_that_is_left(view: RunView, p50: timedelta, p90: timedelta) -> None:
    """Chains add up, what goes side by side does not, and what was done already does not count."""
    left = time_left(view, view.now)

    assert left is not None
    assert (left.p50, left.p90, left.basis) == (p50, p90, "public figures")


def test_it_counts_from_when_the_run_goes_on() -> None:
    """What waits for a window ends so much later."""
    left = time_left(run_of(A), after(60) + 3 * HOUR)

    assert left is not None
    assert (left.p50, left.p90) == (4 * HOUR, 5 * HOUR)


def test_no_shorter_than_the_plan_says() -> None:
    """Where windows keep the plan until tomorrow, so do they here, and it is said that they do."""
    view = run_of(A)
    assert view.plan is not None
    schedule = Schedule(ends_p50=view.now + 20 * HOUR, ends_p90=view.now + 26 * HOUR)
    left = time_left(replace(view, plan=replace(view.plan, schedule=schedule)), view.now)

    assert left == Estimate(p50=20 * HOUR, p90=26 * HOUR, basis=f"public figures, {PLANNED_TIMES}")


def test_nobody_knows_when_others_act() -> None:
    """While people or the provider still have to begin, nobody says when it ends; nor where nothing is left."""
    unknown = (run_of(lone("a", owner=Owner.PROVIDER)), run_of(A, told=(finished(A),)), replace(run_of(A), plan=None))

    assert [time_left(view, view.now) for view in unknown] == [None] * 3


def test_what_others_have_begun_ends_like_ours() -> None:
    """A provider that is at work takes as long as anybody."""
    task = lone("a", owner=Owner.PROVIDER)
    left = time_left(run_of(task, told=(began(task, 30),)), after(60))

    assert left is not None
    assert left.p50 == 30 * MINUTE


@pytest.mark.parametrize("minutes", range(0, 200, 7))
def test_the_slower_figure_is_never_the_shorter(minutes: int) -> None:
    """At any moment of the canonical run, as if all of it were ours."""
    groups = tuple(
        replace(one, tasks=tuple(replace(task, owner=Owner.OURS) for task in one.tasks)) for one in PLAN.groups
    )
    told = [one for one in JOURNAL if one.at <= after(minutes) and one.kind is not JournalKind.WAITING]
    view = run_view(
        run=replace(at(60).run, request=REQUEST),
        plan=replace(PLAN, groups=groups),
        journal=told,
        inventory=INVENTORY,
        facts=FACTS,
        findings=(),
        now=after(minutes),
    )
    left = time_left(view, view.now)

    assert left is None or timedelta() <= left.p50 <= left.p90
