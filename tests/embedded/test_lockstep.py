"""Host and world in lockstep: days of durable timers, exact and the same in every run."""

import math
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from embedded.lockstep import LockstepPump
from embedded.schedule import schedules_of
from tests.embedded.small_world import START

if TYPE_CHECKING:
    from embedded.clock import LockstepClock
    from embedded.world_control import Said, WorldControl
    from tests.embedded.conftest import Sample
    from tests.embedded.small_world import SmallWorld


@pytest.fixture
def pump(stepped: "Sample", control: "WorldControl", clock: "LockstepClock") -> LockstepPump:
    """Drives the sample app and the small world; what people say rings the bell of the instance they name."""

    def ring(statement: "Said") -> None:
        stepped.ring(statement.about, statement.who)

    return LockstepPump(stepped.host, control, clock, said=ring)


def run(sample: "Sample", pump: LockstepPump, orchestrator: str, document: object = 0) -> Any:
    """Start an orchestration, move time until it has ended, and give what it returned."""
    sample.start(orchestrator, orchestrator, document)
    pump.run_until(lambda: not sample.host.alive, real_timeout_seconds=20)
    state = sample.host.instance(orchestrator)
    assert state is not None
    assert state.status == "COMPLETED", state
    return state.output


def test_days_of_waiting_take_no_time(stepped: "Sample", pump: LockstepPump, world: "SmallWorld") -> None:
    """A timer of two weeks fires exactly two weeks later by the orchestration's own clock and the world's."""
    began, ended = run(stepped, pump, "long_wait", 14)
    assert datetime.fromisoformat(ended) - datetime.fromisoformat(began) == timedelta(days=14)
    assert world.now == START + timedelta(days=14)


def test_timestamps_follow_the_clock(stepped: "Sample", pump: LockstepPump) -> None:
    """An instance was created and last changed at moments of the world's time."""
    run(stepped, pump, "long_wait", 2)
    state = stepped.host.instance("long_wait")
    assert state is not None
    assert (state.created_at, state.updated_at) == (START, START + timedelta(days=2))


def test_time_moves_from_event_to_event(stepped: "Sample", pump: LockstepPump, world: "SmallWorld") -> None:
    """With several waits, every advance ends at the next of them and none is skipped."""
    for hours in (5, 2, 9):
        stepped.start(f"wait-{hours}", "sleepy", hours * 3600)
    pump.run_until(lambda: not stepped.host.alive, real_timeout_seconds=20)
    assert [until for _, until in world.advances] == [START + timedelta(hours=hours) for hours in (2, 5, 9)]


def test_an_event_wins_against_a_timer(stepped: "Sample", pump: LockstepPump, world: "SmallWorld") -> None:
    """Somebody who speaks after three of eight hours ends the wait then, not later."""
    world.somebody_will_say(START + timedelta(hours=3), "bell_or_timeout")
    assert run(stepped, pump, "bell_or_timeout", 8) == "ann"
    assert world.now == START + timedelta(hours=3)


def test_a_timer_wins_against_silence(stepped: "Sample", pump: LockstepPump, world: "SmallWorld") -> None:
    """When nobody speaks, the time-out comes at its moment."""
    assert run(stepped, pump, "bell_or_timeout", 8) == "timeout"
    assert world.now == START + timedelta(hours=8)


def test_somebody_may_speak_while_time_stands(stepped: "Sample", pump: LockstepPump, world: "SmallWorld") -> None:
    """What is said between two advances is heard before time moves on."""
    world.somebody_says("bell_or_timeout")
    assert run(stepped, pump, "bell_or_timeout", 8) == "ann"
    assert world.now == START


def test_people_are_waited_for_without_any_timer(stepped: "Sample", pump: LockstepPump, world: "SmallWorld") -> None:
    """An orchestration that waits for events only still sees them come, at their moments."""
    world.somebody_will_say(START + timedelta(hours=30), "two_bells")
    world.somebody_will_say(START + timedelta(hours=50), "two_bells")
    assert run(stepped, pump, "two_bells") == ["ann", "ann"]
    assert world.now == START + timedelta(hours=50)


def test_time_stands_while_an_activity_runs(stepped: "Sample", pump: LockstepPump, world: "SmallWorld") -> None:
    """With a timer pending and an activity running, time does not move until the activity has ended."""
    stepped.start("holding", "holding", "one")
    thread = threading.Thread(target=pump.run_until, args=(lambda: not stepped.host.alive, 20))
    thread.start()
    stepped.wait_held("one")
    thread.join(0.3)
    assert world.advances == []
    stepped.release("one")
    thread.join()
    assert world.advances == [(START, START + timedelta(days=1))]


def test_time_stands_while_nothing_is_alive(stepped: "Sample", pump: LockstepPump, world: "SmallWorld") -> None:
    """A host with nothing to do leaves time alone, and says so when it is asked for more."""
    with pytest.raises(TimeoutError, match="nothing to do in the real time given; it is 2026-11-24T06"):
        pump.run_until(lambda: False, real_timeout_seconds=0.2)
    assert world.advances == []
    assert stepped.host.idle


def test_what_an_ended_instance_waited_for_moves_no_time(
    stepped: "Sample", pump: LockstepPump, world: "SmallWorld"
) -> None:
    """A timer of thirty days that its instance left behind is forgotten with it."""
    stepped.release("one")
    assert run(stepped, pump, "leaves_behind", "one") == "left"
    assert world.advances == []


def test_an_orchestration_that_continues_as_new_inherits_nothing(stepped: "Sample", pump: LockstepPump) -> None:
    """Timers left behind by earlier rounds do not end the wait of the last, whose number they share."""
    assert run(stepped, pump, "renews", 2) == timedelta(days=3).total_seconds()


def test_retries_follow_the_clock(stepped: "Sample", pump: LockstepPump, world: "SmallWorld") -> None:
    """An activity is retried every six hours until twenty hours are over by the world's time, and then given up."""
    stepped.start("retrying", "retrying")
    pump.run_until(lambda: not stepped.host.alive, real_timeout_seconds=20)
    assert [until - START for _, until in world.advances] == [timedelta(hours=hours) for hours in (6, 12, 18, 24)]


def test_timer_functions_fire_on_their_schedule(
    stepped: "Sample", control: "WorldControl", clock: "LockstepClock", world: "SmallWorld"
) -> None:
    """With nothing else to do, time moves from one scheduled moment to the next and the function runs at each."""
    schedules = schedules_of(stepped.host.functions, stepped.host.app_settings)
    pump = LockstepPump(stepped.host, control, clock, schedules=schedules)
    pump.run_until(lambda: len(stepped.host.instances()) == 3, real_timeout_seconds=20)
    created = [each.created_at for each in stepped.host.instances()]
    assert created == [START + timedelta(hours=hours, minutes=30) for hours in range(3)]
    assert world.now == created[-1]


def test_a_failing_timer_function_does_not_end_its_schedule(
    stepped: "Sample", control: "WorldControl", clock: "LockstepClock", caplog: pytest.LogCaptureFixture
) -> None:
    """What a timer function raises is logged, and its next moment comes."""
    stepped.break_tick()
    schedules = schedules_of(stepped.host.functions, stepped.host.app_settings)
    pump = LockstepPump(stepped.host, control, clock, schedules=schedules)
    pump.run_until(lambda: clock.now() >= START + timedelta(hours=2, minutes=30), real_timeout_seconds=20)
    assert caplog.text.count("timer function tick failed: OSError: told to fail") == 3


def test_a_pump_can_be_stopped_while_it_waits(pump: LockstepPump) -> None:
    """A pump with nothing to do and no end to its time ends when it is told to."""
    thread = threading.Thread(target=pump.run_until, args=(lambda: False, math.inf))
    thread.start()
    pump.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_two_runs_are_the_same(stepped: "Sample", pump: LockstepPump, world: "SmallWorld") -> None:
    """The same work twice moves time through the same steps."""
    steps = []
    for round_ in ("a", "b"):
        since, began = len(world.advances), world.now
        for hours in (3, 1, 3, 2):
            stepped.start(f"{round_}-{hours}-{len(stepped.host.instances())}", "sleepy", hours * 3600)
        pump.run_until(lambda: not stepped.host.alive, real_timeout_seconds=20)
        steps.append([until - began for _, until in world.advances[since:]])
    assert steps[0] == steps[1]
