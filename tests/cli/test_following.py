"""`run --clock`: a run goes by the time of a world that another process serves."""

import subprocess
from pathlib import Path

import pytest

from cli.edge import WrongUseError
from cli.following import time_of
from cli.world_process import Pace, simulated

pytestmark = pytest.mark.story

ROOT = Path(__file__).parents[2]
WORLD = ROOT / "examples" / "worlds" / "one-pair.yaml"


def test_host_and_world_in_two_processes_go_by_one_clock(tmp_path: Path) -> None:
    """An upgrade of an hour and a half of simulated time ends, as wanted, within seconds."""
    with simulated(WORLD, tmp_path, Pace()) as world:
        told = ["run", "--clock", world.control, "--settings", str(tmp_path / "settings.env")]
        command = [str(ROOT / "bin" / "hcx-fleet"), *told]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603

    assert done.returncode == 0, done.stderr
    assert "pc-weu-01 4.11.2 → 4.11.4" in done.stdout


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "https://example.com", "nonsense", ""])
def test_an_address_without_a_world_is_wrong_use(address: str) -> None:
    """What is no control address of a world is refused before anything starts, and named."""
    with pytest.raises(WrongUseError) as refused, time_of(address):
        pass

    assert f"--clock {address}" in refused.value.problems[0]
