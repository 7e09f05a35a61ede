"""What vCenter's facts mean: a second witness of a manager's version, and whether a snapshot can be taken."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from shared.model.vcenter import Alarm, MachineSeen, PinnedMachine, Plugin, Room, VcenterFacts, VcenterTask
from shared.model.version import Version

CHAIN_MAX: Final = 1
"""Snapshots in a row under which another one is still taken: each one makes the disks slower, and more can break."""
MARGIN: Final = 1.1
"""Free space is wanted for the whole machine and a tenth more: a snapshot grows up to that, and then vCenter stops."""


_FOR_A_SNAPSHOT: Final = frozenset({"vcenter", "machine", "tasks", "missing_privileges"})
"""Parts of a look without which nobody knows whether a snapshot can be taken."""
_MANAGERS_OWN: Final = "com.vmware.hybridity"
"""Keys of the plug-ins that come with a manager's version. Of HCX's other keys no public text says how they count."""
_HCX_ALARMS: Final = frozenset(
    {
        "HCX Cloud Database Upgrade Failed",
        "HCX Enterprise Database Upgrade Failed",
        "HCX Interconnect tunnel status",
        "Bulk Migration Failed",
        "Cold Migration Failed",
    }
)
"""Alarms that HCX registers in vCenter, by a cloud provider's documents on operating it."""


class Witness(StrEnum):
    """What the plug-ins say of a manager's upgrade."""

    MOVED = "moved"
    NOT_YET = "not-yet"
    CONTRADICTS = "contradicts"
    NOT_OBSERVED = "not-observed"


def witness(plugins: tuple[Plugin, ...] | None, source: Version, target: Version) -> Witness:
    """Whether all plug-ins that come with a manager's version have come to `target`.

    Those at the source, or at anything before the target, are not yet there; one beyond the target, or one of a
    version that nobody understands, contradicts. No plug-ins at all are no witness.
    """
    versions = [one.version for one in plugins or () if one.key.startswith(_MANAGERS_OWN)]
    if not versions:
        return Witness.NOT_OBSERVED
    if not all(version.known for version in versions):
        return Witness.CONTRADICTS
    if any(target.older_than(version) for version in versions):
        return Witness.CONTRADICTS
    if any(version.older_than(source) for version in versions):
        return Witness.CONTRADICTS
    return Witness.NOT_YET if any(version.older_than(target) for version in versions) else Witness.MOVED


def versions_of(plugins: Iterable[Plugin]) -> tuple[str, ...]:
    """Every version that the plug-ins have which come with a manager's version."""
    return tuple(sorted({str(one.version) for one in plugins if one.key.startswith(_MANAGERS_OWN)}))


def new_alarms(before: Iterable[Alarm], now: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """Red alarms that were not red before."""
    known = {(one.name, one.entity) for one in before if one.status == "red"}
    return tuple(one for one in now if one.status == "red" and (one.name, one.entity) not in known)


def of_hcx(alarm: Alarm) -> bool:
    """Whether it is one of those that HCX registers in vCenter; other alarms are not its own."""
    return alarm.name in _HCX_ALARMS


def pinned(seen: VcenterFacts | None) -> PinnedMachine | None:
    """The machine to know a manager's by later; None where it was not seen, or shows no id of its own."""
    machine = seen.machine if seen else None
    if machine is None or not machine.instance_uuid:
        return None
    return PinnedMachine(reference=machine.reference, instance_uuid=machine.instance_uuid, name=machine.name)


def same_machine(pinned: PinnedMachine, found: MachineSeen) -> bool:
    """Whether it is the machine that was pinned, and not one that took its name or address."""
    return (pinned.reference, pinned.instance_uuid) == (found.reference, found.instance_uuid)


def snapshot_obstacles(
    machine: MachineSeen, tasks: Iterable[VcenterTask], missing: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """What stands in the way of a snapshot, each with what to do about it; nothing where it can be taken."""
    name = machine.name
    busy = [one for one in tasks if one.machine == name]
    wanted = int(machine.provisioned_bytes * MARGIN)
    checks = (
        *((True, f"the account has not {one} on {name}", f"give the account {one}") for one in missing),
        *(
            (True, f"{one.description} by {one.user} is at work on {name}", "wait for it, then try again")
            for one in busy
        ),
        (
            machine.chain > CHAIN_MAX,
            f"{name} has {machine.chain} snapshots in a row",
            "remove old snapshots in vCenter first",
        ),
        (
            machine.consolidation_needed is not False,
            f"the disks of {name} need consolidation, or nobody knows",
            "consolidate its disks in vCenter first",
        ),
        (
            machine.independent_disks > 0,
            f"{name} has {machine.independent_disks} independent disks, which a snapshot leaves out",
            "make them dependent, or back the manager up instead",
        ),
        (
            machine.free_bytes is None or machine.free_bytes < wanted,
            f"its datastore has {_gigabytes(machine.free_bytes)} free, {_gigabytes(wanted)} are wanted",
            "make room on the datastore",
        ),
    )
    return tuple((detail, remedy) for stands, detail, remedy in checks if stands)


def snapshot_doubts(seen: VcenterFacts | None) -> tuple[tuple[str, str], ...]:
    """What stood in the way of a snapshot at one look, each with what to do about it; what nobody saw counts too."""
    if seen is None:
        return (("its vCenter was not asked", "see that hcx-fleet is set up to ask vCenters"),)
    unseen = tuple((one.detail, one.remedy) for one in seen.gaps if one.part in _FOR_A_SNAPSHOT)
    if seen.machine is None:
        return unseen
    nameless = (f"vCenter shows no instance id of {seen.machine.name}", "let the account read the machine's settings")
    found = snapshot_obstacles(seen.machine, seen.tasks or (), seen.missing_privileges or ())
    return (*unseen, *(() if seen.machine.instance_uuid else (nameless,)), *found)


def room_for_one_more(room: Room) -> bool | None:
    """Whether another copy of the largest appliance finds disk space and a host; None where its size is not known."""
    if room.largest_appliance_bytes is None:
        return None
    return room.hosts > room.hosts_in_maintenance and room.free_bytes >= room.largest_appliance_bytes * MARGIN


def _gigabytes(size: int | None) -> str:
    return "unknown space" if size is None else f"{size / 2**30:.0f} GiB"
