"""Plays the commands of docs/mesh.md against its world, and gives what they print as the page shows it.

The world has what every mode needs at one of its sites and not at the other. What its file does not say is how long an
outage each network accepts: that is added to the `fleet.yaml` that the world writes, and shown on the page.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from cli.places import ROOT
from cli.world_process import Pace, simulated
from tests.cli.command import hcx_fleet
from tests.docs.played import Block, Part, StandIns, parts, tidy, typed

PAGE = ROOT / "docs" / "mesh.md"
WORLD = ROOT / "examples" / "worlds" / "outages.yaml"
SECONDS = 170

ALL = "networkExtension:\n  outageLimit: PT1M\n"
ONE = "      - network: mesh-lyon-ne1-net1\n        owner: web@contoso.example\n        outageLimit: PT10S\n"
"""What is accepted: of every network, and of one that has an entry at its site."""


class _Stage:
    """A folder with the world's settings, in which commands are carried out."""

    def __init__(self, folder: Path, control: str) -> None:
        self._folder = folder
        self._clock = ("--clock", control)
        self._stand_ins = StandIns("docs/mesh.md")

    def play(self, *words: str, keep: tuple[Part, ...] = ()) -> tuple[str, str]:
        """The command as a user types it with what it prints, or only some lines of it; and that without stand-ins."""
        answered = hcx_fleet(self._folder, "--settings", "settings.env", *words, *self._clock, seconds=SECONDS)
        out = parts(answered.out, *keep) if keep else answered.out
        line = typed(f"hcx-fleet {' '.join(words)}", answered.code)
        return self._shown(f"{line}\n{out}"), answered.out

    def _shown(self, text: str) -> str:
        return tidy(self._stand_ins.put_into(text.replace(f"{self._folder}/", "")))

    def accept(self) -> str:
        """Write into `fleet.yaml` what is accepted, and give those lines of it."""
        path = self._folder / "fleet.yaml"
        text = path.read_text("utf-8")
        for old, new in (("probes:\n", f"{ALL}probes:\n"), (ONE[: ONE.rindex("        outageLimit")], ONE)):
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
        return parts(text, ("^networkExtension:", "^probes:"), ("^sites:", "^      - network: mesh-lyon-ne1-net2"))


def play(folder: Path) -> dict[str, Block]:
    """Every block of the page by its name, in the order in which they were played."""
    with simulated(WORLD, folder, Pace()) as world:
        return {name: Block(name=name, text=text) for name, text in _blocks(_Stage(folder, world.control))}


_MODES: tuple[Part, ...] = (
    ("^### .*mesh mesh-oslo", "^- Done"),
    ("^Appliances, in this order", "^#"),
    ("^### .*mesh mesh-lyon", "^- Done"),
    ("^Appliances, in this order", "^#"),
)
"""Of the plan as a page: the appliances of each mesh."""


def _blocks(stage: _Stage) -> Iterator[tuple[str, str]]:
    yield "limits", stage.accept()
    shown, plan = stage.play("plan", keep=(("^Fleet", "^NO TASK"), ("^Next", None)))
    yield "plan", shown
    yield "modes", stage.play("plan", "-o", "md", keep=_MODES)[0]
    yield "run", stage.play("run", "--plan", _hash(plan), keep=(("^PRIVATE", "^Report"),))[0]
    yield "status", stage.play("status", keep=(("^NETWORK", None),))[0]
    yield "why", stage.play("why", "mesh-lyon")[0]


def _hash(plan: str) -> str:
    found = re.search(r"(?<=--plan )\w+", plan)
    assert found is not None, f"the plan does not say how it is carried out: {plan}"
    return found[0]
