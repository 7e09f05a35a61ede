"""A simulated world as a process of its own, from its start to its certain end."""

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from cli.edge import WrongUseError
from cli.places import ROOT
from cli.truth import World
from shared.model.record import record

READY = "ready "
ENDING_SECONDS = 10
"""How long a world may take to close its sockets before it is killed."""


@record
class Pace:
    """How the world's time passes."""

    speed: float | None = None
    """World seconds in a second; None for lockstep, in which time jumps from event to event."""

    @property
    def words(self) -> str:
        """In words."""
        return "lockstep" if self.speed is None else f"{self.speed:g} times real time"


def pace(speed: float | None, *, lockstep: bool, otherwise: float | None = None) -> Pace:
    """The pace that options ask for.

    Raises:
        WrongUseError: both were given.
    """
    if speed is not None and lockstep:
        raise WrongUseError(["--speed and --lockstep exclude each other"])
    return Pace(speed=None if lockstep else speed or otherwise)


class WorldBrokenError(RuntimeError):
    """The simulator ended before its world listened; the message is what it said."""


@contextlib.contextmanager
def simulated(
    file: Path, folder: Path, pace: Pace, seed: int | None = None, faults: Sequence[str] = ()
) -> Iterator[World]:
    """Serve the world of `file` while inside, with `faults` beside its own; its published files lie in `folder`.

    Raises:
        WrongUseError: the world file or a fault is wrong; with every error in them.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(  # noqa: S603 -- our own module, on this interpreter
            _command(file, folder, pace, seed, faults),
            cwd=ROOT,
            stdin=subprocess.PIPE,  # ends with this process however that ends, and the world with it
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield _ready(process, errors)
        finally:
            _end(process)


def _command(file: Path, folder: Path, pace: Pace, seed: int | None, faults: Sequence[str]) -> list[str]:
    clock = ["--lockstep"] if pace.speed is None else ["--speed", f"{pace.speed:g}"]
    chosen = [] if seed is None else ["--seed", str(seed)]
    chosen += [word for fault in faults for word in ("--fault", fault)]
    module = [sys.executable, "-m", "simulator"]
    return [*module, "--world", str(file.resolve()), "--out", str(folder.resolve()), "--attended", *clock, *chosen]


def _ready(process: subprocess.Popen[str], errors: IO[str]) -> World:
    for line in process.stdout or ():
        if line.startswith(READY):
            return World.model_validate_json(line.removeprefix(READY))
    code = process.wait()
    errors.seek(0)
    told = [line.rstrip() for line in errors if line.strip()]
    if code == 2:  # noqa: PLR2004 -- the simulator's own word for wrong use
        raise WrongUseError(told)
    raise WorldBrokenError(f"the simulator ended with {code}: {' / '.join(told[-3:])}")


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()
