"""The provider and people in one run: early, late, skipping a cloud, and saying what is not true."""

from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story

WORLD = "tests/app/worlds/others.yaml"


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("fleet_run", WORLD)


def entries(told: Any, manager: str, *kinds: str) -> list[Any]:
    """What the journal has of a manager's task, of these kinds or of all."""
    own = (one for one in told["journal"] if one["task"] == f"manager:{manager}")
    return [one for one in own if not kinds or one["kind"] in kinds]


def lateness(told: Any, manager: str) -> list[str]:
    """How each wait of a manager's task stood."""
    return [one["waiting"]["lateness"] for one in entries(told, manager, "waiting")]


def test_an_early_provider_is_progress(told: Any) -> None:
    """The cloud manager that was upgraded two days before the announced day is done on that day, and never late."""
    end = entries(told, "pc-early", "task-ended")[0]

    assert (end["result"]["outcome"], end["at"] < "2026-11-26") == ("succeeded", True)
    assert set(lateness(told, "pc-early")) == {"due"}


def test_a_late_provider_is_waited_for(told: Any) -> None:
    """From the end of the announced day it is late, and when it comes days later the task goes on by itself."""
    late = [one for one in entries(told, "pc-late", "waiting") if one["waiting"]["lateness"] == "late"]
    end = entries(told, "pc-late", "task-ended")[0]

    assert [(one["at"], one["text"].startswith("late: it was expected by 2026-11-27 00:00 UTC")) for one in late] == [
        ("2026-11-27T00:00:00Z", True)
    ]
    assert (end["result"]["outcome"], end["at"] > "2026-11-29") == ("succeeded", True)


def test_a_provider_that_skips_a_cloud(told: Any) -> None:
    """Its cloud was in maintenance on the announced day, which is said as the probable reason until the very end."""
    skipped = [one for one in entries(told, "pc-skip", "waiting") if one["waiting"]["lateness"] == "probably-skipped"]
    result = entries(told, "pc-skip", "task-ended")[0]["result"]

    assert skipped[0]["text"].startswith("probably skipped, because maintenance vCenter upgrade (VCSA) was planned")
    assert (result["outcome"], result["reason"]) == ("waiting", "provider")
    assert "probably skipped" in result["detail"]


def test_a_person_is_told_some_days_before_their_window(told: Any) -> None:
    """Three days before the window opens, with the hours of the window, and not when the run began."""
    instructed = entries(told, "con-lies", "instructed")

    assert [one["at"] for one in instructed] == ["2026-11-25T20:00:00Z"]
    assert instructed[0]["text"].endswith(
        "When: from 2026-11-28 20:00 UTC until 2026-11-29 04:00 UTC, when its window is open."
    )


def test_a_word_that_is_not_true_ends_nothing(told: Any) -> None:
    """Done is said on Saturday and done on Sunday: the step ends on Sunday, and meanwhile who said it is named."""
    said = entries(told, "con-lies", "reported")[0]
    after = [one for one in entries(told, "con-lies", "waiting") if one["at"] >= said["at"]]
    begun = next(one for one in entries(told, "con-lies", "step-done") if one["step"].startswith("upgrade-manager"))

    assert said["at"] == "2026-11-28T22:00:00Z"
    assert after[0]["waiting"]["reason"] == "report-not-observed"
    assert "bo@contoso.example (unauthenticated) reported it as done, but it is still" in after[0]["text"]
    assert begun["at"] >= "2026-11-29T12:00:00Z"
    assert "late" in lateness(told, "con-lies")


def test_who_waits_for_others_holds_no_slot(told: Any) -> None:
    """With one slot for all, the connector of ours goes in its window while three others wait for somebody."""
    end = entries(told, "con-ours", "task-ended")[0]
    waiting = [
        name for name in ("pc-late", "pc-skip", "con-lies") if entries(told, name, "task-ended")[0]["at"] > end["at"]
    ]

    assert (end["result"]["outcome"], end["at"] < "2026-11-28T21") == ("succeeded", True)
    assert waiting == ["pc-late", "pc-skip", "con-lies"]


def test_nothing_is_notified_by_default(told: Any) -> None:
    """Without a webhook the journal has everything, and nobody tries to deliver anything."""
    assert not [one for one in told["journal"] if one["kind"] in {"notified", "not-notified"}]


@pytest.fixture(scope="module")
def noticed(play: Play) -> Any:
    """The same with a webhook that is busy at first, and a host that goes away in between."""
    return play("noticed", WORLD)


def test_every_notice_arrives_once(noticed: Any) -> None:
    """Seven notices are taken, each once, though the host went away after six; only the refused one came twice."""
    got = noticed["asides"]["got"]
    delivered = [one["key"] for one in noticed["journal"] if one["kind"] == "notified"]

    assert (len(noticed["asides"]["before"]), len(delivered)) == (6, 7)
    assert sorted(one["id"] for one in got) == sorted([*{one["id"] for one in got}, got[0]["id"]])
    assert len(got) == 8
    assert all(one["signed"] for one in got)


def test_a_notice_has_all_that_is_needed(noticed: Any) -> None:
    """Who, what, until when, the next action and the run sheet are in it; what is late says how it stands."""
    bodies = [one["body"] for one in noticed["asides"]["got"]]
    person = next(one for one in bodies if one["subject"] == "con-lies" and one["kind"] == "instruction")
    skipped = next(one for one in bodies if one["kind"] == "probably-skipped")

    assert (person["opensAt"], person["expectedBy"]) == ("2026-11-28T20:00:00Z", "2026-11-29T04:00:00Z")
    assert person["who"] == "a person at con-lies"
    assert person["nextAction"].startswith("Upgrade con-lies from 4.11.2 to 4.11.4: open ")
    assert person["runSheet"]["text"].startswith("# Run sheet: con-lies to 4.11.4")
    assert (skipped["subject"], skipped["detail"].startswith("probably skipped")) == ("pc-skip", True)
    assert skipped["nextAction"].startswith("Ask Microsoft")


@pytest.fixture(scope="module")
def unnoticed(play: Play) -> Any:
    """The same with a webhook that redirects to another host all the time."""
    return play("unnoticed", WORLD)


def test_a_broken_webhook_delays_nothing(told: Any, unnoticed: Any) -> None:
    """Every task ends as it does without a webhook, and at the same time."""
    ends = [
        {one["task"]: (one["at"], one["result"]["outcome"]) for one in played["journal"] if one["kind"] == "task-ended"}
        for played in (told, unnoticed)
    ]

    assert ends[0] == ends[1]


def test_a_broken_webhook_is_told(unnoticed: Any) -> None:
    """Journal, `why` and what needs somebody say that the notice did not arrive, why not, and who can mend it."""
    why, needs = unnoticed["asides"]["why"], unnoticed["asides"]["needs"]
    tries = [one["text"] for one in unnoticed["journal"] if one["kind"] == "not-notified"]

    assert "redirects to another host (302), which is not followed" in tries[0]
    assert "Nobody may know of it: the notice did not arrive" in why
    assert "redirects to another host" in next(one["detail"] for one in needs if one["subject"] == "pc-skip")
    assert (unnoticed["asides"]["got"] > 0, unnoticed["asides"]["elsewhere"]) == (True, 0)


def test_no_key_is_anywhere(noticed: Any, unnoticed: Any) -> None:
    """The key that signs is in no journal, answer, plan or notice."""
    assert "notice-key-canary" not in f"{noticed}{unnoticed}"
