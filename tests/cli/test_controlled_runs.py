"""Runs that people hold up, end, kill and take up again from another process: the real app against a real world."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from cli.control import ControlOrder, control
from cli.truth import read_truth
from cli.world_process import Pace, simulated
from shared.model.run import JournalEntry, JournalKind, Outcome
from shared.model.waiting import WaitingFor
from shared.store.sqlite import SqliteStore
from tests.cli.command import Answered, hcx_fleet, started

pytestmark = pytest.mark.story

WORLD = """\
start: 2026-11-24T06:00:00Z
quicker: 10
subscriptions: [{name: sub-a}]
clouds: [{name: pc-a, subscription: sub-a, region: westeurope, hcx: "4.10.3", owner: ours}]
connectors:
  - name: con-a
    hcx: "4.8.2"
    owner: ours
    staged: ["4.9.2", "4.10.3"]
    pairs: [{cloud: pc-a}]
policy: {metadata: {name: two-hops}, target: {version: "4.10.3"}}
"""
TASK = "manager:con-a"
SPEED = 120.0
"""At which a hop takes about four seconds: time enough for a command in between."""
SECONDS_MAX = 60

type Told = Callable[[JournalEntry], bool]


@dataclass(frozen=True)
class Fleet:
    """A connector with two hops before it, in a world whose time passes by itself."""

    folder: Path
    control: str

    def call(self, command: str, *arguments: object) -> Answered:
        """A command, to its end."""
        return hcx_fleet(self.folder, command, *arguments, *self._given)

    def pause(self, run: str, why: str) -> None:
        """Pause a run from this process: on a busy machine starting another one may take as long as a hop."""
        order = ControlOrder(
            settings=self.folder / "settings.env",
            run=run,
            kind="pause",
            by="Ann",
            comment=why,
            key=None,
            json=False,
            world=self.control,
        )
        control(order)

    def begin(self, command: str, *arguments: object) -> subprocess.Popen[str]:
        """A command that goes on."""
        return started(self.folder, command, *arguments, *self._given)

    @property
    def changes(self) -> list[str]:
        """What was changed through HCX's API, as the world knows it."""
        return [one.subject for one in read_truth(self.control).mutations if one.caller == "api"]

    def run(self, number: int = 0) -> str:
        """Id of a run, the newest first."""
        with SqliteStore(self._store) as store:
            return store.runs()[number].request.id

    def journal(self) -> tuple[JournalEntry, ...]:
        """What has happened in the newest run."""
        if not self._store.exists():
            return ()
        with SqliteStore(self._store) as store:
            return tuple(entry for run in store.runs()[:1] for _, entry in store.journal(run.request.id))

    def wait(self, told: Told) -> None:
        """Until the journal of the newest run tells it."""
        end = time.monotonic() + SECONDS_MAX
        while not any(map(told, self.journal())):
            assert time.monotonic() < end, [entry.text for entry in self.journal()]
            Event().wait(0.1)

    @property
    def _store(self) -> Path:
        return self.folder / "store.sqlite"

    @property
    def _given(self) -> tuple[object, ...]:
        return "--settings", self.folder / "settings.env", "--clock", self.control


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    """Nothing has begun there."""
    file = tmp_path / "world.yaml"
    file.write_text(WORLD, "utf-8")
    with simulated(file, tmp_path / "world", Pace(speed=SPEED)) as world:
        yield Fleet(folder=tmp_path / "world", control=world.control)


def called(step: str, entry: JournalEntry) -> bool:
    """Whether an entry tells that a change was sent in that step."""
    return entry.kind is JournalKind.CALLED and entry.step == step


def paused(entry: JournalEntry) -> bool:
    """Whether an entry tells that a task waits to be resumed."""
    return entry.waiting is not None and entry.waiting.reason is WaitingFor.PAUSED


FIRST_HOP = partial(called, "upgrade-manager:4.9.2")


def test_a_pause_from_another_process_stops_a_run_between_hops(fleet: Fleet) -> None:
    """The hop under way is finished and the next one is not begun, without a lease, until somebody resumes the run."""
    process = fleet.begin("run", "--as", "lea")
    fleet.wait(FIRST_HOP)
    run = fleet.run()
    fleet.pause(run, "a storm")
    fleet.wait(paused)
    Event().wait(2)  # in which the next hop would be sent, were it not held up
    held_up, changes = fleet.journal(), fleet.changes
    leases, why = (
        fleet.call("leases"),
        hcx_fleet(fleet.folder, "why", "con-a", "--settings", fleet.folder / "settings.env"),
    )
    resume = fleet.call("resume", run, "--as", "Bo")
    out, err = process.communicate(timeout=SECONDS_MAX)

    assert (resume.code, process.returncode) == (0, 0), (resume.err, err)
    assert any(entry.step == "verify-manager:4.9.2" and entry.kind is JournalKind.STEP_DONE for entry in held_up)
    assert changes == [TASK]
    assert leases.out == "No lease is held.\n"
    assert "paused by Ann: a storm" in why.out
    assert fleet.changes == [TASK, TASK]
    assert "upgraded" in out


def test_a_killed_run_goes_on_under_its_own_name(fleet: Fleet) -> None:
    """After SIGKILL right behind a change, `run --resume` carries that run to its end, and nothing is sent twice."""
    process = fleet.begin("run", "--as", "lea")
    fleet.wait(FIRST_HOP)
    process.kill()
    process.communicate(timeout=SECONDS_MAX)
    run = fleet.run()
    beside = fleet.call("run", "--resume", run, "--cloud", "pc-a")
    resumed = fleet.call("run", "--resume", run)
    again = fleet.call("run", "--resume", run)
    late = fleet.call("pause", run, "--as", "Ann")

    assert process.returncode == -signal.SIGKILL
    assert (beside.code, "--cloud: --resume goes on with a run as it was asked for" in beside.err) == (2, True)
    assert resumed.code == 0, resumed.err
    assert f"Run {run} had not ended and goes on" in resumed.err
    assert (fleet.run(), fleet.changes) == (run, [TASK, TASK])
    assert (
        again.code,
        f"has ended as Succeeded; what is left can be tried once more: hcx-fleet retry {run}" in again.err,
    ) == (2, True)
    assert (late.code, "[run-ended]: the run has ended as Succeeded" in late.err) == (2, True)


def test_a_cancel_counts_while_nobody_carries_the_run_out(fleet: Fleet) -> None:
    """Who resumes the run finishes the hop that was sent, as the answer said, and never sends the next one."""
    run, cancel = killed_and_canceled(fleet)
    resumed = fleet.call("run", "--resume", run)
    still = json.loads(cancel.out)["still"]

    assert (cancel.code, resumed.code) == (0, 3), (cancel.err, resumed.err)
    assert [one["task"] for one in still] == [TASK]
    assert "its change is not taken back any more: Verify version 4.9.2" in still[0]["text"]
    assert any(
        entry.step == "verify-manager:4.9.2" and entry.kind is JournalKind.STEP_DONE for entry in fleet.journal()
    )
    assert outcomes(fleet) == [Outcome.CANCELED]
    assert fleet.changes == [TASK]


def test_what_is_left_of_a_canceled_run_is_carried_out_once_more(fleet: Fleet) -> None:
    """`retry` is a run of its own by the same plan: what is done is not sent again, and what is left is."""
    parent, _ = killed_and_canceled(fleet)
    early = fleet.call("retry", parent, "--as", "Ann")
    fleet.call("run", "--resume", parent)
    none = fleet.call("retry", parent, "--only", "skipped", "--as", "Ann")
    unknown = fleet.call("retry", parent, "--task", "manager:con-z", "--as", "Ann")
    between = fleet.changes
    retry = fleet.call("retry", parent, "--task", TASK, "--as", "Ann")

    assert (early.code, "no task of it has ended as failed" in early.err) == (2, True), early.err
    assert (none.code, "no task of it has ended as skipped" in none.err) == (2, True), none.err
    assert (unknown.code, f"run {parent} has no task manager:con-z" in unknown.err) == (2, True), unknown.err
    assert between == [TASK]
    assert retry.code == 0, retry.out
    assert (fleet.run().startswith("retry-"), fleet.run(1)) == (True, parent)
    assert outcomes(fleet) == [Outcome.SUCCEEDED]
    assert fleet.changes == [TASK, TASK]


def killed_and_canceled(fleet: Fleet) -> tuple[str, Answered]:
    """A run whose process was killed right behind its first hop and that somebody canceled then: its id, the answer."""
    process = fleet.begin("run", "--as", "lea")
    fleet.wait(FIRST_HOP)
    process.kill()
    process.communicate(timeout=SECONDS_MAX)
    run = fleet.run()
    return run, fleet.call("cancel", run, "--as", "Ann", "--comment", "not today", "-o", "json")


def outcomes(fleet: Fleet) -> list[Outcome]:
    """How the tasks of the newest run ended."""
    return [entry.result.outcome for entry in fleet.journal() if entry.result is not None]
