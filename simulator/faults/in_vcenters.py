"""Faults of vCenters; whoever runs one follows what changes about it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager

from simulator.faults.changing import Until, altered
from simulator.faults.fault import Effect
from simulator.state import Vcenter, World

SNAPSHOT_PRIVILEGES = ("VirtualMachine.State.CreateSnapshot", "VirtualMachine.State.RemoveSnapshot")
CHAIN = 3
FULL_GB = 5
"""Free on a datastore that is nearly full: less than any machine of a manager is large."""


def with_it(**values: object) -> Effect:
    """It is as said."""
    return lambda _, vcenter: _followed(vcenter, lambda: altered(vcenter, **values))


def stale(world: World, vcenter: Vcenter) -> AbstractContextManager[None]:
    """The password was changed there, and the published secret was not."""
    password = world.ids.secret("rotated password", vcenter.account.secret)
    return _followed(vcenter, lambda: altered(vcenter.account, password=password))


@contextmanager
def _followed(vcenter: Vcenter, change: Callable[[], AbstractContextManager[None]]) -> Until:
    with change():
        vcenter.on_change(vcenter)
        yield
    vcenter.on_change(vcenter)
