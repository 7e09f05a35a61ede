"""What people change while a run goes on counts from then on, as far as it holds back."""

from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story

NIGHTLY = "tests/app/worlds/nightly.yaml"


def calls(told: Any) -> dict[str, str]:
    """When each task made its last call."""
    return {one["task"]: one["at"] for one in told["journal"] if one["kind"] == "called"}


def ends(told: Any) -> dict[str, dict[str, Any]]:
    """How each task ended."""
    return {one["task"]: one["result"] for one in told["journal"] if one["kind"] == "task-ended"}


def test_what_missed_its_window_goes_on_in_the_next_one(play: Play) -> None:
    """The bundle comes in the morning after the window in which it was wanted: the call waits for the evening."""
    told = play("fleet_run", NIGHTLY)

    assert calls(told)["manager:con-one"].startswith("2026-11-25T22:0")
    assert told["run"]["status"] == "Succeeded"


def test_a_wave_begins_after_the_soak_of_the_one_before(play: Play) -> None:
    """The second wave calls nothing until the first was watched for a day, and then only while a window is open."""
    told = play("fleet_run", NIGHTLY)
    watched_from = ends(told)["manager:con-one"]["ended_at"]

    assert watched_from.startswith("2026-11-25T22:")
    assert calls(told)["manager:con-two"].startswith("2026-11-26T22:")
    assert calls(told)["manager:con-two"][11:] >= watched_from[11:]


def test_a_freeze_that_is_added_meanwhile_counts(play: Play) -> None:
    """The task was let in before anybody froze anything; it calls in the first window after the freeze."""
    told = play("frozen_meanwhile", NIGHTLY)
    waits = [one["text"] for one in told["journal"] if one["waiting"] and one["task"] == "manager:con-one"]

    assert calls(told)["manager:con-one"].startswith("2026-11-28T22:")
    assert any("freeze board (audit)" in one for one in waits), waits
    assert told["run"]["status"] == "Succeeded"


def test_a_hold_stops_a_task_before_its_next_change(play: Play) -> None:
    """The hop under way comes to its end, and the second one is never begun; the reason is the hold."""
    told = play("held_meanwhile", "tests/app/worlds/shared-connector.yaml")
    hops = [one["body"].get("targetVersion") for one in told["truth"]["mutations"] if one["manager"] == "con-hub"]
    end = ends(told)["manager:con-hub"]

    assert hops == ["4.9.2"]
    assert (end["outcome"], end["reason"]) == ("failed", "not-held")
    assert "a new line" in end["detail"]
    assert end["who_can_act"].startswith("ana@contoso.example")


def test_while_the_file_cannot_be_read_nothing_is_begun(play: Play) -> None:
    """Two open windows pass while fleet.yaml is broken; the one after it was mended is used."""
    told = play("broken_meanwhile", NIGHTLY)
    waits = [one["text"] for one in told["journal"] if one["waiting"] and one["task"] == "manager:con-one"]

    assert any(one.startswith("fleet.yaml cannot be read now") for one in waits), waits
    assert calls(told)["manager:con-one"].startswith("2026-11-27T22:")
    assert told["run"]["status"] == "Succeeded"
