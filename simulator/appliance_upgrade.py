"""The upgrade and the redeployment of mesh appliances, as a process in world time.

No public text has the endpoint or the steps; only that the selected appliance goes together with its peer, is
deployed anew, and that its tunnel is back in less than a minute. Titles and durations are made up here.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from shared.model.record import record
from simulator.appliance_move import IN_SERVICE, STANDARD, Move, failure, move, switch_over
from simulator.clock import Process
from simulator.ledger import Mutation, Replacement, VersionChange
from simulator.rejection import RejectedError
from simulator.state import POOL_SIZE, AppliancePair, Manager, Mesh, Side, Task, TaskStep, World
from simulator.traffic import carried

QUEUED = timedelta(seconds=5)
DEPLOY = timedelta(minutes=5)
VERIFY = timedelta(minutes=2)
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
    mode: str = STANDARD,
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
        if mode == IN_SERVICE:
            _accept_in_service(world, pairs)
    except RejectedError as refusal:
        _write_down(world, asked, refusal.status)
        raise
    _write_down(world, asked, 200)
    replaced = _in_order(mesh, pairs) if kind == UPGRADE else pairs
    task = Task(
        id=world.ids.uuid("task", mesh.name, len(mesh.tasks)),
        type=kind,
        mesh=mesh,
        caller=caller,
        request=body,
        began=world.now,
        steps=[TaskStep(title=f"{title}: {_name(pair)}") for pair in replaced for title in TITLES],
        replaces=tuple(replaced),
    )
    mesh.tasks.append(task)
    _promise(task, 1 if mode == IN_SERVICE else 0)
    world.clock.spawn(f"{kind} {mesh.name}", _run(world, task, replaced, mode))
    return task


def _accept(manager: Manager, mesh: Mesh, pairs: list[AppliancePair], kind: str) -> None:
    if manager is not mesh.initiator:
        raise RejectedError(400, "NOT_THE_SOURCE", "Appliances are upgraded from the source site of the service mesh.")
    if not _takes_one_more(mesh, pairs, kind):
        raise RejectedError(409, "OPERATION_IN_PROGRESS", "Another operation is in progress on the service mesh.")
    if kind == UPGRADE and not all(pair.behind for pair in pairs):
        raise RejectedError(400, "NO_UPDATE_AVAILABLE", "There is no update for the appliance.")


def _takes_one_more(mesh: Mesh, pairs: list[AppliancePair], kind: str) -> bool:
    """Nothing goes beside other kinds of work, and no pair is worked on twice."""
    at_work = mesh.at_work
    taken = [pair for task in at_work for pair in task.replaces]
    apart = not any(pair in taken for pair in _in_order(mesh, pairs))
    upgrades = all(task.type == UPGRADE for task in at_work) and kind == UPGRADE
    return not at_work or (upgrades and apart and len(at_work) < mesh.part.at_once)


def _accept_in_service(world: World, pairs: list[AppliancePair]) -> None:
    """No member of an HA group, and not without a spare address at both sides; how that is refused is made up here."""
    if any(pair.group for pair in pairs):
        raise RejectedError(400, "NOT_SUPPORTED", "In-service upgrade is not supported for HA groups.")
    managers = [end.manager for pair in pairs if pair.type == "NE" for end in pair.ends.values()]
    for manager in managers:
        if world.used_addresses(manager) + manager.addresses_promised >= POOL_SIZE:
            text = f"No free IP address is left in the network profiles of {manager.name}."
            raise RejectedError(400, "NO_FREE_ADDRESS", text)


def _in_order(mesh: Mesh, pairs: list[AppliancePair]) -> list[AppliancePair]:
    """What is replaced when these are asked for: every member of an HA group, those that stand by first."""
    found: list[AppliancePair] = []
    for pair in pairs:
        members = [each for each in mesh.pairs if pair.group and each.group == pair.group and each.behind]
        members.sort(key=lambda each: len(carried(mesh, each)))
        found += [each for each in members or [pair] if each not in found]
    return found


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
    """The procedure, one pair after the other."""
    yield QUEUED
    _promise(task, -1 if mode == IN_SERVICE else 0)
    task.status = "RUNNING"
    steps = iter(task.steps)
    for pair in pairs:
        what = Move(mesh=task.mesh, pair=pair, mode=mode, take=partial(_take, world, task, pair))
        with _more_addresses(what), _written_down(world, task, pair):
            yield from _replace(world, task, what, [next(steps) for _ in TITLES])
        if task.dead or not task.running:
            return
    task.status, task.message, task.progress, task.ended = "SUCCESS", "Appliances updated", 100, world.now
    if task.type == REDEPLOY and len(pairs) == len(task.mesh.pairs):  # a mesh with all its appliances anew is in sync
        task.mesh.state = "COMMITTED"


def _replace(world: World, task: Task, what: Move, steps: list[TaskStep]) -> Process:
    """One pair: deploy, move the tunnel, verify."""
    deploying, moving, verifying = steps
    yield from _step(world, task, deploying, DEPLOY)
    _trouble_of_deploying(task, deploying, what.pair)
    if task.dead:
        return
    _begin(world, task, moving)
    if task.type == UPGRADE:
        yield from switch_over(world, task.mesh, what.pair)
    yield from move(world, what)
    if wrong := failure(task.mesh, what.pair):
        _fail(world, task, moving, f"[{_name(what.pair)}] {wrong}")
        return
    _finish(world, task, moving)
    yield from _step(world, task, verifying, VERIFY)


def _trouble_of_deploying(task: Task, step: TaskStep, pair: AppliancePair) -> None:
    match task.mesh.part.trouble:
        case "task-vanishes":
            task.vanished = task.dead = True
        case "job-vanishes":
            task.vanished = True
        case "no-route":
            step.warnings = [f"[{_name(pair)}] NoRouteToHost: port 8123; reached later"]


def _promise(task: Task, number: int) -> None:
    for each in (task.mesh.initiator, task.mesh.receiver):
        each.addresses_promised += number


@contextmanager
def _written_down(world: World, task: Task, pair: AppliancePair) -> Iterator[None]:
    """When a pair was in change."""
    change = Replacement(mesh=task.mesh.name, appliance=_name(pair), caller=task.caller, began=world.now)
    world.ledger.replacements.append(change)
    try:
        yield
    finally:
        change.ended = world.now


@contextmanager
def _more_addresses(what: Move) -> Iterator[None]:
    """New appliances beside the old ones take one more address of each pool at both sides, and give it back."""
    managers = [end.manager for end in what.pair.ends.values()] if what.in_service else []
    for each in managers:
        each.addresses_taken += 1
    try:
        yield
    finally:
        for each in managers:
            each.addresses_taken -= 1


def _take(world: World, task: Task, pair: AppliancePair, sides: Iterable[Side]) -> None:
    """Each appliance takes the version of the manager on its own side.

    A redeployed one is as it was, unless its manager was taken back meanwhile: then it goes back with it.
    """
    for end in (pair.ends[side] for side in sides):
        if end.behind if task.type == UPGRADE else end.manager.older_than(end.release):
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
