"""The order of all hops of a fleet: both sides of every pairing together, and the meshes between them.

What is sought
--------------
Every mover gets to its target by hops that are allowed one by one. After each of them, every pair of managers and every
mesh satisfies the skew rules, or is no further from satisfying them than before (`shared/rules/skew.py` measures how
far): a pair that was found too far apart may come nearer in any order, and never gets further apart.

What the end satisfies
----------------------
Where the start kept every rule, so does the end. Where it did not, the end is no further from it, and whoever moves
gets as near as its target is. Two partners that *both* move end at one release; a partner that stays (held, without a
wave, refused, current already) is no reason to keep back the other one that stays within the limit: the mesh between
them then waits, and says so. A manager crosses a border at which every mesh must follow only if its meshes do, unless
that border was crossed by the other side before. No manager moves that is paired across 4.x and 9.x.

How
---
Managers are numbered by preference: waves, then those that lead, then ids. A try (`sequence_walk.py`) always takes the
first one whose next hop is allowed. With chosen ways that finds an order if there is one: a hop only takes a manager
ahead, a manager ahead of its partner is what the limits refuse, and so a hop that is allowed stays allowed whatever
partners do meanwhile; taking it first never costs anything. That holds for limits and for rules that part older from
newer releases, such as 4.x from 9.x. A rule that parts a range in the middle would keep the result safe, since every
hop is asked for where it is taken, but could make a way look closed that a cleverer order would open.

A mesh is upgraded once, after the last hop of its managers, unless it would be left too far behind. Whether it would
be is a matter of the ends alone, so that no other way avoids it; then both managers wait for it at the newest release
where they meet in time.

Who does not get to the end by the preferred ways gets there by others, where there are such (`sequence_search.py`).
Where that does not help either, managers are refused by the reason of what is in their way, and stay; then the rest is
tried again. Refused are, each round, those whose obstacle lasts; where nobody's does, those that stand in each other's
way in a ring. At least one is refused each round, and so this ends.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from shared.rules import grouping
from shared.rules.catalogue.records import Skew
from shared.rules.path import NoPath
from shared.rules.sequencing import reasons
from shared.rules.sequencing.group import Group, Rank
from shared.rules.sequencing.measures import Measures
from shared.rules.sequencing.outcome import Outcome
from shared.rules.sequencing.records import MeshMover, Moved, Mover, Sequenced, Stage, Way
from shared.rules.sequencing.search import Search
from shared.rules.sequencing.walk import Held, Obstacle, Walk, Walled

__all__ = ["MeshMover", "Moved", "Mover", "Sequenced", "Stage", "Way", "sequence"]


def sequence(
    movers: Iterable[Mover], pairs: Iterable[tuple[str, str]], meshes: Iterable[MeshMover], skew: Skew
) -> Sequenced:
    """Put the hops of a fleet in order.

    Args:
        movers: every manager that was observed, those that stay included: they are in the way of others.
        pairs: ids of the managers of each pairing, in any order.
        meshes: every mesh between two of the managers.
        skew: the rules.

    Raises:
        KeyError: a pair or a mesh names a manager that is none of the movers.
    """
    ways: dict[str, Way | NoPath] = {}
    stages: dict[str, tuple[Stage, ...] | NoPath] = {}
    order: list[Moved] = []
    search = Search()
    for group in _groups(movers, pairs, meshes, skew):
        outcome = _settled(group, search)
        ways |= outcome.ways()
        stages |= outcome.stages()
        order += outcome.moved()
    return Sequenced(ways=ways, stages=stages, order=tuple(order))


def _groups(
    movers: Iterable[Mover], pairs: Iterable[tuple[str, str]], meshes: Iterable[MeshMover], skew: Skew
) -> Iterable[Group]:
    measures = Measures(skew)
    by_id = {one.id: one for one in movers}
    edges: dict[str, list[str]] = {one: [] for one in by_id}
    pairs, meshes = list(pairs), list(meshes)
    for a, b in [*pairs, *((one.initiator, one.receiver) for one in meshes)]:
        edges[a].append(by_id[b].id)
    members = grouping.connected(edges)
    home = {one: number for number, group in enumerate(members) for one in group}
    pairs_of: dict[int, list[tuple[str, str]]] = defaultdict(list)
    meshes_of: dict[int, list[MeshMover]] = defaultdict(list)
    for pair in pairs:
        pairs_of[home[pair[0]]].append(pair)
    for mesh in meshes:
        meshes_of[home[mesh.initiator]].append(mesh)
    for number, group in enumerate(members):
        yield Group([by_id[one] for one in group], pairs_of[number], meshes_of[number], measures)


def _settled(group: Group, search: Search) -> Outcome:
    group.prepare()
    while True:
        walk = search.best(group)
        outcome = Outcome(group, walk)
        refused = _in_the_way(group, walk) if walk.left else outcome.left_behind()
        if not refused:
            return outcome
        group.refuse(refused)


# --- who is refused ---------------------------------------------------------------------------------------------------


def _in_the_way(group: Group, walk: Walk) -> list[tuple[Rank, NoPath]]:
    obstacles = {rank: walk.obstacle(rank) for rank in walk.stuck()}
    lasting = [rank for rank, one in obstacles.items() if one.lasting]
    chosen = lasting or _rings({rank: one for rank, one in obstacles.items() if isinstance(one, Held)})
    return [(rank, _why(group, walk, rank, obstacles[rank])) for rank in chosen]


def _rings(obstacles: Mapping[Rank, Held]) -> list[Rank]:
    """Those that wait for each other in a ring. From anywhere, whoever waits for whom leads into one."""
    found: set[Rank] = set()
    seen: set[Rank] = set()
    for start in obstacles:
        trail: list[Rank] = []
        at = start
        while at not in seen:
            seen.add(at)
            trail.append(at)
            at = obstacles[at].partner
        if at in trail:
            found.update(trail[trail.index(at) :])
    return sorted(found)


def _why(group: Group, walk: Walk, rank: Rank, obstacle: Obstacle) -> NoPath:
    mover, hop, skew = group.movers[rank], walk.hop_of(rank), group.measures.skew
    if isinstance(obstacle, Walled):
        return group.left_behind(rank, hop, obstacle.link)
    partner = obstacle.partner
    later = group.moves(partner) and group.movers[partner].wave > mover.wave
    other = group.standing(partner, walk.version_of(partner), later_wave=later)
    if obstacle.link is not None:
        return reasons.mesh_waits(mover, hop, obstacle.link.mesh, other, skew)
    return (reasons.blocked if obstacle.lasting else reasons.in_each_others_way)(mover, hop, other, skew)
