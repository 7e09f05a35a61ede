"""A world served from a thread of this process: for tests that want one without starting a program."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from shared.model.record import record
from simulator.build import build
from simulator.serving import served
from simulator.state import World
from simulator.world_file import WorldFile


@contextmanager
def running(file: WorldFile, folder: Path, speed: float | None = None) -> Iterator[dict[str, Any]]:
    """Serve the world of `file` while the block runs; gives what `world.json` holds."""
    told: SimpleQueue[_Ready | None] = SimpleQueue()
    with ThreadPoolExecutor(1, thread_name_prefix="world") as pool:
        serving = pool.submit(lambda: asyncio.run(_serve(build(file, speed), folder, told)))
        serving.add_done_callback(lambda _: told.put(None))
        ready = told.get()
        if ready is None:  # it never came so far: the reason is raised here
            serving.result()
            return
        try:
            yield ready.published
        finally:
            ready.loop.call_soon_threadsafe(ready.stop.set)
            serving.result()


@record
class _Ready:
    published: dict[str, Any]
    loop: asyncio.AbstractEventLoop
    stop: asyncio.Event


async def _serve(world: World, folder: Path, told: SimpleQueue[_Ready | None]) -> None:
    stop = asyncio.Event()
    async with served(world, folder) as published:
        told.put(_Ready(published=published, loop=asyncio.get_running_loop(), stop=stop))
        await stop.wait()
