"""docs/revert.md shows what the commands really print, and has a section for every kind of step."""

from collections.abc import Mapping

import pytest

from shared.model.revert import RevertScope, RevertStepKind
from shared.rules.reverting.standing import SECTION
from tests.docs.plan_page import filled, names
from tests.docs.played import Block
from tests.docs.revert_play import PAGE, play

TEXT = PAGE.read_text("utf-8")


@pytest.fixture(scope="module")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Block]:
    """What the commands print now, played once."""
    return play(tmp_path_factory.mktemp("world"))


@pytest.mark.story
def test_every_block_is_what_the_command_prints(blocks: Mapping[str, Block]) -> None:
    """Byte for byte; `python -m tests.docs.write_revert_page` writes what differs."""
    assert filled(TEXT, blocks) == TEXT


@pytest.mark.story
def test_every_block_that_is_played_is_shown(blocks: Mapping[str, Block]) -> None:
    """No command is played for nothing, and no block is of a command that is no longer played."""
    assert sorted(names(TEXT)) == sorted(blocks)


@pytest.mark.parametrize("kind", list(RevertStepKind))
def test_every_kind_of_step_has_its_section(kind: RevertStepKind) -> None:
    """The journal names the section, and a reader finds it."""
    assert f"\n### {SECTION[kind]} " in TEXT


@pytest.mark.parametrize("scope", list(RevertScope))
def test_every_scope_is_explained(scope: RevertScope) -> None:
    """The table of the page has a row for each."""
    assert f"\n| `{scope.value}` | " in TEXT
