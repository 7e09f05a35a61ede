"""Commands over HTTP to the real app on a running host, against a simulated world whose truth bears it out."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.forked import played

pytestmark = pytest.mark.story

ROOT = Path(__file__).parents[2]
WORLD = "examples/worlds/one-pair.yaml"
CLOUD, CONNECTOR = "manager:pc-weu-01", "manager:con-lyon"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What `tests/api/commanded_host.py` tells: paused before anything, resumed after an hour, canceled at work."""
    out = tmp_path_factory.mktemp("commanded") / "told.json"
    played("tests.api.commanded_host", ROOT / WORLD, out)
    return json.loads(out.read_text())


def test_nothing_begins_while_the_run_is_paused(told: Any) -> None:
    """A pause that is given right after the start holds for an hour, and the run goes on once it is resumed."""
    first = next(one for one in told["journal"]["value"] if one["kind"] == "step-started")

    assert (told["paused"]["status"], told["resumed"]["status"]) == (202, 202)
    assert told["begun"] == []
    assert first["at"] == told["resumed"]["body"]["at"]


def test_a_repeated_command_is_kept_once(told: Any) -> None:
    """The pause given again under its key, an hour later, answers with the first one's time."""
    assert told["again"]["status"] == 202
    assert told["again"]["body"]["at"] == told["paused"]["body"]["at"]
    assert [one["kind"] for one in told["commands"]] == ["pause", "resume", "cancel"]


def test_whoever_changes_something_has_the_lease(told: Any) -> None:
    """While the cloud manager is upgraded, the lease on it is shown with its run and task."""
    ((lease),) = told["leases"]["body"]["value"]

    assert (lease["subject"], lease["run"], lease["task"]) == (CLOUD, "told", CLOUD)


def test_the_cancel_does_as_its_answer_said(told: Any) -> None:
    """What was past its point of return was verified, what had not begun ended at once; nothing else was changed."""
    still = {one["task"]: one for one in told["canceled"]["body"]["still"]}
    ends = {one["task"]: one for one in told["journal"]["value"] if one["kind"] == "task-ended"}
    verified = [one for one in told["journal"]["value"] if (one["task"], one["kind"]) == (CLOUD, "step-done")]

    assert set(still) == set(ends)
    assert (still[CLOUD]["cancel"], still[CONNECTOR]["cancel"]) == ("past-return", None)
    assert ends[CONNECTOR]["at"] == told["canceled"]["body"]["at"] < verified[-1]["at"]
    assert ends[CONNECTOR]["result"]["outcome"] == "canceled"
    assert [one["manager"] for one in told["truth"]["mutations"]] == ["pc-weu-01"]


def test_a_run_that_has_ended_takes_no_command(told: Any) -> None:
    """It answers 409 with how to try what is left once more, and its journal is whole."""
    assert (told["late"]["status"], told["late"]["body"]["code"]) == (409, "run.ended")
    assert "hcx-fleet retry told" in told["late"]["body"]["remedy"]
    assert told["journal"]["faults"] == []
