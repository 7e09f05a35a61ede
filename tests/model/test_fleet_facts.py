"""The facts of a fleet, looked up by what a manager is known by."""

from dataclasses import replace

from shared.model.facts import FleetFacts, ManagerFacts
from tests.builders.fleet_facts import cloud_manager


def dialled_at(name: str, host: str) -> ManagerFacts:
    """A cloud manager at a host."""
    facts = cloud_manager(name, "4.11.4")
    endpoint = replace(facts.manager.endpoint, host=host)
    return replace(facts, manager=replace(facts.manager, endpoint=endpoint))


def test_managers_are_found_by_their_host() -> None:
    """Every manager that is dialled at a host is found there, in order, whatever the case of its letters."""
    one, two = dialled_at("pc-1", "HCX.example"), dialled_at("pc-3", "hcx.example")
    other = dialled_at("pc-2", "hcx-2.example")
    fleet = FleetFacts(managers=(one, other, two))

    assert fleet.at_host("hcx.EXAMPLE") == (one, two)
    assert fleet.at_host("elsewhere.example") == fleet.at_host("") == ()
