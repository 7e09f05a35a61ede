"""Who performs a task."""

from datetime import date

import pytest

from shared.model.confirmation import Confirmation, Confirmations
from shared.model.policy import Owner
from shared.rules.ownership import MANAGER_ROUTES, MESH_ROUTES, manager_owner, mesh_owner
from tests.builders.fleet_facts import ANCHOR, NOTHING_CONFIRMED, cloud_manager, connector


def confirmed(*routes: str, trust: str = ANCHOR, generation: str = "4.x") -> Confirmations:
    """Confirmations of these routes."""
    entries = (
        Confirmation(
            route=route,
            generation=generation,
            call="POST /some/call",
            trust=trust,
            evidence="a test",
            author="a test",
            confirmed_on=date(2026, 11, 1),
        )
        for route in routes
    )
    return Confirmations(entries=tuple(entries), hash="some")


def test_ours_needs_the_managers_own_entry_and_a_confirmation() -> None:
    """With both, the task is ours."""
    found = manager_owner(Owner.OURS, Owner.ASSISTED, connector("con", "4.10.3"), confirmed("upgrade-manager-4x"))

    assert found.owner is Owner.OURS


@pytest.mark.parametrize(
    "confirmations",
    [
        NOTHING_CONFIRMED,
        confirmed("upgrade-manager-4x", trust="b" * 64),
        confirmed("upgrade-manager-4x", generation="9.x"),
        confirmed("upgrade-manager-9x"),
    ],
    ids=["none", "another certificate", "another generation", "another route"],
)
def test_without_the_right_confirmation_a_person_does_it(confirmations: Confirmations) -> None:
    """A missing, foreign or differently meant confirmation turns ours into assisted, and says why."""
    found = manager_owner(Owner.OURS, Owner.ASSISTED, connector("con", "4.10.3"), confirmations)

    assert found.owner is Owner.ASSISTED
    assert "no confirmation covers upgrade-manager-4x" in found.reason


def test_a_default_never_makes_a_task_ours() -> None:
    """A default of `ours` is as good as no default: it takes the manager's own entry."""
    found = manager_owner(None, Owner.OURS, connector("con", "4.10.3"), confirmed("upgrade-manager-4x"))

    assert found.owner is Owner.ASSISTED


def test_without_appliance_credentials_a_manager_is_not_ours() -> None:
    """A cloud manager of which the provider keeps the 9443 account cannot be ours."""
    found = manager_owner(Owner.OURS, Owner.PROVIDER, cloud_manager("pc", "4.10.3"), confirmed("upgrade-manager-4x"))

    assert (found.owner, "credentials" in found.reason) == (Owner.ASSISTED, True)


def test_a_mesh_has_its_own_confirmation() -> None:
    """A confirmed manager route says nothing of the mesh route."""
    facts = connector("con", "4.10.3")

    assert mesh_owner(Owner.OURS, Owner.ASSISTED, facts, confirmed("upgrade-manager-4x")).owner is Owner.ASSISTED
    assert mesh_owner(Owner.OURS, Owner.ASSISTED, facts, confirmed("upgrade-appliance")).owner is Owner.OURS


def test_an_unknown_generation_has_no_routes_to_confirm() -> None:
    """There is no default: a version of another major is assisted, whatever is confirmed."""
    found = manager_owner(Owner.OURS, Owner.ASSISTED, connector("con", "5.0.0"), confirmed("upgrade-manager-4x"))

    assert (found.owner, "API generation is unknown" in found.reason) == (Owner.ASSISTED, True)


def test_the_routes_named_here_are_the_mutating_rows_of_the_route_table() -> None:
    """Every route that ownership asks a confirmation for exists, mutates, and serves that generation."""
    from shared.hcx.routes import BOTH, DELIVERED, Effect  # noqa: PLC0415 -- rules know no adapters; their tests may

    assert set(MANAGER_ROUTES) == set(MESH_ROUTES) == set(BOTH)
    for generation, names in [*MANAGER_ROUTES.items(), *MESH_ROUTES.items()]:
        for name in names:
            row = DELIVERED.route(name)
            assert row.effect is Effect.MUTATE
            assert generation in row.generations
