"""People at sites and the provider: what they do by the schedules of the world file, on time, early, late or wrong.

They use the same processes as the interfaces do, with the same refusals; where something is in their way they wait
until it is gone, as people do.
"""

from collections.abc import Callable, Generator
from datetime import timedelta
from functools import partial

from shared.model.version import Version
from simulator import appliance_upgrade, manager_upgrade, way_back
from simulator.clock import Process
from simulator.ledger import Mutation
from simulator.rejection import RejectedError
from simulator.state import AppliancePair, Manager, Mesh, Reach, Side, Task, World
from simulator.world_file import Act, PersonAct, ProviderAct, When

ORDER = {"IX": 0, "NE": 1, "WO": 2}
"""Interconnect first, network extension after it."""

REPORTED = frozenset({"upgrade-manager", "upgrade-mesh", "revert-manager", "resync-mesh", "redeploy-mesh", "say-done"})
"""What people report once it went well."""


def begin_schedules(world: World) -> None:
    """Set everybody going."""
    for index, act in enumerate(world.file.people):
        world.clock.spawn(f"person {index:04d}", _person(world, act))
    for index, upgrade in enumerate(world.file.provider):
        world.clock.spawn(f"provider {index:04d}", _provider(world, upgrade))


def _person(world: World, act: PersonAct) -> Process:
    yield from _moment(world, act)
    good = True if act.wrong else (yield from _DO[act.do](world, act))
    if good and act.says and act.do in REPORTED:
        world.ledger.say(world.now, act.who, _about(world, act))
    _over(world, act)


def _provider(world: World, act: ProviderAct) -> Process:
    yield from _moment(world, act)
    if not act.wrong:
        yield from _bring_up(world, world.managers[act.cloud], _version(world, act), "provider")
    _over(world, act)


def _moment(world: World, act: Act) -> Process:
    if act.when is not None:
        yield partial(_reached, world, act.when)
    if act.after is not None:
        yield partial(world.finished.__contains__, act.after)
    if act.delay > timedelta():
        yield act.delay


def _over(world: World, act: Act) -> None:
    if act.id is not None:
        world.finished.add(act.id)


def _reached(world: World, when: When) -> bool:
    """Whether a manager answers with that version, or every appliance of a mesh has it."""
    wanted = Version(when.version)
    if when.manager is not None:
        manager = world.managers[when.manager]
        return _idle(manager) and not Version(manager.release).older_than(wanted)
    pairs = world.meshes[str(when.mesh)].pairs
    return not any(Version(end.release).older_than(wanted) for pair in pairs for end in pair.ends.values())


def _idle(manager: Manager) -> bool:
    return manager.reach is Reach.UP and not (manager.upgrade and manager.upgrade.running)


def _version(world: World, act: PersonAct | ProviderAct) -> str:
    return Version(act.version or world.file.policy.target.version).release


def _about(world: World, act: PersonAct) -> str:
    kind, _, name = act.about.partition(":")
    return f"mesh:{world.meshes[name].id}" if kind == "mesh" else act.about


def _manager(world: World, act: PersonAct) -> Manager:
    return world.managers[act.about.removeprefix("manager:")]


type _Doing = Generator[timedelta | Callable[[], bool], None, bool]
"""A part of a process that ends by saying whether it went well."""


def _stage(world: World, act: PersonAct) -> _Doing:
    manager, version = _manager(world, act), _version(world, act)
    yield partial(_idle, manager)
    _put_bundle(world, manager, version, "person")
    return True


def _put_bundle(world: World, manager: Manager, version: str, caller: str) -> None:
    if version in manager.staged:
        return
    manager.staged.append(version)
    world.ledger.mutations.append(
        Mutation(
            at=world.now,
            manager=manager.id,
            route="stage-bundle",
            subject=f"manager:{manager.id}",
            body={"version": version},
            caller=caller,
            status=202,
        )
    )


def _upgrade_manager(world: World, act: PersonAct) -> _Doing:
    return (yield from _bring_up(world, _manager(world, act), _version(world, act), "person"))


def _bring_up(world: World, manager: Manager, version: str, caller: str) -> _Doing:
    yield partial(_idle, manager)
    if not manager.older_than(version):
        return True
    _put_bundle(world, manager, version, caller)
    if manager.bundle != version:  # a lower bundle lies there as well: whoever uploads one replaces the other
        manager.staged = [version]
    upgrade = manager_upgrade.start(world, manager, version, caller)
    yield lambda: not upgrade.running
    return upgrade.status == "SUCCESS"


def _upgrade_mesh(world: World, act: PersonAct) -> _Doing:
    mesh = world.meshes[act.about.removeprefix("mesh:")]
    yield partial(_converged, mesh, Version(_version(world, act)))
    for pair in sorted(mesh.pairs, key=lambda pair: ORDER[pair.type]):
        if not (yield from _bring_pair_up(world, mesh, pair)):
            return False
    return True


def _converged(mesh: Mesh, wanted: Version) -> bool:
    """Whether both managers work, on one release that is not older than the wanted one."""
    ends = [Version(end.release) for end in (mesh.initiator, mesh.receiver) if _idle(end)]
    return len(ends) == len(Side) and ends[0].same_release(ends[1]) and not ends[0].older_than(wanted)


def _bring_pair_up(world: World, mesh: Mesh, pair: AppliancePair) -> _Doing:
    yield lambda: not mesh.busy
    if not pair.behind:
        return True
    try:
        task = appliance_upgrade.start(world, mesh.initiator, mesh, [pair], "person")
    except RejectedError:  # somebody else was first at this very moment
        return False
    yield lambda: not task.running
    return task.status == "SUCCESS"


def _revert_manager(world: World, act: PersonAct) -> _Doing:
    manager = _manager(world, act)
    yield lambda: _idle(manager) or manager.dead
    if way_back.newest(world, manager) is None:
        return False
    yield from way_back.restore(world, manager, "person")
    return True


def _resync_mesh(world: World, act: PersonAct) -> _Doing:
    return (yield from _once_managers_answer(world, act, way_back.resync))


def _redeploy_mesh(world: World, act: PersonAct) -> _Doing:
    return (yield from _once_managers_answer(world, act, way_back.redeploy))


def _once_managers_answer(world: World, act: PersonAct, begin: Callable[[World, Mesh, str], Task]) -> _Doing:
    mesh = world.meshes[act.about.removeprefix("mesh:")]
    yield lambda: _idle(mesh.initiator) and _idle(mesh.receiver) and not mesh.busy
    try:
        task = begin(world, mesh, "person")
    except RejectedError:  # somebody else was first at this very moment
        return False
    yield lambda: not task.running
    return task.status == "SUCCESS"


def _nothing(_world: World, _act: PersonAct) -> _Doing:
    yield from ()
    return True


_DO: dict[str, Callable[[World, PersonAct], _Doing]] = {
    "stage-bundle": _stage,
    "upgrade-manager": _upgrade_manager,
    "upgrade-mesh": _upgrade_mesh,
    "revert-manager": _revert_manager,
    "resync-mesh": _resync_mesh,
    "redeploy-mesh": _redeploy_mesh,
    "say-done": _nothing,
    "nothing": _nothing,
}
