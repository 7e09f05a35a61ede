"""What two observers tell differently: of one manager, one pairing, one mesh, one appliance. Pure.

Only what both say in words that are understood, and what still counts, can contradict. Silence is no contradiction: it
is missing, which is judged elsewhere. Which services a mesh has, and whether counters fit the list of migrations, are
compared by checks, because that both tell the same of these is inferred.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import combinations

from shared.model.facts import Appliance, FleetFacts, Health, ManagerFacts, Mesh, Seen, Status
from shared.model.record import record
from shared.rules.freshness import APPLIANCES, IN_VCENTER, MESHES, PAIRINGS, TUNNELS, VERSION, Aspect
from shared.rules.grouping import Pairings
from shared.rules.vcenter import Witness, versions_of, witness


@record
class Contradiction:
    """Two words about one thing that cannot both be true."""

    code: str
    """Stable, such as `mesh-told-differently`."""
    detail: str
    look: str
    """Where a person sees what is true."""
    observed_at: datetime
    """When the older of the two was observed."""


class Telling:
    """All facts with their indexes, and the time at which they have to count: made once for a whole fleet."""

    def __init__(self, facts: FleetFacts, now: datetime) -> None:
        self.now = now
        self.pairings = Pairings(facts)
        self.answering: dict[str, list[ManagerFacts]] = defaultdict(list)
        """Managers by the system as which they answer."""
        for one in facts.managers:
            if one.identity is not None:
                self.answering[one.identity.value.system_id].append(one)

    def counting[T](self, one: ManagerFacts, aspect: Aspect[T]) -> Seen[T] | None:
        """What was observed of it, None where that is too old or missing."""
        seen = aspect.read(one)
        return seen if seen is not None and aspect.life.covers(seen.at, self.now) else None


def of_manager(telling: Telling, one: ManagerFacts) -> tuple[Contradiction, ...]:
    """What is told differently of a manager and of its pairings."""
    return (*_identities(telling, one), *_plugins(telling, one), *_pairings(telling, one))


def of_mesh(telling: Telling, mesh: str, ends: Iterable[ManagerFacts]) -> tuple[Contradiction, ...]:
    """What the managers at its ends tell differently of a mesh and its appliances."""
    pairs = combinations(ends, 2)
    return tuple(
        found for pair in pairs for found in (*_states(telling, mesh, pair), *_appliances(telling, mesh, pair))
    )


# --- a manager --------------------------------------------------------------------------------------------------------


def _identities(telling: Telling, one: ManagerFacts) -> Iterator[Contradiction]:
    """Two managers that answer with one id: one of them is not what it is taken for."""
    own = telling.counting(one, VERSION)
    if own is None or not own.value.system_id:
        return
    for other in telling.answering[own.value.system_id]:
        seen = telling.counting(other, VERSION) if other.manager.id != one.manager.id else None
        if seen:
            yield Contradiction(
                code="one-system-twice",
                detail=f"{one.manager.id} and {other.manager.id} both answer as system {own.value.system_id}",
                look="compare the endpoints in fleet.yaml: two of them lead to one manager",
                observed_at=min(own.at, seen.at),
            )


def _plugins(telling: Telling, one: ManagerFacts) -> Iterator[Contradiction]:
    """Plug-ins in vCenter are the second witness of a version: they come with the manager's own."""
    own, seen = telling.counting(one, VERSION), one.vsphere
    if own is None or seen is None or not IN_VCENTER.covers(seen.observed_at, telling.now):
        return
    version = own.value.version
    said = witness(seen.plugins, version, version) if version.known else Witness.NOT_OBSERVED
    if said is Witness.CONTRADICTS:
        yield Contradiction(
            code="version-told-differently",
            detail=f"{one.manager.id} says version {version}, the plug-ins in its vCenter say "
            f"{', '.join(versions_of(seen.plugins or ()))}",
            look="compare HCX Manager > System with the plug-ins in vCenter (Administration > Solutions)",
            observed_at=min(own.at, seen.observed_at),
        )


def _pairings(telling: Telling, one: ManagerFacts) -> Iterator[Contradiction]:
    """The end that a pairing was not made from may list none, so that only two words can differ."""
    for other in telling.pairings.partners(one):
        here, there = _pairing(telling, one, other), _pairing(telling, other, one)
        if here and there and _differ(here.value, there.value):
            yield Contradiction(
                code="pairing-told-differently",
                detail=f"{one.manager.id} says of its pairing with {other.manager.id}: {_text(here.value)}; "
                f"{other.manager.id} says: {_text(there.value)}",
                look="look at Infrastructure > Site Pairing at both sites",
                observed_at=min(here.at, there.at),
            )


def _pairing(telling: Telling, one: ManagerFacts, other: ManagerFacts) -> Seen[Status] | None:
    listed = telling.counting(one, PAIRINGS)
    if listed is None or other.identity is None:
        return None
    system = other.identity.value.system_id
    found = next((pair.status for pair in listed.value if pair.remote_system_id == system), None)
    return Seen(value=found, at=listed.at) if found else None


# --- a mesh -----------------------------------------------------------------------------------------------------------


def _states(telling: Telling, mesh: str, pair: tuple[ManagerFacts, ManagerFacts]) -> Iterator[Contradiction]:
    here, there = (_mesh(telling, mesh, one) for one in pair)
    if here is None or there is None:
        return
    synced = {here.value.in_sync, there.value.in_sync} == {True, False}
    if synced or _differ(here.value.state, there.value.state):
        yield Contradiction(
            code="mesh-told-differently",
            detail=f"{pair[0].manager.id} says of mesh {here.value.name}: {_state(here.value)}; "
            f"{pair[1].manager.id} says: {_state(there.value)}",
            look=f"compare Interconnect > Service Mesh > {here.value.name} at both sites",
            observed_at=min(here.at, there.at),
        )


def _mesh(telling: Telling, mesh: str, one: ManagerFacts) -> Seen[Mesh] | None:
    listed = telling.counting(one, MESHES)
    found = next((each for each in listed.value if each.id == mesh), None) if listed else None
    return Seen(value=found, at=listed.at) if listed and found else None


def _state(mesh: Mesh) -> str:
    told = {True: "in sync", False: "needs a resync", None: "nothing about a resync"}[mesh.in_sync]
    return f"{_text(mesh.state)}, {told}"


def _appliances(telling: Telling, mesh: str, pair: tuple[ManagerFacts, ManagerFacts]) -> Iterator[Contradiction]:
    """Of an appliance that both list, the version; of an appliance and its peer, the tunnel between them."""
    here, there = (_standing(telling, mesh, one, APPLIANCES) for one in pair)
    for one, at in here.values():
        other = there.get(one.id)
        if other and str(one.version) != str(other[0].version):
            yield _told(pair, one, (str(one.version), str(other[0].version)), min(at, other[1]))
    here, there = (_standing(telling, mesh, one, TUNNELS) for one in pair)
    for one, at in here.values():
        for peer, seen in (there[name] for name in one.peers if name in there):
            if _differ(one.tunnel, peer.tunnel):
                said = (f"tunnel {_text(one.tunnel)}", f"tunnel {_text(peer.tunnel)} at {peer.name}")
                yield _told(pair, one, said, min(at, seen))


def _standing(
    telling: Telling, mesh: str, one: ManagerFacts, aspect: Aspect[tuple[Appliance, ...]]
) -> dict[str, tuple[Appliance, datetime]]:
    seen = telling.counting(one, aspect)
    return {each.id: (each, seen.at) for each in seen.value if each.mesh_id == mesh} if seen else {}


def _told(
    pair: tuple[ManagerFacts, ManagerFacts], one: Appliance, said: tuple[str, str], at: datetime
) -> Contradiction:
    return Contradiction(
        code="appliance-told-differently",
        detail=f"{pair[0].manager.id} says of appliance {one.name}: {said[0]}; {pair[1].manager.id} says: {said[1]}",
        look="compare Interconnect > Service Mesh > View Appliances at both sites",
        observed_at=at,
    )


def _differ(one: Status, other: Status) -> bool:
    return Health.UNKNOWN not in {one.health, other.health} and one.health is not other.health


def _text(status: Status) -> str:
    return status.text or status.health.value
