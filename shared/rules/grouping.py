"""Pairing groups: connected components of managers joined by site pairings.

Identity goes by system id, never by name: a pairing counts when the manager that calls itself by the pairing's remote
system id was observed. A pairing whose other end nobody observed is an *open end*; it joins nothing and is reported.

`Pairings` is the index for whoever asks about a whole fleet; the functions beside it serve a single question.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from shared.model.facts import FleetFacts, ManagerFacts, Pairing


class Pairings:
    """Who is paired with whom in one fleet: made once, in time linear in the number of pairings."""

    __slots__ = ("_by_system_id", "_facts", "_listed_by", "_place")

    def __init__(self, facts: FleetFacts) -> None:
        self._facts = facts
        self._place = {one.manager.id: place for place, one in enumerate(facts.managers)}
        self._by_system_id: dict[str, list[ManagerFacts]] = defaultdict(list)
        self._listed_by: dict[str, list[ManagerFacts]] = defaultdict(list)
        for one in facts.managers:
            if one.identity is not None:
                self._by_system_id[one.identity.value.system_id].append(one)
                for pairing in pairings(one):
                    self._listed_by[pairing.remote_system_id].append(one)

    def partners(self, manager: ManagerFacts) -> tuple[ManagerFacts, ...]:
        """The observed managers at the other ends of this manager's pairings, whichever side lists them.

        They stand in the order of the facts.
        """
        found: dict[str, ManagerFacts] = {}
        for pairing in pairings(manager):
            found |= {one.manager.id: one for one in self._by_system_id.get(pairing.remote_system_id, ())}
        if manager.identity is not None:
            found |= {one.manager.id: one for one in self._listed_by.get(manager.identity.value.system_id, ())}
        found.pop(manager.manager.id, None)
        return tuple(sorted(found.values(), key=lambda one: self._place[one.manager.id]))

    def open_ends(self, manager: ManagerFacts) -> tuple[Pairing, ...]:
        """Pairings whose other end was not observed: unknown, not absent."""
        return tuple(one for one in pairings(manager) if one.remote_system_id not in self._by_system_id)

    def edges(self) -> tuple[tuple[str, str], ...]:
        """Ids of the two managers of each pair, every pair once, sorted within and among pairs."""
        both = ((one.manager.id, other.manager.id) for one in self._facts.managers for other in self.partners(one))
        return tuple(sorted({(min(pair), max(pair)) for pair in both}))

    def components(self) -> tuple[tuple[str, ...], ...]:
        """Ids of the managers of each pairing group, sorted within and among groups; every manager is in one."""
        neighbours = {
            one.manager.id: [other.manager.id for other in self.partners(one)] for one in self._facts.managers
        }
        return connected(neighbours)


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
    return Pairings(facts).components()


def connected(edges: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Connected components of an undirected graph given as node → neighbours (one direction is enough)."""
    both: dict[str, set[str]] = defaultdict(set)
    for node, neighbours in edges.items():
        both[node].update(neighbours)
        for neighbour in neighbours:
            both[neighbour].add(node)
    groups: list[tuple[str, ...]] = []
    grouped: set[str] = set()
    for node in sorted(both):
        if node not in grouped:
            found = _reachable(node, both)
            groups.append(tuple(sorted(found)))
            grouped |= found
    return tuple(groups)


def _reachable(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    found, frontier = {start}, [start]
    while frontier:
        fresh = edges[frontier.pop()] - found
        found |= fresh
        frontier.extend(fresh)
    return found
