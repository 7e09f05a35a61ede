"""What people say counts between changes, whoever rings the bell; a change that nobody can confirm is a question."""

from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story

PAIR = "examples/worlds/one-pair.yaml"
LATE = "tests/app/worlds/late-bundle.yaml"
EARLY = "manager:con-early"


def ends(told: Any) -> dict[str, Any]:
    """How each task ended."""
    results = (one["result"] for one in told["journal"] if one["kind"] == "task-ended")
    return {one["task"].partition(":")[0] if one["task"].startswith("mesh") else one["task"]: one for one in results}


def meshes(told: Any) -> list[Any]:
    """When an appliance was changed."""
    return [one for one in told["truth"]["mutations"] if "appliance" in one["route"]]


def test_a_pause_lets_the_appliance_be_finished(play: Play) -> None:
    """The mesh stops before the next appliance, holds no lease, says who can act, and goes on when resumed."""
    told = play("paused_meanwhile", PAIR)
    first, second, *_ = (one["at"] for one in meshes(told))
    wait = next(one["waiting"] for one in told["journal"] if one["waiting"] and one["waiting"]["reason"] == "paused")

    assert told["asides"]["leases"] == []
    assert "paused by ana@contoso.example: the night is over" in told["asides"]["why"]
    assert wait["who_can_act"] == "a person: resume it: hcx-fleet resume fleet --as NAME"
    assert first < wait["since"] < told["asides"]["resumed"] <= second
    assert told["run"]["status"] == "Succeeded"


@pytest.fixture(scope="module")
def canceled(play: Play) -> Any:
    """A mesh that is canceled while its first appliance is redeployed."""
    return play("canceled_and_told", PAIR)


def test_a_cancel_ends_before_the_next_appliance(canceled: Any) -> None:
    """What was under way is verified, nothing else is begun, and it is no failure."""
    end = ends(canceled)["mesh"]

    assert (end["outcome"], end["reason"]) == ("canceled", "canceled")
    assert "ana@contoso.example" in end["detail"]
    assert len(meshes(canceled)) == 1
    assert any(one["kind"] == "step-done" and one["section"] == "2.5" for one in canceled["journal"])
    assert canceled["asides"]["leases"] == []


def test_both_sides_are_told_of_the_half_upgraded_mesh(canceled: Any) -> None:
    """Right before its end the journal says what is done and what remains, and one notice says it to both sites."""
    told = next(one["text"] for one in canceled["journal"] if one["key"].endswith("/stopped"))
    (notice,) = (one["body"] for one in canceled["asides"]["got"])

    assert "mesh-lyon-IX-I1 is at 4.11.4 with its peer" in told
    assert "What remains for the next plan: mesh-lyon-NE-I2, mesh-lyon-NE-I1" in told
    assert (notice["kind"], notice["who"]) == ("stopped", "the people at con-lyon and at pc-weu-01")
    assert told.startswith(notice["detail"])


def test_the_next_plan_holds_exactly_what_remains(canceled: Any) -> None:
    """The managers and the appliance that are done are in no task of it."""
    tasks = [task for group in canceled["asides"]["next"]["groups"] for task in group["tasks"]]

    assert [task["kind"] for task in tasks] == ["mesh"]
    assert sorted(one["name"] for one in tasks[0]["appliances"]) == ["mesh-lyon-NE-I1", "mesh-lyon-NE-I2"]


def test_a_cancel_after_the_last_change_changes_nothing(play: Play) -> None:
    """A connector whose only hop is under way is watched, handed over, and ends as what it is: upgraded."""
    told = play("canceled_at_the_last", PAIR)
    end = ends(told)["manager:con-lyon"]

    assert end["ended_at"] > told["asides"]["at"]
    assert (end["outcome"], end["reason"]) == ("succeeded", "upgraded")
    assert told["run"]["status"] == "Succeeded"


@pytest.fixture(scope="module")
def rung(play: Play) -> Any:
    """A bell that rings for a task which waits for its bundle, forged and then true."""
    return play("canceled_by_bell", LATE)


def test_a_forged_bell_does_nothing(rung: Any) -> None:
    """The task wakes, finds no command, and sleeps again without a word."""
    assert rung["asides"]["forged"] == 0


def test_a_bell_is_heard_at_once(rung: Any) -> None:
    """What is safe to end ends in the minute in which it was canceled, though the next look is minutes away."""
    end = ends(rung)[EARLY]

    assert end["outcome"] == "canceled"
    assert end["ended_at"][:16] == rung["asides"]["at"][:16]


@pytest.fixture(scope="module")
def unconfirmed(play: Play) -> Any:
    """A change that was being sent when the host went away, and of which nothing shows."""
    return play("killed_while_sending", LATE)


def test_a_change_that_may_have_been_sent_is_not_sent_again(unconfirmed: Any) -> None:
    """The truth holds no call for that connector, though its bundle came."""
    assert {one["manager"] for one in unconfirmed["truth"]["mutations"] if one["caller"] == "api"} == {"con-ready"}


def test_it_ends_as_one_question(unconfirmed: Any) -> None:
    """After the grace time the task ends with its own reason, and says how a person has it sent again."""
    end = ends(unconfirmed)[EARLY]

    assert (end["outcome"], end["reason"]) == ("failed", "sent-unconfirmed")
    assert end["who_can_act"].endswith(f"hcx-fleet retry fleet --task {EARLY} --as NAME")
    assert "2026-11-24T06:30" <= end["ended_at"] < "2026-11-24T06:40"


def test_what_holds_nothing_is_told(unconfirmed: Any) -> None:
    """The end of a half-done task is told with what was begun."""
    told = next(one["text"] for one in unconfirmed["journal"] if one["key"].endswith("/stopped"))

    assert "Its upgrade to 4.11.4 was begun and is not verified." in told
