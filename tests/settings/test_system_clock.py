"""The clock of a deployed app: activities sleep by it, few at a time."""

import threading
import time
from datetime import timedelta

from shared.wiring import SLEEPERS_MAX, SystemClock


def test_a_moment_is_slept_until() -> None:
    """It takes as long as that is away, and nothing where it has come."""
    clock = SystemClock()
    began = clock.now()

    assert clock.wait_until(began - timedelta(hours=1))
    assert clock.wait_until(began + timedelta(milliseconds=80))
    assert clock.now() - began >= timedelta(milliseconds=80)


def test_a_clock_that_is_stopped_wakes_everybody() -> None:
    """Whoever sleeps is told that the moment has not come, and so is whoever wants to sleep from then on."""
    clock, told = SystemClock(), list[bool]()
    sleeper = threading.Thread(target=lambda: told.append(clock.wait_until(clock.now() + timedelta(hours=1))))
    sleeper.start()
    clock.stop()
    sleeper.join(5)

    assert told == [False]
    assert not clock.wait_until(clock.now() + timedelta(hours=1))


def test_only_so_many_sleep_that_others_can_work() -> None:
    """While as many sleep as may, one more is sent away at once, and a moment that has come is still no matter."""
    clock = SystemClock()
    hour = clock.now() + timedelta(hours=1)
    sleepers = [threading.Thread(target=clock.wait_until, args=(hour,), daemon=True) for _ in range(SLEEPERS_MAX)]
    for one in sleepers:
        one.start()
    while clock.wait_until(clock.now() + timedelta(milliseconds=1)):
        pass  # until all of them sleep
    began = time.monotonic()

    assert not clock.wait_until(hour)
    assert time.monotonic() - began < 1
    assert clock.wait_until(clock.now())
    clock.stop()
    for one in sleepers:
        one.join(5)
    assert not any(one.is_alive() for one in sleepers)
