"""Waves that are watched: how often they are looked at, what that comes to, and what leads back meanwhile."""

from typing import Any

import pytest

from tests.app.conftest import Play
from tests.app.procedure import strays

pytestmark = pytest.mark.story

WORLDS = "tests/app/worlds"


def told(played: Any, begins: str) -> list[Any]:
    """Entries of the journal whose key begins so."""
    return [one for one in played["journal"] if one["key"].startswith(begins)]


def one_told(played: Any, key: str) -> Any:
    """The one entry of that key."""
    (found,) = [one for one in played["journal"] if one["key"] == key]
    return found


def placed(played: Any, subject: str) -> tuple[str, str]:
    """The bucket and the reason that a subject ended with."""
    return next((one["bucket"], one["reason"]) for one in played["run"]["placed"] if one["subject"] == subject)


def gone(played: Any) -> dict[str, str | None]:
    """When the snapshot of each private cloud was removed, by the truth."""
    return {one["cloud"]: one["gone"] for one in played["truth"]["snapshots"]}


@pytest.fixture(scope="module")
def resumed(play: Play) -> Any:
    """What came of a run whose first wave is looked at six times, and whose host goes away after the third look."""
    return play("soaked_and_resumed", f"{WORLDS}/soaked.yaml")


def test_every_look_is_taken_in_its_time(resumed: Any) -> None:
    """Six looks over 66 hours, eleven hours apart, whoever goes away in between, and the next wave goes after them."""
    looks = told(resumed, "soak/canary/look/")
    went = one_told(resumed, "wave/broad/open")

    assert [one["text"].partition(": ")[0] for one in looks] == [f"wave canary, look {one} of 6" for one in range(1, 7)]
    assert [one["at"][5:16] for one in looks] == [
        "11-24T18:06",
        "11-25T05:06",
        "11-25T16:06",
        "11-26T03:06",
        "11-26T14:06",
        "11-27T01:06",
    ]
    assert one_told(resumed, "soak/canary/end")["text"] == "wave canary was watched: pass: it came out as it must"
    assert went["at"] >= looks[-1]["at"]


def test_snapshots_stay_until_the_soak_has_passed(resumed: Any) -> None:
    """The one of the first wave is removed after its last look, and the one of the last wave after its soak."""
    first, last = one_told(resumed, "soak/canary/end"), one_told(resumed, "soak/broad/end")
    removed = gone(resumed)

    assert (removed["pc-one"] or "") > first["at"]
    assert (removed["pc-two"] or "") > last["at"]
    assert one_told(resumed, "manager:pc-one/hand-over-manager/snapshot")["text"].startswith("the snapshot: no list")


def test_the_run_is_not_over_before_its_last_soak(resumed: Any) -> None:
    """The last wave has nobody behind it that waits, and is watched for its day all the same."""
    ended = one_told(resumed, "manager:pc-two/ended")

    assert one_told(resumed, "soak/broad/end")["at"][:13] == "2026-11-28T01"
    assert ended["at"][:13] == "2026-11-27T01"
    assert resumed["run"]["status"] == "Succeeded"
    assert strays(resumed["journal"]) == []


def test_people_are_told_before_a_way_back_ends(resumed: Any) -> None:
    """Once, four hours before HCX deletes its own snapshot of the connector; what outlives the soak needs no notice."""
    notices = [one for one in resumed["journal"] if one["key"].endswith("/way-back-ends")]

    assert [(one["task"], one["at"][5:16]) for one in notices] == [("manager:con-one", "11-25T02:35")]
    assert "until 2026-11-25 06:35 UTC, inferred from the begin of the upgrade" in notices[0]["text"]
    assert "take a new snapshot of it in vCenter" in notices[0]["text"]


def test_why_says_until_when_it_goes_back(resumed: Any) -> None:
    """For the manager, and for the pairing as a whole."""
    why = resumed["asides"]["status"]

    assert "pc-one: the snapshot by run command leads back to 4.11.2 until 2026-11-27 06:03 UTC" in why
    assert "con-one and pc-one cannot go back together any more: nothing leads con-one back" in why


def test_a_failed_soak_stops_the_next_wave(play: Play) -> None:
    """What the last look saw is the reason, nothing of the next wave is touched, and the way back stays."""
    failed = play("fleet_run", f"{WORLDS}/soak-fails.yaml")
    verdicts = [one["text"].split(": ")[1] for one in told(failed, "soak/canary/look/")]
    stays = one_told(failed, "manager:pc-one/hand-over-manager/snapshot-stays")

    assert verdicts == ["pass", "fail", "fail"]
    assert placed(failed, "pc-two") == ("blocked", "soak")
    assert "pc-two" not in {one["manager"] for one in failed["truth"]["mutations"]}
    assert gone(failed) == {"pc-one": None}
    assert "it stays until 2026-11-27 06:03 UTC" in stays["text"]
    assert failed["run"]["status"] == "Failed"


def test_where_nobody_could_look_a_person_decides(play: Play) -> None:
    """Anybody but who asked for the run lets the next wave go; only then the snapshot of the first one is removed."""
    unseen = play("soak_unseen", f"{WORLDS}/soak-unseen.yaml")
    went = one_told(unseen, "wave/broad/open")
    (asked,) = unseen["asides"]["asked"]
    removed = gone(unseen)["pc-one"]

    assert "Connection refused" in one_told(unseen, "wave/broad/asked")["text"]
    assert (asked["wave"], asked["approvers"], asked["minimum"]) == ("broad", ["anybody who may approve"], 1)
    assert len(unseen["asides"]["kept"]) == 1
    assert [one["status"] for one in unseen["answers"][1:3]] == [409, 202]
    assert (removed or "") > went["at"]
    assert placed(unseen, "pc-two") == ("upgraded", "upgraded")


def test_a_canceled_run_keeps_what_leads_back(play: Play) -> None:
    """It is not watched any longer, and says what stays and until when."""
    canceled = play("soak_canceled", f"{WORLDS}/soaked.yaml")

    assert canceled["run"]["status"] == "Canceled"
    assert len(told(canceled, "soak/canary/look/")) == 1
    assert gone(canceled) == {"pc-one": None}
    assert one_told(canceled, "manager:pc-one/hand-over-manager/snapshot-stays")["text"]
    assert told(canceled, "soak/broad") == []
