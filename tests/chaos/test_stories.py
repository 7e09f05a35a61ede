"""Stories around the reference run: everything delivered twice, completions lost, two runs at once, a clock that jumps."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from embedded.delivery import TWICE, Delivery, loses_the_first
from tests.chaos.story import Plot, Told
from tests.chaos.suite import chosen, known, tell

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.story, pytest.mark.timeout(600)]


def told_of(*plots: Plot) -> list[Told]:
    """What came of stories that are played two at a time."""
    return list(tell(plots, jobs=2))


def test_everything_delivered_twice_changes_nothing_twice() -> None:
    """With each turn and activity delivered twice, or each first completion lost, there is one call for each step."""
    stories = told_of(Plot(delivery=TWICE), Plot(delivery=Delivery(loses=loses_the_first)))

    assert [(told.problems, told.questions) for told in stories] == [((), 0), ((), 0)]


def test_points_that_once_failed_end_right() -> None:
    """Every kill point that is kept as a seed ends right, or with one question and then right."""
    stories = told_of(*(Plot(point) for point in known()))

    assert [(told.point, told.problems) for told in stories if told.problems] == []


def test_a_host_that_never_comes_to_its_point_is_no_success() -> None:
    """A kill point that a run does not come to is told, and not counted as one that was survived."""
    (told,) = told_of(Plot("before something that never happens"))

    assert told.problems == ("the host ended with 0 and never came to this point",)


def test_what_is_killed_in_ci_is_a_part_of_everything() -> None:
    """The points for CI are ledger transitions and mutating activities, and none of the journal or the leases."""
    points = ("before claim manager:a s", "after sending manager:a s (2)", "before journal run key", "after lease mesh:m")

    assert chosen(points, every=False) == points[:2]
    assert chosen(points, every=True) == points


def test_of_two_runs_that_race_for_one_manager_one_is_refused_by_name(tmp_path: Path) -> None:
    """Two upgrades of one fleet side by side: one is told which run holds what it wants, and each call is made once."""
    command = [sys.executable, "-m", "tests.chaos.race", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=True)  # noqa: S603 -- ours
    race = json.loads(done.stdout)

    assert race["problems"] == []
    assert race["refused"] != []
    assert [text for text in race["refused"] if "run first" not in text and "run second" not in text] == []


def test_a_clock_that_jumps_moves_nothing_twice() -> None:
    """A host that comes back after two days, when every lease of the one before is over, ends right all the same."""
    called = "after call manager:pc-weu-01 4.9.2"
    (told,) = told_of(Plot(called, away=timedelta(days=2)))

    assert (told.problems, told.questions) == ((), 0)
