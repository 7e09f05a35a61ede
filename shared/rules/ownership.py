"""Who performs a task: `ours` only where the manager's own entry says so *and* its routes are confirmed."""

from collections.abc import Mapping

from shared.model.confirmation import Confirmations
from shared.model.facts import ManagerFacts
from shared.model.inventory import Reach
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.version import Version

type Routes = Mapping[str, tuple[str, ...]]
"""Ids of mutating routes, by API generation."""

MANAGER_ROUTES = {"4.x": ("upgrade-manager-4x",), "9.x": ("upgrade-manager-9x",)}
"""Mutating routes that a manager task uses, by API generation. A test holds them against the route table."""

MESH_ROUTES = {"4.x": ("upgrade-appliance",), "9.x": ("upgrade-appliance",)}
"""Mutating routes that a mesh task uses, by API generation."""


@record
class Ownership:
    """An owner and why."""

    owner: Owner
    reason: str


def generation(version: Version) -> str | None:
    """The HCX API generation of a version, None where the version is unknown or of another major."""
    return {4: "4.x", 9: "9.x"}.get(version.major) if version.known else None


def manager_owner(entry: Owner | None, default: Owner, facts: ManagerFacts, confirmations: Confirmations) -> Ownership:
    """Who upgrades a manager."""
    if entry is Owner.OURS and facts.manager.appliance_credentials is None:
        return Ownership(
            owner=Owner.ASSISTED, reason="its entry says ours, but names no credentials for appliance management"
        )
    return _owner(entry, default, MANAGER_ROUTES, facts, confirmations)


def mesh_owner(entry: Owner | None, default: Owner, initiator: ManagerFacts, confirmations: Confirmations) -> Ownership:
    """Who upgrades the appliances of a mesh, from its initiator side."""
    return _owner(entry, default, MESH_ROUTES, initiator, confirmations)


def _owner(
    entry: Owner | None,
    default: Owner,
    routes: Routes,
    facts: ManagerFacts,
    confirmations: Confirmations,
) -> Ownership:
    if entry is None:
        # `ours` needs the manager's own entry, so a default can only ever name somebody else.
        other = default if default is not Owner.OURS else Owner.ASSISTED
        return Ownership(owner=other, reason="default of the policy")
    if entry is not Owner.OURS:
        return Ownership(owner=entry, reason="its own entry in the policy")
    if facts.manager.reach is not Reach.DIRECT:
        reason = f"its entry says ours, but its reach is {facts.manager.reach}: nobody here can call it"
        return Ownership(owner=Owner.ASSISTED, reason=reason)
    missing = _unconfirmed(routes, facts, confirmations)
    if missing is not None:
        return Ownership(owner=Owner.ASSISTED, reason=f"its entry says ours, but {missing}")
    return Ownership(owner=Owner.OURS, reason="its own entry in the policy, and its routes are confirmed")


def _unconfirmed(routes: Routes, facts: ManagerFacts, confirmations: Confirmations) -> str | None:
    spoken = generation(facts.version) if facts.version else None
    if spoken is None:
        return "its API generation is unknown"
    anchors = frozenset(facts.anchors)
    lacking = [route for route in routes[spoken] if not confirmations.covers(route, spoken, anchors)]
    return f"no confirmation covers {', '.join(lacking)} for its certificate" if lacking else None
