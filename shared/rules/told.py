"""A journal sorted by what asks for it: the entries of each task, and the turning points of the whole run.

A run that people follow is looked at every few seconds, and a few entries of thousands are new each time. So what was
sorted before is kept for as long as a journal only grows, and only what was added is looked at.
"""

from collections import deque
from collections.abc import Mapping
from functools import lru_cache
from operator import is_
from typing import cast

from shared.model.record import record
from shared.model.run import JournalEntry, JournalKind
from shared.model.same import Same

REMEMBERED = 8
"""How many journals are kept sorted."""

_TURNS = frozenset(
    {
        JournalKind.PLANNED,
        JournalKind.ADMITTED,
        JournalKind.TASK_ENDED,
        JournalKind.COMMANDED,
        JournalKind.RUN_ENDED,
    }
)


@record
class Told:
    """What a journal tells."""

    journal: tuple[JournalEntry, ...]
    """Every entry, in order."""
    of_task: Mapping[str, tuple[JournalEntry, ...]]
    """Those about each task, in order, by its id."""
    turns: tuple[JournalEntry, ...]
    """Those about no task, and those by which tasks begin and end and people speak, in order."""


_NOTHING = Told(journal=(), of_task={}, turns=())
_RECENT: deque[Told] = deque(maxlen=REMEMBERED)


def told_in(journal: tuple[JournalEntry, ...]) -> Told:
    """The same entries, sorted."""
    return _sorted(Same(journal))


@lru_cache(maxsize=REMEMBERED)
def _sorted(known: Same) -> Told:
    (journal,) = cast("tuple[tuple[JournalEntry, ...]]", known.records)
    before = next((one for one in tuple(_RECENT) if _goes_on(one.journal, journal)), _NOTHING)
    told = _with(before, journal)
    _RECENT.appendleft(told)
    return told


def _goes_on(before: tuple[JournalEntry, ...], journal: tuple[JournalEntry, ...]) -> bool:
    """Whether the one begins with all of the other: with those very entries, as a store remembers them."""
    return len(before) <= len(journal) and all(map(is_, before, journal))


def _with(before: Told, journal: tuple[JournalEntry, ...]) -> Told:
    added = journal[len(before.journal) :]
    fresh: dict[str, list[JournalEntry]] = {}
    for entry in added:
        if entry.task is not None:
            fresh.setdefault(entry.task, []).append(entry)
    grown = {name: (*before.of_task.get(name, ()), *entries) for name, entries in fresh.items()}
    turns = (entry for entry in added if entry.task is None or entry.kind in _TURNS)
    return Told(journal=journal, of_task={**before.of_task, **grown}, turns=(*before.turns, *turns))
