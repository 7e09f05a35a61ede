"""What lease a step needs, and for how long."""

from datetime import timedelta

import pytest

from shared.model.ledger import LeaseWish
from shared.rules import leasing
from tests.builders.fleet_facts import NOW
from tests.report.planned_fleet import LYON, MESH


def test_a_manager_task_is_alone_with_its_manager() -> None:
    """Its lease is on the manager, and nothing else has to be quiet."""
    wish = leasing.wish_for(LYON, LYON.hops[0].answer.id, "r", NOW)

    assert wish == LeaseWish(
        subject="manager:con-lyon", quiet=(), run="r", task="manager:con-lyon", until=NOW + leasing.LONGEST
    )


def test_a_mesh_task_needs_both_managers_quiet() -> None:
    """A manager that reboots takes the control of its appliances away."""
    wish = leasing.wish_for(MESH, MESH.appliances[0].upgrade.id, "r", NOW)

    assert (wish.subject, wish.quiet) == ("mesh:m-17", ("manager:con-lyon", "manager:pc-weu-01"))


@pytest.mark.parametrize(
    ("step", "lasts"),
    [
        (LYON.hops[0].upgrade, leasing.LONGEST),
        (LYON.hops[0].verify, timedelta(hours=2)),
        (LYON.hand_over, timedelta(hours=2)),
        (LYON.hops[1].stage, leasing.LONGEST),
    ],
)
def test_it_lasts_as_long_as_what_is_left_of_the_change_may_take(step: object, lasts: timedelta) -> None:
    """Up to the end of the hop and within bounds: two weeks of patience are no lease of two weeks."""
    assert leasing.wish_for(LYON, step.id, "r", NOW).until == NOW + lasts  # type: ignore[attr-defined]


def test_every_step_of_a_task_can_have_one() -> None:
    """Whatever step asks, it is found; one of another task is a fault."""
    for task in (LYON, MESH):
        for step in task.steps:
            until = leasing.wish_for(task, step.id, "r", NOW).until
            assert NOW + leasing.SHORTEST <= until <= NOW + leasing.LONGEST
    with pytest.raises(KeyError):
        leasing.wish_for(LYON, MESH.appliances[0].upgrade.id, "r", NOW)


def test_it_is_renewed_before_half_of_it_is_over() -> None:
    """One look that fails leaves time for the next."""
    until = NOW + timedelta(hours=2)

    assert NOW < leasing.renew_at(NOW, until) < NOW + timedelta(hours=1)
