"""Snapshots of a manager that hcx-fleet takes and removes itself, in whichever way the plan says."""

from collections.abc import Callable
from dataclasses import replace

from activities import ledger
from activities.called import called
from activities.known import manager_of, task_of
from shared.model.acts import Act
from shared.model.codec import to_json_text
from shared.model.orders import Acted, StepOrder
from shared.model.plan import ManagerTask, Safeguard
from shared.model.snapshots import SnapshotSeen, snapshot_name
from shared.ports import Ports, Sending, Snapshots
from shared.report.stored_ways_back import SNAPSHOT
from shared.rules.resume import ledger_subject

type Call = Callable[[Snapshots, Sending], Act]


def take_snapshot(ports: Ports, order: StepOrder) -> Acted:
    """Take the snapshot of a task, at most once in its run."""
    task, name = _task(ports, order), _name(order)
    manager = manager_of(ports, order.run, task.subject)
    return _once(ports, order, "take-snapshot", lambda way, sending: way.take(manager, name, sending, task.machine))


def remove_snapshot(ports: Ports, order: StepOrder) -> Acted:
    """Remove the snapshot of a task, and no other one, at most once in its run."""
    task, name = _task(ports, order), _name(order)
    manager = manager_of(ports, order.run, task.subject)
    return _once(ports, order, "remove-snapshot", lambda way, sending: way.remove(manager, name, sending, task.machine))


def look_at_snapshot(ports: Ports, order: StepOrder) -> SnapshotSeen:
    """How the snapshot of a task stands; kept, for whoever asks how long it leads back."""
    task = _task(ports, order)
    seen = _way(ports, task).seen(manager_of(ports, order.run, task.subject), _name(order), task.machine)
    ports.store.put_document(order.run, f"{SNAPSHOT}{task.id}", to_json_text(seen))
    return seen


def _once(ports: Ports, order: StepOrder, change: str, call: Call) -> Acted:
    """The ledger knows changes by subject and step for ever, and every run takes a snapshot of its own."""
    task = _task(ports, order)
    done = ledger.once(
        ports.store,
        ports.clock.now,
        replace(order, step=f"{change}:{order.run}"),
        ledger_subject(task),
        lambda sending: call(_way(ports, task), sending),
    )
    step = next(one for one in task.steps if one.id == order.step)
    called(ports, order, step, done, "named")
    return Acted(act=done)


def _task(ports: Ports, order: StepOrder) -> ManagerTask:
    task = task_of(ports, order.plan_hash, order.task)
    if not isinstance(task, ManagerTask):
        raise TypeError(f"{task.id} is not about a manager")
    return task


def _name(order: StepOrder) -> str:
    return snapshot_name(order.run, order.task, order.generation)


def _way(ports: Ports, task: ManagerTask) -> Snapshots:
    """Who takes snapshots of that kind."""
    match task.snapshot:
        case Safeguard.RUN_COMMAND_SNAPSHOT:
            return ports.run_command_snapshots
        case Safeguard.VCENTER_SNAPSHOT:
            return ports.vcenter_snapshots
        case kind:
            raise ValueError(f"{task.id} takes no snapshot: {kind}")
