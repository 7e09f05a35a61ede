"""Running `hcx-fleet` as a user does, in a process and a folder of its own."""

import subprocess
from pathlib import Path

from shared.model.record import record
from tests.forked import Call, forked

ROOT = Path(__file__).parents[2]
LAUNCHER = ROOT / "bin" / "hcx-fleet"


@record
class Answered:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


def hcx_fleet(folder: Path, *arguments: object, seconds: float = 120) -> Answered:
    """Run it to its end, in `folder`: what the launcher does, without the imports that most of its time goes to."""
    words = ("hcx-fleet", *map(str, arguments))
    ended = forked(Call(module="cli.main", function="hcx_fleet", folder=folder, words=words), seconds)
    return Answered(code=ended.code, out=ended.out, err=ended.err)


def launched(folder: Path, *arguments: object, seconds: float = 120) -> Answered:
    """The same by the launcher itself, for tests of what it does before and of how long it takes."""
    done = subprocess.run(  # noqa: S603 -- our own launcher
        [LAUNCHER, *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
    )
    return Answered(code=done.returncode, out=done.stdout, err=done.stderr)


def started(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    """Start it, by the launcher."""
    return subprocess.Popen(  # noqa: S603 -- the same
        [LAUNCHER, *map(str, arguments)], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
