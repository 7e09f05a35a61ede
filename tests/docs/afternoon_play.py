"""Carries out the commands of the README's first afternoon as they stand there, and shows them as the page has them.

They are lines of a shell and are given to one, in a folder that holds nothing but the checkout's `bin` and `examples`.
The world stands still and has fixed ids and times. What is not the same every time is put in order here:

- Hashes cover certificates and ports, which are new in every start of a world: one stand-in takes their place.
- The settings of the world name its files from the root on: the folder is left out.
- Blanks at the end of lines are padding of tables, which no editor keeps.
"""

import contextlib
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from cli.truth import Truth, read_truth
from cli.world_clock import control_of
from shared.model.record import record
from tests.cli.command import ROOT, Answered
from tests.docs.played import Block, parts, typed
from tests.docs.today_play import shown

README = ROOT / "README.md"
PAGE = ROOT / "docs" / "first-afternoon.md"
HEADING = "## The first afternoon"

_COMMANDS = re.compile(rf"^{HEADING}\n.*?^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LISTENS = "Use it: "
_SECONDS = 300

_KEPT = {
    "import sites": (("^[$]", "^[+] +endpoint"), ("is changed as shown", "$^")),
    "export site": (("^[$]", "for con-metz"),),
    "collect": (("^[$]", "con-metz"),),
    "plan": (
        ("^[$]", "^mesh mesh-metz"),
        ("^con-pc-0001", "^con-pc-0002"),
        ("^NO TASK FOR", "^connector con-pc-0013"),
        ("^SUBSCRIPTION", "^Look yourself"),
        ("^Next:", "$^"),
    ),
    "today": (("^[$]", "con-metz .*Fetch"), ("^Tue 1 Dec.*con-lyon", "^Tue 1 Dec.*con-pc"), ("subjects seen", "$^")),
}
"""What the page shows of what is long, by the name of the command."""


@record
class Played:
    """One command of the README and what came of it."""

    name: str
    """The words of the command: `import sites`, `plan`."""
    line: str
    answered: Answered

    @property
    def block(self) -> Block:
        """As the page has it."""
        said = (one.rstrip("\n") for one in (self.answered.out, self.answered.err) if one.strip())
        text = shown("\n".join([typed(self.line, self.answered.code), *said]))
        kept = _KEPT.get(self.name)
        return Block(name=self.name.replace(" ", "-"), text=parts(text, *kept) if kept else text)


@record
class Afternoon:
    """The whole of it: what was done, where, and what the world says of it."""

    folder: Path
    """Where the world and hcx-fleet wrote their files."""
    played: tuple[Played, ...]
    """After the world's own, which goes on all the time."""
    truth: Truth


def commands(readme: str) -> list[str]:
    """The lines of the first afternoon, without their comments."""
    found = _COMMANDS.search(readme)
    assert found is not None, f"the README has no {HEADING} with a block of commands"
    return [re.sub(r"\s+# .*", "", line) for line in found[1].splitlines() if line.strip()]


def name_of(line: str) -> str:
    """The words that name the command in a line."""
    found = re.search(r"bin/hcx-fleet ((?:import|export) \w+|\w+)", line)
    assert found is not None, f"{line}: calls no hcx-fleet"
    return found[1]


@contextlib.contextmanager
def afternoon(place: Path) -> Iterator[Afternoon]:
    """Carry out every command in `place`, an empty folder; the world is there while inside."""
    for name in ("bin", "examples"):
        (place / name).symlink_to(ROOT / name)
    world, *lines = commands(README.read_text("utf-8"))
    folder = place / "afternoon"
    with _served(world, place):
        played = tuple(carried_out(line, place) for line in lines)
        yield Afternoon(folder=folder, played=played, truth=read_truth(control_of(str(folder / "world.json"))))


@contextlib.contextmanager
def _served(line: str, place: Path) -> Iterator[None]:
    """The first command: it goes on, and is interrupted at the end as a person would do it."""
    process = subprocess.Popen(  # noqa: S602 -- the line of our own README
        f"exec {line}", shell=True, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        told = next((said for said in process.stdout or () if said.startswith(_LISTENS)), None)
        assert told is not None, f"{line}: ended and served no world"
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def carried_out(line: str, place: Path) -> Played:
    """Give one line to a shell in `place`."""
    done = subprocess.run(  # noqa: S602 -- as above
        line, shell=True, cwd=place, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    out, err = (text.replace(f"{place.resolve()}/", "") for text in (done.stdout, done.stderr))
    return Played(name=name_of(line), line=line, answered=Answered(code=done.returncode, out=out, err=err))
