"""Snapshots of cloud managers that hcx-fleet takes itself: one each, seen before the upgrade, removed after it."""

from collections import Counter
from typing import Any

import pytest

from tests.app.conftest import Play
from tests.app.procedure import strays

pytestmark = pytest.mark.story

WORLDS = "tests/app/worlds"


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of a fleet with seven of them."""
    return play("fleet_run", f"{WORLDS}/own-snapshots.yaml")


def commands(told: Any, manager: str) -> list[str]:
    """What was started, in order: the cmdlet of a run command, else the route."""
    found = (one for one in told["truth"]["mutations"] if one["manager"] == manager)
    return [str(one["body"].get("cmdlet", one["route"])) for one in found]


def placed(told: Any, subject: str) -> tuple[str, str]:
    """The bucket and the reason that a private cloud ended with."""
    return next((one["bucket"], one["reason"]) for one in told["run"]["placed"] if one["subject"] == subject)


def of_task(told: Any, manager: str, section: str) -> list[Any]:
    """The journal of a section of a manager's task."""
    return [one for one in told["journal"] if one["task"] == f"manager:{manager}" and one["section"] == section]


@pytest.mark.parametrize("manager", ["pc-ours", "pc-helped"])
def test_it_is_taken_once_seen_and_removed(told: Any, manager: str) -> None:
    """One is taken and listed, then the upgrade begins, then it is listed again and removed, and seen to be gone."""
    took = [one for one in commands(told, manager) if one != "stage-bundle"]

    assert took == [
        "New-HCXManagerSnapshot",
        "Get-HCXManagerSnapshot",
        "upgrade-manager-4x",
        "Get-HCXManagerSnapshot",
        "Remove-HCXManagerSnapshot",
        "Get-HCXManagerSnapshot",
    ]
    assert placed(told, manager) == ("upgraded", "upgraded")


def test_the_truth_knows_whose_they_were(told: Any) -> None:
    """Each holds run and task in its description, and only the one that could not be removed is left."""
    snapshots = told["truth"]["snapshots"]

    assert {one["cloud"]: one["description"] for one in snapshots} == {
        name: f"hcx-fleet fleet manager:{name}" for name in ("pc-ours", "pc-helped", "pc-stays")
    }
    assert [one["cloud"] for one in snapshots if one["gone"] is None or one["expired"]] == ["pc-stays"]


def test_it_was_there_before_the_upgrade_began(told: Any) -> None:
    """The step that takes it is done only when a list showed it, and the upgrade's call comes after that."""
    done = next(one for one in of_task(told, "pc-ours", "1.3") if one["kind"] == "step-done")
    made = next(one for one in told["truth"]["snapshots"] if one["cloud"] == "pc-ours")
    upgrade = next(one for one in told["truth"]["mutations"] if one["route"] == "upgrade-manager-4x")

    assert made["name"] in done["text"]
    assert made["made"] < done["at"] <= upgrade["at"]


def test_a_person_is_told_of_it(told: Any) -> None:
    """Whoever presses the button knows that there is a snapshot, and until when."""
    (instructed,) = [one for one in of_task(told, "pc-helped", "1.5") if one["kind"] == "instructed"]

    assert instructed["text"].endswith("A snapshot of it is there until 2026-11-27 06:03 UTC.")


def test_the_provider_protects_its_own_upgrades(told: Any) -> None:
    """Of a manager that the provider upgrades none is taken, though the fleet's policy asks for them."""
    assert commands(told, "pc-theirs") == ["stage-bundle", "upgrade-manager-4x"]
    assert placed(told, "pc-theirs") == ("upgraded", "upgraded")


@pytest.mark.parametrize(
    ("manager", "reason", "started"),
    [
        ("pc-missing", "cmdlet-missing", set()),
        ("pc-failing", "snapshot-failed", {"New-HCXManagerSnapshot"}),
        ("pc-empty", "snapshot-not-seen", {"New-HCXManagerSnapshot", "Get-HCXManagerSnapshot"}),
    ],
)
def test_without_the_snapshot_nothing_is_upgraded(told: Any, manager: str, reason: str, started: set[str]) -> None:
    """A cmdlet that is gone, that fails or that lies stops the task before its change, and is started once."""
    assert placed(told, manager) == ("blocked", reason)
    assert set(commands(told, manager)) == started
    assert commands(told, manager).count("New-HCXManagerSnapshot") <= 1


def test_the_journal_follows_the_procedure(told: Any) -> None:
    """A task with a snapshot goes through the numbered headings like every other one."""
    assert strays(told["journal"]) == []


def test_nothing_is_forced(told: Any) -> None:
    """No run command is told anything but a description and the name of what to remove."""
    bodies = [one["body"] for one in told["truth"]["mutations"] if one["route"] == "run-command"]

    assert {name for body in bodies for name in body["parameters"]} == {"Description", "SnapshotName"}


@pytest.fixture(scope="module")
def resumed(play: Play) -> Any:
    """What came of a run whose host went away twice."""
    return play("resumed_with_snapshot", f"{WORLDS}/one-snapshot.yaml")


def test_it_is_taken_when_the_upgrade_can_follow(resumed: Any) -> None:
    """It lasts three days, so it waits for the bundle of the day and the window of the night, like the upgrade."""
    waits = [one["waiting"]["reason"] for one in of_task(resumed, "pc-ours", "1.3") if one["waiting"]]
    calls = [one["at"] for one in resumed["truth"]["mutations"] if one["route"] != "stage-bundle"]

    assert [one for one in dict.fromkeys(waits) if one != "slot"] == ["bundle", "window", "snapshot"]
    assert calls[0] == "2026-11-25T22:00:00Z"


def test_a_host_that_goes_away_takes_no_second_one(resumed: Any) -> None:
    """Killed while the snapshot is made and again while it is removed, the run takes one and removes one."""
    told = resumed
    started = Counter(commands(told, "pc-ours"))

    assert [started[one] for one in ("New-HCXManagerSnapshot", "Remove-HCXManagerSnapshot")] == [1, 1]
    assert started["upgrade-manager-4x"] == 1
    assert placed(told, "pc-ours") == ("upgraded", "upgraded")
    assert [one["gone"] is None for one in told["truth"]["snapshots"]] == [False]


def test_what_cannot_be_removed_stays_and_is_told(told: Any) -> None:
    """Where Azure refuses us meanwhile the upgrade is a success all the same, and the journal says when it goes."""
    last = of_task(told, "pc-stays", "1.8")[-1]

    assert placed(told, "pc-stays") == ("upgraded", "upgraded")
    assert commands(told, "pc-stays").count("Remove-HCXManagerSnapshot") == 0
    assert "was not removed" in last["text"]
    assert "72 hours after it was taken it is deleted by itself" in last["text"]


def test_without_the_identity_there_is_none(play: Play) -> None:
    """The policy asks, nobody may: the plan says so, a person is asked to take one, and no run command is started."""
    told = play("fleet_run", f"{WORLDS}/no-run-commands.yaml")
    (task,) = [task for group in told["plan"]["groups"] for task in group["tasks"]]
    ways = [one["text"] for one in task["way_back"] if one["kind"] == "run-command-snapshot"]

    assert commands(told, "pc-ours") == ["upgrade-manager-4x"]
    assert placed(told, "pc-ours") == ("upgraded", "upgraded")
    assert task["snapshot"] == "none"
    assert ["no identity for run commands is set" in text and "ticket" in text for text in ways] == [True]
    assert "snapshot" in {one["kind"] for one in task["preparations"]}
