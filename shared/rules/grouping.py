"""Pairing groups: connected components of managers joined by site pairings.

Identity goes by system id, never by name: a pairing counts when the manager that calls itself by the pairing's remote
system id was observed. A pairing whose other end nobody observed is an *open end*; it joins nothing and is reported.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from shared.model.facts import FleetFacts, ManagerFacts, Pairing


def partners(facts: FleetFacts, manager: ManagerFacts) -> tuple[ManagerFacts, ...]:
    """The observed managers at the other ends of this manager's pairings, whichever side lists them."""
    own = manager.identity.value.system_id if manager.identity else None
    listed = {pairing.remote_system_id for pairing in pairings(manager)}
    return tuple(
        other
        for other in facts.managers
        if other.identity is not None
        and other.manager.id != manager.manager.id
        and (other.identity.value.system_id in listed or own in {p.remote_system_id for p in pairings(other)})
    )


def open_ends(facts: FleetFacts, manager: ManagerFacts) -> tuple[Pairing, ...]:
    """Pairings whose other end was not observed: unknown, not absent."""
    return tuple(p for p in pairings(manager) if facts.by_system_id(p.remote_system_id) is None)


def pairings(manager: ManagerFacts) -> tuple[Pairing, ...]:
    """The manager's pairings, none when they were not observed."""
    return manager.pairings.value if manager.pairings else ()


def components(facts: FleetFacts) -> tuple[tuple[str, ...], ...]:
    """Ids of the managers of each pairing group, sorted within and among groups; every manager is in exactly one."""
    edges = {one.manager.id: [other.manager.id for other in partners(facts, one)] for one in facts.managers}
    return connected(edges)


def connected(edges: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Connected components of an undirected graph given as node → neighbours (one direction is enough)."""
    both: dict[str, set[str]] = defaultdict(set)
    for node, neighbours in edges.items():
        both[node].update(neighbours)
        for neighbour in neighbours:
            both[neighbour].add(node)
    groups: list[tuple[str, ...]] = []
    unseen = set(both)
    while unseen:
        found = _reachable(min(unseen), both)
        groups.append(tuple(sorted(found)))
        unseen -= found
    return tuple(sorted(groups))


def _reachable(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    found, frontier = {start}, [start]
    while frontier:
        fresh = edges[frontier.pop()] - found
        found |= fresh
        frontier.extend(fresh)
    return found
