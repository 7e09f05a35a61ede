"""Running `hcx-fleet` as a user does: the launcher, in a process and a folder of its own."""

import subprocess
from pathlib import Path

from shared.model.record import record

ROOT = Path(__file__).parents[2]
LAUNCHER = ROOT / "bin" / "hcx-fleet"


@record
class Answered:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


def hcx_fleet(folder: Path, *arguments: object, seconds: float = 120) -> Answered:
    """Run it to its end, in `folder`."""
    done = subprocess.run(  # noqa: S603 -- our own launcher
        [LAUNCHER, *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
    )
    return Answered(code=done.returncode, out=done.stdout, err=done.stderr)


def started(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    """Start it."""
    return subprocess.Popen(  # noqa: S603 -- the same
        [LAUNCHER, *map(str, arguments)], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
