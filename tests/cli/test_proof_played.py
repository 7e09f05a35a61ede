"""`prove` and `runsheet` around an upgrade in a simulated world: real processes, real sockets, the real app."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.exits import Exit
from cli.truth import World, read_truth
from cli.world_process import Pace, simulated
from tests.cli.command import ROOT, Answered, hcx_fleet

pytestmark = pytest.mark.story

ONE_PAIR = ROOT / "examples" / "worlds" / "one-pair.yaml"


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[tuple[Path, World]]:
    """A world of one pair whose time stands still, with the folder of its settings."""
    with simulated(ONE_PAIR, tmp_path, Pace()) as world:
        yield tmp_path, world


def told(at: tuple[Path, World], *words: str) -> Answered:
    """A command by the world's clock."""
    return hcx_fleet(at[0], "--settings", "settings.env", *words, "--clock", at[1].control)


def test_an_upgrade_is_proved_only_once_it_is_seen(standing: tuple[Path, World]) -> None:
    """Before the run a page can be printed for what comes first and nothing is proved; after it everything is."""
    assert told(standing, "plan").code in {Exit.AS_WANTED, Exit.NEEDS_OTHERS}
    first = told(standing, "runsheet", "pc-weu-01", "--format", "md")
    later = told(standing, "runsheet", "con-lyon", "--format", "md")
    assert (first.code, later.code) == (Exit.AS_WANTED, Exit.NEEDS_OTHERS), first.err + later.err
    assert "READY until 24 Nov 2026" in first.out
    assert "pc-weu-01 must be at 4.11.4 first" in later.err
    assert told(standing, "prove", "con-lyon", "--live").code == Exit.NEEDS_OTHERS
    assert read_truth(standing[1].control).mutations == ()

    assert told(standing, "run").code == Exit.AS_WANTED

    for subject in ("pc-weu-01", "con-lyon", "mesh-lyon"):
        proved = told(standing, "prove", subject, "-o", "json")
        assert proved.code == Exit.AS_WANTED, proved.out
        assert json.loads(proved.out)["proved"] is True
    assert told(standing, "prove", "mesh-lyon", "--live").code == Exit.AS_WANTED
