"""Plays the commands of docs/today.md against the demo's world, and gives what they print as the page shows it.

The world stands still and has fixed ids and times. What is not the same every time is put in order here:

- Hashes cover certificates and ports, which are new in every start of a world: one stand-in takes their place.
- `--azure-only` goes by this machine's clock, since it needs the settings of Azure alone: the world's time takes its
  place.
- Blanks at the end of lines are padding of tables, which no editor keeps.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from cli.places import DEMO_WORLD
from cli.world_process import Pace, simulated
from tests.cli.command import hcx_fleet
from tests.docs.played import HASH, LEFT_OUT, Block, parts, tidy, typed

PAGE = Path(__file__).parents[2] / "docs" / "today.md"

STAND_IN = "e399d609fd00"
_AZURE = re.compile(r"(?<=From Azure alone, ).*?(?= UTC)")


class Stage:
    """A folder with the world's settings, in which commands are carried out."""

    def __init__(self, folder: Path, control: str) -> None:
        self.folder = folder
        self._clock = ("--clock", control)

    def play(self, *words: str, clock: bool = True) -> str:
        """The command as a user types it, and all that it says."""
        answered = hcx_fleet(self.folder, "--settings", "settings.env", *words, *(self._clock if clock else ()))
        line = typed(f"hcx-fleet {' '.join(words)}", answered.code)
        return shown(f"{line}\n{answered.out}{answered.err}")


def shown(text: str) -> str:
    """A text as the page has it."""
    return tidy(_AZURE.sub("24 Nov 2026 06:00", HASH.sub(STAND_IN, text)))


def play(folder: Path) -> dict[str, Block]:
    """Every block of the page by its name, in the order in which they were played."""
    with simulated(DEMO_WORLD, folder, Pace()) as world:
        return {name: Block(name=name, text=text) for name, text in _blocks(Stage(folder, world.control))}


def _blocks(stage: Stage) -> Iterator[tuple[str, str]]:
    azure = stage.play("show", "fleet", "--azure-only", clock=False)
    rows = (("^[$]", "^pc-cus-01"), ("^pc-frc-01 +contoso", "^pc-jpe-01"), ("^PRIVATE CLOUD +WHAT", "$^"))
    yield "azure-only", parts(azure, *rows)
    stage.play("plan")
    yield "today", parts(stage.play("today"), ("^[$]", "^late: .*18 Nov"), ("^now", "^Tue"), ("subjects seen", "$^"))
    yield "site", stage.play("today", "--site", "lyon")
    calendar = stage.play("today", "--person", "lyon-ops@contoso.example", "--ics", "lyon.ics", "-o", "csv")
    yield "calendar", f"{parts(calendar, ('^[$]', 'when,by'), ('^lyon.ics', '$^'))}{_event(stage.folder / 'lyon.ics')}"


def _event(file: Path) -> str:
    """The first event of a calendar file, as it stands there."""
    text = file.read_text("utf-8")
    end = text.index("END:VEVENT")
    return shown(f"$ cat {file.name}\n{text[:end]}END:VEVENT\n{LEFT_OUT}")
