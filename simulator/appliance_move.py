"""How a tunnel goes from the old appliances to the new ones, as usual and with each trouble.

That a standard upgrade interrupts for less than a minute is public, and so is the order of a high availability group:
standby, switch-over, the other one. All lengths, and every trouble's course, are made up here.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from shared.model.record import record
from simulator.clock import Process
from simulator.state import DOWN, AppliancePair, Extension, Mesh, Side, World
from simulator.traffic import carried, note

STANDARD, IN_SERVICE = "STANDARD", "IN_SERVICE"
IN_SERVICE_GAP = timedelta(seconds=3)
SWITCH_OVER = timedelta(seconds=4)
REATTACH = timedelta(seconds=90)
"""After how long each further network is back."""
UP_BEFORE_FLAP, FLAP = timedelta(seconds=40), timedelta(seconds=12)
BETWEEN_SIDES = timedelta(seconds=70)
ROLLBACK = timedelta(minutes=3)
"""How long HCX waits for the new appliance before it brings the old one back."""
PEER_LAG = timedelta(seconds=75)
TRAFFIC_LATE = timedelta(seconds=90)
NOT_BACK = "tunnel did not come up"


@record
class Move:
    """What is to be moved."""

    mesh: Mesh
    pair: AppliancePair
    mode: str
    take: Callable[[Iterable[Side]], None]
    """Gives the appliances of these sides their new version."""

    @property
    def in_service(self) -> bool:
        """Whether the new appliances stand beside the old ones before anything is interrupted."""
        return self.mode == IN_SERVICE and self.pair.type == "NE"


def failure(mesh: Mesh, pair: AppliancePair) -> str | None:
    """What goes wrong while the tunnel of this pair moves; no version has changed after it."""
    match mesh.part.trouble:
        case "task-fails":
            return "Update VM networks failed"
        case "ephemeral" if pair.type == "NE":
            return "Update VM networks failed"
        case "reattach-fails":
            return "Failed to reattach networks to old appliance"
        case "rolls-back" if pair.type == "NE":
            return "New appliance did not come up, old appliance was restored"
    return None


def move(world: World, what: Move) -> Process:
    """The only part that interrupts traffic: the tunnel is down until both new appliances stand."""
    return _COURSES.get(what.mesh.part.trouble, _usual)(world, what)


def switch_over(world: World, mesh: Mesh, pair: AppliancePair) -> Process:
    """Let another member of a pair's group carry what goes through it; nobody switches back afterwards."""
    other = next((each for each in mesh.pairs if each.group == pair.group and each is not pair), None)
    moving = carried(mesh, pair)
    if pair.group is None or other is None or not moving:
        return
    _all(world, mesh, moving, passing=False)
    yield SWITCH_OVER
    for each in moving:
        each.carrier = None if each in other.extensions else other
    _all(world, mesh, moving, passing=True)


def _usual(world: World, what: Move) -> Process:
    back = _cut(world, what)
    yield _gap(world, what)
    if not failure(what.mesh, what.pair):
        what.take(Side)
    back()


def _gap(world: World, what: Move) -> timedelta:
    if what.in_service:
        return IN_SERVICE_GAP
    return timedelta(seconds=20 + world.ids.number(30, "gap", what.pair.ends[Side.INITIATOR].name))


def _cut(world: World, what: Move) -> Callable[[], None]:
    """Take the tunnel down; gives what makes it as it was."""
    pair, before = what.pair, (what.pair.tunnel, what.pair.reasons)
    pair.tunnel, pair.reasons = DOWN, ["appliance is being replaced"]
    note(world, what.mesh)

    def back() -> None:
        pair.tunnel, pair.reasons = before
        note(world, what.mesh)

    return back


def _all(world: World, mesh: Mesh, extensions: Iterable[Extension], **values: bool) -> None:
    for each in extensions:
        for name, value in values.items():
            setattr(each, name, value)
    note(world, mesh)


# --- troubles ---------------------------------------------------------------------------------------------------------


def _stays_down(world: World, what: Move) -> Process:
    _cut(world, what)
    yield _gap(world, what)
    if not failure(what.mesh, what.pair):
        what.take(Side)
    what.pair.reasons = [NOT_BACK]


def _slow_reattach(world: World, what: Move) -> Process:
    """The tunnel is back as usual, and the networks are one after the other."""
    waiting = carried(what.mesh, what.pair)
    _all(world, what.mesh, waiting, attached=False)
    yield from _usual(world, what)
    for each in waiting:
        yield REATTACH
        _all(world, what.mesh, [each], attached=True)


def _flap(world: World, what: Move) -> Process:
    yield from _usual(world, what)
    yield UP_BEFORE_FLAP
    back = _cut(world, what)
    yield FLAP
    back()


def _each_side_for_itself(world: World, what: Move) -> Process:
    """The initiator's appliance first, then the receiver's; new appliances that stand beside the old ones need not."""
    if what.in_service:
        yield from _usual(world, what)
        return
    for side, pause in ((Side.INITIATOR, BETWEEN_SIDES), (Side.RECEIVER, timedelta())):
        back = _cut(world, what)
        yield _gap(world, what)
        what.take([side])
        back()
        yield pause


def _rolled_back(world: World, what: Move) -> Process:
    """The new appliance does not come up; while the old one still stands beside it that is found out at once."""
    if what.pair.type != "NE" or what.in_service:
        yield from _usual(world, what)
        return
    back = _cut(world, what)
    yield ROLLBACK
    back()


def _peer_lags(world: World, what: Move) -> Process:
    """The initiator's appliance says UP while the receiver's does not yet."""
    back = _cut(world, what)
    what.pair.peer_tunnel = DOWN
    yield _gap(world, what)
    what.take(Side)
    back()
    yield PEER_LAG
    what.pair.peer_tunnel = None
    note(world, what.mesh)


def _traffic_late(world: World, what: Move) -> Process:
    """Everything is up before anything passes."""
    waiting = carried(what.mesh, what.pair)
    _all(world, what.mesh, waiting, passing=False)
    yield from _usual(world, what)
    yield TRAFFIC_LATE
    _all(world, what.mesh, waiting, passing=True)


_COURSES: dict[str, Callable[[World, Move], Process]] = {
    "tunnel-stays-down": _stays_down,
    "reattach-fails": _stays_down,
    "slow-reattach": _slow_reattach,
    "tunnel-flaps": _flap,
    "double-outage": _each_side_for_itself,
    "rolls-back": _rolled_back,
    "peer-lags": _peer_lags,
    "traffic-late": _traffic_late,
}
