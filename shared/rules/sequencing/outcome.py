"""From one order of hops to what execution needs: what each hop and each mesh waits for, and nothing more.

The order of a try is one of many that keep the rules. What is asked for is what any order has to respect: for each hop,
how far each partner must have come at least. Only where no such number says it, each of the two is held to the place
that it has beside the other in the order of the try. All that is asked for holds in that order, and so no set of hops
ever waits for each other.
"""

from bisect import bisect_left
from collections.abc import Iterator

from shared.model.plan import Requirement
from shared.model.version import Version
from shared.rules import skew
from shared.rules.path import NoPath
from shared.rules.sequencing import reasons
from shared.rules.sequencing.group import Group, Link, Rank
from shared.rules.sequencing.records import Moved, Stage, Way
from shared.rules.sequencing.walk import Hopped, Stopped, Walk


class Outcome:
    """What a try in which everybody got to the end means for each manager and mesh of the group."""

    def __init__(self, group: Group, walk: Walk) -> None:
        self.group = group
        self.order = walk.order
        self._chosen = walk.chosen
        self._paths = [group.path(rank, chain) for rank, chain in enumerate(walk.chosen)]
        self._times: list[list[int]] = [[] for _ in walk.chosen]
        self._stopped: list[list[Stopped]] = [[] for _ in walk.chosen]
        self._stops_of: dict[str, list[Stopped]] = {}
        for time, event in enumerate(walk.order):
            if isinstance(event, Hopped):
                self._times[event.rank].append(time)
            else:
                self._stops_of.setdefault(event.link.mesh.id, []).append(event)
                for end in event.link.ends:
                    self._stopped[end].append(event)

    def ways(self) -> Iterator[tuple[str, Way | NoPath]]:
        """What came of each manager that was to move."""
        for rank, mover in enumerate(self.group.movers):
            if self._chosen[rank]:
                yield mover.id, self._way(rank)
            elif rank in self.group.refused:
                yield mover.id, self.group.refused[rank]

    def stages(self) -> Iterator[tuple[str, tuple[Stage, ...] | NoPath]]:
        """What came of each mesh."""
        for link in self.group.links:
            yield link.mesh.id, self.mesh(link)

    def moved(self) -> Iterator[Moved]:
        """The order, by ids."""
        for event in self.order:
            if isinstance(event, Hopped):
                yield Moved(kind="manager", subject=self.group.movers[event.rank].id, version=event.version)
            else:
                yield Moved(kind="mesh", subject=event.link.mesh.id, version=event.stop.version)

    # --- managers -----------------------------------------------------------------------------------------------------

    def _way(self, rank: Rank) -> Way:
        chain = self._chosen[rank]
        requires: list[list[Requirement]] = [[] for _ in chain]
        after: list[str] = []
        for other in self.group.neighbours[rank]:
            if self._chosen[other]:
                least = self._least(rank, other)
                if least[0] == len(self._chosen[other]):
                    after.append(self.group.movers[other].id)
                else:
                    self._ask(requires, rank, other, least)
        for event in self._stopped[rank]:
            hop = event.stop.after[event.link.ends.index(rank)]
            if hop < len(chain):
                requires[hop].append(self._follow(event))
        ordered = (tuple(sorted(one, key=lambda need: (need.kind, need.subject))) for one in requires)
        return Way(hops=chain, requires=tuple(ordered), after=tuple(sorted(after)))

    def _least(self, rank: Rank, other: Rank) -> list[int]:
        """How many hops `other` must have behind it before each hop of `rank`."""
        beside = [bisect_left(self._times[other], time) for time in self._times[rank]]
        own = self._enough(rank, other)
        if own is None or self._enough(other, rank) is None:
            return beside
        return [max(pair) for pair in zip(beside, own, strict=True)] if self._follows(rank, other) else own

    def _enough(self, rank: Rank, other: Rank) -> list[int] | None:
        """The numbers by which the rules alone are kept; None where they do not say it all."""
        needs = self.group.measures.needs(self._paths[rank], self._paths[other])
        found: list[int] = []
        for need, time in zip(needs, self._times[rank], strict=True):
            if need is None or need > bisect_left(self._times[other], time):
                return None
            found.append(need)
        return found

    def _follows(self, rank: Rank, other: Rank) -> bool:
        mover, leader = self.group.movers[rank], self.group.movers[other]
        return leader.leads and not mover.leads and leader.wave <= mover.wave

    def _ask(self, requires: list[list[Requirement]], rank: Rank, other: Rank, least: list[int]) -> None:
        asked = 0
        for hop, number in enumerate(least):
            if number > asked:
                asked = number
                needed = self.group.measures.needs(self._paths[rank], self._paths[other])[hop]
                requires[hop].append(
                    Requirement(
                        kind="manager",
                        subject=self.group.movers[other].id,
                        version=self._chosen[other][number - 1],
                        reason=self._limit() if needed is None or number <= needed else "cloud managers go first",
                    )
                )

    def _limit(self) -> str:
        return f"the managers of a pair stay within {self.group.measures.skew.managers.minors} minor releases"

    def _follow(self, event: Stopped) -> Requirement:
        most = self.group.measures.skew.appliances.minors
        return Requirement(
            kind="mesh",
            subject=event.link.mesh.id,
            version=event.stop.version,
            reason=f"appliances stay within {most} minor releases behind their managers",
        )

    # --- meshes -------------------------------------------------------------------------------------------------------

    def mesh(self, link: Link) -> tuple[Stage, ...] | NoPath:
        """The upgrades of a mesh, or why it gets none; where its managers end apart, those on the way there."""
        between, kept = tuple(self._between(link)), self._kept(link)
        return (between or kept) if kept else (*between, *self._last(link))

    def _kept(self, link: Link) -> NoPath | None:
        strange = [self.group.movers[end] for end in link.ends if not self.group.source[end].known]
        if strange:
            return reasons.mesh_unknown(strange[0])
        if link.mesh.stays_because:
            return reasons.mesh_stays(link.mesh)
        one, other = (self._end(end) for end in link.ends)
        if not one.same_release(other):
            a, b = (self.group.standing(end, self._end(end)) for end in link.ends)
            return reasons.mesh_ends_apart((a, b))
        rule = skew.strict(one, self.group.measures.skew)
        late = next((end for end in self._around(link) if not self._is_at(end, one)), None) if rule else None
        if rule is None or late is None:
            return None
        return reasons.mesh_strict(rule, self.group.standing(late, self._end(late)))

    def _between(self, link: Link) -> Iterator[Stage]:
        for event in self._stops_of.get(link.mesh.id, ()):
            gone = (end for end, after in zip(link.ends, event.stop.after, strict=True) if after)
            there = sorted(self.group.movers[end].id for end in gone)
            requires = (self._meet(one, event.stop.version) for one in there)
            yield Stage(version=event.stop.version, wave=event.wave, requires=tuple(requires), after=())

    def _meet(self, manager: str, version: Version) -> Requirement:
        return Requirement(
            kind="manager", subject=manager, version=version, reason="a mesh follows when both its managers are there"
        )

    def _last(self, link: Link) -> Iterator[Stage]:
        end = self._end(link.ends[0])
        if link.version is not None and not link.version.older_than(end):
            return
        waits = self._around(link) if skew.strict(end, self.group.measures.skew) else sorted(set(link.ends))
        moving = [self.group.movers[one] for one in waits if self._chosen[one]]
        yield Stage(
            version=end,
            wave=max((link.mesh.wave, *(one.wave for one in moving))),
            requires=(),
            after=tuple(sorted(one.id for one in moving)),
        )

    def _around(self, link: Link) -> list[Rank]:
        """The managers of a mesh and all that are paired with one of them."""
        near = (other for end in link.ends for other in self.group.neighbours[end])
        return sorted({*link.ends, *near})

    def _end(self, rank: Rank) -> Version:
        return self._paths[rank][-1]

    def _is_at(self, rank: Rank, version: Version) -> bool:
        return self.group.source[rank].known and self._end(rank).same_release(version)

    def left_behind(self) -> list[tuple[Rank, NoPath]]:
        """Managers that would leave a mesh of theirs behind for good: beyond a border, or too many releases."""
        found: dict[Rank, NoPath] = {}
        for link in self.group.links:
            for rank, why in self._leaving(link):
                found.setdefault(rank, why)
        return sorted(found.items(), key=lambda one: one[0])

    def _leaving(self, link: Link) -> Iterator[tuple[Rank, NoPath]]:
        """Each end for itself: that the other one left the mesh behind long ago makes it no better to do so as well."""
        version, why = link.version, self._kept(link)
        if version is None or why is None:
            return
        for event in self._stops_of.get(link.mesh.id, ()):
            version = event.stop.version
        for end in link.ends:
            found = self._left(link, end, version, why) if self._chosen[end] else None
            if found:
                yield end, found

    def _left(self, link: Link, end: Rank, version: Version, why: NoPath) -> NoPath | None:
        rules, mover = self.group.measures.skew, self.group.movers[end]
        source, final = self.group.source[end], self._end(end)
        border = skew.compulsory(version, final, rules)
        if border is not None and source.older_than(border.crosses):
            return reasons.border(mover, border, link.mesh, why)
        if skew.further(skew.behind(version, source, rules), skew.behind(version, final, rules)):
            other = self.group.movers[next(one for one in link.ends if one != end)]
            return reasons.mesh_behind(mover, (source, final), link.mesh, other, rules)
        return None
