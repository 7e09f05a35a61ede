"""Faults below HTTP: connections that are refused or lead nowhere, and certificates."""

from contextlib import AbstractContextManager

from simulator.faults.changing import after_upgrade, at_the_door, imposed
from simulator.faults.fault import Effect
from simulator.state import Manager, Reach, World


def reached(reach: Reach) -> Effect:
    """It answers no better than that."""
    return lambda _, manager: imposed(manager, reach)


def silent(_world: World, manager: Manager) -> AbstractContextManager[None]:
    """It takes connections and then says nothing, not even a TLS handshake."""
    return at_the_door(manager, silent=True)


def showing(certificate: str) -> Effect:
    """It shows another certificate than it did."""
    return lambda _, manager: at_the_door(manager, certificate=certificate)


def renewed_by_upgrade(world: World, manager: Manager) -> AbstractContextManager[None]:
    """Its next upgrade gives it a new certificate."""
    return after_upgrade(world, manager, lambda: at_the_door(manager, certificate="renewed"))
