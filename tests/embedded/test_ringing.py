"""Bells that the process rings itself, at orchestrations of a real host, on the machine's clock and in lockstep."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from embedded.bells import BellWatcher
from embedded.lockstep import LockstepPump
from shared.model.command import Command, CommandKind
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.store.sqlite import SqliteStore
from tests.embedded.small_world import START

if TYPE_CHECKING:
    from embedded.clock import LockstepClock
    from embedded.world_control import WorldControl
    from tests.embedded.conftest import Sample
    from tests.embedded.small_world import SmallWorld

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


def test_a_bell_wakes_whoever_waits_for_it(sample: "Sample") -> None:
    """An orchestration that waits for an event goes on by a bell, which says nothing beside that it was rung."""
    sample.start("bells", "two_bells")

    assert sample.host.ring("bells", "bell")
    assert sample.host.ring("bells", "bell")
    assert sample.host.wait_for_instance("bells", timeout=10).output == [None, None]


def test_nobody_is_there_to_hear_a_bell(sample: "Sample") -> None:
    """A bell at an instance that never was, or that has ended, is told apart from one that somebody hears."""
    sample.run("chain", ["one"])

    assert not sample.host.ring("never", "bell")
    assert not sample.host.ring("chain", "bell")


def test_a_bell_in_lockstep_takes_no_time(
    stepped: "Sample", control: "WorldControl", clock: "LockstepClock", world: "SmallWorld"
) -> None:
    """A bell that is rung while time stands is heard at that very moment, and not after the next timer."""
    stepped.start("race", "bell_or_timeout", 8)
    assert stepped.host.ring("race", "bell")
    LockstepPump(stepped.host, control, clock).run_until(lambda: not stepped.host.alive, real_timeout_seconds=20)
    state = stepped.host.instance("race")

    assert state is not None
    assert (state.output, world.now, world.advances) == (None, START, [])


def test_a_bell_waits_while_time_is_moved(stepped: "Sample") -> None:
    """While a pump keeps the host still to move time, a bell is held back: it rings when that is over."""
    stepped.start("race", "bell_or_timeout", 8)
    ringing = threading.Thread(target=stepped.host.ring, args=("race", "bell"))
    with stepped.host.standstill(10):
        ringing.start()
        ringing.join(0.3)
        held_back, still = ringing.is_alive(), stepped.host.idle
    ringing.join(10)

    assert (held_back, still) == (True, True)
    assert stepped.host.wait_for_instance("race", timeout=10).output is None


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    """A store with a run under way that is called as the orchestration is."""
    made = SqliteStore(tmp_path / "store.sqlite")
    request = RunRequest(
        id="bells", kind=RunKind.UPGRADE, trigger=RunTrigger.HTTP, requested_by="test", requested_at=NOW
    )
    made.put_run(Run(request=request, state=RunState.RUNNING))
    return made


def test_what_another_process_writes_is_heard_here(sample: "Sample", store: SqliteStore, tmp_path: Path) -> None:
    """A command that somebody else writes into the store rings the bell of the orchestration of its run."""
    sample.start("bells", "waits_for_command")
    with BellWatcher(store, sample.host.ring, every=0.01), SqliteStore(tmp_path / "store.sqlite") as theirs:
        theirs.command("bells", Command(key="a", kind=CommandKind.PAUSE, by="Ann", authenticated=False, at=NOW))

        assert sample.host.wait_for_instance("bells", timeout=10).output == "heard"
