"""A wave goes when enough of those who are asked let it go, by what the ledger holds and by no event."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story

NIGHTLY = "tests/app/worlds/nightly.yaml"
PAIR = "examples/worlds/one-pair.yaml"


def said(told: Any) -> dict[str, str]:
    """What the journal says of each command."""
    return {one["key"]: one["text"] for one in told["journal"] if one["kind"] == "commanded"}


def test_a_forged_event_changes_nothing(play: Play) -> None:
    """Whoever rings wakes the run, which finds no command and sleeps again."""
    assert play("approved", NIGHTLY)["asides"]["forged"] == 0


def test_only_different_approvers_who_did_not_ask_count(play: Play) -> None:
    """The requester and a stranger are told why they do not; one of two is not enough."""
    told = play("approved", NIGHTLY)

    assert "asked for this run" in said(told)["command/approve/Ana/void"]
    assert "no approver" in said(told)["command/approve/eve/void"]
    assert "command/approve/bob/taken" in said(told)
    assert told["asides"]["still asked"]


def test_what_was_approved_before_the_host_went_away_counts(play: Play) -> None:
    """The host that comes back reads bob's word again, and carl's is the second; nobody is asked twice."""
    told = play("approved", NIGHTLY)
    keys = [one["key"] for one in told["journal"]]

    assert keys.count("wave/canary/asked") == 1
    assert keys.index("wave/canary/asked") < keys.index("command/approve/carl/taken") < keys.index("wave/canary/open")
    assert told["run"]["status"] == "Succeeded"


def test_what_let_a_wave_go_is_not_taken_back(play: Play) -> None:
    """The host went away once more when the wave was open: nobody is told that their word does not count."""
    told = play("approved", NIGHTLY)

    assert said(told).keys() & {"command/approve/bob/void", "command/approve/carl/void"} == set()
    assert [one["key"] for one in told["journal"]].count("wave/canary/open") == 1


def test_a_rejected_wave_ends_with_all_later_ones(play: Play) -> None:
    """Nothing was changed anywhere, and each task says who said no."""
    told = play("rejected", NIGHTLY)
    ends = [one["result"] for one in told["journal"] if one["kind"] == "task-ended"]

    assert {(one["outcome"], one["reason"]) for one in ends} == {("skipped", "rejected")}
    assert all("bob rejected wave canary" in one["detail"] for one in ends)
    assert told["truth"]["mutations"] == []


@pytest.fixture(scope="module")
def overtaken(play: Play) -> Any:
    """A mesh that was let go together with its managers, and was seen to have changed before it began."""
    return play("overtaken", PAIR)


def test_meshes_are_asked_about_anew_with_what_has_changed(overtaken: Any) -> None:
    """Whoever let them go is told that it does not count any more, and why; the managers had gone by the same word."""
    texts = {one["key"]: one["text"] for one in overtaken["journal"]}

    assert "does not count for mesh tasks any more" in texts["command/approve/bob/void"]
    for key in ("wave/canary/overtaken/mesh", "command/approve/bob/void", "wave/canary/asked/mesh/2"):
        assert "appliance mesh-lyon-IX-I1 of mesh-lyon 4.11.2 → 4.11.3, not by us" in texts[key]


def test_meshes_that_are_asked_about_anew_wait(overtaken: Any) -> None:
    """Nothing of them was changed before the second word, though the host went away and all was as planned again."""
    keys = [one["key"] for one in overtaken["journal"]]
    changed = next(n for n, one in enumerate(overtaken["journal"]) if "/upgrade-appliance:" in one["key"])

    assert overtaken["asides"]["before"] == ["manager:pc-weu-01", "manager:con-lyon"]
    assert keys.index("command/approve/bob again/taken") < keys.index("wave/canary/open/mesh/2") < changed
    assert overtaken["run"]["status"] == "Succeeded"


def test_the_time_to_answer_anew_is_kept_over_a_restart(overtaken: Any) -> None:
    """It is asked for once, and until the same time before and after."""
    (before,), (after,) = overtaken["asides"]["asked"], overtaken["asides"]["still asked"]

    assert [one["key"] for one in overtaken["journal"]].count("wave/canary/asked/mesh/2") == 1
    assert (before, before["granted"]) == (after, [])


def test_the_time_to_answer_does_not_begin_anew_with_the_host(play: Play) -> None:
    """It ends forty hours after it was asked, though the host went away after thirty of them."""
    told = play("timed_out", NIGHTLY)
    asked = next(one["at"] for one in told["journal"] if one["key"] == "wave/canary/asked")
    ends = [one["result"] for one in told["journal"] if one["kind"] == "task-ended"]

    assert {one["reason"] for one in ends} == {"approval"}
    assert {datetime.fromisoformat(one["ended_at"]) - datetime.fromisoformat(asked) for one in ends} == {
        timedelta(hours=40)
    }


def test_a_forged_command_is_not_obeyed(play: Play) -> None:
    """The manager that reboots is seen through; then nothing goes on, and each task says which command it is."""
    told = play("forged", PAIR)
    ends = {one["task"]: one["result"] for one in told["journal"] if one["kind"] == "task-ended"}
    left = [end for task, end in ends.items() if task != "manager:pc-weu-01"]

    assert ends["manager:pc-weu-01"]["outcome"] == "succeeded"
    assert {one["reason"] for one in left} == {"commands-changed"}
    assert all("command 2 to run fleet was changed by something else" in one["detail"] for one in left)
    assert len(told["truth"]["mutations"]) == 1


def test_a_task_under_way_makes_no_change_after_a_forged_command(play: Play) -> None:
    """The appliance that is redeployed is verified; then the mesh ends without lease, and says what has happened."""
    told = play("forged_later", PAIR)
    end = next(one["result"] for one in told["journal"] if one["key"].startswith("mesh:") and one["result"])

    assert (end["outcome"], end["reason"]) == ("failed", "commands-changed")
    assert "command 1 to run fleet was changed by something else" in end["detail"]
    assert end["who_can_act"] == "the owner of hcx-fleet: look at the store, then retry"
    assert len([one for one in told["truth"]["mutations"] if "appliance" in one["route"]]) == 1
    assert any(one["kind"] == "step-done" and one["section"] == "2.5" for one in told["journal"])
    assert told["asides"]["leases"] == []
