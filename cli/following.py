"""Whose time a run goes by: this machine's, or that of a simulated world that another process serves."""

import contextlib
from collections.abc import Callable, Iterator

import httpx

from cli.local import Local
from cli.relay import Relay
from cli.world_clock import control_of, nobody_there
from embedded.clock import HostClock, LockstepClock, SpeedClock, SystemClock
from embedded.lockstep import LockstepPump
from embedded.world_control import WorldControl
from shared.model.record import record

REAL_SECONDS_MAX = 7 * 24 * 3600.0
"""A run in lockstep that has not ended in a week of real time never will."""


@record
class Time:
    """A clock, and how to wait by it."""

    clock: HostClock
    wait: Callable[[Local, str], None]


@contextlib.contextmanager
def time_of(world: str | None) -> Iterator[Time]:
    """The time to go by while inside: of the world with that control address or `world.json`, or of this machine.

    Raises:
        WrongUseError: nobody serves a world there.
    """
    if world is None:
        yield Time(clock=SystemClock(), wait=Local.wait)
        return
    try:
        control = WorldControl(control_of(world))
        mode = control.clock().mode
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise nobody_there(world) from None
    with control:
        yield _world_time(control, mode)


def _world_time(control: WorldControl, mode: str) -> Time:
    if mode != "lockstep":
        return Time(clock=SpeedClock.of(control), wait=Local.wait)
    clock = LockstepClock.of(control)

    def wait(local: Local, run_id: str) -> None:
        """People of the world report to the run, as they would anywhere."""
        LockstepPump(local.host, control, clock, said=Relay(local.host, run_id)).run_until(
            lambda: local.is_over(run_id), REAL_SECONDS_MAX
        )

    return Time(clock=clock, wait=wait)
