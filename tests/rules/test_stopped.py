"""What is said of a task that ended half done."""

from dataclasses import replace
from datetime import timedelta

from shared.model.plan import Safeguard, WayBack
from shared.model.run import Outcome, TaskResult
from shared.rules.stopped import stopped
from tests.builders.fleet_facts import NOW
from tests.report.planned_fleet import LYON, MESH

RESULT = TaskResult(
    task="mesh:m-17",
    outcome=Outcome.FAILED,
    reason="stalled",
    detail="the HCX job stands still",
    who_can_act="a person at con-lyon: see whether it works",
    ended_at=NOW,
)


def test_a_half_upgraded_mesh_is_told_to_both_sides() -> None:
    """With what is done, what remains, and what cannot be undone."""
    first = MESH.appliances[0]
    back = WayBack(manager="mesh-lyon", kind=Safeguard.NONE, lasts=None, text="appliances are never restored")
    task = replace(MESH, way_back=(back,))

    said = stopped(task, {first.upgrade.id, first.back.id, first.verify.id}, RESULT)

    assert said.who == "the people at con-lyon and at pc-weu-01"
    assert said.next_action == RESULT.who_can_act
    assert said.detail == (
        "the HCX job stands still. Of mesh-lyon, IX-I1 is at 4.11.4 with its peer. What remains for the next plan: "
        "NE-I1, SGW-1. The way back: appliances are never restored."
    )


def test_what_was_begun_and_not_verified_is_named_as_such() -> None:
    """Nobody knows in which state it is, so it is neither done nor left."""
    said = stopped(MESH, {MESH.appliances[0].upgrade.id}, RESULT)

    assert "Begun and not verified: IX-I1." in said.detail
    assert "What remains for the next plan: NE-I1, SGW-1." in said.detail
    assert " is at 4.11.4" not in said.detail


def test_a_manager_between_two_hops_says_where_it_stands() -> None:
    """With the releases that are left."""
    first, second = LYON.hops
    between = stopped(LYON, {first.upgrade.id, first.verify.id}, RESULT)
    within = stopped(LYON, {first.upgrade.id, first.verify.id, second.upgrade.id}, RESULT)

    assert "con-lyon is at 4.9.2. What remains for the next plan: 4.11.4." in between.detail
    assert "con-lyon is at 4.9.2. Its upgrade to 4.11.4 was begun and is not verified." in within.detail
    assert between.who == "the people at con-lyon"


def test_what_is_left_of_the_way_back_is_said() -> None:
    """Whoever reads of the stop knows until when HCX's own snapshot leads back, counted from what hcx-fleet began."""
    back = WayBack(manager=LYON.subject, kind=Safeguard.AUTOMATIC_SNAPSHOT, lasts=None, text="HCX takes one")
    task = replace(LYON, way_back=(back,))

    said = stopped(task, {LYON.hops[0].upgrade.id}, RESULT, NOW - timedelta(hours=21, minutes=20))

    assert said.detail.endswith("inferred from the begin of its upgrade: 2 h 40 min are left.")
    assert "are left" not in stopped(task, set(), RESULT).detail
