"""The clock of a deployed app: activities sleep by it, few at a time."""

import threading
import time
from datetime import timedelta

import pytest

from shared.rules.sleeping import SLEEPERS_MAX
from shared.settings import activity_threads
from shared.wiring import SystemClock


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


@pytest.mark.parametrize(("said", "threads"), [("16", 16), ("", None), ("many", None), ("0", None)])
def test_how_many_threads_there_are_is_what_the_worker_is_told(said: str, threads: int | None) -> None:
    """Nothing, or what is no number, is as good as not said."""
    assert activity_threads({"PYTHON_THREADPOOL_THREAD_COUNT": said}) == threads


def test_only_so_many_sleep_that_others_can_work() -> None:
    """While as many sleep as may, one more is sent away at once, and a moment that has come is still no matter."""
    clock = SystemClock()
    later = clock.now() + timedelta(seconds=2)
    sleepers = [threading.Thread(target=clock.wait_until, args=(later,), daemon=True) for _ in range(SLEEPERS_MAX)]
    for one in sleepers:
        one.start()
    while clock.wait_until(clock.now() + timedelta(milliseconds=1)):
        pass  # until all of them sleep
    began = time.monotonic()

    assert not clock.wait_until(later)
    assert time.monotonic() - began < 1
    assert clock.wait_until(clock.now())
    for one in sleepers:
        one.join(5)
    assert not any(one.is_alive() for one in sleepers)


def test_where_nobody_can_be_spared_nobody_sleeps() -> None:
    """Too few threads, and the durable timer wakes instead."""
    clock = SystemClock(sleepers=0)

    assert not clock.wait_until(clock.now() + timedelta(hours=1))
