"""docs/mesh.md shows what the commands really print, and every mode in which an appliance can be upgraded."""

from collections.abc import Mapping

import pytest

from shared.model.ne_mode import ApplianceMode
from shared.report.plan_words import APPLIANCE_MODE
from tests.docs.mesh_play import PAGE, play
from tests.docs.plan_page import filled, names
from tests.docs.played import Block

TEXT = PAGE.read_text("utf-8")


@pytest.fixture(scope="module")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Block]:
    """What the commands print now, played once."""
    return play(tmp_path_factory.mktemp("world"))


@pytest.mark.story
def test_every_block_is_what_the_command_prints(blocks: Mapping[str, Block]) -> None:
    """Byte for byte; `python -m tests.docs.write_mesh_page` writes what differs."""
    assert filled(TEXT, blocks) == TEXT


@pytest.mark.story
def test_every_block_that_is_played_is_shown(blocks: Mapping[str, Block]) -> None:
    """No command is played for nothing, and no block is of a command that is no longer played."""
    assert sorted(names(TEXT)) == sorted(blocks)


@pytest.mark.parametrize("mode", [ApplianceMode.IN_SERVICE, ApplianceMode.HA_GROUP, ApplianceMode.STANDARD])
def test_every_mode_that_networks_feel_is_planned_and_explained(mode: ApplianceMode) -> None:
    """The plan that is shown has it with its reason, and a line of prose says what it is."""
    word = APPLIANCE_MODE[mode]
    explained = f"\n- **{word[0].upper()}{word[1:]}**: "

    assert f"\n- {word} for mesh-" in TEXT
    assert explained in TEXT
