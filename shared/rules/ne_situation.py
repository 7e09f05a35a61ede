"""From facts and attestations to what the table of upgrade modes asks about one appliance.

Addresses and room are counted as if everything that may happen at the same time did: every *other* mesh with work in
the plan is taken to need one address of each pool that it shares, and room for one appliance. That is more than windows
and waves will let happen; too few addresses in the middle of an in-service upgrade would be worse than a standard one.
Whether there is one decides the mode; how many there are decides how many of a mesh go at once, never the mode.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from shared.model.facts import AddressPool, AddressUse, Appliance, ManagerFacts, NetworkExtension
from shared.model.policy import ExtensionMode, SiteEntry
from shared.model.record import record
from shared.rules.ne_mode import Side, Situation


@record
class MeshSide:
    """One manager as its meshes see it: looked up once, for all their appliances."""

    name: str
    pools: Mapping[tuple[str, AddressUse], tuple[AddressPool, ...]]
    """By mesh and use."""
    taken: Mapping[str, int]
    """How many meshes with work take from a pool, by its id."""
    groups: Mapping[str, tuple[str, ...]] | None
    """All members of a high availability group, by each of them; None when groups were not observed."""
    extensions: Mapping[str | None, tuple[NetworkExtension, ...]] | None
    """By appliance, None for those that name no appliance; None when extensions were not observed."""
    room: int | None
    """For so many more appliances, as it was observed."""
    busy: int
    """How many of the manager's meshes have work."""
    moving: frozenset[str]
    """Every mesh with work, wherever it is."""
    firewall: bool
    spare_room: bool
    static_binding: bool
    """Whether somebody attests that what is extended from here binds statically."""


def mesh_side(facts: ManagerFacts, site: SiteEntry | None, moving: frozenset[str]) -> MeshSide:
    """One manager, with what somebody attests for its site; `moving` are the meshes with work in the same plan."""
    pools = facts.address_pools.value if facts.address_pools else ()
    meshes = facts.meshes.value if facts.meshes else ()
    return MeshSide(
        name=facts.manager.id,
        pools=_by_mesh(pools),
        taken={pool.id: len(moving & set(pool.meshes)) for pool in pools},
        groups={member: group.members for group in facts.ha_groups.value for member in group.members}
        if facts.ha_groups
        else None,
        extensions=_by_appliance(facts.extensions.value) if facts.extensions else None,
        room=facts.room.value if facts.room else None,
        busy=len({mesh.id for mesh in meshes} & moving),
        moving=moving,
        firewall=site is not None and site.firewall_attested,
        spare_room=site is not None and site.spare_room_attested,
        static_binding=site is not None and site.static_binding_attested,
    )


def _by_mesh(pools: Iterable[AddressPool]) -> dict[tuple[str, AddressUse], tuple[AddressPool, ...]]:
    found: dict[tuple[str, AddressUse], tuple[AddressPool, ...]] = defaultdict(tuple)
    for pool in pools:
        for mesh in pool.meshes:
            found[mesh, pool.use] += (pool,)
    return dict(found)


def _by_appliance(extensions: Iterable[NetworkExtension]) -> dict[str | None, tuple[NetworkExtension, ...]]:
    found: dict[str | None, list[NetworkExtension]] = defaultdict(list)
    for one in extensions:
        found[one.appliance_id].append(one)
    return {appliance: tuple(each) for appliance, each in found.items()}


def situation(
    appliance: Appliance, wanted: ExtensionMode, here: MeshSide, there: MeshSide, too_long: str = ""
) -> Situation:
    """What decides how `appliance` of the initiator's side `here` is upgraded.

    `too_long` says which of its networks cannot bear a standard upgrade.
    """
    return Situation(
        kind=appliance.kind,
        wanted=wanted,
        in_group=_in_group(appliance, here, there),
        ephemeral=_ephemeral(appliance, here, there),
        here=_side(appliance.mesh_id, here),
        there=_side(appliance.mesh_id, there),
        too_long=too_long,
    )


def at_once(mesh: str, here: MeshSide, there: MeshSide) -> int | None:
    """How many appliances of a mesh can go in service at once; None where neither addresses nor room say.

    Spare addresses and room come back only when an appliance is done, so those that go at once take one of each, of
    every pool, at both sides. Meshes with work that share a pool, or a manager, get even parts of it: all of them may
    come to their largest round at the same time.
    """
    parts = [part for side in (here, there) for part in _parts(mesh, side)]
    return min(parts, default=None)


def _parts(mesh: str, side: MeshSide) -> Iterator[int]:
    """What the mesh may take at once of each pool, and of the room where that was observed."""
    other = mesh not in side.moving
    for pool in (pool for use in AddressUse for pool in side.pools.get((mesh, use), ())):
        if pool.free is not None:
            yield pool.free // (side.taken[pool.id] + other)
    if side.room is not None:
        yield side.room // (side.busy + other)


def together(appliance: Appliance, here: MeshSide) -> tuple[str, ...]:
    """Ids of the other members of its high availability group, which the product upgrades along with it."""
    members = (here.groups or {}).get(appliance.id, ())
    return tuple(sorted(set(members) - {appliance.id}))


def extensions_of(appliance: Appliance, here: MeshSide) -> tuple[NetworkExtension, ...]:
    """Networks of an appliance as its own side lists them.

    Those that name no appliance count as its own as long as it has more networks than name it.
    """
    own = (here.extensions or {}).get(appliance.id, ())
    if here.extensions is not None and len(own) < appliance.extension_count:
        return (*own, *here.extensions.get(None, ()))
    return own


def _side(mesh: str, side: MeshSide) -> Side:
    return Side(
        name=side.name,
        uplink=_spare(mesh, AddressUse.UPLINK, side),
        management=_spare(mesh, AddressUse.MANAGEMENT, side),
        firewall=side.firewall,
        room=_room(mesh, side),
    )


def _spare(mesh: str, use: AddressUse, side: MeshSide) -> int | None:
    """Spare addresses of the pool that has fewest: a mesh with several uplinks takes one of each."""
    left = [_left(pool, mesh, side) for pool in side.pools.get((mesh, use), ())]
    known = [one for one in left if one is not None]
    return min(known) if known and len(known) == len(left) else None


def _left(pool: AddressPool, mesh: str, side: MeshSide) -> int | None:
    if pool.free is None:
        return None
    return max(0, pool.free - side.taken[pool.id] + (mesh in side.moving))


def _room(mesh: str, side: MeshSide) -> bool | None:
    """What was observed counts before what somebody attests, which may be older."""
    if side.room is not None:
        return side.room > side.busy - (mesh in side.moving)
    return True if side.spare_room else None


def _in_group(appliance: Appliance, here: MeshSide, there: MeshSide) -> bool | None:
    """A group reaches over both sides, so either side's word for it counts; the initiator's alone counts against it."""
    if appliance.id in (here.groups or {}) or any(peer in (there.groups or {}) for peer in appliance.peers):
        return True
    return None if here.groups is None else False


def _ephemeral(appliance: Appliance, here: MeshSide, there: MeshSide) -> bool | None:
    """Whether a network of the appliance binds ephemerally, by the word of either side.

    What is observed counts before what somebody attests of the source site, where the port groups are.
    """
    own = extensions_of(appliance, here)
    across = [one for peer in appliance.peers for one in (there.extensions or {}).get(peer, ())]
    if any(one.ephemeral for one in (*own, *across)):
        return True
    complete = here.extensions is not None and len(own) >= appliance.extension_count
    known = complete and all(one.ephemeral is False for one in own)
    return False if known or here.static_binding else None
