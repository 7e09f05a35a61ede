"""One pairing group while its order is sought: which ways are left to each manager, and which managers have none.

Managers are numbered by preference: earlier waves first, then those that lead, then by id.
"""

from collections import deque
from collections.abc import Iterable

from shared.model.record import record
from shared.model.version import Version
from shared.rules import skew
from shared.rules.path import NoPath
from shared.rules.sequencing import reasons
from shared.rules.sequencing.measures import Measures, newer
from shared.rules.sequencing.reasons import Standing
from shared.rules.sequencing.records import Chain, MeshMover, Mover

type Rank = int
"""The number of a manager in its group."""


@record
class Link:
    """A mesh between two managers of the group."""

    mesh: MeshMover
    ends: tuple[Rank, Rank]
    """The initiator and the receiver."""
    version: Version | None
    """Of its appliances, without build; None where nothing is known that could keep a manager back."""


class Group:
    """The managers of a pairing group, their pairs and meshes, and what was found out about them so far."""

    def __init__(
        self,
        movers: Iterable[Mover],
        pairs: Iterable[tuple[str, str]],
        meshes: Iterable[MeshMover],
        measures: Measures,
    ) -> None:
        self.measures = measures
        self.movers = sorted(movers, key=lambda one: (one.wave, not one.leads, one.id))
        self.rank = {one.id: rank for rank, one in enumerate(self.movers)}
        self.source = [measures.plain(one.source) for one in self.movers]
        self.options: list[list[Chain]] = [[chain for chain in one.chains if chain] for one in self.movers]
        self.refused: dict[Rank, NoPath] = {}
        self.neighbours: list[list[Rank]] = [[] for _ in self.movers]
        edges = {(self.rank[a], self.rank[b]) for a, b in pairs if a != b}
        for a, b in sorted({(min(edge), max(edge)) for edge in edges}):
            self.neighbours[a].append(b)
            self.neighbours[b].append(a)
        self.links = [
            Link(mesh=one, ends=(self.rank[one.initiator], self.rank[one.receiver]), version=self._appliances(one))
            for one in sorted(meshes, key=lambda one: one.id)
        ]
        self.links_of: list[list[Link]] = [[] for _ in self.movers]
        for link in self.links:
            for end in link.ends:
                self.links_of[end].append(link)
        self._settled: deque[Rank] = deque()

    def _appliances(self, mesh: MeshMover) -> Version | None:
        ends = (self.movers[self.rank[end]].source for end in (mesh.initiator, mesh.receiver))
        if mesh.version is None or not mesh.version.known or not all(end.known for end in ends):
            return None
        return self.measures.plain(mesh.version)

    def moves(self, rank: Rank) -> bool:
        """Whether a way is left to this manager."""
        return bool(self.options[rank])

    @property
    def moving(self) -> list[Rank]:
        """The managers to which a way is left."""
        return [rank for rank, options in enumerate(self.options) if options]

    def end(self, rank: Rank) -> Version:
        """The release at which a manager ends, as far as is known by now: all its ways lead to one target."""
        return self.options[rank][0][-1] if self.options[rank] else self.source[rank]

    def path(self, rank: Rank, chain: Chain) -> Chain:
        """A way with the release that it starts from."""
        return (self.source[rank], *chain)

    def refuse(self, found: Iterable[tuple[Rank, NoPath]]) -> None:
        """Let managers stay, and take from their partners the ways that are not allowed then."""
        for rank, why in found:
            if self.moves(rank):
                self.options[rank] = []
                self.refused[rank] = why
                self._settled.append(rank)
        self._spread()

    # --- what needs no try --------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Refuse what no order of hops can help: starts that cannot be mended, partners that stay, ends that differ."""
        lost = [(rank, self._lost(rank) or self._kept_back(rank)) for rank in self.moving]
        self._settled.extend(rank for rank in range(len(self.movers)) if not self.moves(rank))
        self.refuse([(rank, why) for rank, why in lost if why is not None])
        self.refuse(self._ends_apart())

    def _lost(self, rank: Rank) -> NoPath | None:
        if not self.source[rank].known:
            return reasons.unknown(self.movers[rank], self.movers[rank])
        for other in self.neighbours[rank]:
            if not self.source[other].known:
                return reasons.unknown(self.movers[rank], self.movers[other])
            if skew.apart(self.source[rank], self.source[other], self.measures.skew) is None:
                return reasons.never_paired(self.movers[rank], self.movers[other], self.measures.skew)
        return None

    def _kept_back(self, rank: Rank) -> NoPath | None:
        """A mesh that stays and does not allow the end of this manager, whatever way leads there."""
        for link in self.links_of[rank]:
            if link.version is not None and link.mesh.stays_because:
                start = self.start(link)
                if not self.measures.carries(link.version, start, self.end(rank)):
                    path = self.path(rank, self.options[rank][0])
                    hop = self.measures.wall(link.version, start, path) or 0
                    return self.left_behind(rank, path[hop : hop + 2], link)
        return None

    def left_behind(self, rank: Rank, hop: Chain, link: Link) -> NoPath:
        """The words for a mesh that does not allow a hop."""
        other = self.movers[link.ends[1 - link.ends.index(rank)]]
        return reasons.mesh_behind(self.movers[rank], hop, link.mesh, other, self.measures.skew)

    def standing(self, rank: Rank, at: Version, *, later_wave: bool = False) -> Standing:
        """A manager as it is in the way of others."""
        mover, refused = self.movers[rank], self.refused.get(rank)
        why = f"it has no way itself: {refused.rule}" if refused else ""
        if not refused and not self.moves(rank) and mover.stays_because:
            why = f"it stays: {mover.stays_because}"
        return Standing(mover=mover, at=at, why=why, later_wave=later_wave)

    def start(self, link: Link) -> Version:
        """The newer release of a mesh's managers before anything moves."""
        return newer(*(self.source[end] for end in link.ends))

    def _spread(self) -> None:
        """Hold the ways of the partners of all that stay against where these stay, until nothing changes any more.

        One by one along the graph: a round of tries for each manager that drops out because of the one before it would
        be quadratic.
        """
        while self._settled:
            stays = self._settled.popleft()
            for rank in self.neighbours[stays]:
                if self.moves(rank):
                    self._hold_against(rank, stays)

    def _hold_against(self, rank: Rank, stays: Rank) -> None:
        there = self.source[stays]
        before = self.options[rank]
        left = [chain for chain in before if self.measures.obstacle(self.path(rank, chain), there) is None]
        if len(left) == len(before):
            return
        self.options[rank] = left
        if not left:
            path = self.path(rank, before[0])
            hop = self.measures.obstacle(path, there) or 0
            self.refused[rank] = reasons.blocked(
                self.movers[rank], path[hop : hop + 2], self.standing(stays, there), self.measures.skew
            )
            self._settled.append(rank)

    def _ends_apart(self) -> list[tuple[Rank, NoPath]]:
        """Of each pair that moves to different ends, the one with fewer partners that agree; both where it is even.

        A connector for a thousand private clouds does not stay because of one of them.
        """
        agree = {rank: sum(self._meet(rank, other) for other in self._moving_partners(rank)) for rank in self.moving}
        found: dict[Rank, NoPath] = {}
        for rank in self.moving:
            for other in self._moving_partners(rank):
                if not self._meet(rank, other) and agree[rank] <= agree[other]:
                    found.setdefault(
                        rank,
                        reasons.ends_apart(self.movers[rank], self.end(rank), self.movers[other], self.end(other)),
                    )
        return sorted(found.items(), key=lambda one: one[0])

    def _moving_partners(self, rank: Rank) -> list[Rank]:
        return [other for other in self.neighbours[rank] if self.moves(other)]

    def _meet(self, rank: Rank, other: Rank) -> bool:
        return self.end(rank).same_release(self.end(other))
