"""What a whole run is doing, from what its tasks and waves wait for."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.run import Outcome, TaskResult
from shared.model.view import RunView, TaskPhase, TaskView
from shared.model.waiting import Waiting, WaitingFor
from shared.rules.run_phase import RunPhase, goes_on_at, run_standing
from tests.report.canonical_run import at

VIEW = at(60)
TASK = VIEW.tasks[0]
WHEN = datetime(2026, 11, 24, 8, tzinfo=UTC)
GONE = TaskResult(task="t", outcome=Outcome.SUCCEEDED, reason="r", detail="d", who_can_act="", ended_at=WHEN)
NOBODY: frozenset[str] = frozenset()


def waits(reason: WaitingFor, minute: int = 0) -> Waiting:
    """One wait."""
    return Waiting(reason=reason, detail=reason.value, since=WHEN.replace(minute=minute), who_can_act="x")


def task(reason: WaitingFor | None, name: str = "t", phase: TaskPhase = TaskPhase.RUNNING) -> TaskView:
    """One task that has not ended."""
    return replace(TASK, task=name, phase=phase, result=None, waiting=waits(reason) if reason else None)


def view(*tasks: TaskView) -> RunView:
    """A run of these tasks."""
    return replace(VIEW, tasks=tasks)


@pytest.mark.parametrize(
    ("reason", "phase"),
    [
        (None, RunPhase.RUNNING),
        (WaitingFor.HCX_JOB, RunPhase.RUNNING),
        (WaitingFor.MANAGER, RunPhase.RUNNING),
        (WaitingFor.SLOT, RunPhase.RUNNING),
        (WaitingFor.LEASE, RunPhase.RUNNING),
        (WaitingFor.PERSON, RunPhase.WAITING_FOR_PEOPLE),
        (WaitingFor.BUNDLE, RunPhase.WAITING_FOR_PEOPLE),
        (WaitingFor.REPORT_NOT_OBSERVED, RunPhase.WAITING_FOR_PEOPLE),
        (WaitingFor.PROVIDER, RunPhase.WAITING_FOR_PROVIDER),
        (WaitingFor.WINDOW, RunPhase.WAITING_FOR_WINDOW),
        (WaitingFor.PAUSED, RunPhase.PAUSED),
        (WaitingFor.APPROVAL, RunPhase.WAITING_FOR_APPROVAL),
        (WaitingFor.WAVE, RunPhase.SOAKING),
        (WaitingFor.BUDGET, RunPhase.WAITING_FOR_PEOPLE),
    ],
)
def test_one_task_alone(reason: WaitingFor | None, phase: RunPhase) -> None:
    """A run of one task does what that task does."""
    assert run_standing(view(task(reason)), (), NOBODY, over=False).phase is phase


def test_what_moves_decides() -> None:
    """As long as anything moves, or is about to, the run does, whatever else waits for people."""
    waiting = task(WaitingFor.PERSON)

    for other in (task(None, "u"), task(WaitingFor.HCX_JOB, "u"), task(WaitingFor.SLOT, "u", TaskPhase.PLANNED)):
        assert run_standing(view(waiting, other), (), NOBODY, over=False).phase is RunPhase.RUNNING


def test_what_comes_after_others_decides_nothing() -> None:
    """A task that begins after another one waits for nothing else."""
    behind = task(WaitingFor.DEPENDENCY, "u", TaskPhase.PLANNED)

    assert run_standing(view(task(WaitingFor.PROVIDER), behind), (), NOBODY, over=False).others == 0
    assert run_standing(view(behind), (), NOBODY, over=False).phase is RunPhase.RUNNING


def test_tasks_in_line_wait_for_what_their_wave_waits_for() -> None:
    """Nobody's turn comes before the wave is let go."""
    line = [task(WaitingFor.SLOT, name, TaskPhase.PLANNED) for name in "uv"]
    asked = waits(WaitingFor.APPROVAL, 9)
    found = run_standing(view(*line), [asked], NOBODY, over=False)

    assert (found.phase, found.wait, found.others) == (RunPhase.WAITING_FOR_APPROVAL, asked, 1)


def test_paused_by_a_person() -> None:
    """A run whose every task is paused is paused, whether or not the tasks have come to say so."""
    tasks = (task(WaitingFor.SLOT, "u", TaskPhase.PLANNED), task(WaitingFor.PAUSED, "v"))

    assert run_standing(view(*tasks), (), {"u", "v"}, over=False).phase is RunPhase.PAUSED
    assert run_standing(view(*tasks), (), {"v"}, over=False).phase is RunPhase.RUNNING


def test_what_people_can_do_something_about_comes_first() -> None:
    """Of several waits that which somebody can end is told, the earliest of its kind, and how many more there are."""
    tasks = [task(WaitingFor.WINDOW, "t"), task(WaitingFor.PERSON, "u"), task(WaitingFor.PERSON, "v")]
    tasks[1] = replace(tasks[1], waiting=waits(WaitingFor.PERSON, 30))
    found = run_standing(view(*tasks), (), NOBODY, over=False)

    assert (found.phase, found.wait, found.others) == (RunPhase.WAITING_FOR_PEOPLE, waits(WaitingFor.PERSON), 1)


@pytest.mark.parametrize("reason", [None, *WaitingFor])
def test_when_it_goes_on_is_known_where_nobody_has_to_act(reason: WaitingFor | None) -> None:
    """Now where it moves, and when a window opens or a soak is over; else nobody knows."""
    soon = WHEN.replace(hour=20)
    waiting = replace(waits(reason), next_look=soon) if reason else None
    found = run_standing(view(replace(task(reason), waiting=waiting)), (), NOBODY, over=False)
    known = {RunPhase.RUNNING: WHEN, RunPhase.SOAKING: soon, RunPhase.WAITING_FOR_WINDOW: soon}

    assert goes_on_at(found, WHEN) == known.get(found.phase)


REASONS = st.one_of(st.none(), st.sampled_from(WaitingFor))


@given(st.lists(REASONS, max_size=5), st.lists(st.sampled_from(WaitingFor), max_size=2), st.booleans(), st.booleans())
def test_every_run_has_one_phase(
    reasons: list[WaitingFor | None],
    waves: list[WaitingFor],
    over: bool,  # noqa: FBT001 -- drawn
    done: bool,  # noqa: FBT001 -- the same
) -> None:
    """Whatever its tasks and waves wait for; and where nothing moves it says what is waited for."""
    tasks = [task(reason, str(number)) for number, reason in enumerate(reasons)]
    ended = replace(TASK, task="e", phase=TaskPhase.ENDED, result=GONE)
    found = run_standing(view(*tasks, *([ended] if done else [])), [*map(waits, waves)], NOBODY, over=over)

    assert (found.phase is RunPhase.FINISHED) == over
    assert (found.wait is None) == (found.phase in {RunPhase.FINISHED, RunPhase.RUNNING})
    assert 0 <= found.others <= len(tasks)
