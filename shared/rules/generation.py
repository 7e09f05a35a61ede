"""Which state of a run somebody decides about, as a number that grows with whatever a decision may rest on.

It does not grow with progress inside a step: who reads a run, thinks, and then says something does not have to be
quicker than the next look at an HCX job.
"""

from collections.abc import Iterator

from shared.model.run import JournalEntry, JournalKind, Run, RunState
from shared.rules.told import told_in

_TELLING = frozenset({JournalKind.PLANNED, JournalKind.ADMITTED, JournalKind.TASK_ENDED, JournalKind.RUN_ENDED})

_STATES = {
    RunState.NOT_STARTED: 0,
    RunState.RUNNING: 1,
    RunState.SUCCEEDED: 2,
    RunState.FAILED: 2,
    RunState.CANCELED: 2,
}
"""A run goes through them in this order alone, so that their rank never makes the number smaller."""

MENTIONED = 5
"""How much of what has happened since is told."""


def generation(run: Run, journal: tuple[JournalEntry, ...], commands: int | None) -> int:
    """The number of the state that a run is in.

    Args:
        run: what the store keeps of it.
        journal: every entry, in order.
        commands: how many were given to it, whether or not they are in the journal yet; None where nobody knows, since
            one of them was changed behind our back.
    """
    turns = told_in(journal).turns
    given = sum(map(_given, turns)) if commands is None else commands
    return sum(map(_tells, turns)) + given + _STATES[run.state] + (run.plan_hash is not None)


def since(journal: tuple[JournalEntry, ...], steps: int) -> tuple[str, ...]:
    """The latest of what made that number grow by so many, each as a sentence; the newest last."""
    return tuple(reversed([*_backwards(journal, min(steps, MENTIONED))]))


def _backwards(journal: tuple[JournalEntry, ...], most: int) -> Iterator[str]:
    found = (entry.text for entry in reversed(told_in(journal).turns) if _tells(entry) or _given(entry))
    yield from (text for _, text in zip(range(most), found, strict=False))


def _tells(entry: JournalEntry) -> bool:
    """A run plans, a task begins or ends, or a whole wave comes to something, such as to a question."""
    return entry.kind in _TELLING or (entry.kind is JournalKind.WAITING and entry.task is None)


def _given(entry: JournalEntry) -> bool:
    """A command itself, and not what becomes of it later."""
    return entry.kind is JournalKind.COMMANDED and not entry.key.endswith(("/taken", "/void"))
