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
from tests.docs.plan_play import Block

PAGE = Path(__file__).parents[2] / "docs" / "today.md"

STAND_IN = "e399d609fd00"
_HASH = re.compile(r"(?<![0-9a-f-])[0-9a-f]{12}(?![0-9a-f-])")
_AZURE = re.compile(r"(?<=From Azure alone, ).*?(?= UTC)")
_LEFT_OUT = "[…]"


class Stage:
    """A folder with the world's settings, in which commands are carried out."""

    def __init__(self, folder: Path, control: str) -> None:
        self.folder = folder
        self._clock = ("--clock", control)

    def play(self, *words: str, clock: bool = True) -> str:
        """The command as a user types it, and all that it says."""
        answered = hcx_fleet(self.folder, "--settings", "settings.env", *words, *(self._clock if clock else ()))
        code = f"   # exit code {answered.code}" if answered.code else ""
        return shown(f"$ hcx-fleet {' '.join(words)}{code}\n{answered.out}{answered.err}")


def shown(text: str) -> str:
    """A text as the page has it."""
    told = _AZURE.sub("24 Nov 2026 06:00", _HASH.sub(STAND_IN, text))
    return "\n".join(line.rstrip() for line in told.splitlines()).rstrip("\n") + "\n"


def parts(text: str, *kept: tuple[str, str]) -> str:
    """Only the lines from one that matches to one that does, which is left out."""
    lines, made, at = text.splitlines(), list[str](), 0
    for start, end in kept:
        first = next((n for n in range(at, len(lines)) if re.search(start, lines[n])), None)
        assert first is not None, f"no line matches {start!r} any more: keep other lines"
        last = next((n for n in range(first + 1, len(lines)) if end and re.search(end, lines[n])), len(lines))
        made += [_LEFT_OUT] if first > at else []
        made += lines[first:last]
        at = last
    made += [_LEFT_OUT] if at < len(lines) else []
    return "\n".join(made) + "\n"


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
    return shown(f"$ cat {file.name}\n{text[:end]}END:VEVENT\n{_LEFT_OUT}")
