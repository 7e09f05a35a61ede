"""The clocks, and the client of a world's control endpoint."""

import math
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from embedded.clock import LockstepClock, SpeedClock, SystemClock
from embedded.world_control import WorldControl
from tests.embedded.small_world import START, small_world


def test_the_system_clock_is_the_machines() -> None:
    """It shows UTC with its zone, and a minute from now is a minute away."""
    clock = SystemClock()
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 1
    assert 59 < clock.real_seconds_until(clock.now() + timedelta(minutes=1)) <= 60


def test_a_speed_clock_is_calibrated_from_its_world() -> None:
    """It shows what the world shows, within what a request takes, and knows how long an hour takes outside."""
    with small_world(speed=3600) as world, WorldControl(world.url) as control:
        clock = SpeedClock.of(control)
        assert abs((clock.now() - world.now).total_seconds()) < 360  # a tenth of a real second
        assert 0.9 < clock.real_seconds_until(clock.now() + timedelta(hours=1)) <= 1


def test_a_lockstep_clock_stands() -> None:
    """It shows what it was set to, and no moment ever comes by itself."""
    clock = LockstepClock(START)
    clock.set(START + timedelta(days=1))
    assert clock.now() == START + timedelta(days=1)
    assert clock.real_seconds_until(START) == math.inf


def test_time_does_not_run_backwards() -> None:
    """A lockstep clock refuses to be set back."""
    with pytest.raises(ValueError, match="time cannot go back from"):
        LockstepClock(START).set(START - timedelta(seconds=1))


def test_a_clock_of_the_wrong_kind_is_refused() -> None:
    """A world in lockstep gives no speed clock, and one that runs by itself no lockstep clock."""
    with small_world() as world, WorldControl(world.url) as control, pytest.raises(ValueError, match="in lockstep"):
        SpeedClock.of(control)
    with (
        small_world(speed=60) as world,
        WorldControl(world.url) as control,
        pytest.raises(ValueError, match="runs by itself, 60 times as fast"),
    ):
        LockstepClock.of(control)


def test_a_world_that_runs_by_itself_is_not_advanced() -> None:
    """The refusal of a world at speed reaches the caller."""
    with small_world(speed=60) as world, WorldControl(world.url) as control:
        with pytest.raises(httpx.HTTPStatusError) as refused:
            control.advance(START)
        assert refused.value.response.status_code == 409


@pytest.mark.parametrize("url", ["http://192.0.2.1:80", "https://127.0.0.1:80", "http://world.example:80"])
def test_a_control_endpoint_is_on_this_machine(url: str) -> None:
    """Another machine, or another protocol, is refused before anything is sent."""
    with pytest.raises(ValueError, match="no control endpoint of a world"):
        WorldControl(url)
