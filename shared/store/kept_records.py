"""Records of a store that are read far more often than they change, made from their text once."""

import json
from collections.abc import Sequence
from typing import Final

from shared.model.document import RecordUnreadableError
from shared.model.plan import Plan
from shared.model.remembered import remembering
from shared.model.run import JournalEntry
from shared.store.errors import TamperedError

ENTRIES: Final = 30_000
"""How many entries of journals are remembered: those of several large runs, in a few dozen megabytes."""

PLANS: Final = 8

entry_in = remembering(JournalEntry, ENTRIES)
"""The entry of a journal in the text of its row."""

plan_in = remembering(Plan, PLANS)
"""The plan in the text of its row."""

JOURNALS: Final = 8
"""Of how many runs the rows that were read last are remembered."""

type Numbered = tuple[int, JournalEntry]


class ReadJournals:
    """Journals as they were read last, so that only what came since is made into entries.

    The rows themselves are read each time, and compared to the last byte: what was changed, put in or taken away behind
    our back since is read anew, and cannot hide behind what is remembered.
    """

    def __init__(self) -> None:
        self._last: dict[str, tuple[list[tuple[int, str]], tuple[Numbered, ...]]] = {}

    def entries(self, run_id: str, rows: list[tuple[int, str]]) -> tuple[Numbered, ...]:
        """The entries in all rows of the journal of a run.

        Raises:
            TamperedError: one of them cannot even be read.
        """
        before, known = self._last.pop(run_id, ([], ()))
        if rows[: len(before)] != before:
            before, known = [], ()
        found = (*known, *numbered(run_id, rows[len(before) :]))
        self._last[run_id] = rows, found
        for other in list(self._last)[:-JOURNALS]:
            self._last.pop(other, None)
        return found


def numbered(run_id: str, rows: Sequence[tuple[int, str]]) -> list[Numbered]:
    """The entries in some rows of the journal of a run.

    Raises:
        TamperedError: one of them cannot even be read.
    """
    found: list[Numbered] = []
    try:
        found.extend((number, entry_in(text)) for number, text in rows)
    except (RecordUnreadableError, json.JSONDecodeError) as error:
        raise TamperedError.of_entry(run_id, rows[len(found)][0]) from error
    return found
