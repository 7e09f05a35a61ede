"""How quickly a run is read while it goes on: what is promised, measured with the run in another process."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from tests.api.api_fleet import Api
from tests.api.run_under_way import RUN, leave_half_done
from tests.cli.command import ROOT

pytestmark = pytest.mark.scale

READS = 200
PROMISED_SECONDS = 0.05
BETWEEN_SECONDS = 0.05
"""As somebody would who looks far too often: that other processes write between two reads is what is measured."""


@contextmanager
def going_on(store: Path) -> Iterator[None]:
    """Another process writes what the run tells."""
    command = [sys.executable, "-m", "tests.api.run_under_way", str(store)]
    with subprocess.Popen(command, cwd=ROOT) as process:  # noqa: S603 -- ours
        try:
            yield
        finally:
            process.terminate()


@pytest.mark.timeout(60)
def test_a_run_of_a_hundred_clouds_is_read_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nineteen of twenty reads take 50 ms at the most, with thousands of entries there and more coming all the time."""
    api = Api(tmp_path)
    leave_half_done(api.store)
    before = len(api.store.journal(RUN))
    with going_on(tmp_path / "store.sqlite"):
        while len(api.store.journal(RUN)) == before:
            Event().wait(BETWEEN_SECONDS)
        first, *taken = [_seconds(api) for _ in range(READS + 1)]
    taken.sort()
    p50, p95 = taken[READS // 2], taken[READS * 19 // 20]
    with capsys.disabled():
        entries = len(api.store.journal(RUN))
        sys.stdout.write(f"\na run of {entries} entries: first {first:.3f} s, p50 {p50:.3f} s, p95 {p95:.3f} s\n")

    assert len(api.store.journal(RUN)) > before
    assert p95 <= PROMISED_SECONDS


def _seconds(api: Api) -> float:
    Event().wait(BETWEEN_SECONDS)
    began = time.perf_counter()
    answer = api.call("GET", f"/v1/runs/{RUN}")
    taken = time.perf_counter() - began
    assert answer.status_code == 200
    return taken
