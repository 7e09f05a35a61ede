"""A whole path at an app elsewhere: planned, carried out, let go by another one, canceled at work, tried once more."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.story, pytest.mark.timeout(400)]

ROOT = Path(__file__).parents[2]
WORLD = "examples/worlds/one-pair.yaml"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What `tests/cli/far_play.py` tells."""
    out = tmp_path_factory.mktemp("far") / "told.json"
    command = [sys.executable, "-m", "tests.cli.far_play", WORLD, str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=360, check=False)  # noqa: S603 -- ours
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(out.read_text())


def told(played: Any, name: str) -> Any:
    """What a command answered."""
    return played["told"][name]


def document(played: Any, name: str) -> Any:
    """What it printed for programs."""
    return json.loads(told(played, name)["out"])


def run_of(played: Any, number: int) -> Any:
    """The upgrades that were asked for, in their order."""
    return [one for one in reversed(played["runs"]) if one["request"]["kind"] == "upgrade"][number]


def test_the_plan_is_the_one_that_is_carried_out(played: Any) -> None:
    """What `plan -o json` prints is what `run --plan` takes by the first characters of its hash."""
    assert told(played, "plan")["code"] == 0
    assert run_of(played, 0)["request"]["plan_hash"] == document(played, "plan")["hash"]


def test_status_is_the_report_of_the_run(played: Any) -> None:
    """It names the run that goes on, and who is asked to let its wave go."""
    status = document(played, "status")

    assert status["run"]["id"] == run_of(played, 0)["request"]["id"]
    assert [one["approvers"] for one in status["control"]["asked"]] == [["bob"]]


def test_why_says_who_can_act(played: Any) -> None:
    """In the sentences of the app."""
    assert "for somebody to let it go (bob)" in told(played, "why")["out"]


def test_an_approval_counts_from_an_approver_alone(played: Any) -> None:
    """Who asked for the run is refused with exit code 2, and another one lets it go."""
    refused, approved = told(played, "requester"), told(played, "approve")

    assert (refused["code"], approved["code"]) == (2, 0)
    assert "command.unfit" in refused["err"]
    assert "bob lets wave canary go" in approved["out"]


def test_a_command_under_its_key_is_kept_once(played: Any) -> None:
    """Said again, it is answered with the same bytes."""
    assert document(played, "pause")["by"] == "cy"
    assert told(played, "pause")["out"] == told(played, "pause again")["out"]


def test_a_lease_shows_who_changes_something(played: Any) -> None:
    """While the cloud manager is upgraded."""
    assert [one["subject"] for one in document(played, "leases")["value"]] == ["manager:pc-weu-01"]


def test_watching_tells_what_happens_to_the_end(played: Any) -> None:
    """Calls, words of people, and the end; a canceled run is not as wanted, so that it exits with 3."""
    watched = told(played, "run")

    assert watched["code"] == 3
    for part in ("called upgrade-manager-4x", "bob (unauthenticated) lets wave canary go", "the run ended: Canceled"):
        assert part in watched["err"]
    assert "past-return" in told(played, "cancel")["out"]


def test_the_same_key_finds_the_same_run(played: Any) -> None:
    """A pipeline that starts again after a crash follows what it began, and makes no second run."""
    again = document(played, "same run")

    assert (told(played, "same run")["code"], again["run"]["id"]) == (3, run_of(played, 0)["request"]["id"])
    assert sum(1 for one in played["runs"] if one["request"]["kind"] == "upgrade") == 2


def test_what_is_left_is_tried_once_more(played: Any) -> None:
    """A retry is a run of its own, which is followed to its end: all as wanted, exit code 0."""
    retry = document(played, "retry")

    assert (told(played, "retry")["code"], told(played, "approve retry")["code"]) == (0, 0)
    assert run_of(played, 1)["request"]["parent"] == run_of(played, 0)["request"]["id"]
    assert {one["bucket"] for one in retry["subjects"]} <= {"upgraded", "current"}
