"""Which faults of a world hold when, and for whom."""

from collections.abc import Mapping
from typing import Any

from simulator.clock import Process
from simulator.faults.fault import Fault, On
from simulator.faults.registry import NAMED
from simulator.state import World
from simulator.world_file import FaultEntry

EVERY = "*"


def begin_faults(world: World) -> None:
    """Let every fault of the file begin when it should; those of the start hold when this returns."""
    for index, entry in enumerate(world.file.faults):
        fault = NAMED[entry.name]
        for name, subject in _meant(world, fault, entry.on).items():
            world.clock.spawn(f"fault {index:04d} {name}", _course(world, fault, entry, subject))


def _meant(world: World, fault: Fault, name: str) -> Mapping[str, Any]:
    found = subjects(world, fault.on)
    return found if name == EVERY else {name: found[name]}


def subjects(world: World, kind: On) -> Mapping[str, Any]:
    """Everything that a fault of that kind can be about, by name."""
    every: dict[On, Mapping[str, Any]] = {
        On.MANAGER: world.managers,
        On.MESH: world.meshes,
        On.ACCOUNT: world.accounts,
        On.CLOUD: world.clouds,
        On.SUBSCRIPTION: {each.name: each for each in world.subscriptions},
        On.ARM: {EVERY: None},
        On.VCENTER: world.vcenters,
    }
    return every[kind]


def _course(world: World, fault: Fault, entry: FaultEntry, subject: Any) -> Process:
    if entry.since:
        yield entry.since
    with fault.effect(world, subject):
        if entry.until is None:
            yield lambda: False
        else:
            yield entry.until - entry.since
