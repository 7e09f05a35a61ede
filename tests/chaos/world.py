"""The simulated world as a process of its own, forked from one that has imported everything already.

A fork shares nothing with its parent but what was imported before: memory is copied, and the world ends when the pipe
of whoever started it does. Starting `python -m simulator` instead costs a second of one core for each kill point.
"""

import asyncio
import json
import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.build import build
from simulator.loading import load
from simulator.serving import served

FORK = multiprocessing.get_context("fork")
END_SECONDS = 10


@dataclass(frozen=True)
class Living:
    """A world that runs."""

    control: str
    """Address of its control endpoint."""
    lifeline: int
    """The file descriptor that keeps it alive; whoever else inherits it has to close it."""


@contextmanager
def world(file: Path, folder: Path) -> Iterator[Living]:
    """Serve the world of `file` in lockstep while inside; its published files lie in `folder`."""
    ours, theirs = os.pipe(), os.pipe()
    process = FORK.Process(target=_serve, args=(file, folder, ours, theirs), daemon=True)
    process.start()
    os.close(ours[0])
    os.close(theirs[1])
    try:
        with os.fdopen(theirs[0]) as answers:
            published = json.loads(answers.readline())
        yield Living(control=published["control"], lifeline=ours[1])
    finally:
        os.close(ours[1])
        process.join(END_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()


def _serve(file: Path, folder: Path, life: tuple[int, int], answers: tuple[int, int]) -> None:
    os.close(life[1])
    os.close(answers[0])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(KeyboardInterrupt):
        asyncio.run(_served(file, folder, life[0], answers[1]))


async def _served(file: Path, folder: Path, life: int, answers: int) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_reader(life, stop.set)  # nothing is ever written there: it can only end
    async with served(build(load(file), None), folder) as published:
        _tell(answers, published)
        await stop.wait()


def _tell(answers: int, published: dict[str, Any]) -> None:
    with os.fdopen(answers, "w") as out:
        out.write(json.dumps(published) + "\n")
