"""`serve` after another process went away in the middle of a run."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.environment import settings_from
from cli.world_process import Pace, simulated
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.rules.run_view import ENDED
from shared.store.sqlite import SqliteStore
from tests.builders.fleet_facts import NOW

pytestmark = pytest.mark.story

ROOT = Path(__file__).parents[2]
WORLD = ROOT / "examples" / "worlds" / "one-pair.yaml"
SECONDS_MAX = 60


def test_a_run_that_was_left_unfinished_goes_on(tmp_path: Path) -> None:
    """Whoever serves the store next carries the run to its end, so that it does not block the timer for ever."""
    with simulated(WORLD, tmp_path, Pace()):
        file = tmp_path / "settings.env"
        with SqliteStore(Path(settings_from(file, {}).store)) as store:
            store.put_run(_left())
            with _serving(file):
                state = _state_in_the_end(store)

    assert state is RunState.SUCCEEDED


def _left() -> Run:
    request = RunRequest(id="left", kind=RunKind.PLAN, trigger=RunTrigger.TIMER, requested_by="timer", requested_at=NOW)
    return Run(request=request, state=RunState.RUNNING, started_at=NOW)


@contextmanager
def _serving(file: Path) -> Iterator[None]:
    command = [str(ROOT / "bin" / "hcx-fleet"), "serve", "--port", "0", "--settings", str(file)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait(30)


def _state_in_the_end(store: SqliteStore) -> RunState | None:
    deadline = time.monotonic() + SECONDS_MAX
    run = store.run("left")
    while run and run.state not in ENDED and time.monotonic() < deadline:
        time.sleep(0.2)  # noqa: TID251 -- another process works on it
        run = store.run("left")
    return run.state if run else None
