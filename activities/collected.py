"""Managers that nobody here can call: what was collected at their site and imported stands for a look at them."""

from shared.model.acts import ApplianceSeen, ManagerSeen
from shared.model.facts import ManagerFacts
from shared.model.inventory import Manager
from shared.ports import Ports
from shared.report.imported import imported_of
from shared.report.stored import facts_of
from shared.rules import imported


def facts(ports: Ports, manager: Manager) -> ManagerFacts:
    """The facts imported last, with their own age; where there are none, a gap that says how to collect them."""
    return imported.facts_by_import(manager, imported_of(ports.store, manager.id), ports.clock.now())


def manager_seen(ports: Ports, manager: Manager) -> ManagerSeen:
    """A short look at the manager by them."""
    return imported.manager_seen(facts(ports, manager), ports.clock.now())


def appliance_seen(ports: Ports, run: str, manager: Manager, appliance: str) -> ApplianceSeen:
    """A short look at an appliance by them; its peers by what the run observed of the other side."""
    return imported.appliance_seen(facts(ports, manager), facts_of(ports.store, run), appliance, ports.clock.now())
