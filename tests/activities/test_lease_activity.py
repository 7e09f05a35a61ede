"""The lease of a task: taken, kept, lost and given back, each of which the journal tells."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.lease import give_back_lease, renew_lease, take_lease
from shared.model.ledger import Lease, LeaseWish
from shared.model.orders import StepOrder
from shared.model.run import JournalKind
from shared.ports import Ports
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW
from tests.report.planned_fleet import LYON, MESH, PLAN


class Desk:
    """A store that holds the plan, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.hands = Hands()
        self.ports: Ports = ports_of(self.hands, folder)
        self.ports.store.put_plan(PLAN)
        for run in ("r", "other"):
            asked(self.ports, run=run)

    def order(self, task: str = LYON.id, step: str = LYON.hops[0].upgrade.id, run: str = "r") -> StepOrder:
        """A step that changes something."""
        return StepOrder(run=run, plan_hash=PLAN.hash, task=task, step=step, generation=1)

    def leases(self) -> tuple[Lease, ...]:
        """What is held."""
        return self.ports.store.leases(self.hands.now())

    def told(self, run: str = "r") -> list[str]:
        """What the journal says of leases."""
        found = (entry for _, entry in self.ports.store.journal(run) if entry.kind is JournalKind.LEASED)
        return [entry.key.partition("/lease/")[2] for entry in found]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk of its own."""
    return Desk(tmp_path)


def test_a_lease_is_taken_and_given_back(desk: Desk) -> None:
    """While it is held it names run, task and end; given back, nothing is left of it."""
    leased = take_lease(desk.ports, desk.order())
    held = desk.leases()
    give_back_lease(desk.ports, desk.order())

    assert [(one.subject, one.run, one.task, one.token, one.until) for one in held] == [
        ("manager:con-lyon", "r", LYON.id, leased.token, leased.until)
    ]
    assert desk.leases() == ()
    assert desk.told() == ["1/taken", "1/given-back"]


def test_another_run_is_refused_with_the_holder(desk: Desk) -> None:
    """It learns who has it and until when, and has nothing to give back."""
    take_lease(desk.ports, desk.order())

    refused = take_lease(desk.ports, desk.order(run="other"))
    give_back_lease(desk.ports, desk.order(run="other"))

    assert refused.token is None
    assert refused.holder.startswith("task manager:con-lyon of run r has the lease on manager:con-lyon until 2026-")
    assert len(desk.leases()) == 1
    assert desk.told("other") == ["refused/r/1"]


def test_a_mesh_waits_for_its_manager(desk: Desk) -> None:
    """While the connector is changed, no appliance of its mesh is."""
    take_lease(desk.ports, desk.order())

    assert take_lease(desk.ports, desk.order(MESH.id, MESH.appliances[0].upgrade.id, run="other")).token is None


def test_renewing_keeps_the_number(desk: Desk) -> None:
    """A lease that is kept for longer is the same one, and the journal tells nothing of it."""
    leased = take_lease(desk.ports, desk.order())
    desk.hands.later(timedelta(hours=1))

    again = renew_lease(desk.ports, replace(desk.order(), fence=leased.token or 0))

    assert (again.token, again.until) == (leased.token, NOW + timedelta(hours=5))
    assert desk.told() == ["1/taken"]


@pytest.mark.parametrize("others", [[], ["other"]])
def test_a_broken_lease_is_not_renewed(desk: Desk, others: list[str]) -> None:
    """While HCX works a task that lost its lease does not take one anew, even where nobody else wants it."""
    leased = take_lease(desk.ports, desk.order())
    desk.ports.store.give_back_lease("manager:con-lyon", leased.token or 0, NOW)
    for run in others:
        take_lease(desk.ports, desk.order(run=run))

    again = renew_lease(desk.ports, replace(desk.order(), fence=leased.token or 0))

    assert again.token is None
    assert [one.run for one in desk.leases()] == others
    assert desk.told() == ["1/taken", "1/lost"]


def test_the_next_change_takes_another_one(desk: Desk) -> None:
    """Before its next change a task whose lease was broken takes one with a greater number, and tells the loss."""
    leased = take_lease(desk.ports, desk.order())
    desk.ports.store.give_back_lease("manager:con-lyon", leased.token or 0, NOW)

    again = take_lease(desk.ports, replace(desk.order(), fence=leased.token or 0))

    assert (again.token or 0) > (leased.token or 0)
    assert desk.told() == ["1/taken", "1/lost", "2/taken"]


def test_a_late_delivery_gives_back_no_other_lease(desk: Desk) -> None:
    """One that was meant for an earlier lease leaves the one that the task has now."""
    first = take_lease(desk.ports, desk.order())
    give_it_back = replace(desk.order(), fence=first.token or 0)
    give_back_lease(desk.ports, give_it_back)
    second = take_lease(desk.ports, desk.order())

    give_back_lease(desk.ports, give_it_back)

    assert [one.token for one in desk.leases()] == [second.token]


def test_what_was_taken_before_a_crash_is_given_back(desk: Desk) -> None:
    """A task that does not know of its lease any more gives it back all the same, and nobody else's."""
    take_lease(desk.ports, desk.order())
    wish = LeaseWish(subject="manager:x", quiet=(), run="other", task="manager:x", until=NOW + timedelta(hours=1))
    desk.ports.store.take_lease(wish, NOW)

    give_back_lease(desk.ports, desk.order())

    assert [one.subject for one in desk.leases()] == ["manager:x"]
