"""A host beside a world that runs by itself: one speed, and people who are heard."""

from datetime import timedelta
from pathlib import Path

from embedded.clock import SpeedClock
from embedded.people import PeoplePoller
from embedded.world_control import Said, WorldControl
from tests.embedded.conftest import Sample, sample_host
from tests.embedded.small_world import START, small_world


def test_days_take_seconds(tmp_path: Path) -> None:
    """Two days at two hundred thousand times the speed take about a second, and no less than two days of the world."""
    with (
        small_world(speed=200_000) as world,
        WorldControl(world.url) as control,
        sample_host(SpeedClock.of(control), tmp_path) as host,
    ):
        Sample(host, tmp_path).start("wait", "long_wait", 2)
        assert host.wait_for_instance("wait", timeout=10).status == "COMPLETED"
        assert world.now >= START + timedelta(days=2)


def test_people_are_heard_once_and_in_order(tmp_path: Path) -> None:
    """What people say while the world runs reaches the callback, and through it the orchestrations."""
    heard = []
    with small_world(speed=3600) as world, WorldControl(world.url) as control:
        world.somebody_will_say(START + timedelta(minutes=10), "bells")
        world.somebody_will_say(START + timedelta(minutes=50), "bells")
        with sample_host(SpeedClock.of(control), tmp_path) as host:
            sample = Sample(host, tmp_path)
            sample.start("bells", "two_bells")

            def ring(statement: Said) -> None:
                heard.append(statement.seq)
                sample.ring(statement.about, statement.seq)

            with PeoplePoller(control, ring):
                assert host.wait_for_instance("bells", timeout=10).output == [1, 2]
    assert heard == [1, 2]


def test_a_world_that_has_gone_does_not_end_the_poller(tmp_path: Path) -> None:
    """A listener whose world ends first stops quietly when it is told to."""
    del tmp_path
    with small_world(speed=60) as world:
        control = WorldControl(world.url)
    with control, PeoplePoller(control, lambda _: None):
        pass
