"""Whom a check of one subject looks at: its pairing group, and nobody else."""

from dataclasses import replace

import pytest

from shared.model.facts import FleetFacts
from shared.rules.cloud_ids import CloudAmbiguousError
from shared.rules.narrowing import Sight, known_subject, of_group, still_to_observe, within
from tests.builders.fleet_facts import cloud_manager, connector, fleet, inventory, mesh, meshed, unread
from tests.cli.played_fleet import plan_of

NONE = fleet()


def two_groups() -> FleetFacts:
    """Two pairs that have nothing to do with each other; cloud managers list no pairing, as the real ones may."""
    return fleet(
        cloud_manager("pc-a", "4.11.4"),
        meshed(connector("con-a", "4.11.2", pairs=("pc-a",)), mesh("mesh-a", "con-a", "pc-a")),
        cloud_manager("pc-b", "4.11.4"),
        meshed(connector("con-b", "4.11.2", pairs=("pc-b",)), mesh("mesh-b", "con-b", "pc-b")),
    )


def asked_in_turn(subject: str, facts: FleetFacts, kept: FleetFacts = NONE) -> list[set[str]]:
    """The rounds of managers that are asked, each round seeing what was observed before."""
    rounds: list[set[str]] = []
    asked: tuple[str, ...] = ()
    while True:
        seen = FleetFacts(managers=tuple(one for one in facts.managers if one.manager.id in asked))
        more = still_to_observe(subject, Sight(inventory=inventory(facts), seen=seen, kept=kept), asked)
        if not more:
            return rounds
        rounds.append(set(more))
        asked = (*asked, *more)


def test_a_connector_leads_to_its_cloud_and_no_further() -> None:
    """A connector is asked, then who it is paired with, by where that one answers; the other pair is left in peace."""
    assert asked_in_turn("con-a", two_groups()) == [{"con-a"}, {"pc-a"}]


def test_a_cloud_that_lists_nobody_makes_strangers_be_asked() -> None:
    """Which connectors belong to a cloud only they say: where nobody ever asked them, all are asked."""
    assert asked_in_turn("pc-a", two_groups()) == [{"pc-a"}, {"con-a", "pc-b", "con-b"}]


def test_what_an_earlier_run_kept_says_who_belongs_together() -> None:
    """Once everybody was observed, a cloud and a mesh need their own pair alone, in one round."""
    for subject in ("pc-a", "mesh-a"):
        assert asked_in_turn(subject, two_groups(), kept=two_groups()) == [{"pc-a", "con-a"}]


def test_a_pairing_made_since_is_found() -> None:
    """What is observed now counts before what was kept: a new pairing makes the group larger."""
    now = fleet(
        *two_groups().managers[:3], connector("con-b", "4.11.2", pairs=("pc-b",)), cloud_manager("pc-c", "4.11.4")
    )
    wider = fleet(now.managers[0], connector("con-a", "4.11.2", pairs=("pc-a", "pc-c")), *now.managers[2:])

    assert asked_in_turn("con-a", wider, kept=two_groups()) == [{"con-a", "pc-a"}, {"pc-c"}]


def test_a_pairing_that_leads_to_nobody_known_makes_strangers_be_asked() -> None:
    """An other end that no known manager answers as may be anybody of whom nothing is known."""
    lost = fleet(connector("con-a", "4.11.2", pairs=("pc-gone",)), cloud_manager("pc-b", "4.11.4"))

    assert asked_in_turn("con-a", lost) == [{"con-a"}, {"pc-b"}]


def test_a_manager_that_cannot_be_read_is_asked_once() -> None:
    """What comes of a look does not matter: nobody is asked twice, and the asking ends."""
    facts = fleet(unread(connector("con-a", "4.11.2")), cloud_manager("pc-a", "4.11.4"))

    assert asked_in_turn("con-a", facts) == [{"con-a"}]


def test_a_name_that_nobody_knows_may_be_a_mesh() -> None:
    """Everybody is asked where no cloud, connector or known mesh is called so; then it is known, or is nothing."""
    facts = two_groups()

    assert asked_in_turn("mesh-b", facts) == [{"pc-a", "con-a", "pc-b", "con-b"}]
    assert known_subject("mesh-b", inventory(facts), facts)
    assert not known_subject("mesh-c", inventory(facts), facts)


def test_a_name_of_two_clouds_is_refused() -> None:
    """Two private clouds of one name are no subject."""
    found = inventory(two_groups())
    clouds = tuple(replace(one, name="pc") for one in found.private_clouds)
    sight = Sight(inventory=replace(found, private_clouds=clouds), seen=NONE, kept=NONE)

    with pytest.raises(CloudAmbiguousError, match="pc-a, pc-b"):
        still_to_observe("pc", sight, ())


def test_the_part_of_a_plan_holds_the_group_and_counts_nobody_else() -> None:
    """Tasks, clouds and waves of the plan are those of the pairing group; the other pair is not in it at all."""
    facts = two_groups()
    seen = FleetFacts(managers=facts.managers[:2])
    part = of_group(plan_of(facts), within(inventory(facts), seen, "con-a"))

    assert {task.subject for task in part.tasks} <= {"pc-a", "con-a", "mesh-a"}
    assert "con-a" in {task.subject for task in part.tasks}
    assert part.private_clouds == ("pc-a",)
    assert {one for wave in part.waves for one in wave.clouds} == {"pc-a"}
