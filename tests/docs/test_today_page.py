"""docs/today.md shows what the commands really print, and names every count and every source of rows."""

from collections.abc import Mapping

import pytest

from shared.report.today_text import TALLY
from shared.rules.agenda.records import Matter
from tests.docs.plan_page import filled, names
from tests.docs.played import Block
from tests.docs.today_play import PAGE, play

TEXT = PAGE.read_text("utf-8")


@pytest.fixture(scope="module")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Block]:
    """What the commands print now, played once."""
    return play(tmp_path_factory.mktemp("world"))


@pytest.mark.story
def test_every_block_is_what_the_command_prints(blocks: Mapping[str, Block]) -> None:
    """Byte for byte; `python -m tests.docs.write_today_page` writes what differs."""
    assert filled(TEXT, blocks) == TEXT


@pytest.mark.story
def test_every_block_that_is_played_is_shown(blocks: Mapping[str, Block]) -> None:
    """No command is played for nothing, and no block is of a command that is no longer played."""
    assert sorted(names(TEXT)) == sorted(blocks)


@pytest.mark.parametrize("matter", list(Matter))
def test_every_source_of_rows_is_explained(matter: Matter) -> None:
    """The table of the page has a row for each."""
    assert f"\n| `{matter.value}` |" in TEXT


@pytest.mark.parametrize("words", list(TALLY.values()))
def test_every_count_is_explained(words: str) -> None:
    """The page says what stands in it."""
    assert f"\n- **{words}**: " in TEXT
