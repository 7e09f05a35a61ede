"""Through which hops and in which order: the sides of all pairings together.

A connector follows its cloud managers, so where they end decides where it goes; and whether they can go may depend on
where it is. So this goes round: cloud managers first, connectors after where those end, both sides in sequence; if a
cloud manager finds no way there, it stays, and everything is looked at once more. Each round takes out at least one,
so it ends.
"""

from collections.abc import Iterable, Iterator, Mapping

from shared.model.facts import ManagerFacts, Mesh
from shared.model.inventory import ManagerKind
from shared.model.plan import SubjectKind
from shared.model.policy import Owner, PairOrder
from shared.model.record import record
from shared.model.version import UNKNOWN, Version
from shared.rules import skew, waves
from shared.rules.meshes import within_one_manager
from shared.rules.path import NoPath
from shared.rules.planning import wishes
from shared.rules.planning.candidates import Candidate, Candidates
from shared.rules.planning.mesh_ends import Ends, ends_of, upgradable
from shared.rules.planning.reasons import SETTLED, no_path
from shared.rules.planning.scene import Scene
from shared.rules.sequence import sequence
from shared.rules.sequencing.records import MeshMover, Mover, Sequenced, Stage, Way
from shared.rules.targets import NoTask

type Judged = Mapping[str, Candidate | NoTask]
"""What became of each manager, by its id."""


@record
class Moving:
    """A manager with its way."""

    candidate: Candidate
    way: Way


@record
class Ways:
    """What became of every manager and every mesh, by their ids."""

    managers: Mapping[str, Moving | NoTask]
    ends: Mapping[str, Version]
    """The release at which each manager ends, where that can be said."""
    stages: Mapping[str, tuple[Stage, ...] | NoPath]
    """Of meshes whose two managers were observed."""
    awaited: frozenset[str]
    """Meshes that hops count on: some hop waits for them, or they must not be left behind as they are."""


def find_ways(scene: Scene, candidates: Candidates, still: Mapping[str, NoTask]) -> Ways:
    """Order the hops of the whole fleet.

    Args:
        scene: everything there is.
        candidates: who may move.
        still: meshes that cannot be upgraded whatever their managers do, by id.
    """
    stuck: dict[str, NoTask] = {}
    while True:
        judged = _judge(scene, candidates, stuck)
        meshes = tuple(_mesh_movers(scene, still))
        found = _sequenced(scene, judged, meshes)
        managers = {name: _became(one, found.ways.get(name)) for name, one in judged.items()}
        fresh = {
            name: became
            for name, became in managers.items()
            if isinstance(became, NoTask) and isinstance(judged[name], Candidate) and _leads(scene, name)
        }
        if not fresh:
            return Ways(
                managers=managers,
                ends=_ends(scene, managers),
                stages=found.stages,
                awaited=_awaited(managers) | _due(scene, meshes, found),
            )
        stuck |= fresh


def _awaited(managers: Mapping[str, Moving | NoTask]) -> frozenset[str]:
    ways = (one.way for one in managers.values() if isinstance(one, Moving))
    return frozenset(one.subject for way in ways for requires in way.requires for one in requires if one.kind == "mesh")


def _due(scene: Scene, meshes: Iterable[MeshMover], found: Sequenced) -> frozenset[str]:
    """Meshes that their managers must not leave behind as they are: beyond a border, or too many releases."""
    rules = scene.catalogue.skew
    return frozenset(
        mesh.id
        for mesh in meshes
        if mesh.version
        and isinstance(stages := found.stages[mesh.id], tuple)
        and stages
        and (
            skew.compulsory(mesh.version, stages[-1].version, rules)
            or skew.behind(mesh.version, stages[-1].version, rules) != 0
        )
    )


def _judge(scene: Scene, candidates: Candidates, stuck: Mapping[str, NoTask]) -> Judged:
    judged: dict[str, Candidate | NoTask] = {}
    for facts in _of_kind(scene, ManagerKind.CLOUD_MANAGER):
        judged[facts.manager.id] = stuck.get(facts.manager.id) or candidates.cloud_manager(facts)
    ends = _ends(scene, judged)
    for facts in _of_kind(scene, ManagerKind.CONNECTOR):
        own = candidates.connector(facts, ends)
        judged[facts.manager.id] = _because_of_leaders(scene, facts, own, judged)
    return judged


def _because_of_leaders(
    scene: Scene, facts: ManagerFacts, own: Candidate | NoTask, judged: Judged
) -> Candidate | NoTask:
    """A connector that is where its cloud manager is kept back is not where it should be, and says who keeps it."""
    if isinstance(own, Candidate) or own.reason not in SETTLED or not wishes.follows(scene, facts):
        return own
    for leader in wishes.leaders_of(scene, facts):
        kept = judged.get(leader)
        if isinstance(kept, NoTask) and kept.reason not in SETTLED:
            return NoTask(
                reason=kept.reason,
                detail=f"it follows {leader}, which stays: {kept.detail}",
                who_can_act=kept.who_can_act,
            )
    return own


def _of_kind(scene: Scene, kind: ManagerKind) -> Iterator[ManagerFacts]:
    return (one for one in scene.managers if one.manager.kind is kind)


def _leads(scene: Scene, manager: str) -> bool:
    facts = scene.facts.of(manager)
    return facts is not None and facts.manager.kind is ManagerKind.CLOUD_MANAGER


def _ends(scene: Scene, became: Mapping[str, Candidate | Moving | NoTask]) -> dict[str, Version]:
    """Where each manager ends: at its target, or where it is, as far as that is known."""
    ends: dict[str, Version] = {}
    for name, one in became.items():
        facts = scene.facts.of(name)
        if isinstance(one, Moving):
            ends[name] = one.candidate.target
        elif isinstance(one, Candidate):
            ends[name] = one.target
        elif facts is not None and facts.version is not None and facts.version.known:
            ends[name] = facts.version
    return ends


def _became(judged: Candidate | NoTask, way: Way | NoPath | None) -> Moving | NoTask:
    if isinstance(judged, NoTask):
        return judged
    if way is None or isinstance(way, NoPath):
        return no_path(
            way or NoPath(rule="no-way", detail="it found no place in the order", what_would_open="report it")
        )
    return Moving(candidate=judged, way=way)


# --- as the sequence wants it -----------------------------------------------------------------------------------------


def _sequenced(scene: Scene, judged: Judged, meshes: Iterable[MeshMover]) -> Sequenced:
    return sequence(
        [_mover(scene, facts, judged[facts.manager.id]) for facts in scene.managers],
        scene.pairings.edges(),
        meshes,
        scene.catalogue.skew,
    )


def _mover(scene: Scene, facts: ManagerFacts, judged: Candidate | NoTask) -> Mover:
    name = facts.manager.id
    leads = facts.manager.kind is ManagerKind.CLOUD_MANAGER and scene.policy.pair_order is PairOrder.CLOUD_FIRST
    if isinstance(judged, NoTask):
        return Mover(id=name, source=facts.version or UNKNOWN, leads=leads, stays_because=judged.detail)
    return Mover(
        id=name,
        source=judged.source,
        chains=judged.chains,
        wave=wave_index(scene, name),
        leads=leads,
        provider=judged.who.owner is Owner.PROVIDER,
    )


def wave_index(scene: Scene, manager: str) -> int:
    """The place of a manager's wave among all of them."""
    wave = scene.wave_of.get(manager)
    return scene.waves.index(wave) if wave in scene.waves else 0


def _mesh_movers(scene: Scene, still: Mapping[str, NoTask]) -> Iterator[MeshMover]:
    for mesh, _ in scene.meshes:
        ends = ends_of(scene.facts, mesh)
        if ends is None or within_one_manager(mesh):
            continue
        yield MeshMover(
            id=mesh.id,
            name=mesh.name,
            initiator=ends.initiator.manager.id,
            receiver=ends.receiver.manager.id,
            version=_oldest(scene, ends, mesh),
            wave=max(wave_index(scene, one.manager.id) for one in (ends.initiator, ends.receiver)),
            stays_because=still[mesh.id].detail if mesh.id in still else _stays_because(scene, mesh, ends),
        )


def _oldest(scene: Scene, ends: Ends, mesh: Mesh) -> Version | None:
    """Of the appliances that are upgraded, on either side; None where one of them cannot be told, or there is none."""
    sides = (scene.appliances(one.manager.id, mesh.id) for one in (ends.initiator, ends.receiver))
    every = [one.version for side in sides for one in upgradable(side)]
    if not every or any(not one.known for one in every):
        return None
    return min(every, key=lambda one: one.order)


def _stays_because(scene: Scene, mesh: Mesh, ends: Ends) -> str:
    held = scene.held(SubjectKind.MESH, mesh.id)
    if held:
        return f"{held.reason} ({held.source})"
    waved = waves.wave_of_mesh(
        scene.policy,
        scene.wave_of.get(ends.initiator.manager.id),
        scene.wave_of.get(ends.receiver.manager.id),
    )
    return "" if waved else "no wave selects one of its sides"
