"""Stopping a host: quickly, completely, whatever is under way."""

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from embedded.clock import SystemClock
from tests.embedded.conftest import SAMPLE_APP, Sample, sample_host

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]


def test_a_host_at_rest_stops_at_once(tmp_path: Path) -> None:
    """With instances that wait, stopping takes a fraction of a second and leaves no thread of the host's."""
    with sample_host(SystemClock(), tmp_path) as host:
        sample = Sample(host, tmp_path)
        sample.run("chain", ["one"])
        sample.start("wait", "long_wait", 30)
        sample.start("bells", "two_bells")
        assert host.wait_idle(timeout=5)
        began = time.monotonic()
    assert time.monotonic() - began < 1
    left = [thread.name for thread in threading.enumerate() if not thread.daemon]
    assert left == ["MainThread"]


def test_a_busy_host_stops_within_two_seconds(tmp_path: Path, caplog: "pytest.LogCaptureFixture") -> None:
    """A running activity is given a second, then left behind and named in the log; queued work is dropped."""
    with sample_host(SystemClock(), tmp_path) as host:
        sample = Sample(host, tmp_path)
        sample.start("holding", "holding", "one")
        sample.wait_held("one")
        began = time.monotonic()
    took = time.monotonic() - began
    sample.release("one")
    assert took < 2
    assert "stopped while still running: held" in caplog.text


def test_the_process_ends_with_the_host(tmp_path: Path) -> None:
    """A process that used a host, with timers and waits pending, ends by itself."""
    code = f"""
from pathlib import Path
from embedded.clock import SystemClock
from embedded.host import LocalHost
settings = {{"SAMPLE_FOLDER": {str(tmp_path)!r}}}
with LocalHost(Path({str(SAMPLE_APP)!r}), SystemClock(), app_settings=settings) as host:
    host.http("PUT", "/runs/a", 30, query={{"orchestrator": "long_wait"}})
    host.http("PUT", "/runs/b", ["x"], query={{"orchestrator": "chain"}})
    print(host.wait_for_instance("b", 10).status)
"""
    ended = subprocess.run(  # noqa: S603 -- this interpreter, with the code above
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "COMPLETED\n", "")
