"""The upgrade and the redeployment of mesh appliances, as a process in world time.

No public text has the endpoint or the steps; only that the selected appliance goes together with its peer, is
deployed anew, and that its tunnel is back in less than a minute. Titles and durations are made up here.
"""

from datetime import timedelta

from shared.model.record import record
from simulator.clock import Process
from simulator.ledger import Mutation, Outage, VersionChange
from simulator.rejection import RejectedError
from simulator.state import AppliancePair, Manager, Mesh, Side, Task, TaskStep, World

QUEUED = timedelta(seconds=5)
DEPLOY = timedelta(minutes=5)
IN_SERVICE = "IN_SERVICE"
IN_SERVICE_GAP = timedelta(seconds=3)
VERIFY = timedelta(minutes=2)
STAYS_DOWN = {"reattach-fails", "tunnel-stays-down"}
"""Troubles after which the tunnel is down and what it carried has no end of its outage."""
TITLES = ("Deploy appliances", "Move tunnels", "Verify tunnels")
UPGRADE, REDEPLOY = "upgradeAppliances", "redeployAppliance"
_ROUTES = {UPGRADE: "upgrade-appliance", REDEPLOY: "redeploy-appliance"}


def start(
    world: World,
    manager: Manager,
    mesh: Mesh,
    pairs: list[AppliancePair],
    caller: str,
    *,
    mode: str = "STANDARD",
    kind: str = UPGRADE,
) -> Task:
    """Start one interconnect task for `pairs` on `mesh`, asked of `manager`.

    Raises:
        RejectedError: the manager is not the mesh's source, nothing is to be updated, or another task runs there.
    """
    body: dict[str, object] = {"appliances": [_name(pair) for pair in pairs], "mode": mode}
    asked = _Asked(manager=manager, mesh=mesh, kind=kind, body=body, caller=caller)
    try:
        _accept(manager, mesh, pairs, kind)
        _accept_mode(pairs, mode)
    except RejectedError as refusal:
        _write_down(world, asked, refusal.status)
        raise
    _write_down(world, asked, 200)
    task = Task(
        id=world.ids.uuid("task", mesh.name, len(mesh.tasks)),
        type=kind,
        mesh=mesh,
        caller=caller,
        request=body,
        began=world.now,
        steps=[TaskStep(title=f"{title}: {_name(pair)}") for pair in pairs for title in TITLES],
    )
    mesh.tasks.append(task)
    world.clock.spawn(f"{kind} {mesh.name}", _run(world, task, pairs, mode))
    return task


def _accept(manager: Manager, mesh: Mesh, pairs: list[AppliancePair], kind: str) -> None:
    if manager is not mesh.initiator:
        raise RejectedError(400, "NOT_THE_SOURCE", "Appliances are upgraded from the source site of the service mesh.")
    if mesh.busy:
        raise RejectedError(409, "OPERATION_IN_PROGRESS", "Another operation is in progress on the service mesh.")
    if kind == UPGRADE and not all(pair.behind for pair in pairs):
        raise RejectedError(400, "NO_UPDATE_AVAILABLE", "There is no update for the appliance.")


def _accept_mode(pairs: list[AppliancePair], mode: str) -> None:
    """No appliance of an HA group is upgraded in service; how that is refused is made up here."""
    if mode == IN_SERVICE and any(pair.group for pair in pairs):
        raise RejectedError(400, "NOT_SUPPORTED", "In-service upgrade is not supported for HA groups.")


@record
class _Asked:
    manager: Manager
    mesh: Mesh
    kind: str
    body: dict[str, object]
    caller: str


def _write_down(world: World, asked: _Asked, status: int) -> None:
    world.ledger.mutations.append(
        Mutation(
            at=world.now,
            manager=asked.manager.id,
            route=_ROUTES[asked.kind],
            subject=f"mesh:{asked.mesh.id}",
            body=asked.body,
            caller=asked.caller,
            status=status,
        )
    )


def _name(pair: AppliancePair) -> str:
    return pair.ends[Side.INITIATOR].name


def _run(world: World, task: Task, pairs: list[AppliancePair], mode: str) -> Process:
    """The procedure, one pair after the other: deploy, move the tunnel, verify."""
    yield QUEUED
    task.status = "RUNNING"
    steps = iter(task.steps)
    for pair in pairs:
        deploying = next(steps)
        yield from _step(world, task, deploying, DEPLOY)
        if task.mesh.part.trouble == "task-vanishes":
            task.vanished = True
            return
        if task.mesh.part.trouble == "no-route":
            deploying.warnings = [f"[{_name(pair)}] NoRouteToHost: port 8123; reached later"]
        moving = next(steps)
        _begin(world, task, moving)
        yield from _move_tunnel(world, task, pair, mode)
        if failure := _failure(task.mesh, pair):
            _fail(world, task, moving, f"[{_name(pair)}] {failure}")
            return
        _finish(world, task, moving)
        yield from _step(world, task, next(steps), VERIFY)
    task.status, task.message, task.progress, task.ended = "SUCCESS", "Appliances updated", 100, world.now


def _failure(mesh: Mesh, pair: AppliancePair) -> str | None:
    """What goes wrong while the tunnel of this pair moves; nothing has changed after it."""
    match mesh.part.trouble:
        case "task-fails":
            return "Update VM networks failed"
        case "ephemeral" if pair.type == "NE":
            return "Update VM networks failed"
        case "reattach-fails":
            return "Failed to reattach networks to old appliance"
    return None


def _move_tunnel(world: World, task: Task, pair: AppliancePair, mode: str) -> Process:
    """The only part that interrupts traffic: the tunnel is down until both new appliances stand."""
    outages = [
        Outage(
            mesh=task.mesh.name,
            appliance=_name(pair),
            extension=extension.id,
            network=extension.network,
            began=world.now,
        )
        for extension in pair.extensions
    ]
    world.ledger.outages.extend(outages)
    before = pair.tunnel, pair.reasons
    pair.tunnel, pair.reasons = "DOWN", ["appliance is being replaced"]
    yield _gap(world, pair, mode)
    if task.type == UPGRADE and not _failure(task.mesh, pair):
        _change_versions(world, task, pair)
    if task.mesh.part.trouble in STAYS_DOWN:
        pair.reasons = ["tunnel did not come up"]
        return
    pair.tunnel, pair.reasons = before
    for outage in outages:
        outage.ended = world.now


def _gap(world: World, pair: AppliancePair, mode: str) -> timedelta:
    if mode == IN_SERVICE and pair.type == "NE":
        return IN_SERVICE_GAP
    return timedelta(seconds=20 + world.ids.number(30, "gap", _name(pair)))


def _change_versions(world: World, task: Task, pair: AppliancePair) -> None:
    """Each appliance takes the version of the manager on its own side."""
    for end in pair.ends.values():
        if end.behind:
            world.ledger.changes.append(
                VersionChange(
                    at=world.now,
                    subject=f"appliance:{end.name}",
                    source=end.release,
                    target=end.manager.release,
                    caller=task.caller,
                )
            )
            end.release = end.manager.release


def _step(world: World, task: Task, step: TaskStep, length: timedelta) -> Process:
    _begin(world, task, step)
    yield length / world.file.quicker
    _finish(world, task, step)


def _begin(world: World, task: Task, step: TaskStep) -> None:
    step.status, step.began, task.message = "RUNNING", world.now, step.title


def _finish(world: World, task: Task, step: TaskStep) -> None:
    step.status, step.ended = "SUCCESS", world.now
    task.progress = 100 * sum(each.status == "SUCCESS" for each in task.steps) // len(task.steps)


def _fail(world: World, task: Task, step: TaskStep, message: str) -> None:
    step.status, step.ended, step.errors = "FAILED", world.now, [message]
    task.status, task.error, task.message, task.ended = "FAILED", message, message, world.now
    task.mesh.state = "UPDATE_FAILED"
