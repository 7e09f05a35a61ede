"""The doctor on vCenters that fleet.yaml names: the way there, the certificate, the account, and what it may see."""

from collections.abc import Iterator

from cli.doctor_managers import Looking, Told, by_account
from shared.model.inventory import Manager, ManagerKind, Reach, VcenterPlace
from shared.model.policy import ConnectorSnapshots, SnapshotPolicy
from shared.ports import Clock
from shared.rules.doctor import Line, certificate, clock, failed, good, left_out, vcenter, warned
from shared.vsphere.errors import LoginRefusedError, UntrustedError, VcenterError, VcenterStopError
from shared.vsphere.first_look import handshake
from shared.vsphere.look import Reader
from shared.vsphere.sessions import Sessions

_INSIDE = "account, clock, machine, plug-ins, privileges and alarms"


def looked_at(every: tuple[Manager, ...]) -> tuple[tuple[Manager, VcenterPlace], ...]:
    """The managers whose vCenter is looked at, and where: it is named, and the manager is not left to its site."""
    return tuple((one, one.vcenter) for one in every if one.vcenter is not None and one.reach is Reach.DIRECT)


def vcenters(looking: Looking, every: tuple[Manager, ...], wanted: SnapshotPolicy, told: Told) -> Iterator[Line]:
    """The lines of all vCenters, by the names of their managers.

    Several managers may have one vCenter: it is looked at for each, since each has a machine of its own there.

    Args:
        looking: how to look.
        every: all managers; those whose vCenter is not looked at have no lines.
        wanted: which snapshots the policy asks for.
        told: hears of each that was looked at.
    """
    places = {manager.id: (manager, place) for manager, place in looked_at(every)}

    def look(name: str) -> list[Line]:
        manager, place = places[name]
        lines = list(_one(looking, manager, place, wanted))
        told(f"the vCenter of {name}")
        return lines

    found = by_account({name: place.credentials for name, (_, place) in places.items()}, look)
    return (line for name in sorted(found) for line in found[name])


def _one(looking: Looking, manager: Manager, place: VcenterPlace, wanted: SnapshotPolicy) -> Iterator[Line]:
    about = f"vCenter of {manager.id}"
    try:
        presented = handshake(place)
    except UntrustedError as error:
        yield failed(about, "certificate", error.detail, error.remedy)
        yield left_out(about, "everything else", "nothing is sent to a vCenter that nobody vouches for")
        return
    except VcenterError as error:
        yield failed(about, "reachable", error.detail, error.remedy)
        yield left_out(about, "everything else", "it is not there to be asked")
        return
    yield good(about, "reachable", f"{place.host} answers on port {place.port}")
    yield certificate(about, presented.leaf, presented.runs_out, looking.time.now())
    if looking.vcenters is None:
        yield left_out(about, _INSIDE, looking.not_logging_in)
        return
    yield from _inside(looking.vcenters, looking.time, manager, place, wanted)


def _inside(
    sessions: Sessions, time: Clock, manager: Manager, place: VcenterPlace, wanted: SnapshotPolicy
) -> Iterator[Line]:
    """Log in, at most once; then what one look shows."""
    about, address = f"vCenter of {manager.id}", manager.endpoint.address or manager.endpoint.host
    asked = manager.kind is ManagerKind.CONNECTOR and wanted.connectors is ConnectorSnapshots.VCENTER
    try:
        with sessions.at(place) as connection:
            yield good(about, "account", f"secret {place.credentials} is taken")
            reader = Reader(connection, place.host)
            yield clock(about, time.now(), reader.clock())
            yield from vcenter(about, reader.everything(address, time.now()), snapshot_wanted=asked)
    except VcenterError as error:
        yield _wrong(about, error)
        yield left_out(about, "what else there is", "the log-in came to nothing, or to an early end")


def _wrong(about: str, error: VcenterError) -> Line:
    """A line for what went wrong: what passes by itself only warns."""
    check = "account" if isinstance(error, LoginRefusedError) else "answers"
    return (failed if isinstance(error, VcenterStopError) else warned)(about, check, error.detail, error.remedy)
