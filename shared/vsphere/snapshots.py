"""Snapshots of a manager's machine in its vCenter: one of a name, once, and never anybody else's removed."""

from collections.abc import Callable
from typing import Any

from shared.model.acts import Act, Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.inventory import Manager, VcenterPlace
from shared.model.snapshots import SnapshotSeen, SnapshotState
from shared.rules.vcenter import snapshot_obstacles
from shared.vsphere.connection import Connection, classified
from shared.vsphere.errors import UncertainChangeError, VcenterAwayError, VcenterError
from shared.vsphere.look import Machine, Reader, flat
from shared.vsphere.sessions import Sessions

TAKE, REMOVE = "vcenter-create-snapshot", "vcenter-remove-snapshot"
_NO_VCENTER = "fleet.yaml names no vCenter for it: write one under `vcenter` of the manager's entry"


class VcenterSnapshots:
    """Takes, sees and removes snapshots by name."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def offered(self, manager: Manager) -> str | None:
        """Why not; None where a vCenter is named."""
        return None if manager.vcenter else f"{manager.id}: {_NO_VCENTER}"

    def take(self, manager: Manager, name: str) -> Act:
        """Take it unless it is there; nothing is sent while anything stands in the way."""
        return _act(manager, lambda place: self._take(place, manager, name))

    def remove(self, manager: Manager, name: str) -> Act:
        """Remove exactly the one of that name; its children stay."""
        return _act(manager, lambda place: self._remove(place, manager, name))

    def seen(self, manager: Manager, name: str) -> SnapshotSeen:
        """Whether it is in the machine's tree."""
        place = manager.vcenter
        if place is None:
            return SnapshotSeen(state=SnapshotState.UNKNOWN, detail=self.offered(manager) or "")
        try:
            with self._sessions.at(place) as connection:
                named = _named(_machine(connection, place, manager), name)
        except VcenterError as error:
            return SnapshotSeen(state=SnapshotState.UNKNOWN, detail=f"{error.detail}; {error.remedy}")
        if not named:
            return SnapshotSeen(state=SnapshotState.ABSENT)
        return SnapshotSeen(state=SnapshotState.THERE, made_at=named[0].createTime)

    def _take(self, place: VcenterPlace, manager: Manager, name: str) -> Act:
        with self._sessions.at(place) as connection:
            reader = Reader(connection, place.host)
            machine = _machine(connection, place, manager)
            if _named(machine, name):
                return Adopted(job=None, detail=f"{machine.seen.name} has a snapshot of that name already")
            obstacles = snapshot_obstacles(machine.seen, reader.tasks(), reader.missing(machine.target))
            if obstacles:
                detail, remedy = ("; ".join(words) for words in zip(*obstacles, strict=True))
                return Refused(reason="snapshot-not-possible", detail=detail, remedy=remedy)
            task = _send(place, lambda: machine.target.CreateSnapshot_Task(name, name, False, False))
            return Started(job=str(task._moId), route=TAKE, confidence="documented")  # noqa: SLF001 -- its only name

    def _remove(self, place: VcenterPlace, manager: Manager, name: str) -> Act:
        with self._sessions.at(place) as connection:
            named = _named(_machine(connection, place, manager), name)
            if not named:
                return Adopted(job=None, detail="there is no snapshot of that name")
            if len(named) > 1:
                detail = f"{len(named)} snapshots have the name {name}"
                return Refused(reason="snapshot-ambiguous", detail=detail, remedy="remove ours in vCenter by hand")
            task = _send(place, lambda: named[0].snapshot.RemoveSnapshot_Task(removeChildren=False))
            return Started(job=str(task._moId), route=REMOVE, confidence="documented")  # noqa: SLF001 -- as above


def _machine(connection: Connection, place: VcenterPlace, manager: Manager) -> Machine:
    return Reader(connection, place.host).machine(manager.endpoint.address or manager.endpoint.host)


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
