"""A pipeline upgrades one private cloud through the HTTP front door, and the truth bears it out."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import Play
from tests.app.procedure import strays

pytestmark = pytest.mark.story

WORLD = "examples/worlds/one-pair.yaml"


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("one_cloud", WORLD)


def test_the_start_is_accepted_with_the_address_of_its_status(told: Any) -> None:
    """202, and `Operation-Location` names the run, whose status answers 200 while it runs."""
    started, running = told["answers"][:2]

    assert started["status"] == 202
    assert started["headers"]["operation-location"].endswith("/v1/runs/pipeline-1")
    assert running["status"] == 200
    assert running["body"]["status"] in {"NotStarted", "Running"}


def test_everything_of_the_cloud_ends_upgraded(told: Any) -> None:
    """Cloud, connector and mesh are each in exactly one bucket, and it is the right one."""
    placed = {one["subject"]: one["bucket"] for one in told["run"]["placed"]}

    assert told["run"]["status"] == "Succeeded"
    assert told["run"]["startedAt"] == "2026-11-24T06:00:00Z"
    assert len(placed) == len(told["run"]["placed"]) == 3
    assert set(placed.values()) == {"upgraded"}


def test_the_versions_are_really_there(told: Any) -> None:
    """Every manager and every appliance of the world is at the target."""
    managers = [one["version"] for one in told["truth"]["managers"]]
    appliances = [one["release"] for mesh in told["truth"]["meshes"] for one in mesh["appliances"]]

    assert {re.match(r"4\.11\.4", version) is not None for version in managers + appliances} == {True}


def test_each_step_made_at_most_one_mutating_call(told: Any) -> None:
    """The truth lists each change once: two managers and three appliance pairs."""
    calls = Counter(f"{one['route']} {one['manager']} {one['body']}" for one in told["truth"]["mutations"])

    assert set(calls.values()) == {1}
    assert len(calls) == 5


def test_nobody_failed_to_log_in(told: Any) -> None:
    """With good passwords no account saw a refused log-in."""
    assert [one["secret"] for one in told["truth"]["logins"] if one["failed"]] == []


def test_the_journal_follows_the_procedure(told: Any) -> None:
    """Each task's steps are the numbered headings of its section of the page, repeated per appliance."""
    assert strays(told["journal"]) == []


def test_every_step_that_started_is_done(told: Any) -> None:
    """A succeeded run leaves no step open."""
    started = {one["key"].rpartition("/")[0] for one in told["journal"] if one["kind"] == "step-started"}
    done = {one["key"].rpartition("/")[0] for one in told["journal"] if one["kind"] == "step-done"}

    assert started == done


def test_a_report_was_written(told: Any) -> None:
    """The HTML report of the run lies in the folder of reports."""
    assert [Path(name).name for name in told["files"]] == ["report.html"]
