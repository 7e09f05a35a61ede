"""The ways back of a world: the snapshots that HCX takes itself, what a restored one brings back, and what must follow.

Public texts have it that an upgrade takes a snapshot of the manager, that it is deleted after a day, that managers are
taken back on both sides, that a mesh which was not upgraded is resynchronised afterwards, and that of one which was,
all appliances are redeployed. How long each takes, and how a mesh shows that it waits for that, is made up here.
"""

from datetime import timedelta

from simulator import appliance_upgrade
from simulator.clock import Process
from simulator.ledger import Mutation, VersionChange
from simulator.manager_upgrade import come_back
from simulator.rejection import RejectedError
from simulator.run_commands import LASTS
from simulator.state import Manager, Mesh, OwnSnapshot, Reach, Task, TaskStep, World

RESTORE = timedelta(minutes=6)
RESYNC = timedelta(minutes=3)
RESYNC_TYPE = "resyncServiceMesh"
IN_SYNC, OUT_OF_SYNC = "COMMITTED", "UPDATE_FAILED"


def newest(world: World, manager: Manager) -> OwnSnapshot | None:
    """What the manager can be taken back to now; None where there is nothing any more."""
    return next((one for one in reversed(_all(world, manager)) if one.made <= world.now < one.expires), None)


def _all(world: World, manager: Manager) -> list[OwnSnapshot]:
    """Those that HCX took and, of a cloud manager, those that run commands took, oldest first."""
    cloud = world.clouds.get(manager.id)
    asked = [
        OwnSnapshot(release=one.release, staged=(), made=one.made, expires=one.made + LASTS)
        for one in (cloud.snapshots if cloud else ())
        if one.gone is None
    ]
    return sorted([*manager.own_snapshots, *asked], key=lambda one: one.made)


def restore(world: World, manager: Manager, caller: str) -> Process:
    """Somebody reverts its machine to the newest snapshot and powers it on; nothing happens where there is none."""
    snapshot = newest(world, manager)
    _write_down(world, manager, f"manager:{manager.id}", ("restore-snapshot", caller), 200 if snapshot else 404)
    if snapshot is None:
        return
    manager.turn(Reach.REFUSED)
    yield RESTORE
    _as_it_was(world, manager, snapshot, caller)
    yield from come_back(manager)
    manager.on_upgraded(manager)


def _as_it_was(world: World, manager: Manager, snapshot: OwnSnapshot, caller: str) -> None:
    change = VersionChange(
        at=world.now,
        subject=f"manager:{manager.id}",
        source=manager.release,
        target=snapshot.release,
        caller=caller,
    )
    world.ledger.changes.append(change)
    manager.release, manager.staged, manager.upgrade, manager.dead = snapshot.release, [*snapshot.staged], None, False
    for mesh in world.meshes_of(manager):
        mesh.state = OUT_OF_SYNC


def resync(world: World, mesh: Mesh, caller: str) -> Task:
    """Somebody resynchronises a mesh. One with appliances newer than their managers does not come into sync by that.

    Raises:
        RejectedError: another task runs there.
    """
    _refuse_if_busy(mesh)
    _write_down(world, mesh.initiator, f"mesh:{mesh.id}", ("resync-mesh", caller), 200)
    task = Task(
        id=world.ids.uuid("task", mesh.name, len(mesh.tasks)),
        type=RESYNC_TYPE,
        mesh=mesh,
        caller=caller,
        request={},
        began=world.now,
        steps=[TaskStep(title="Sync service mesh")],
        status="RUNNING",
    )
    mesh.tasks.append(task)
    world.clock.spawn(f"resync {mesh.name}", _resync(world, mesh, task))
    return task


def _resync(world: World, mesh: Mesh, task: Task) -> Process:
    yield RESYNC
    ahead = [
        end.name for pair in mesh.pairs for end in pair.ends.values() if ahead_of_manager(end.release, end.manager)
    ]
    task.ended = world.now
    if ahead:
        task.status, task.error = "FAILED", f"[{ahead[0]}] is newer than its manager"
        return
    task.status, task.message, task.progress, mesh.state = "SUCCESS", "Service mesh synced", 100, IN_SYNC


def redeploy(world: World, mesh: Mesh, caller: str) -> Task:
    """Somebody redeploys all appliances of a mesh: each takes the version of the manager on its own side.

    Raises:
        RejectedError: another task runs there.
    """
    return appliance_upgrade.start(world, mesh.initiator, mesh, [*mesh.pairs], caller, kind=appliance_upgrade.REDEPLOY)


def ahead_of_manager(release: str, manager: Manager) -> bool:
    """Whether an appliance is newer than its manager, which only one that was taken back leaves behind."""
    return manager.older_than(release)


def _refuse_if_busy(mesh: Mesh) -> None:
    if mesh.busy:
        raise RejectedError(409, "OPERATION_IN_PROGRESS", "Another operation is in progress on the service mesh.")


def _write_down(world: World, manager: Manager, subject: str, done: tuple[str, str], status: int) -> None:
    route, caller = done
    mutation = Mutation(
        at=world.now, manager=manager.id, route=route, subject=subject, body={}, caller=caller, status=status
    )
    world.ledger.mutations.append(mutation)
