"""What nobody can judge at a hand-over a person is asked about; what can be seen decides whatever they say."""

from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("asked_and_resumed", "tests/app/worlds/inconclusive.yaml")


@pytest.fixture(scope="module")
def seen(play: Play) -> Any:
    """What came of two others."""
    return play("asked_for_hours", "tests/app/worlds/inconclusive-for-hours.yaml")


def _task(told: Any, mesh: str) -> str:
    every = (one for group in told["plan"]["groups"] for one in group["tasks"])
    return str(next(one["id"] for one in every if one.get("name") == mesh))


def _entries(told: Any, mesh: str, *kinds: str) -> list[Any]:
    task = _task(told, mesh)
    return [one for one in told["journal"] if one["task"] == task and one["kind"] in kinds]


def _end(told: Any, mesh: str) -> Any:
    (end,) = _entries(told, mesh, "task-ended")
    return end


def test_a_persons_word_ends_it_well_and_is_told_as_what_it_is(told: Any) -> None:
    """Only the one who answered counts: what was reported before anybody was asked is about something else."""
    end = _end(told, "mesh-said")
    said = (
        "inconclusive: ben (unauthenticated) reports it as done; tunnels-up: 1 tunnel in a state that is not understood"
    )

    assert end["result"]["outcome"] == "succeeded"
    assert said in end["result"]["detail"]
    assert "tunnels up" not in end["result"]["detail"]
    assert [one["text"].split()[0] for one in _entries(told, "mesh-said", "reported")] == ["ana", "ben"]
    assert end["at"] > "2026-11-24T11"


def test_without_an_answer_it_ends_as_unknown(told: Any) -> None:
    """After the patience with a person, and not after the two hours of a hand-over; the remedy is who can act."""
    end = _end(told, "mesh-quiet")

    assert (end["result"]["outcome"], end["result"]["reason"]) == ("unknown", "inconclusive")
    assert end["at"].startswith("2026-11-24T20:07")
    assert end["result"]["detail"].startswith("nobody has said whether it is well: tunnels-up: 1 tunnel in a state")
    assert "look at Interconnect > Service Mesh > View Appliances" in end["result"]["who_can_act"]


def test_who_is_asked_reads_how_to_answer(told: Any) -> None:
    """Once, in the journal, in what needs somebody and in `why`, with the three things that can be done."""
    (asked,) = [one for one in _entries(told, "mesh-quiet", "instructed") if one["key"].endswith("/asked")]
    (need,) = [one for one in told["asides"]["needs"] if _task(told, "mesh-quiet").endswith(one["subject"])]

    assert asked["text"].startswith("Nobody can tell whether mesh-quiet is well after its upgrade to 4.11.4")
    assert "hcx-fleet report-done fleet mesh:" in asked["text"]
    assert "hcx-fleet cancel fleet --task mesh:" in asked["text"]
    assert (need["who"], need["remedy"]) == ("a person at con-quiet", asked["text"])
    assert asked["text"] in told["asides"]["why"]


def test_nothing_is_held_meanwhile(told: Any) -> None:
    """The lease goes back with the question, and a slot is asked for once there is an answer."""
    (asked,) = [one for one in _entries(told, "mesh-said", "instructed") if one["key"].endswith("/asked")]
    back = [one for one in _entries(told, "mesh-said", "leased") if one["text"].startswith("gave back")]
    waits = [one["waiting"]["reason"] for one in _entries(told, "mesh-said", "waiting") if one["at"] > asked["at"]]

    assert [one["at"][:16] for one in back] == [asked["at"][:16]]
    assert waits == ["person", "slot"]


def test_a_host_that_went_away_asks_the_same_question(told: Any) -> None:
    """The wait goes on at once and until the same moment, and no step before it is looked at once more."""
    waits = [one["waiting"] for one in _entries(told, "mesh-quiet", "waiting") if one["waiting"]["reason"] == "person"]
    started = [one["section"] for one in _entries(told, "mesh-quiet", "step-started")]

    assert len(waits) > 1
    assert len({one["due"] for one in waits}) == 1
    assert started.count("2.7") == started.count("2.4") == 1


def test_what_can_be_seen_decides(seen: Any) -> None:
    """A tunnel that shows as down has the time of the step to come back, and no word helps it."""
    end = _end(seen, "mesh-down")

    assert (end["result"]["outcome"], end["result"]["reason"]) == ("failed", "timed-out")
    assert "2 tunnels not up" in end["result"]["detail"]
    assert "2026-11-24T16" < end["at"] < "2026-11-24T20"


def test_a_cancel_ends_the_wait_and_not_what_was_upgraded(seen: Any) -> None:
    """It stands under how that went: nobody knows."""
    end = _end(seen, "mesh-ended")

    assert (end["result"]["outcome"], end["result"]["reason"]) == ("unknown", "inconclusive")
    assert end["result"]["detail"].startswith(
        "nobody is asked any more, canceled by eve: its site is closed: tunnels-up"
    )
    assert end["at"] < "2026-11-24T08:30"
