"""Activities that sleep by the host's clock: idle meanwhile, awake at their moments, let go by a host that stops."""

import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from embedded.clock import LockstepClock, SpeedClock
from embedded.lockstep import LockstepPump
from embedded.waits import WAITS_MAX
from tests.embedded.conftest import Sample, sample_host
from tests.embedded.small_world import START
from tests.embedded.test_lockstep import run

if TYPE_CHECKING:
    from embedded.world_control import WorldControl
    from tests.embedded.small_world import SmallWorld


@pytest.fixture
def pump(stepped: Sample, control: "WorldControl", clock: LockstepClock) -> LockstepPump:
    """Drives the sample app and the small world."""
    return LockstepPump(stepped.host, control, clock)


def test_time_moves_to_each_moment_that_an_activity_sleeps_until(
    stepped: Sample, pump: LockstepPump, world: "SmallWorld"
) -> None:
    """A pump goes to every one of them and to no other, and the activity sees exactly these moments."""
    assert run(stepped, pump, "doze", [5, 10, 60]) == [5, 10, 60, True]
    assert [until - START for _, until in world.advances] == [timedelta(seconds=one) for one in (5, 10, 60)]


def test_sleepers_and_timers_are_woken_in_the_order_of_their_moments(
    stepped: Sample, pump: LockstepPump, world: "SmallWorld"
) -> None:
    """An activity that sleeps keeps no timer from firing, and none is skipped for it."""
    stepped.start("wait", "sleepy", 30)
    assert run(stepped, pump, "doze", [20, 40]) == [20, 40, True]
    assert [until - START for _, until in world.advances] == [timedelta(seconds=one) for one in (20, 30, 40)]


def test_time_does_not_run_away_from_an_activity_that_was_woken(stepped: Sample, pump: LockstepPump) -> None:
    """Three hundred wakings beside another activity that does the same: each comes at its moment."""
    moments = [float(one) for one in range(1, 301)]
    stepped.start("other", "doze", moments)
    assert run(stepped, pump, "doze", moments) == [*moments, True]


def test_a_moment_that_has_come_is_not_slept_for(stepped: Sample, pump: LockstepPump, world: "SmallWorld") -> None:
    """An activity that asks for a moment in the past goes on at once, and time stands."""
    assert run(stepped, pump, "doze", [-5, 0]) == [0, 0, True]
    assert world.advances == []


def test_only_so_many_sleep_that_others_can_work(stepped: Sample, pump: LockstepPump) -> None:
    """Of more activities than there are threads, as many sleep as may; the others are sent away, and all end."""
    assert run(stepped, pump, "dozes", 30) == WAITS_MAX


def test_an_activity_sleeps_at_the_pace_of_a_clock_that_runs(tmp_path: Path) -> None:
    """An hour at ten thousand times the speed is slept in a third of a second, and not in less than an hour."""
    with sample_host(SpeedClock(START, 10_000), tmp_path) as host:
        began, woke = time.monotonic(), Sample(host, tmp_path).run("doze", [3600])
        assert woke[0] >= 3600
        assert 0.3 < time.monotonic() - began < 5


@pytest.mark.parametrize("clock", [SpeedClock(START, 1), LockstepClock(START)])
def test_a_host_that_stops_wakes_its_sleepers(
    clock: SpeedClock | LockstepClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An activity that would sleep for an hour is told so at once, and nothing is left running."""
    with sample_host(clock, tmp_path) as host:
        Sample(host, tmp_path).start("doze", "doze", [3600])
        assert host.wait_until(lambda: host.next_alarm is not None, timeout=5)
        assert host.idle
        began = time.monotonic()
    assert time.monotonic() - began < 1
    assert "still running" not in caplog.text


def test_a_clock_lets_activities_sleep_again_in_the_next_host(tmp_path: Path) -> None:
    """A host that comes back with the same clock has sleepers like the one before."""
    clock = SpeedClock(START, 10_000)
    for _ in range(2):
        with sample_host(clock, tmp_path) as host:
            assert Sample(host, tmp_path).run("doze", [600])[-1] is True
