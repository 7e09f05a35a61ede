"""World time and its processes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.clock import Clock, Lockstep, Process
from simulator.loading import load
from simulator.running import running
from simulator.visitor import Visitor

START = datetime(2026, 11, 24, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TALKER = """
connectors: [{name: con, hcx: "4.11.2"}]
people:
  - {who: ann, about: "manager:con", do: say-done, at: PT1H}
  - {who: bob, about: "manager:con", do: say-done, at: PT3H}
"""


def never() -> bool:
    """No reason to stop."""
    return False


def test_processes_run_in_order_of_time() -> None:
    """What is due first happens first, whatever was begun first."""
    clock, seen = Clock(START, Lockstep()), list[str]()

    def process(name: str, length: timedelta) -> Process:
        yield length
        seen.append(name)

    clock.spawn("late", process("late", 2 * MINUTE))
    clock.spawn("early", process("early", MINUTE))
    clock.advance(START + 5 * MINUTE, never)

    assert seen == ["early", "late"]


def test_processes_of_one_moment_run_by_name() -> None:
    """At one moment the name decides and not who came first, since arrivals have no repeatable order."""
    clock, seen = Clock(START, Lockstep()), list[str]()

    def process(name: str) -> Process:
        yield MINUTE
        seen.append(name)

    for name in ("b", "c", "a"):
        clock.spawn(name, process(name))
    clock.advance(START + MINUTE, never)

    assert seen == ["a", "b", "c"]


def test_a_condition_wakes_its_process_at_the_event_that_makes_it_true() -> None:
    """A process that waits for a condition goes on at the very moment of the event that makes it true."""
    clock, done, seen = Clock(START, Lockstep()), list[int](), list[datetime]()

    def worker() -> Process:
        yield 7 * MINUTE
        done.append(1)

    def follower() -> Process:
        yield lambda: bool(done)
        seen.append(clock.now)

    clock.spawn("follower", follower())
    clock.spawn("worker", worker())
    clock.advance(START + 60 * MINUTE, never)

    assert seen == [START + 7 * MINUTE]


def test_time_never_runs_back() -> None:
    """Advancing to the past changes nothing."""
    clock = Clock(START, Lockstep())

    clock.advance(START - MINUTE, never)

    assert clock.now == START


def test_lockstep_stands_still(pair: Visitor) -> None:
    """In lockstep the clock says so and does not move by itself."""
    assert pair.control.get("/clock").json() == {"mode": "lockstep", "now": "2026-11-24T06:00:00Z", "speed": None}


def test_advance_moves_the_clock(pair: Visitor) -> None:
    """Advancing takes the world to the wanted moment when nobody says anything."""
    answer = pair.advance_until_said(START + timedelta(days=2))

    assert answer == {"now": "2026-11-26T06:00:00Z", "said": []}


def test_advance_stops_where_somebody_speaks(serve: Callable[[str], Visitor]) -> None:
    """A person's word ends an advance at that moment, and only the words of that moment are told."""
    world = serve(TALKER)

    first = world.advance_until_said(START + timedelta(hours=5))
    second = world.advance_until_said(START + timedelta(hours=5))

    assert first["now"] == "2026-11-24T07:00:00Z"
    assert [(each["seq"], each["who"], each["about"], each["says"]) for each in first["said"]] == [
        (1, "ann", "manager:con", "done")
    ]
    assert second["now"] == "2026-11-24T09:00:00Z"
    assert [each["seq"] for each in second["said"]] == [2]


def test_what_was_said_can_be_read_again(serve: Callable[[str], Visitor]) -> None:
    """Statements are listed from the one after the given number on."""
    world = serve(TALKER)
    world.advance(timedelta(hours=5))

    said = {after: world.control.get("/people/said", params={"after": after}).json()["said"] for after in (0, 1, 2)}

    assert [[each["who"] for each in said[after]] for after in (0, 1, 2)] == [["ann", "bob"], ["bob"], []]


@pytest.mark.parametrize("until", ["tomorrow", "2026-11-24T09:00:00", None])
def test_a_moment_without_sense_is_refused(pair: Visitor, until: str | None) -> None:
    """Advancing to something that is no time, or has no zone, is answered 400."""
    assert pair.control.post("/clock/advance", json={"until": until}).status_code == 400


def test_speed_runs_by_itself_and_cannot_be_advanced(tmp_path: Path) -> None:
    """In speed mode time passes by itself, events come due without a call, and advancing is answered 409."""
    path = tmp_path / "world.yaml"
    path.write_text("start: 2026-11-24T06:00:00Z\n" + TALKER, "utf-8")

    with running(load(path), tmp_path / "out", speed=360_000) as published, Visitor(published) as world:
        shown = world.control.get("/clock").json()
        refused = world.control.post("/clock/advance", json={"until": "2026-11-25T00:00:00Z"})
        while world.now < START + timedelta(hours=4):
            pass
        said = world.control.get("/people/said").json()["said"]

    assert (shown["mode"], shown["speed"]) == ("speed", 360_000)
    assert refused.status_code == 409
    assert [(each["who"], each["at"]) for each in said] == [
        ("ann", "2026-11-24T07:00:00Z"),
        ("bob", "2026-11-24T09:00:00Z"),
    ]
