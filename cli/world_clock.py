"""Where a simulated world serves its clock, and what it shows; without the host, which takes long to load."""

import json
from datetime import datetime
from pathlib import Path

import httpx

from cli.edge import WrongUseError
from embedded.world_control import WorldControl


def control_of(world: str) -> str:
    """The control address of a world: as it was given, or out of the `world.json` that the world wrote.

    Raises:
        WrongUseError: it is a file, and none of a world.
    """
    path = Path(world)
    if not path.is_file():
        return world
    try:
        return str(json.loads(path.read_text("utf-8"))["control"])
    except (OSError, ValueError, LookupError, TypeError):
        raise WrongUseError([f"--clock {world}: is no world.json of a simulated world"]) from None


def world_now(world: str) -> datetime:
    """What the clock of a world shows.

    Raises:
        WrongUseError: nobody serves a world there.
    """
    try:
        with WorldControl(control_of(world)) as control:
            return control.clock().now
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise nobody_there(world) from None


def nobody_there(world: str) -> WrongUseError:
    """The error for a world that does not answer."""
    return WrongUseError([f"--clock {world}: no simulated world serves its clock there"])
