"""No history grows with the fleet beyond what it has to: every turn of an instance replays all of it."""

from pathlib import Path

from embedded.clock import SystemClock
from embedded.host import LocalHost

APP = Path(__file__).parent / "many_tasks"


def _events(managers: int, tasks: int) -> dict[str, list[int]]:
    """How long the histories are of a run over so many, by name."""
    numbers = {"MANAGERS": managers, "TASKS": tasks, "WIDTH": 20, "SPREAD": 0}
    with LocalHost(APP, SystemClock(), app_settings={name: str(one) for name, one in numbers.items()}) as host:
        assert host.http("PUT", "/start").status == 200
        assert host.wait_for_instance("many", 120).status == "COMPLETED"
        found: dict[str, list[int]] = {}
        for one in host.instances():
            found.setdefault(one.name, []).append(one.history_events)
        return found


def test_a_thousand_managers_are_observed_by_children() -> None:
    """The run's own history stays near a hundred events, and that of each child at some dozens of managers."""
    found = _events(managers=1000, tasks=0)

    assert found["fleet"][0] < 150
    assert len(found["look_around"]) == 21
    assert max(found["look_around"]) < 400


def test_a_task_costs_its_run_a_few_events() -> None:
    """What a task does stands in its own history: the run's grows by its start, its end and what is told of both."""
    few, many = (_events(managers=2, tasks=number)["fleet"][0] for number in (20, 100))

    assert many - few < 80 * 8
