"""Orders of hops hold their rules in every state, in whatever order execution comes to the hops."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.plan import Requirement
from shared.model.version import Version
from shared.rules import skew
from shared.rules.catalogue import paths
from shared.rules.catalogue.records import NeverPaired, Range, Skew
from shared.rules.path import NoPath, chains, reachable
from shared.rules.sequence import MeshMover, Mover, Sequenced, Way, sequence
from shared.rules.sequencing.records import Chain
from tests.builders.skew_rules import skew_rules

usually = settings(max_examples=100, deadline=None)
thoroughly = settings(max_examples=300, deadline=None)

NAMES = "abcdef"
NEAR = ("4.8.2", "4.9.0", "4.9.2", "4.10.3", "4.11.0")
FAR = ("4.3.3", "4.4.2", *NEAR, "4.11.3", "4.11.4", "9.0.2", "9.1.0")


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """What one order is asked for."""

    movers: tuple[Mover, ...]
    pairs: tuple[tuple[str, str], ...]
    meshes: tuple[MeshMover, ...]
    rules: Skew

    @property
    def found(self) -> Sequenced:
        """The order."""
        return sequence(self.movers, self.pairs, self.meshes, self.rules)

    @property
    def by_id(self) -> dict[str, Mover]:
        """The movers by id."""
        return {one.id: one for one in self.movers}


# --- fleets -----------------------------------------------------------------------------------------------------------


def ways_to(source: str, target: str) -> tuple[Chain, ...]:
    """The ways that the catalogue lists, none where it lists none."""
    found = chains(Version(source), Version(target), paths())
    return () if isinstance(found, NoPath) or not found[0] else found


@st.composite
def movers(draw: st.DrawFn, name: str, target: str, *, waves: int, sources: tuple[str, ...]) -> Mover:
    """A manager that stays, goes the listed ways to a target, or is taken there in one jump."""
    source = draw(st.sampled_from(sources))
    kind = draw(st.sampled_from(("listed",) * 6 + ("jump", "stays")))
    ways = ways_to(source, target)
    if kind == "jump" and Version(source).older_than(Version(target)):
        ways = ((Version(target),),)
    return Mover(
        id=name,
        source=Version(source),
        chains=() if kind == "stays" else ways,
        wave=draw(st.sampled_from((0, 0, waves - 1))),
        leads=draw(st.booleans()),
        provider=draw(st.booleans()),
        stays_because=draw(st.sampled_from(("", "held"))),
    )


@st.composite
def fleets(draw: st.DrawFn, *, most: int = 6, waves: int = 3, targets: int = 2, plain: bool = False) -> Fleet:
    """A few managers, most of them paired, with meshes between pairs; most start near each other and end together."""
    names = NAMES[: draw(st.integers(2, most))]
    sources = draw(st.sampled_from((NEAR[:2], NEAR, NEAR, FAR)))
    wanted = draw(st.sampled_from((("4.11.4",),) * 4 + (("4.11.4", "4.10.3")[:targets], ("9.1.1",))))
    made = tuple(draw(movers(name, draw(st.sampled_from(wanted)), waves=waves, sources=sources)) for name in names)
    possible = [(a, b) for a in names for b in names if a < b]
    pairs = tuple(one for one in possible if draw(st.sampled_from((True, True, False))))
    sides = st.sampled_from(pairs) if pairs else st.nothing()
    between = draw(st.lists(sides, max_size=3)) if pairs else []
    meshes = tuple(
        MeshMover(
            id=f"m{number}",
            initiator=a,
            receiver=b,
            version=draw(st.none() | st.sampled_from((*sources, *sources, *FAR)).map(Version)),
            wave=draw(st.sampled_from((0, 0, waves - 1))),
            stays_because=draw(st.sampled_from(("", "", "", "held"))),
        )
        for number, (a, b) in enumerate(between)
    )
    rules = skew_rules(draw(st.sampled_from((1, 2, 2, 2, 3))), draw(st.sampled_from((1, 2, 2, 3))))
    if not plain and draw(st.sampled_from((True, False, False, False))):
        rules = replace(rules, never_paired=(*rules.never_paired, _in_the_middle(draw)))
    return Fleet(movers=made, pairs=pairs, meshes=meshes, rules=rules)


def _in_the_middle(draw: st.DrawFn) -> NeverPaired:
    """A rule of a kind that no source has: it parts releases from others that have neighbours on both sides."""
    one, other = (Version(draw(st.sampled_from(FAR))) for _ in range(2))
    rule = skew_rules().never_paired[0]
    return replace(rule, rule="middle", one=Range(at_least=one, up_to=one), other=Range(at_least=other, up_to=other))


# --- states -----------------------------------------------------------------------------------------------------------


class World:
    """The versions of everything, which change one by one and are measured after each change."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.manager = {one.id: one.source for one in fleet.movers}
        self.mesh = {one.id: one.version for one in fleet.meshes}

    def measures(self) -> list[int | None]:
        """How far each pair and each mesh is from its rule."""
        rules = self.fleet.rules
        found = [skew.apart(self.manager[a], self.manager[b], rules) for a, b in self.fleet.pairs]
        for one in self.fleet.meshes:
            version = self.mesh[one.id]
            newest = max((self.manager[end] for end in (one.initiator, one.receiver)), key=lambda at: at.order)
            found.append(0 if version is None else skew.behind(version, newest, rules))
        return found

    def change(self, kind: str, subject: str, version: Version) -> None:
        """One thing changes; nothing is further from its rule than before."""
        before = self.measures()
        if kind == "manager":
            self.manager[subject] = version
        else:
            self.mesh[subject] = version
        after = self.measures()
        assert not any(skew.further(a, b) for a, b in zip(before, after, strict=True)), (kind, subject, str(version))


@given(fleets())
@usually
def test_no_state_is_further_from_a_rule_than_the_one_before(fleet: Fleet) -> None:
    """Along the order, every pair and every mesh satisfies its rule or is no further from it than before the step."""
    world = World(fleet)
    found = fleet.found

    for one in found.order:
        world.change(one.kind, one.subject, one.version)

    gone = {name: way for name, way in found.ways.items() if isinstance(way, Way)}
    assert all(world.manager[name] == way.hops[-1] for name, way in gone.items())
    assert all(world.manager[one.id] == one.source for one in fleet.movers if one.id not in gone)


@given(fleets(), st.randoms(use_true_random=False), st.booleans())
@thoroughly
def test_whatever_order_execution_takes_the_rules_hold(fleet: Fleet, random: Random, wave_by_wave: bool) -> None:  # noqa: FBT001 -- hypothesis passes by position
    """Hops and meshes that wait for what they are told to wait for, and nothing else, keep the rules and all end."""
    world = World(fleet)
    events = list(Events(fleet, fleet.found, wave_by_wave=wave_by_wave))
    done: set[str] = set()

    while events:
        ready = [one for one in events if one.may_go(world, done, events)]
        assert ready, [one.subject for one in events]  # nobody waits for ever
        chosen = random.choice(ready)
        events.remove(chosen)
        world.change(chosen.kind, chosen.subject, chosen.version)
        if not any(one.subject == chosen.subject for one in events):
            done.add(chosen.subject)


@dataclass(frozen=True, kw_only=True)
class Event:
    """A hop, or the upgrade of a mesh, with what it waits for."""

    kind: str
    subject: str
    number: int
    """Its place among the events of its subject."""
    version: Version
    after: tuple[str, ...]
    requires: tuple[Requirement, ...]
    wave: int | None
    """None where waves are left out of account."""

    def may_go(self, world: World, done: set[str], left: list["Event"]) -> bool:
        """Whether everything that it waits for is there."""
        return (
            done.issuperset(self.after)
            and not any(one.subject == self.subject and one.number < self.number for one in left)
            and not any(one.wave < self.wave for one in left if one.wave is not None and self.wave is not None)
            and all(_is_there(need, world) for need in self.requires)
        )


def _is_there(need: Requirement, world: World) -> bool:
    at = world.manager[need.subject] if need.kind == "manager" else world.mesh[need.subject]
    return at is not None and not at.older_than(need.version)


class Events:
    """Everything that is to happen."""

    def __init__(self, fleet: Fleet, found: Sequenced, *, wave_by_wave: bool) -> None:
        self.fleet = fleet
        self.found = found
        self.wave_by_wave = wave_by_wave

    def __iter__(self) -> Iterator[Event]:
        for name, way in self.found.ways.items():
            if isinstance(way, Way):
                wave = self.fleet.by_id[name].wave if self.wave_by_wave else None
                for number, (version, requires) in enumerate(zip(way.hops, way.requires, strict=True)):
                    yield Event(
                        kind="manager",
                        subject=name,
                        number=number,
                        version=version,
                        after=way.after,
                        requires=requires,
                        wave=wave,
                    )
        for name, stages in self.found.stages.items():
            for number, stage in enumerate(() if isinstance(stages, NoPath) else stages):
                yield Event(
                    kind="mesh",
                    subject=name,
                    number=number,
                    version=stage.version,
                    after=stage.after,
                    requires=stage.requires,
                    wave=stage.wave if self.wave_by_wave else None,
                )


# --- ends -------------------------------------------------------------------------------------------------------------


@given(fleets())
@usually
def test_everybody_gets_to_the_target_or_is_told_why_not(fleet: Fleet) -> None:
    """Whoever was to move has one of its own ways, or a reason in words; nobody else has anything."""
    found = fleet.found

    assert set(found.ways) == {one.id for one in fleet.movers if one.chains}
    assert set(found.stages) == {one.id for one in fleet.meshes}
    for name, way in found.ways.items():
        if isinstance(way, Way):
            assert way.hops in fleet.by_id[name].chains
            assert len(way.requires) == len(way.hops)
    for one in (*found.ways.values(), *found.stages.values()):
        if isinstance(one, NoPath):
            assert one.rule
            assert one.detail
            assert one.what_would_open


@given(fleets())
@usually
def test_partners_that_both_move_end_together(fleet: Fleet) -> None:
    """A pair that moves ends at one release; a mesh ends where both its managers do, or is told why not."""
    found = fleet.found
    ends = {name: way.hops[-1] for name, way in found.ways.items() if isinstance(way, Way)}
    every = {one.id: ends.get(one.id, one.source) for one in fleet.movers}

    assert all(ends[a].same_release(ends[b]) for a, b in fleet.pairs if a in ends and b in ends)
    for one in fleet.meshes:
        stages = found.stages[one.id]
        if isinstance(stages, NoPath):
            assert stages.rule in {"stays", "ends-apart", "all-paired-managers"}
            continue
        at = stages[-1].version if stages else one.version
        if not every[one.initiator].same_release(every[one.receiver]):
            assert at in [
                step.version for step in found.order if step.subject == one.id
            ]  # on the way, to let one go on
            continue
        assert at is not None
        assert not at.older_than(every[one.initiator])


@given(fleets())
@usually
def test_a_border_is_crossed_with_the_mesh_or_not_at_all(fleet: Fleet) -> None:
    """A manager that goes beyond the border has its meshes there, whatever its partners did long before."""
    found = fleet.found
    ends = {name: way.hops[-1] for name, way in found.ways.items() if isinstance(way, Way)}

    for one in fleet.meshes:
        stages = found.stages[one.id]
        at = stages[-1].version if not isinstance(stages, NoPath) and stages else one.version
        for end in {one.initiator, one.receiver} & ends.keys():
            if at is not None and fleet.by_id[end].source.before_photon and not ends[end].before_photon:
                assert not at.before_photon


@given(fleets())
@usually
def test_no_mesh_is_left_behind_for_good(fleet: Fleet) -> None:
    """A manager whose mesh is not upgraded ends no further beyond the limit from it than it was."""
    found = fleet.found
    ends = {name: way.hops[-1] for name, way in found.ways.items() if isinstance(way, Way)}

    for one in fleet.meshes:
        stages = found.stages[one.id]
        for end in {one.initiator, one.receiver} & ends.keys():
            if isinstance(stages, NoPath) and one.version is not None and one.version.known:
                before = skew.behind(one.version, fleet.by_id[end].source, fleet.rules)
                assert not skew.further(before, skew.behind(one.version, ends[end], fleet.rules))


@given(fleets())
@usually
def test_nothing_is_planned_across_majors(fleet: Fleet) -> None:
    """No manager that is paired across 4.x and 9.x moves, and none gets to be."""
    found = fleet.found
    gone = {name: way.hops for name, way in found.ways.items() if isinstance(way, Way)}
    at = fleet.by_id

    for a, b in fleet.pairs:
        majors = {one.major for name in (a, b) for one in (at[name].source, *gone.get(name, ()))}
        assert len(majors) == 1 or not (a in gone or b in gone)


@given(fleets())
@usually
def test_every_hop_is_listed_or_the_providers_own(fleet: Fleet) -> None:
    """Each hop is one that the catalogue allows, unless it is a jump that was given as the only way."""
    for name, way in fleet.found.ways.items():
        mover = fleet.by_id[name]
        if isinstance(way, Way) and mover.chains == ways_to(mover.source.text, way.hops[-1].text):
            for a, b in pairwise((mover.source, *way.hops)):
                assert any(b.same_release(one) for one in reachable(a, paths()))


@given(fleets(), st.randoms(use_true_random=False))
@usually
def test_the_order_of_the_input_does_not_matter(fleet: Fleet, random: Random) -> None:
    """Shuffled managers, pairs and meshes, and pairs named the other way round, give the same order and texts."""
    pairs = [random.choice(((a, b), (b, a))) for a, b in fleet.pairs]
    shuffled = replace(
        fleet,
        movers=tuple(random.sample(fleet.movers, len(fleet.movers))),
        pairs=tuple(random.sample(pairs, len(pairs))),
        meshes=tuple(random.sample(fleet.meshes, len(fleet.meshes))),
    )

    assert shuffled.found == fleet.found


# --- nobody is refused for nothing ------------------------------------------------------------------------------------


@given(fleets(most=3, waves=2, targets=1, plain=True))
@thoroughly
def test_where_there_is_an_order_one_is_found(fleet: Fleet) -> None:
    """Nobody is refused where a walk through all states, ways and times to upgrade a mesh gets everybody there."""
    found = fleet.found
    if all(isinstance(one, Way) for one in found.ways.values()) or not _consistent(fleet):
        return
    ways = [[chain for chain in one.chains if chain] or [()] for one in fleet.movers]

    assert not any(_gets_there(fleet, chosen) for chosen in product(*ways))


def _consistent(fleet: Fleet) -> bool:
    """Whether no rule about starts and ends refuses somebody already."""
    at = fleet.by_id
    moving = {one.id for one in fleet.movers if one.chains}
    crossed = any(at[a].source.major != at[b].source.major for a, b in fleet.pairs if {a, b} & moving)
    borders = any(one.version is not None and one.version.before_photon for one in fleet.meshes)
    left_behind = any(one.stays_because or _ends_apart(fleet, one) for one in fleet.meshes)
    return not crossed and not borders and not left_behind


def _ends_apart(fleet: Fleet, mesh: MeshMover) -> bool:
    """Whether the managers of a mesh end at different releases, so that it is not upgraded."""
    movers = (fleet.by_id[end] for end in (mesh.initiator, mesh.receiver))
    one, other = (mover.chains[0][-1] if mover.chains and mover.chains[0] else mover.source for mover in movers)
    return not (one.known and other.known and one.same_release(other))


def _gets_there(fleet: Fleet, chosen: tuple[Chain, ...]) -> bool:
    """A walk through every state that can be come to with these ways."""
    walk = _Everything(fleet, chosen)
    start = (tuple(0 for _ in chosen), tuple(one.version for one in fleet.meshes))
    seen, frontier = {start}, [start]
    while frontier:
        state = frontier.pop()
        if state[0] == tuple(map(len, chosen)):
            return True
        fresh = set(walk.onward(*state)) - seen
        seen |= fresh
        frontier.extend(fresh)
    return False


class _Everything:
    """All steps from one state."""

    def __init__(self, fleet: Fleet, chosen: tuple[Chain, ...]) -> None:
        self.fleet = fleet
        self.chosen = chosen
        self.paths = [(one.source, *chain) for one, chain in zip(fleet.movers, chosen, strict=True)]

    def onward(
        self, done: tuple[int, ...], meshes: tuple[Version | None, ...]
    ) -> Iterator[tuple[tuple[int, ...], tuple[Version | None, ...]]]:
        """The states one allowed step on."""
        wave = min(
            (one.wave for one, n, chain in zip(self.fleet.movers, done, self.chosen, strict=True) if n < len(chain)),
            default=0,
        )
        for rank, mover in enumerate(self.fleet.movers):
            if mover.wave == wave and done[rank] < len(self.chosen[rank]):
                yield from self._if_allowed(done, meshes, (*done[:rank], done[rank] + 1, *done[rank + 1 :]), meshes)
        for number, mesh in enumerate(self.fleet.meshes):
            one, other = (self._at(done)[end] for end in (mesh.initiator, mesh.receiver))
            version = meshes[number]
            if (
                version is not None
                and version.older_than(one)
                and one.same_release(other)
                and mesh.wave <= wave
                and not mesh.stays_because
                and skew.strict(one, self.fleet.rules) is None
            ):
                yield done, (*meshes[:number], one, *meshes[number + 1 :])

    def _if_allowed(
        self,
        done: tuple[int, ...],
        meshes: tuple[Version | None, ...],
        new_done: tuple[int, ...],
        new_meshes: tuple[Version | None, ...],
    ) -> Iterator[tuple[tuple[int, ...], tuple[Version | None, ...]]]:
        before, after = self._world(done, meshes).measures(), self._world(new_done, new_meshes).measures()
        if not any(skew.further(a, b) for a, b in zip(before, after, strict=True)):
            yield new_done, new_meshes

    def _world(self, done: tuple[int, ...], meshes: tuple[Version | None, ...]) -> World:
        world = World(self.fleet)
        world.manager = self._at(done)
        world.mesh = {one.id: version for one, version in zip(self.fleet.meshes, meshes, strict=True)}
        return world

    def _at(self, done: tuple[int, ...]) -> dict[str, Version]:
        return {one.id: path[n] for one, path, n in zip(self.fleet.movers, self.paths, done, strict=True)}
