"""The meter beside a task: it looks while an appliance changes, ends by itself, and stops nothing when it breaks."""

from pathlib import Path

from embedded.clock import SpeedClock
from embedded.host import LocalHost
from tests.embedded.small_world import START
from tests.report.planned_fleet import MESH

APP = Path(__file__).parent / "metered"
NE = MESH.appliances[1].upgrade.id
NO_FURTHER = "what the change costs its networks is measured no further: an activity failed:"
FAST = 100
"""A change takes a minute, and what breaks is tried again for longer."""


def _told(folder: Path, *, looks: str = "", broken: str = "") -> tuple[list[str], float]:
    """What the activities were told, and how long the task took for its end."""
    settings = {"FOLDER": str(folder), "LOOKS": looks, "BROKEN": broken}
    with LocalHost(APP, SpeedClock(START, FAST), app_settings=settings) as host:
        assert host.http("PUT", "/start").status == 200
        ended = host.wait_for_instance("task", 30)
        assert ended.status == "COMPLETED", ended
        assert host.wait_until(lambda: not host.alive, 30)
    written = folder / "told"
    return written.read_text().splitlines() if written.exists() else [], float(str(ended.output))


def test_it_looks_as_long_as_the_appliance_changes(tmp_path: Path) -> None:
    """Every step a look, by one meter for the appliance that has networks and none for the other; then the sum."""
    told, _ = _told(tmp_path)

    *looks, last = told
    assert set(looks) == {f"look {NE}"}
    assert 3 <= len(looks) <= 8
    assert last == f"measured {MESH.id}"


def test_with_nobody_to_ask_it_ends_at_once(tmp_path: Path) -> None:
    """One look finds that there is nobody; what was measured is asked for all the same."""
    told, took = _told(tmp_path, looks="nobody")

    assert told == [f"look {NE}", f"measured {MESH.id}"]
    assert took < 30


def test_a_meter_that_breaks_is_told_and_that_is_all(tmp_path: Path) -> None:
    """The task comes to its end, and the journal says why nothing more is measured."""
    told, _ = _told(tmp_path, broken="sample")

    assert told == [f"measured: {NO_FURTHER} ConnectionRefusedError: the store is away", f"measured {MESH.id}"]


def test_what_cannot_be_summed_up_is_told_and_that_is_all(tmp_path: Path) -> None:
    """The same for the end of it."""
    told, _ = _told(tmp_path, broken="measured")

    assert told[-1] == f"measured: {NO_FURTHER} ConnectionRefusedError: the store is away"


def test_even_with_the_journal_away_the_task_ends(tmp_path: Path) -> None:
    """Where nothing can be kept and nothing told, the task is not held up."""
    told, _ = _told(tmp_path, broken="sample measured record")

    assert told == []
