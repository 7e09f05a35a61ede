"""What the tests of the local host share: the sample app, running on the machine's clock or in lockstep."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded.clock import HostClock, LockstepClock, SystemClock
from embedded.host import LocalHost
from embedded.world_control import WorldControl
from tests.embedded.sample_clock import Installed
from tests.embedded.small_world import SmallWorld, small_world

SAMPLE_APP = Path(__file__).parent / "sample_app"


class Sample:
    """The sample app on a host, with its own words for what tests do to it."""

    def __init__(self, host: LocalHost, folder: Path) -> None:
        self.host = host
        self._folder = folder

    def start(self, instance_id: str, orchestrator: str, document: Any = 0) -> None:
        """Start an orchestration through the app's own HTTP API."""
        answer = self.host.http("PUT", f"/runs/{instance_id}", document, query={"orchestrator": orchestrator})
        assert answer.status == 200, answer

    def run(self, orchestrator: str, document: Any = 0) -> Any:
        """Start an orchestration, wait for its end, and give what it returned; on the machine's clock only."""
        self.start(orchestrator, orchestrator, document)
        state = self.host.wait_for_instance(orchestrator, timeout=10)
        assert state.status == "COMPLETED", state
        return state.output

    def ring(self, instance_id: str, what: Any) -> None:
        """Raise the event `bell`."""
        assert self.host.http("POST", f"/runs/{instance_id}/events/bell", what).status == 200

    def release(self, name: str) -> None:
        """Let a held activity end."""
        (self._folder / f"{name}-go").touch()

    def wait_held(self, name: str) -> None:
        """Wait until a held activity runs."""
        while not (self._folder / f"{name}-began").exists():
            assert not self.host.idle

    def break_tick(self) -> None:
        """Have the timer function raise from now on."""
        (self._folder / "tick-fails").touch()


def sample_host(clock: HostClock, folder: Path) -> LocalHost:
    """A host of the sample app, whose activities sleep by the same clock."""
    Installed.clock = clock
    settings = {"SAMPLE_FOLDER": str(folder), "SAMPLE_SCHEDULE": "0 30 * * * *"}
    return LocalHost(SAMPLE_APP, clock, app_settings=settings)


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    """The sample app on the machine's clock."""
    with sample_host(SystemClock(), tmp_path) as host:
        yield Sample(host, tmp_path)


@pytest.fixture
def world() -> Iterator[SmallWorld]:
    """A world in lockstep."""
    with small_world() as made:
        yield made


@pytest.fixture
def control(world: SmallWorld) -> Iterator[WorldControl]:
    """The client of that world."""
    with WorldControl(world.url) as made:
        yield made


@pytest.fixture
def clock(control: WorldControl) -> LockstepClock:
    """The clock of that world."""
    return LockstepClock.of(control)


@pytest.fixture
def stepped(clock: LockstepClock, tmp_path: Path) -> Iterator[Sample]:
    """The sample app in lockstep with that world."""
    with sample_host(clock, tmp_path) as host:
        yield Sample(host, tmp_path)
