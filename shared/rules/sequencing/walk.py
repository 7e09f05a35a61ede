"""One try: bring the managers of a group along chosen ways, hop by hop, and see who is left behind and by what."""

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from shared.model.record import record
from shared.model.version import Version
from shared.rules.sequencing.group import Group, Link, Rank
from shared.rules.sequencing.measures import Stop
from shared.rules.sequencing.records import Chain


@record
class Hopped:
    """A hop in the order of a try."""

    rank: Rank
    version: Version


@record
class Stopped:
    """The upgrade of a mesh between hops."""

    link: Link
    stop: Stop
    wave: int
    """The wave that was going on."""


@dataclass(slots=True, eq=False)  # changes while a try goes on
class Halt:
    """A stop of a mesh on the way, until its managers are there and its appliances have followed."""

    link: Link
    stop: Stop
    over: bool = False


@record
class Walled:
    """A manager was left behind because of a mesh that can never follow in time."""

    link: Link
    lasting: bool = True


@record
class Held:
    """A manager was left behind because another one would have to go on first."""

    partner: Rank
    link: Link | None = None
    """A mesh that follows once the partner is there; None where the two managers themselves are the matter."""
    lasting: bool
    """Whether that will not come: the partner is at its end, or it or the mesh moves in a later wave only."""


type Obstacle = Walled | Held


class Walk:
    """A try, walked when it is made.

    In the order of preference, the first manager whose next hop is allowed takes it; whoever was not allowed is asked
    again when a neighbour has moved. Each question is asked of the versions among the neighbours, not of each of them,
    so that a connector for thousands of private clouds costs no more than its pairings.
    """

    def __init__(self, group: Group, chosen: Sequence[Chain]) -> None:
        self.group = group
        self.chosen = chosen
        self.order: list[Hopped | Stopped] = []
        self.walls: dict[Rank, tuple[int, Link]] = {}
        """The first hop that the appliances of a mesh do not allow, where no stop helps."""
        self._done = [0] * len(chosen)
        self._version = list(group.source)
        self._around = [Counter(group.source[one] for one in near) for near in group.neighbours]
        self._halts: dict[tuple[Rank, int], list[Halt]] = {}
        """By manager and number of its hops done."""
        self._open: Counter[tuple[Rank, int]] = Counter()
        """How many of these are not over."""
        self._plan_stops()
        self._walk()

    @property
    def left(self) -> list[Rank]:
        """The managers that did not get to their ends."""
        return [rank for rank, chain in enumerate(self.chosen) if self._done[rank] < len(chain)]

    # --- meshes in between --------------------------------------------------------------------------------------------

    def _plan_stops(self) -> None:
        for link in self.group.links:
            if link.version is None or not any(self.chosen[end] for end in link.ends):
                continue
            one, other = (self.group.path(end, self.chosen[end]) for end in link.ends)
            stops = None if link.mesh.stays_because else self.group.measures.stops(link.version, one, other)
            if stops is None:
                self._put_walls(link, link.version)
            for stop in stops or ():
                self._put_halt(Halt(link=link, stop=stop))

    def _put_walls(self, link: Link, appliance: Version) -> None:
        start = self.group.start(link)
        for end in link.ends:
            hop = self.group.measures.wall(appliance, start, self.group.path(end, self.chosen[end]))
            if hop is not None and hop < self.walls.get(end, (len(self.chosen[end]), link))[0]:
                self.walls[end] = (hop, link)

    def _put_halt(self, halt: Halt) -> None:
        for place in zip(halt.link.ends, halt.stop.after, strict=True):
            self._halts.setdefault(place, []).append(halt)
            self._open[place] += 1

    def _end_halts(self, halts: Iterable[Halt], wave: int) -> list[Rank]:
        """Upgrade the meshes both of whose managers wait for it; returns these managers."""
        freed: list[Rank] = []
        for halt in halts:
            places = tuple(zip(halt.link.ends, halt.stop.after, strict=True))
            there = all(self._done[rank] == after for rank, after in places)
            if there and not halt.over and halt.link.mesh.wave <= wave:
                halt.over = True
                self._open.subtract(places)
                self.order.append(Stopped(link=halt.link, stop=halt.stop, wave=wave))
                freed += halt.link.ends
        return freed

    # --- hops ---------------------------------------------------------------------------------------------------------

    def _walk(self) -> None:
        for wave, ranks in groupby(range(len(self.chosen)), key=lambda rank: self.group.movers[rank].wave):
            moving = [rank for rank in ranks if self.chosen[rank]]
            self._end_halts((halt for halts in self._halts.values() for halt in halts), wave)
            self._walk_wave(wave, moving)
            if any(self._done[rank] < len(self.chosen[rank]) for rank in moving):
                return  # later waves wait for ever

    def _walk_wave(self, wave: int, moving: list[Rank]) -> None:
        inside = set(moving)
        ready = list(moving)  # sorted, and so a heap
        queued = set(moving)
        while ready:
            rank = heapq.heappop(ready)
            queued.remove(rank)
            if not self._may_hop(rank):
                continue
            self._hop(rank)
            freed = self._end_halts(self._halts.get((rank, self._done[rank]), ()), wave)
            for one in (rank, *self.group.neighbours[rank], *freed):
                if one in inside and one not in queued and self._done[one] < len(self.chosen[one]):
                    heapq.heappush(ready, one)
                    queued.add(one)

    def _may_hop(self, rank: Rank) -> bool:
        done = self._done[rank]
        if self._open[rank, done] or (rank in self.walls and self.walls[rank][0] <= done):
            return False
        here, onward = self._version[rank], self.chosen[rank][done]
        return all(self.group.measures.allows(here, onward, other) for other in self._around[rank])

    def _hop(self, rank: Rank) -> None:
        here, onward = self._version[rank], self.chosen[rank][self._done[rank]]
        self._version[rank] = onward
        self._done[rank] += 1
        self.order.append(Hopped(rank=rank, version=onward))
        for one in self.group.neighbours[rank]:
            around = self._around[one]
            around[onward] += 1
            around[here] -= 1
            if not around[here]:
                del around[here]

    # --- who is in whose way ------------------------------------------------------------------------------------------

    def hop_of(self, rank: Rank) -> Chain:
        """The hop that a manager which was left behind could not take: from and to."""
        return self._version[rank], self.chosen[rank][self._done[rank]]

    def version_of(self, rank: Rank) -> Version:
        """Where a manager got to."""
        return self._version[rank]

    def obstacle(self, rank: Rank) -> Obstacle:
        """What keeps back a manager that was left behind, one that lasts before one that could go away."""
        found: list[Obstacle] = [*self._walled(rank), *self._waiting(rank), *self._held_by_partners(rank)]
        return next((one for one in found if one.lasting), found[0])

    def stuck(self) -> list[Rank]:
        """The managers of the wave in which the try ended that were left behind."""
        left = self.left
        wave = self.group.movers[left[0]].wave if left else 0
        return [rank for rank in left if self.group.movers[rank].wave == wave]

    def _walled(self, rank: Rank) -> list[Walled]:
        wall = self.walls.get(rank)
        return [Walled(link=wall[1])] if wall is not None and wall[0] <= self._done[rank] else []

    def _waiting(self, rank: Rank) -> list[Held]:
        found: list[Held] = []
        for halt in self._halts.get((rank, self._done[rank]), ()):
            place = 1 - halt.link.ends.index(rank)
            other = halt.link.ends[place]
            is_there = self._done[other] == halt.stop.after[place]
            lasting = is_there or not self._goes_on(rank, other)
            if not halt.over:
                found.append(Held(partner=other, link=halt.link, lasting=lasting))
        return found

    def _held_by_partners(self, rank: Rank) -> list[Held]:
        here, onward = self.hop_of(rank)
        return [
            Held(partner=other, lasting=not self._goes_on(rank, other))
            for other in self.group.neighbours[rank]
            if not self.group.measures.allows(here, onward, self._version[other])
        ]

    def _goes_on(self, rank: Rank, other: Rank) -> bool:
        """Whether `other` has hops left and could take them while `rank` waits."""
        movers = self.group.movers
        return self._done[other] < len(self.chosen[other]) and movers[other].wave == movers[rank].wave
