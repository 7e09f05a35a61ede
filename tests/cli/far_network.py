"""A network between hcx-fleet and managers that are far away: every answer arrives later, in real time."""

import asyncio
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_PIECE = 65_536


@contextmanager
def far_away(settings: Path, seconds: Mapping[str, float], otherwise: float) -> Iterator[None]:
    """Let every manager of a world be so many seconds away while inside: its settings lead over the long way.

    Args:
        settings: of the world; they and the fleet.yaml beside them are changed.
        seconds: how far a manager is, by its address.
        otherwise: how far all others are.
    """
    text, fleet = settings.read_text("utf-8"), settings.with_name("fleet.yaml")
    ports = [int(one) for one in re.findall(r"HCX_FLEET_HCX_\w+_PORT=(\d+)", text)]
    world = settings.with_name("world.json").read_text("utf-8")
    addresses = sorted(set(re.findall(r"127\.77\.\d+\.\d+", world + fleet.read_text("utf-8"))))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        for port in ports:
            longer = port + 1
            for address in addresses:
                relay = _relay(address, longer, port, seconds.get(address, otherwise))
                asyncio.run_coroutine_threadsafe(relay, loop).result(10)
            for file in (settings, fleet):
                file.write_text(re.sub(rf"\b{port}\b", str(longer), file.read_text("utf-8")), "utf-8")
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


async def _relay(address: str, listens: int, goes_to: int, seconds: float) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(address, goes_to)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_carry(reader, back, 0.0), _carry(there, writer, seconds), return_exceptions=True)

    await asyncio.start_server(connected, address, listens)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Every piece arrives so much later than it came, and none waits for another."""
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def arrive() -> None:
        while True:
            at, piece = await under_way.get()
            await asyncio.sleep(at - asyncio.get_running_loop().time())
            if not piece:
                writer.close()
                return
            writer.write(piece)

    arriving = asyncio.ensure_future(arrive())
    piece = b"-"
    while piece:
        piece = await reader.read(_PIECE)
        under_way.put_nowait((asyncio.get_running_loop().time() + seconds, piece))
    await arriving
