"""Stories around the reference run: everything delivered twice, completions lost, two runs at once, a clock that jumps.

Each is played by a process of its own, since it forks: pytest's has threads.
"""

import json
from pathlib import Path

import pytest

from tests.chaos.story import Plot
from tests.chaos.suite import chosen, turn_of
from tests.chaos.tales import TALES
from tests.forked import Call, Ended, forked

pytestmark = [pytest.mark.story, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]


def played(module: str, *words: str) -> Ended:
    """What one of the suite's commands said."""
    call = Call(module=f"tests.chaos.{module}", function="main", folder=ROOT, words=(module, *words))
    return forked(call, seconds=500)


@pytest.mark.parametrize("delivery", ["twice", "lossy"])
def test_everything_delivered_twice_changes_nothing_twice(delivery: str) -> None:
    """With each turn and activity delivered twice, or each first completion lost, there is one call for each step."""
    done = played("story", "--delivery", delivery)

    assert done.code == 0, done.out + done.err
    assert " 0 questions" in done.out


def test_points_that_once_failed_end_right() -> None:
    """Every kill point that is kept as a seed ends right, or with one question and then right."""
    done = played("suite", "--known")

    assert done.code == 0, done.out + done.err


def test_a_host_that_never_comes_to_its_point_is_no_success() -> None:
    """A kill point that a run does not come to is told, and not counted as one that was survived."""
    done = played("story", "before something that never happens")

    assert done.code == 1
    assert "the host ended with 0 and never came to this point" in done.out


def test_what_is_killed_in_ci_is_a_part_of_everything() -> None:
    """The points for CI are ledger transitions, changes and commands, and none of the journal or the leases."""
    points = (
        "before claim manager:a s",
        "after sending manager:a s (2)",
        "after command stop",
        "before journal run key",
        "after lease mesh:m",
    )

    assert chosen(points, every=False) == points[:3]
    assert chosen(points, every=True) == points


def test_with_one_commit_or_another_every_point_has_its_turn() -> None:
    """The four parts are all points, and none is in two of them."""
    plots = tuple(Plot(TALES[0], f"{number} claim") for number in range(11))
    parts = [turn_of(plots, commit) for commit in ("a0", "a1", "ffe", "03")]

    assert sorted(one.point or "" for part in parts for one in part) == sorted(one.point or "" for one in plots)


def test_of_two_runs_that_race_for_one_manager_one_is_refused_by_name(tmp_path: Path) -> None:
    """Two upgrades of one fleet side by side: one is told which run holds what it wants, and each call is made once."""
    done = played("race", str(tmp_path))
    race = json.loads(done.out)

    assert race["problems"] == [], done.err
    assert race["refused"] != []
    assert [text for text in race["refused"] if "run first" not in text and "run second" not in text] == []


def test_a_clock_that_jumps_moves_nothing_twice() -> None:
    """A host that comes back after two days, when every lease of the one before is over, ends right all the same."""
    done = played("story", "after call manager:pc-weu-01 4.9.2", "--away-days", "2")

    assert done.code == 0, done.out + done.err
    assert " 0 questions" in done.out


@pytest.mark.parametrize(
    ("tale", "point"),
    [
        ("cancel", "after adopted manager:pc-weu-01 upgrade-manager:4.9.2"),
        ("pause", "before command go-on"),
        ("failing", "after adopted manager:pc-weu-01 upgrade-manager:4.10.3"),
    ],
)
def test_a_tale_ends_right_around_a_kill(tale: str, point: str) -> None:
    """What was said with no host there holds, a pause outlives its host, and so do failures that were counted."""
    done = played("story", "--tale", tale, point)

    assert done.code == 0, done.out + done.err
