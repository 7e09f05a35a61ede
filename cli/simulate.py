"""`simulate`: serve a world in the foreground, and say where everything listens."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event

from rich.table import Table

from cli import printing
from cli.edge import coming_back
from cli.truth import World
from cli.world_process import Pace, simulated
from shared.report.words import several


def simulate(file: Path, folder: Path | None, pace: Pace, seed: int | None, faults: Sequence[str]) -> int:
    """Serve until interrupted."""
    with ExitStack() as stack:
        out = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hcx-world-")))
        world = stack.enter_context(simulated(file, out, pace, seed, faults))
        with coming_back("Stopped: the world is gone. The same file and seed make the same one again."):
            _greet(world, out, pace)
            Event().wait()
    return 0


def _greet(world: World, folder: Path, pace: Pace) -> None:
    console = printing.results()
    size = several(len(world.clouds), "private cloud", "private clouds")
    console.print(f"A world of {size}, {pace.words}. Ctrl-C ends it.")
    console.print()
    console.print(listening(world))
    console.print()
    for told in world.without_effect:
        console.print(f"Note: {told}.")
    console.print(f"Use it: {_first_command(folder)}", soft_wrap=True)


def _first_command(folder: Path) -> str:
    """A world may come without a fleet.yaml, and then the first thing is to start one. It is a line to be copied."""
    settings, fleet = folder / "settings.env", folder / "fleet.yaml"
    if not fleet.exists():
        return f"hcx-fleet init --no-hold --out {fleet} --settings {settings}"
    return f"hcx-fleet check --settings {settings} --clock {folder / 'world.json'}"


def listening(world: World) -> Table:
    """Where everything listens."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    for column in ("WHAT", "NAME", "ADDRESS", "PORTS"):
        table.add_column(column, overflow="fold")
    table.add_row("control (clock, people, truth)", world.control, "", "")
    table.add_row("Azure Resource Manager", world.arm.url, world.arm.address, "")
    for one in world.managers:
        ports = f"{one.service_port}, {one.appliance_port} (appliance)"
        table.add_row(f"{one.kind.replace('-', ' ')} {one.id}", one.host, one.address, ports)
    return table
