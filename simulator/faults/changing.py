"""Building blocks of faults: changes of the world that are taken back when a fault ends.

Of two faults that change the same thing at the same time the later one holds.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from simulator.clock import Process
from simulator.http.message import Bend
from simulator.state import Manager, Mesh, PrivateCloud, Reach, World

type Until = Iterator[None]
"""A fault from its beginning (before the `yield`) to its end (after it)."""


@contextmanager
def altered(thing: object, **values: object) -> Until:
    """Let attributes of `thing` have other values."""
    before = {name: getattr(thing, name) for name in values}
    _set(thing, values)
    yield
    _set(thing, before)


def _set(thing: object, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(thing, name, value)


def all_altered(things: Iterable[object], **values: object) -> AbstractContextManager[None]:
    """Let attributes of all of them have other values."""
    return together(*(altered(each, **values) for each in things))


def behaving(manager: Manager, **values: object) -> AbstractContextManager[None]:
    """Let a manager behave as if its part of the world file had these values."""
    return _said(manager, "behaviour", values)


def as_if(thing: Mesh | PrivateCloud, **values: object) -> AbstractContextManager[None]:
    """Let a mesh or a private cloud be as if its part of the world file had these values."""
    return _said(thing, "part", values)


@contextmanager
def _said(thing: object, part: str, values: dict[str, object]) -> Until:
    """Let the part of the world file that `thing` goes by have other values."""
    before = {name: getattr(getattr(thing, part), name) for name in values}
    setattr(thing, part, getattr(thing, part).model_copy(update=values))
    yield
    setattr(thing, part, getattr(thing, part).model_copy(update=before))


@contextmanager
def bent(world: World, bend: Bend, *endpoints: str) -> Until:
    """Let what goes over the wire of these endpoints go through `bend`."""
    for name in endpoints:
        world.bends[name].append(bend)
    yield
    for name in endpoints:
        world.bends[name].remove(bend)


@contextmanager
def imposed(manager: Manager, reach: Reach) -> Until:
    """Let a manager answer no better than that."""
    manager.imposed.append(reach)
    manager.on_reach(manager)
    yield
    manager.imposed.remove(reach)
    manager.on_reach(manager)


@contextmanager
def at_the_door(manager: Manager, **values: object) -> Until:
    """Alter how a manager takes connections."""
    with altered(manager, **values):
        manager.on_reach(manager)
        yield
    manager.on_reach(manager)


@contextmanager
def after_upgrade(world: World, manager: Manager, change: Callable[[], AbstractContextManager[None]]) -> Until:
    """Let `change` begin when the version of a manager changes next."""
    with ExitStack() as stack:
        over: list[bool] = []
        world.clock.spawn(f"after an upgrade of {manager.id}", _changed(manager, over, stack, change))
        yield
        over.append(True)


def _changed(
    manager: Manager, over: list[bool], stack: ExitStack, change: Callable[[], AbstractContextManager[None]]
) -> Process:
    before = manager.release
    yield lambda: bool(over) or manager.release != before
    if not over:
        stack.enter_context(change())


@contextmanager
def together(*changes: AbstractContextManager[None]) -> Until:
    """Several changes as one."""
    with ExitStack() as stack:
        for each in changes:
            stack.enter_context(each)
        yield


def both(manager: Manager) -> tuple[str, str]:
    """Both ports of a manager."""
    return manager.service_endpoint, manager.appliance_endpoint


def ends(mesh: Mesh) -> tuple[str, str]:
    """The service ports at both ends of a mesh."""
    return mesh.initiator.service_endpoint, mesh.receiver.service_endpoint
