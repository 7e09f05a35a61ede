"""What a whole run is doing, in one word: finer than the five words of its state, coarser than its tasks."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from shared.model.record import record
from shared.model.view import RunView, TaskPhase, TaskView
from shared.model.waiting import Waiting, WaitingFor


class RunPhase(StrEnum):
    """What the state of a run leaves out."""

    RUNNING = "running"
    """Something moves, or is about to."""
    PAUSED = "paused"
    """Nothing moves by a person's word."""
    WAITING_FOR_APPROVAL = "waitingForApproval"
    """Nothing moves until somebody lets a wave go."""
    WAITING_FOR_PEOPLE = "waitingForPeople"
    """Nothing moves until somebody acts."""
    WAITING_FOR_PROVIDER = "waitingForProvider"
    """Nothing moves until the provider acts."""
    SOAKING = "soaking"
    """A wave is over and watched, and nothing else moves."""
    WAITING_FOR_WINDOW = "waitingForWindow"
    """Nothing moves until a window opens."""
    FINISHED = "finished"


_STANDS_FOR = {
    WaitingFor.PAUSED: RunPhase.PAUSED,
    WaitingFor.APPROVAL: RunPhase.WAITING_FOR_APPROVAL,
    WaitingFor.PERSON: RunPhase.WAITING_FOR_PEOPLE,
    WaitingFor.REPORT_NOT_OBSERVED: RunPhase.WAITING_FOR_PEOPLE,
    WaitingFor.BUNDLE: RunPhase.WAITING_FOR_PEOPLE,
    WaitingFor.BUDGET: RunPhase.WAITING_FOR_PEOPLE,
    WaitingFor.PROVIDER: RunPhase.WAITING_FOR_PROVIDER,
    WaitingFor.WAVE: RunPhase.SOAKING,
    WaitingFor.WINDOW: RunPhase.WAITING_FOR_WINDOW,
}
"""Waits in which nothing moves. In every other one HCX or hcx-fleet is at work, or about to be."""

_FIRST = (
    RunPhase.PAUSED,
    RunPhase.WAITING_FOR_APPROVAL,
    RunPhase.WAITING_FOR_PEOPLE,
    RunPhase.WAITING_FOR_PROVIDER,
    RunPhase.SOAKING,
    RunPhase.WAITING_FOR_WINDOW,
)
"""Of several things that are waited for, the one that a person can do something about comes first."""


@record
class RunStanding:
    """A run as a whole."""

    phase: RunPhase
    wait: Waiting | None = None
    """What is waited for, where nothing moves: of several such waits the earliest."""
    others: int = 0
    """How many more tasks or waves wait so."""


def goes_on_at(standing: RunStanding, now: datetime) -> datetime | None:
    """When a run goes on at the earliest; None where nobody knows, since somebody has to act, or it has ended."""
    if standing.phase is RunPhase.RUNNING:
        return now
    by_itself = standing.phase in {RunPhase.SOAKING, RunPhase.WAITING_FOR_WINDOW}
    return standing.wait.next_look if by_itself and standing.wait is not None else None


def run_standing(view: RunView, of_waves: Sequence[Waiting], paused: Collection[str], *, over: bool) -> RunStanding:
    """What a run is doing.

    Args:
        view: the run as it stands.
        of_waves: what whole waves wait for now: to be let go, for a window, or for the end of a soak.
        paused: ids of the tasks that do not go on by a person's word.
        over: whether the run has ended.
    """
    if over:
        return RunStanding(phase=RunPhase.FINISHED)
    left = [task for task in view.tasks if task.phase is not TaskPhase.ENDED]
    waits = [wait for task in left if (wait := _wait(task, of_waves, paused)) is not None]
    if not waits or len(waits) < sum(1 for task in left if not _behind(task)) or _moves(waits):
        return RunStanding(phase=RunPhase.RUNNING)
    return _standing(waits)


def _standing(waits: Sequence[Waiting]) -> RunStanding:
    by_phase = {phase: [one for one in waits if _STANDS_FOR[one.reason] is phase] for phase in _FIRST}
    phase = next(one for one in _FIRST if by_phase[one])
    first = min(by_phase[phase], key=lambda one: one.since)
    return RunStanding(phase=phase, wait=first, others=len(by_phase[phase]) - 1)


def _moves(waits: Sequence[Waiting]) -> bool:
    return any(wait.reason not in _STANDS_FOR for wait in waits)


def _behind(task: TaskView) -> bool:
    """Whether it begins after others, which say what is waited for."""
    return task.waiting is not None and task.waiting.reason is WaitingFor.DEPENDENCY


def _wait(task: TaskView, of_waves: Sequence[Waiting], paused: Collection[str]) -> Waiting | None:
    """What a task waits for; None where it moves, or begins after others."""
    if task.waiting is None or _behind(task):
        return None
    if task.task in paused:
        return _paused(task.waiting)
    in_line = task.waiting.reason is WaitingFor.SLOT
    return of_waves[0] if in_line and of_waves else task.waiting


def _paused(waiting: Waiting) -> Waiting:
    if waiting.reason is WaitingFor.PAUSED:
        return waiting
    return Waiting(
        reason=WaitingFor.PAUSED, detail="a person paused it", since=waiting.since, who_can_act="whoever may resume it"
    )
