"""Plays the commands of docs/plan.md against the demo's world, and gives what they print as the page shows it.

The world stands still between commands and has fixed ids and times, so that nearly everything is the same every time.
What is not is put in order here, each with its reason:

- Hashes cover certificates and ports, which are new in every start of a world: stand-ins take their place, the same one
  for the same hash.
- `init` goes by this machine's clock, since it needs the settings of Azure alone: the world's time takes its place.
- Blanks at the end of lines are padding of tables, which no editor keeps.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from cli.places import DEMO_WORLD
from cli.world_process import Pace, simulated
from shared.report.plan_json import read_plan
from tests.cli.command import Answered, hcx_fleet
from tests.docs.played import Block, Part, StandIns, parts, tidy, typed

PAGE = Path(__file__).parents[2] / "docs" / "plan.md"

BROKEN = """\
apiVersion: hcxfleet/v1
kind: Fleet
metadata: {name: contoso}
target: {version: 4.10}
concurency: 4
budget: {maxFailed: 0, strict: true}
windows:
  - {name: nights, rrule: "FREQ=DAILY", start: 22:00, zone: Europe/Pariss, duration: PT5H}
freezes:
  - {name: year-end, from: "2026-12-18T00:00", reason: retail, owner: board@contoso.example}
sites:
  - name: lyon
    connectors:
      - {name: con-lyon, endpoint: "https://hcx.lyon.contoso.example", credentials: "Sommer2026!"}
"""
"""A fleet.yaml with something wrong in most of its lines."""

_MADE = re.compile(r"(?<=subscriptions, )\d{4}-\d\d-\d\d \d\d:\d\d(?= UTC)")


class _Stage:
    """A folder with the world's settings, in which commands are carried out."""

    def __init__(self, folder: Path, control: str) -> None:
        self.folder = folder
        self._clock = ("--clock", control)
        self._control = control
        self._stand_ins = StandIns("the page")

    def play(self, *words: str, clock: bool = False, keep: tuple[Part, ...] = ()) -> str:
        """The command as a user types it, with its exit code where that is not 0, and what it prints as its result."""
        answered = self._carry_out(words, clock=clock)
        out = parts(answered.out, *keep) if keep else answered.out
        return self.shown(f"{_typed(words, answered)}\n{out}")

    def refused(self, *words: str) -> str:
        """The same of one that says why not."""
        answered = self._carry_out(words, clock=True)
        return self.shown(f"{_typed(words, answered)}\n{answered.err[answered.err.index('error:') :]}")

    def _carry_out(self, words: tuple[str, ...], *, clock: bool) -> Answered:
        return hcx_fleet(self.folder, "--settings", "settings.env", *words, *(self._clock if clock else ()))

    def shown(self, text: str) -> str:
        """A text as the page has it."""
        return tidy(_MADE.sub("2026-11-24 06:00", self._stand_ins.put_into(text)))

    def change(self, *changes: tuple[str, str]) -> None:
        """Change `fleet.yaml`, each text in one place."""
        path = self.folder / "fleet.yaml"
        text = path.read_text("utf-8")
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path.write_text(text, "utf-8")

    def advance(self, until: str) -> None:
        """Let the world go on until then."""
        now = ""
        while now < until:
            answer = httpx.post(f"{self._control}/clock/advance", json={"until": until}, trust_env=False, timeout=60)
            now = answer.raise_for_status().json()["now"]


def _typed(words: tuple[str, ...], answered: Answered) -> str:
    return typed(f"hcx-fleet {' '.join(words)}", answered.code)


def play(folder: Path) -> dict[str, Block]:
    """Every block of the page by its name, in the order in which they were played."""
    with simulated(DEMO_WORLD, folder, Pace()) as world:
        stage = _Stage(folder, world.control)
        return {name: Block(name=name, text=text) for part in _PARTS for name, text in part(stage)}


# --- before there is a plan -------------------------------------------------------------------------------------------


def _files(stage: _Stage) -> Iterator[tuple[str, str]]:
    told = stage.play("init", "--out", "start.yaml")
    text = (stage.folder / "start.yaml").read_text("utf-8")
    kept = parts(text, ("^## Started", "^# timeZone"), ("^## Private clouds that go", "^ *# .*pc-cus-01"))
    yield "init", stage.shown(f"{told}\n$ cat start.yaml\n{kept}")
    (stage.folder / "broken.yaml").write_text(BROKEN, "utf-8")
    yield "lint", stage.play("lint", "broken.yaml")


# --- the plan ---------------------------------------------------------------------------------------------------------


def _plan(stage: _Stage) -> Iterator[tuple[str, str]]:
    tasks = (("^Fleet demo", "^con-dallas"), ("^con-hub", "^con-leeds"), ("^con-lyon", "^con-osaka"))
    rest = (("^NO TASK FOR", "^connector con-singapore"), ("^private cloud pc-frc-01", "^private cloud pc-neu-01"))
    found = (("^ABOUT", "^pc-uks-01"), ("^pc-jpe-01", "^Look yourself"), ("^Next:", None))
    yield "plan", stage.play("plan", "--out", "plan.json", clock=True, keep=(*tasks, *rest, *found))


def _shows(stage: _Stage) -> Iterator[tuple[str, str]]:
    yield "forecast", stage.play("show", "forecast")
    week = (("^From", "^Tue 24 Nov 07:00.*con-boston"), ("window  nights", "^Thu 26 Nov 21:00.* due "))
    yield "calendar", stage.play("show", "calendar", keep=week)
    yield "coverage", stage.play("show", "coverage")
    exposed = (("^As of", "^con-chicago"), ("^con-lyon", "^con-osaka"), ("^ADVISORY", "^HCX-EDGE"))
    yield "exposure", stage.play("show", "exposure", keep=exposed)
    for name in ("con-lyon", "pc-frc-01"):
        yield f"why-{name}", stage.play("why", name)


_TO_THE_END: Part = ("^## Why each cloud", None)


def _one_cloud(stage: _Stage) -> Iterator[tuple[str, str]]:
    stage.advance("2026-11-24T06:10:00Z")
    kept = (("^# Plan", "^## Findings"), ("^### 1", "^### 2"), ("^### Steps of a connector", "^### Steps of a mesh"))
    yield "plan-md", stage.play("plan", "--cloud", "pc-weu-02", "-o", "md", clock=True, keep=(*kept, _TO_THE_END))


# --- what changes -----------------------------------------------------------------------------------------------------

_HELD = 'holds:\n  - {subject: con-oslo, reason: "an audit", owner: oslo-ops@contoso.example}\n'
_CHANGES = (("maxFailed: 3", "maxFailed: 2"), ("\nfreezes:", f"\n{_HELD}freezes:"))


def _diffs(stage: _Stage) -> Iterator[tuple[str, str]]:
    stage.change(*_CHANGES)
    stage.advance("2026-11-24T06:20:00Z")
    stage.play("plan", clock=True)
    yield "diff", stage.play("diff", "plan.json")
    stage.change(*((new, old) for old, new in _CHANGES))
    stage.advance("2026-11-24T15:00:00Z")
    yield "diff-live", stage.play("diff", "plan.json", "--live", clock=True)


def _refused(stage: _Stage) -> Iterator[tuple[str, str]]:
    stage.change(("maxFailed: 3", "maxFailed: 2"))
    stage.advance("2026-11-24T15:10:00Z")
    shown = (("CHANGED SINCE", "^From plan"),)
    yield "diff-live-refused", stage.play("diff", "plan.json", "--live", clock=True, keep=shown)
    stage.advance("2026-11-24T15:20:00Z")
    yield "run-refused", stage.refused("run", "--plan", _hash(stage))


def _hash(stage: _Stage) -> str:
    return read_plan((stage.folder / "plan.json").read_bytes()).hash[:12]


_PARTS: tuple[Callable[[_Stage], Iterator[tuple[str, str]]], ...] = (
    _files,
    _plan,
    _shows,
    _one_cloud,
    _diffs,
    _refused,
)
