"""Plays the commands of docs/plan.md against the demo's world, and gives what they print as the page shows it.

The world stands still between commands and has fixed ids and times, so that nearly everything is the same every time.
What is not is put in order here, each with its reason:

- Hashes cover certificates and ports, which are new in every start of a world: stand-ins take their place, the same one
  for the same hash.
- `init` goes by this machine's clock, since it needs the settings of Azure alone: the world's time takes its place.
- Blanks at the end of lines are padding of tables, which no editor keeps.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from cli.places import DEMO_WORLD
from cli.world_process import Pace, simulated
from shared.model.record import record
from shared.report.plan_json import read_plan
from tests.cli.command import Answered, hcx_fleet

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

_HASH = re.compile(r"(?<![0-9a-f-])[0-9a-f]{12}(?:[0-9a-f]{52})?(?![0-9a-f-])")
_MADE = re.compile(r"(?<=subscriptions, )\d{4}-\d\d-\d\d \d\d:\d\d(?= UTC)")
_LEFT_OUT = "[…]"

type Part = tuple[str, str | None]
"""What is kept of an output: from a line that matches, to one that does, which is left out; None: to the end."""


@record
class Block:
    """One block of the page: a command and what it printed."""

    name: str
    text: str


class _Stage:
    """A folder with the world's settings, in which commands are carried out."""

    def __init__(self, folder: Path, control: str) -> None:
        self.folder = folder
        self._clock = ("--clock", control)
        self._control = control
        self._stand_ins: dict[str, str] = {}

    def play(self, *words: str, clock: bool = False, keep: tuple[Part, ...] = ()) -> str:
        """The command as a user types it, with its exit code where that is not 0, and what it prints as its result."""
        answered = self._carry_out(words, clock=clock)
        lines = answered.out.splitlines()
        return self.shown("\n".join([_typed(words, answered), *(_cut(lines, keep) if keep else lines)]))

    def refused(self, *words: str) -> str:
        """The same of one that says why not."""
        answered = self._carry_out(words, clock=True)
        return self.shown("\n".join([_typed(words, answered), answered.err[answered.err.index("error:") :]]))

    def _carry_out(self, words: tuple[str, ...], *, clock: bool) -> Answered:
        return hcx_fleet(self.folder, "--settings", "settings.env", *words, *(self._clock if clock else ()))

    def shown(self, text: str) -> str:
        """A text as the page has it."""
        lines = (line.rstrip() for line in _MADE.sub("2026-11-24 06:00", _HASH.sub(self._stand_in, text)).splitlines())
        return "\n".join(lines).rstrip("\n") + "\n"

    def _stand_in(self, found: re.Match[str]) -> str:
        real = found[0]
        first = real[:12]
        made = hashlib.sha256(f"hash {len(self._stand_ins)} of the page".encode()).hexdigest()
        return self._stand_ins.setdefault(first, made)[: len(real)]

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
    code = f"   # exit code {answered.code}" if answered.code else ""
    return f"$ hcx-fleet {' '.join(words)}{code}"


def _cut(lines: list[str], keep: tuple[Part, ...]) -> Iterator[str]:
    at = 0
    for start, end in keep:
        first = next((number for number in range(at, len(lines)) if re.search(start, lines[number])), None)
        assert first is not None, f"no line matches {start!r} any more: keep other lines"
        last = next((n for n in range(first + 1, len(lines)) if end and re.search(end, lines[n])), len(lines))
        if first > at:
            yield _LEFT_OUT
        yield from lines[first:last]
        at = last
    if at < len(lines):
        yield _LEFT_OUT


def play(folder: Path) -> dict[str, Block]:
    """Every block of the page by its name, in the order in which they were played."""
    with simulated(DEMO_WORLD, folder, Pace()) as world:
        stage = _Stage(folder, world.control)
        return {name: Block(name=name, text=text) for part in _PARTS for name, text in part(stage)}


# --- before there is a plan -------------------------------------------------------------------------------------------


def _files(stage: _Stage) -> Iterator[tuple[str, str]]:
    told = stage.play("init", "--out", "start.yaml")
    lines = (stage.folder / "start.yaml").read_text("utf-8").splitlines()
    kept = _cut(lines, (("^## Started", "^# timeZone"), ("^## Private clouds that go", "^ *# .*pc-cus-01")))
    yield "init", stage.shown("\n".join([told, "$ cat start.yaml", *kept]))
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
