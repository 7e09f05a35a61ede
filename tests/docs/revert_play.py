"""Plays the commands of docs/revert.md against its world, and gives what they print as the page shows it."""

import re
from collections.abc import Iterator
from pathlib import Path

from cli.places import ROOT
from cli.world_process import Pace, simulated
from tests.cli.command import hcx_fleet
from tests.docs.played import Block, StandIns, parts, tidy, typed

PAGE = ROOT / "docs" / "revert.md"
WORLD = ROOT / "examples" / "worlds" / "way-back.yaml"
SECONDS = 170


class Stage:
    """A folder with the world's settings, in which commands are carried out."""

    def __init__(self, folder: Path, control: str) -> None:
        self.folder = folder
        self._clock = ("--clock", control)
        self._hashes = StandIns(of="docs/revert.md")

    def play(self, *words: str) -> tuple[str, str]:
        """The command as a user types it with what it prints, and that without stand-ins."""
        answered = hcx_fleet(self.folder, "--settings", "settings.env", *words, *self._clock, seconds=SECONDS)
        line = typed(f"hcx-fleet {' '.join(words)}", answered.code)
        return self.shown(f"{line}\n{answered.out}"), answered.out

    def shown(self, text: str) -> str:
        """A text as the page has it."""
        return tidy(self._hashes.put_into(text.replace(f"{self.folder}/", "")))


def play(folder: Path) -> dict[str, Block]:
    """Every block of the page by its name, in the order in which they were played."""
    with simulated(WORLD, folder, Pace()) as world:
        return {name: Block(name=name, text=text) for name, text in _blocks(Stage(folder, world.control))}


def _blocks(stage: Stage) -> Iterator[tuple[str, str]]:
    _, ended = stage.play("run")
    run = _found(r"upgrade-[0-9T]+", ended)
    yield "why", stage.play("why", "con-lyon")[0]
    shown, plan = stage.play("revert", "pc-weu-01", "--of", run, "--out", "revert.md")
    yield "plan", shown
    page = (stage.folder / "revert.md").read_text("utf-8")
    yield "case", stage.shown(page.split("```text\n")[1].split("\n```")[0])
    yield (
        "start",
        stage.play("revert", "pc-weu-01", "--of", run, "--start", "--plan", _found(r"(?<=--plan )\w+", plan))[0],
    )
    yield "steps", parts(stage.play("status")[0], ("^[$]", "^PRIVATE"), ("^TASK", "^$"))


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, f"nothing like {pattern!r} was printed"
    return found[0]
