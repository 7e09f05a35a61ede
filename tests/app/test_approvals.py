"""A wave goes when enough of those who are asked let it go, by what the ledger holds and by no event."""

from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story

NIGHTLY = "tests/app/worlds/nightly.yaml"


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
