"""Snapshots of cloud managers by run command: the way that Azure VMware Solution offers its customers.

Azure gives a snapshot its name, and takes a description: that is ours, and by it a snapshot of ours is known. What is
there is shown by one more run command, which is started and looked at later like the others. Its execution is named by
the quarter of an hour in which it was wanted, which is how its age is known, whatever Azure's clocks show. A newer list
is wanted after two of them; until that one is over, the last one counts.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from shared.arm.run_command_allowed import EXECUTION_PREFIX, Command, Parameter
from shared.arm.run_command_parse import Execution, ExecutionState, Listed, snapshots_in
from shared.arm.run_commands import NotLookedError, RunCommands
from shared.model.acts import Act, Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.inventory import Manager
from shared.model.record import record
from shared.model.snapshots import SnapshotSeen, SnapshotState
from shared.model.vcenter import PinnedMachine
from shared.ports import Clock, Sending

FRESH = timedelta(minutes=15)
"""How long a list of snapshots is taken for what there is, counted from when it was wanted; at most twice that."""
_LONGEST = timedelta(hours=2)
"""How long a list may be under way. One that was slow is no younger when it is there, and better than none."""
_EXPIRES = "Azure deletes it by itself 72 hours after it was taken"
_BY_HAND = f"a person: look under Run command in the portal; {_EXPIRES}"


class _After(StrEnum):
    """What a list is wanted after: one that was made before it would show how things stood then."""

    TAKING = "there"
    ASKING_TO_REMOVE = "kept"
    REMOVING = "gone"


@record
class _Found:
    """What a list shows of the snapshots of one name; while it is not there, in which way it is not."""

    listed: tuple[Listed, ...] = ()
    namesakes: tuple[Listed, ...] = ()
    """Others that are called like one of them: removing by name could hit those."""
    pending: str = ""
    """It is being made."""
    unknown: str = ""
    """It failed, or cannot be read."""


class RunCommandSnapshots:
    """The `Snapshots` port on run commands."""

    def __init__(self, commands: RunCommands, clock: Clock) -> None:
        self._commands = commands
        self._clock = clock

    def offered(self, manager: Manager) -> str | None:
        """Why not: only cloud managers have run commands."""
        return None if manager.cloud_resource_id else f"{manager.id} is in no private cloud, and only those have them"

    def take(self, manager: Manager, name: str, sending: Sending, machine: PinnedMachine | None = None) -> Act:
        """Take it; one that was started under its name is adopted."""
        del machine  # a run command finds its manager itself
        says = {Parameter.DESCRIPTION: name}
        return self._commands.start(_cloud(manager), execution_name(name), Command.TAKE, says, sending)

    def seen(self, manager: Manager, name: str, machine: PinnedMachine | None = None) -> SnapshotSeen:
        """How it stands; where a list is needed for that, one is started."""
        del machine  # a run command finds its manager itself
        try:
            return self._seen(_cloud(manager), name)
        except NotLookedError as error:
            return SnapshotSeen(state=SnapshotState.UNKNOWN, detail=f"its run command cannot be looked at: {error}")

    def remove(self, manager: Manager, name: str, sending: Sending, machine: PinnedMachine | None = None) -> Act:
        """Remove the one that has our description, by the name that Azure gave it, after a look at what is there."""
        del machine  # a run command finds its manager itself
        try:
            return self._remove(_cloud(manager), name, sending)
        except NotLookedError as error:
            return AskAgain(detail=f"its run command cannot be looked at: {error}")

    def _seen(self, cloud: str, name: str) -> SnapshotSeen:
        taking = self._commands.look(cloud, execution_name(name))
        if taking is None:
            return SnapshotSeen(state=SnapshotState.ABSENT, detail="no run command was started for it")
        if taking.state is not ExecutionState.SUCCEEDED:
            return _not_taken(taking)
        removing = self._commands.look(cloud, execution_name(name, "remove"))
        if removing is None:
            return _taken(self._found(cloud, name, _After.TAKING))
        if removing.state is ExecutionState.RUNNING:
            return SnapshotSeen(state=SnapshotState.REMOVING, detail=f"the run command is {removing.word}")
        return _removed(self._found(cloud, name, _After.REMOVING), removing)

    def _remove(self, cloud: str, name: str, sending: Sending) -> Act:
        removal = execution_name(name, "remove")
        if self._commands.look(cloud, execution_name(name)) is None:
            return Adopted(job=None, detail="no run command was ever started for it")
        if self._commands.look(cloud, removal) is not None:
            return Adopted(job=removal, detail="its removal was started already")
        found = self._found(cloud, name, _After.ASKING_TO_REMOVE)
        if found.pending:
            return AskAgain(detail=found.pending)
        if why := found.unknown or _not_one(found):
            return Refused(reason="snapshot-not-known", detail=why, remedy=_BY_HAND)
        if not found.listed:
            return Adopted(job=None, detail="it is gone already")
        says = {Parameter.SNAPSHOT_NAME: found.listed[0].name}
        return self._commands.start(cloud, removal, Command.REMOVE, says, sending)

    def _found(self, cloud: str, name: str, after: _After) -> _Found:
        """What there is of that name, by the newest list that is over."""
        turn = _turn(self._clock.now())
        listings = self._listings(cloud, execution_name(name, f"{after.value}-"), turn)
        over = next((one for _, one in listings if one.state is not ExecutionState.RUNNING), None)
        if not listings or (listings[0][1] is over and listings[0][0] < turn - 1):
            act = self._commands.start(
                cloud, execution_name(name, f"{after.value}-{turn}"), Command.LIST, {}, _no_change
            )
            return self._shown(cloud, over.name, name) if over else _not_listed(act)
        if over is None:
            return _Found(pending=f"the list of snapshots is {listings[0][1].word}")
        return self._shown(cloud, over.name, name)

    def _listings(self, cloud: str, prefix: str, turn: int) -> list[tuple[int, Execution]]:
        """Lists that were asked for, and when; the newest one comes first."""
        found = [(_turn_in(one.name), one) for one in self._commands.started(cloud, prefix)]
        oldest = turn - _LONGEST // FRESH
        return sorted((one for one in found if one[0] >= oldest), key=lambda one: one[0], reverse=True)

    def _shown(self, cloud: str, listing: str, name: str) -> _Found:
        """What a list that is over shows."""
        read = self._commands.look(cloud, listing)
        if read is None:
            return _Found(pending="the list of snapshots is gone again")
        listed = snapshots_in(read.output) if read.state is ExecutionState.SUCCEEDED else None
        if listed is None:
            why = read.failure or "its output is not readable"
            return _Found(unknown=f"{Command.LIST} does not say what is there: {why}")
        ours = tuple(one for one in listed if _same(one.description, name))
        return _Found(listed=ours, namesakes=tuple(one for one in listed if one not in ours and _named(one, ours)))


def execution_name(snapshot: str, part: str = "") -> str:
    """The name of a run command for a snapshot of that name: the same whenever it is asked for.

    Names of executions are made of letters, digits and hyphens here, since Azure does not say what else it takes.
    """
    known = sha256(snapshot.encode()).hexdigest()[:32]
    return f"{EXECUTION_PREFIX}{known}-{part}" if part else f"{EXECUTION_PREFIX}{known}"


def _no_change() -> None:
    """A list changes nothing, so nobody has to be asked before it is sent."""


def _turn(now: datetime) -> int:
    """The number of the quarter of an hour."""
    return int(now.timestamp() // FRESH.total_seconds())


def _turn_in(name: str) -> int:
    number = name.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0


def _not_one(found: _Found) -> str:
    """Why nobody can tell which one to remove; empty where it is one, or none."""
    if len(found.listed) > 1:
        return f"{len(found.listed)} snapshots have its description"
    return f"another snapshot is called {found.namesakes[0].name} as well" if found.namesakes else ""


def _named(one: Listed, others: tuple[Listed, ...]) -> bool:
    return one.name.casefold() in {other.name.casefold() for other in others}


def _cloud(manager: Manager) -> str:
    return manager.cloud_resource_id or ""


def _same(description: str, name: str) -> bool:
    """Whether a description is ours, wherever its line was broken."""
    return "".join(description.split()) == "".join(name.split())


def _not_listed(act: Act) -> _Found:
    match act:
        case Started() | Adopted():
            return _Found(pending="the list of snapshots is being made")
        case AskAgain(detail=detail) | Uncertain(detail=detail):
            return _Found(pending=f"the list of snapshots was not made yet: {detail}")
        case Refused(detail=detail, remedy=remedy):
            return _Found(unknown=f"the list of snapshots was refused: {detail}; {remedy}")


def _not_taken(taking: Execution) -> SnapshotSeen:
    if taking.state is ExecutionState.RUNNING:
        return SnapshotSeen(state=SnapshotState.MAKING, detail=f"the run command is {taking.word}")
    why = taking.failure or "Azure does not say why"
    return SnapshotSeen(state=SnapshotState.FAILED, detail=f"the run command ended as {taking.word}: {why}")


def _taken(found: _Found) -> SnapshotSeen:
    if found.pending:
        return SnapshotSeen(state=SnapshotState.MAKING, detail=f"the run command succeeded; {found.pending}")
    if found.unknown:
        return SnapshotSeen(state=SnapshotState.UNKNOWN, detail=found.unknown)
    if not found.listed:
        return SnapshotSeen(state=SnapshotState.ABSENT, detail="the run command succeeded, and no list shows it")
    return _there(found.listed[0], _EXPIRES)


def _removed(found: _Found, removing: Execution) -> SnapshotSeen:
    if found.pending:
        return SnapshotSeen(state=SnapshotState.REMOVING, detail=f"the run command is {removing.word}; {found.pending}")
    if found.unknown:
        return SnapshotSeen(state=SnapshotState.UNKNOWN, detail=f"{found.unknown}; {_BY_HAND}")
    if not found.listed:
        return SnapshotSeen(state=SnapshotState.ABSENT, detail="no list shows it any more")
    why = f"its removal ended as {removing.word}{f': {removing.failure}' if removing.failure else ''}"
    return _there(found.listed[0], f"{why}; {_EXPIRES}")


def _there(listed: Listed, more: str) -> SnapshotSeen:
    detail = f"it is there under the name {listed.name}; {more}"
    return SnapshotSeen(state=SnapshotState.THERE, detail=detail, made_at=listed.made_at)
