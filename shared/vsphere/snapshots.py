"""Snapshots of a manager's machine in its vCenter: one of a name, once, and never anybody else's removed."""

from collections.abc import Callable
from typing import Any, NamedTuple

from shared.model.acts import Act, Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.inventory import Manager, VcenterPlace
from shared.model.snapshots import SnapshotSeen, SnapshotState
from shared.model.vcenter import MachineSeen, PinnedMachine
from shared.ports import Sending
from shared.rules.vcenter import same_machine, snapshot_obstacles
from shared.vsphere.connection import Connection, classified
from shared.vsphere.errors import AnotherMachineError, UncertainChangeError, VcenterAwayError, VcenterError
from shared.vsphere.look import Machine, Reader, flat
from shared.vsphere.sessions import Sessions

TAKE, REMOVE = "vcenter-create-snapshot", "vcenter-remove-snapshot"
_NO_VCENTER = "its entry in fleet.yaml names no vCenter: write one under its key vcenter"
_NOT_PINNED = "the plan pins no machine for it, and without that nothing in a vCenter is changed"


class _Wish(NamedTuple):
    """A change of one snapshot that somebody wants."""

    manager: Manager
    name: str
    pinned: PinnedMachine | None
    sending: Sending


class VcenterSnapshots:
    """Takes, sees and removes snapshots by name, on the machine that the plan pinned and on no other."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def offered(self, manager: Manager) -> str | None:
        """Why not; None where a vCenter is named."""
        return None if manager.vcenter else _NO_VCENTER

    def take(self, manager: Manager, name: str, sending: Sending, machine: PinnedMachine | None = None) -> Act:
        """Take it unless it is there; nothing is sent while anything stands in the way."""
        return _act(manager, lambda place: self._take(place, _Wish(manager, name, machine, sending)))

    def remove(self, manager: Manager, name: str, sending: Sending, machine: PinnedMachine | None = None) -> Act:
        """Remove exactly the one of that name; its children stay."""
        return _act(manager, lambda place: self._remove(place, _Wish(manager, name, machine, sending)))

    def seen(self, manager: Manager, name: str, machine: PinnedMachine | None = None) -> SnapshotSeen:
        """Whether it is in the machine's tree; the tree of another machine says nothing of it."""
        place = manager.vcenter
        if place is None:
            return SnapshotSeen(state=SnapshotState.UNKNOWN, detail=_NO_VCENTER)
        try:
            with self._sessions.at(place) as connection:
                return _in_tree(_machine(connection, place, manager, machine), name)
        except VcenterError as error:
            return SnapshotSeen(state=SnapshotState.UNKNOWN, detail=f"{error.detail}; {error.remedy}")

    def _take(self, place: VcenterPlace, wish: _Wish) -> Act:
        name = wish.name
        with self._sessions.at(place) as connection:
            reader = Reader(connection, place.host)
            machine = _machine(connection, place, wish.manager, wish.pinned)
            if _named(machine, name):
                return Adopted(job=None, detail=f"{machine.seen.name} has a snapshot of that name already")
            obstacles = snapshot_obstacles(machine.seen, reader.tasks(), reader.missing(machine.target))
            if obstacles:
                detail, remedy = ("; ".join(words) for words in zip(*obstacles, strict=True))
                return Refused(reason="snapshot-not-possible", detail=detail, remedy=remedy)
            wish.sending()
            task = _send(place, lambda: machine.target.CreateSnapshot_Task(name, name, False, False))
            return Started(job=str(task._moId), route=TAKE, confidence="documented")  # noqa: SLF001 -- its only name

    def _remove(self, place: VcenterPlace, wish: _Wish) -> Act:
        with self._sessions.at(place) as connection:
            named = _named(_machine(connection, place, wish.manager, wish.pinned), wish.name)
            if not named:
                return Adopted(job=None, detail="there is no snapshot of that name")
            if len(named) > 1:
                detail = f"{len(named)} snapshots have the name {wish.name}"
                return Refused(reason="snapshot-ambiguous", detail=detail, remedy="remove ours in vCenter by hand")
            wish.sending()
            task = _send(place, lambda: named[0].snapshot.RemoveSnapshot_Task(removeChildren=False))
            return Started(job=str(task._moId), route=REMOVE, confidence="documented")  # noqa: SLF001 -- as above


def _machine(connection: Connection, place: VcenterPlace, manager: Manager, pinned: PinnedMachine | None) -> Machine:
    """The machine that has the manager's address, if it is the one that the plan means."""
    if pinned is None:
        raise AnotherMachineError(f"{manager.id}: {_NOT_PINNED}", "plan again, and have that plan approved")
    found = Reader(connection, place.host).machine(manager.endpoint.address or manager.endpoint.host)
    if not same_machine(pinned, found.seen):
        raise AnotherMachineError(
            f"{place.host}: the machine of {manager.id} is {_told(found.seen)}, and the plan means {_told(pinned)}"
        )
    return found


def _told(machine: PinnedMachine | MachineSeen) -> str:
    return f"{machine.name} ({machine.reference}, instance {machine.instance_uuid or 'unknown'})"


def _in_tree(machine: Machine, name: str) -> SnapshotSeen:
    named, where = _named(machine, name), machine.seen.name
    if not named:
        return SnapshotSeen(state=SnapshotState.ABSENT, detail=f"vCenter shows no snapshot {name} of {where}")
    return SnapshotSeen(
        state=SnapshotState.THERE, detail=f"vCenter shows snapshot {name} of {where}", made_at=named[0].createTime
    )


def _named(machine: Machine, name: str) -> list[Any]:
    return [one for one in flat(machine.tree) if one.name == name]


def _send(place: VcenterPlace, change: Callable[[], Any]) -> Any:
    """Send a change once. The connection stood a moment ago, so without an answer nobody knows whether it arrived."""
    try:
        with classified(place.host):
            return change()
    except VcenterAwayError as error:
        raise UncertainChangeError(error.detail) from None


def _act(manager: Manager, act: Callable[[VcenterPlace], Act]) -> Act:
    if manager.vcenter is None:
        return Refused(reason="not-offered", detail=f"{manager.id} has no vCenter", remedy=_NO_VCENTER)
    try:
        return act(manager.vcenter)
    except UncertainChangeError as error:
        return Uncertain(detail=error.detail)
    except VcenterAwayError as error:
        return AskAgain(detail=error.detail)
    except VcenterError as error:
        return Refused(reason=error.reason, detail=error.detail, remedy=error.remedy)
