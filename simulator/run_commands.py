"""Run commands for snapshots of a cloud manager, as processes in world time.

Public texts name the cmdlets, their parameters and that a snapshot goes away after 72 hours. How long a command takes,
how Azure calls a snapshot and in which words it lists them is made up here.
"""

from collections.abc import Callable
from datetime import timedelta

from simulator.clock import Process
from simulator.http.message import zulu
from simulator.ledger import Mutation
from simulator.state import Execution, PrivateCloud, Snapshot, World

LASTS = timedelta(hours=72)
QUEUE = timedelta(seconds=15)
SLOWER = timedelta(minutes=45)
_TAKES = {
    "New-HCXManagerSnapshot": timedelta(minutes=3),
    "Get-HCXManagerSnapshot": timedelta(minutes=1),
    "Remove-HCXManagerSnapshot": timedelta(minutes=2),
}
_OTHERS_TAKE = timedelta(minutes=5)


def start(world: World, cloud: PrivateCloud, execution: Execution) -> None:
    """Begin one."""
    cloud.executions[execution.name.lower()] = execution
    world.clock.spawn(f"run command {cloud.part.name} {execution.name}", _course(world, cloud, execution))


def write_down(world: World, cloud: PrivateCloud, name: str, body: dict[str, object], status: int) -> None:
    """Put a call into the ledger, whatever came of it."""
    manager = cloud.manager.id if cloud.manager else cloud.part.name
    world.ledger.mutations.append(
        Mutation(
            at=world.now,
            manager=manager,
            route="run-command",
            subject=f"manager:{manager}",
            body={"execution": name, **body},
            caller="api",
            status=status,
        )
    )


def _course(world: World, cloud: PrivateCloud, execution: Execution) -> Process:
    yield QUEUE
    execution.state, execution.started = "Running", world.now
    half = _length(cloud, execution) / 2
    yield half
    execution.percent = 88.75
    yield half
    if cloud.part.run_commands == "fails":
        _fail(execution, f"{execution.cmdlet} stopped: the HCX manager could not be found.")
        return
    _EFFECTS.get(execution.cmdlet, _nothing)(world, cloud, execution)
    if execution.state == "Running":
        execution.state, execution.percent = "Succeeded", 100.0


def _length(cloud: PrivateCloud, execution: Execution) -> timedelta:
    usual = _TAKES.get(execution.cmdlet, _OTHERS_TAKE)
    return usual + SLOWER if cloud.part.run_commands == "slow" else usual


def _fail(execution: Execution, reason: str) -> None:
    execution.state, execution.failure = "Failed", reason


def _new(world: World, cloud: PrivateCloud, execution: Execution) -> None:
    execution.output = ["Snapshot task completed."]
    if cloud.part.run_commands == "nothing-made":
        return
    made = Snapshot(
        name=f"HCX-{world.now:%Y%m%d-%H%M%S}",
        description=execution.said("Description"),
        made=world.now,
        release=cloud.manager.release if cloud.manager else "",
    )
    cloud.snapshots.append(made)
    world.clock.spawn(f"snapshot {cloud.part.name} {made.name}", _expiry(world, made))


def _expiry(world: World, snapshot: Snapshot) -> Process:
    yield LASTS
    if snapshot.gone is None:
        snapshot.gone, snapshot.expired = world.now, True


def _get(_world: World, cloud: PrivateCloud, execution: Execution) -> None:
    if cloud.part.run_commands == "unreadable":
        execution.output = ["1 x disk-delta, see the attachment"]
        return
    for each in (one for one in cloud.snapshots if one.gone is None):
        execution.output += [
            f"Name        : {each.name}",
            f"Description : {each.description}",
            f"Created     : {zulu(each.made)}",
            "",
        ]


def _remove(world: World, cloud: PrivateCloud, execution: Execution) -> None:
    wanted = execution.said("SnapshotName")
    found = next((one for one in cloud.snapshots if one.name == wanted and one.gone is None), None)
    if found is None:
        _fail(execution, f"There is no snapshot {wanted}.")
        return
    found.gone = world.now


def _nothing(_world: World, _cloud: PrivateCloud, _execution: Execution) -> None:
    """Other commands change nothing here."""


_EFFECTS: dict[str, Callable[[World, PrivateCloud, Execution], None]] = {
    "New-HCXManagerSnapshot": _new,
    "Get-HCXManagerSnapshot": _get,
    "Remove-HCXManagerSnapshot": _remove,
}
