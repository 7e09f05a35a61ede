"""docs/plan.md shows what the commands really print, and tells every kind of drift."""

import re
from collections.abc import Mapping

import pytest

from shared.rules.changes import TABLE
from tests.docs.plan_page import filled, names
from tests.docs.plan_play import PAGE, play
from tests.docs.played import Block

pytestmark = pytest.mark.story

TEXT = PAGE.read_text("utf-8")


@pytest.fixture(scope="module")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Block]:
    """What the commands print now, played once."""
    return play(tmp_path_factory.mktemp("world"))


def test_every_block_is_what_the_command_prints(blocks: Mapping[str, Block]) -> None:
    """Byte for byte; `python -m tests.docs.write_plan_page` writes what differs."""
    assert filled(TEXT, blocks) == TEXT


def test_every_block_that_is_played_is_shown(blocks: Mapping[str, Block]) -> None:
    """No command is played for nothing, and no block is of a command that is no longer played."""
    assert sorted(names(TEXT)) == sorted(blocks)


def test_every_kind_of_drift_has_its_row() -> None:
    """The table of the page has the kinds of the one table in the code, in its order."""
    table = TEXT.split("## What counts as drift")[1]

    assert re.findall(r"^\| `([a-z]+)` \|", table, re.MULTILINE) == [kind.value for kind in TABLE]
