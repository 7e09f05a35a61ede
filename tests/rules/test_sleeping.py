"""Sleepers never take the threads that others work in."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from shared.rules.sleeping import SLEEPERS_MAX, THREADS_UNSAID, sleepers


@given(threads=st.none() | st.integers(1, 64))
def test_most_threads_are_left_to_work(threads: int | None) -> None:
    """Three in four at least, and none may sleep where there are fewer than four."""
    assert 0 <= sleepers(threads) <= SLEEPERS_MAX
    assert sleepers(threads) * 4 <= (threads or THREADS_UNSAID)


def test_the_host_runs_more_activities_at_once_than_may_sleep() -> None:
    """A lower limit in `host.json` would let meters hold up everything else; without one the host's own is higher."""
    host = json.loads((Path(__file__).parents[2] / "host.json").read_text())
    limit = host["extensions"]["durableTask"].get("maxConcurrentActivityFunctions")

    assert limit is None or limit >= 4 * SLEEPERS_MAX
