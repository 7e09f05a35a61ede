"""`--clock` takes the address of a world, or the file that the world wrote of itself."""

from pathlib import Path

import pytest

from cli.edge import WrongUseError
from cli.following import time_of
from cli.world_clock import control_of, world_now
from simulator.loading import load
from simulator.running import running
from tests.cli.test_lint_and_init import WORLD


def test_a_world_file_is_as_good_as_its_address(tmp_path: Path) -> None:
    """Both show the same time, with and without the host."""
    (tmp_path / "world.yaml").write_text(WORLD, "utf-8")
    with running(load(tmp_path / "world.yaml"), tmp_path / "world") as published:
        written = str(tmp_path / "world" / "world.json")
        with time_of(written) as time:
            assert time.clock.now() == world_now(written) == world_now(published["control"])
        assert control_of(written) == published["control"]


@pytest.mark.parametrize("content", ["", "[]", "{}", "\N{SNOWMAN}"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: str) -> None:
    """The message names the file and says that it is none of a world."""
    file = tmp_path / "other.json"
    file.write_text(content, "utf-8")

    with pytest.raises(WrongUseError, match=r"other\.json: is no world\.json"):
        control_of(str(file))


def test_nobody_there_is_said() -> None:
    """An address where no world listens is wrong use, whoever asks."""
    with pytest.raises(WrongUseError, match="no simulated world serves its clock there"):
        world_now("http://127.0.0.1:9")
