"""Manager tasks: a way becomes hops and steps, with what is to be done before and what leads back."""

from itertools import pairwise

from shared.model.facts import ManagerFacts
from shared.model.inventory import Manager, ManagerKind
from shared.model.plan import ManagerTask, Preparation, Safeguard, StepKind, WayBack
from shared.model.policy import Owner
from shared.model.version import Version
from shared.rules import preparation, protection, task_steps
from shared.rules.catalogue.records import Lasting
from shared.rules.planning import own_snapshots
from shared.rules.planning.calendar_desk import CalendarDesk
from shared.rules.planning.scene import Scene
from shared.rules.planning.ways import Moving, Ways


def manager_task(scene: Scene, ways: Ways, moving: Moving, desk: CalendarDesk) -> ManagerTask:
    """The task of one manager."""
    facts, way, who = moving.candidate.facts, moving.way, moving.candidate.who
    name, takes = facts.manager.id, scene.takes[Lasting.MANAGER_HOP]
    hops = [
        task_steps.Way(source=start, target=end, requires=requires, takes=takes)
        for (start, end), requires in zip(pairwise((moving.candidate.source, *way.hops)), way.requires, strict=True)
    ]
    own = own_snapshots.decided(scene, moving)
    return ManagerTask(
        id=task_id(name),
        subject=name,
        manager_kind=facts.manager.kind,
        system_id=facts.identity.value.system_id if facts.identity else "",
        clouds=scene.clouds_of(facts),
        peers=tuple(sorted(one.manager.id for one in scene.pairings.partners(facts))),
        depends_on=tuple(task_id(other) for other in way.after),
        owner=who.owner,
        owner_reason=who.reason,
        source=moving.candidate.source,
        target=moving.candidate.target,
        wave=scene.wave_of.get(name) or "",
        sites=(scene.sites[name].name,),
        split=desk.splits((name,), [scene.takes[Lasting.MANAGER_HOP]] * len(hops)),
        patience=scene.policy.patience.person,
        expected_on=scene.sites[name].provider.announced if who.owner is Owner.PROVIDER else None,
        snapshot=own.kind,
        machine=own.machine,
        way_back=_way_back(scene, ways, moving, own),
        preparations=_preparations(scene, moving, own),
        observe=task_steps.single(StepKind.OBSERVE_MANAGER, f"Observe {name} and its pairs", who.owner),
        check=task_steps.single(StepKind.CHECK_MANAGER, f"Check that upgrading {name} is safe now", who.owner),
        protect=task_steps.protect(name, who.owner, own.kind),
        hops=tuple(task_steps.manager_hop(name, hop, who.owner, scene.policy.patience) for hop in hops),
        hand_over=task_steps.single(StepKind.HAND_OVER_MANAGER, f"Hand over {name}", who.owner, task_steps.CONVERGING),
    )


def task_id(manager: str) -> str:
    """Id of the task of a manager."""
    return f"manager:{manager}"


def _way_back(scene: Scene, ways: Ways, moving: Moving, own: protection.OwnSnapshot) -> tuple[WayBack, ...]:
    facts, target = moving.candidate.facts, moving.way.hops[-1]
    peers = tuple(peer_of(scene, one.manager, ways, target) for one in _sorted(scene.pairings.partners(facts)))
    return protection.for_manager(facts.manager, own_snapshots.changes(moving), peers, own)


def peer_of(
    scene: Scene, manager: Manager, ways: Ways, target: Version, *, both_before: bool = False
) -> protection.Peer:
    """A peer as its way back sees it: whoever goes before has a snapshot that is usually gone by then.

    Cloud managers go before connectors, and both before their meshes.
    """
    moves = isinstance(ways.managers.get(manager.id), Moving)
    leads = both_before or manager.kind is ManagerKind.CLOUD_MANAGER
    facts = scene.facts.of(manager.id)
    there = facts is not None and facts.version is not None and facts.version.known
    already = there and facts is not None and facts.version is not None and not facts.version.older_than(target)
    return protection.Peer(manager=manager, before=bool((moves and leads) or already))


def _preparations(scene: Scene, moving: Moving, own: protection.OwnSnapshot) -> tuple[Preparation, ...]:
    facts, name = moving.candidate.facts, moving.candidate.facts.manager.id
    ask = preparation.Ask(
        manager=facts.manager,
        owner=moving.candidate.who.owner,
        site=scene.sites[name],
        clouds=scene.clouds_of(facts),
        own_snapshot=own.kind is not Safeguard.NONE,
    )
    changes, meshes = own_snapshots.changes(moving), scene.meshes_of.get(name, ())
    return preparation.for_manager(ask, changes, meshes, scene.catalogue.services)


def _sorted(managers: tuple[ManagerFacts, ...]) -> list[ManagerFacts]:
    return sorted(managers, key=lambda one: one.manager.id)
