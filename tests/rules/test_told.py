"""A journal sorted by what asks for it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shared.model.run import JournalEntry, JournalKind
from shared.rules.told import told_in
from tests.report.canonical_run import JOURNAL

CUTS = st.lists(st.integers(0, len(JOURNAL)), max_size=12)
INSIDE = frozenset({JournalKind.STEP_STARTED, JournalKind.STEP_DONE, JournalKind.PROGRESS})


@given(CUTS, st.booleans())
def test_it_is_the_same_however_it_was_read_before(cuts: list[int], copied: bool) -> None:  # noqa: FBT001 -- drawn
    """Longer, shorter, with the very entries of before or with others like them: each journal is sorted by itself."""
    for cut in cuts:
        journal = JOURNAL[:cut]
        if copied:
            journal = tuple(replace(entry, text="changed") for entry in journal)
        told = told_in(journal)

        assert told.journal == journal
        assert told.of_task == _of_task(journal)
        assert [entry for entry in told.turns if entry.task is None] == [one for one in journal if one.task is None]
        assert not any(entry.task and entry.kind in INSIDE for entry in told.turns)


def _of_task(journal: tuple[JournalEntry, ...]) -> dict[str, tuple[JournalEntry, ...]]:
    names = dict.fromkeys(entry.task for entry in journal if entry.task)
    return {name: tuple(entry for entry in journal if entry.task == name) for name in names}
