"""What one log-in at a manager's vCenter reads; whatever cannot be read is a gap."""

import ipaddress
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from pyVmomi import vim

from shared.model.record import record
from shared.model.vcenter import About, Alarm, MachineSeen, Plugin, Room, VcenterFacts, VcenterGap, VcenterTask
from shared.model.version import Version
from shared.vsphere.connection import Connection, classified
from shared.vsphere.errors import MachineNotFoundError, SessionLostError, VcenterAwayError, VcenterError
from shared.vsphere.properties import CLUSTER, DATASTORE, ENTITY, HOST, MACHINE, Found, read, read_all

PREFIXES: Final = ("com.vmware.hybridity", "com.vmware.hcsp", "com.vmware.vca.marketing")
"""Keys of HCX's extensions, as two public scripts name them; matched by prefix, since no vendor list is public."""
MOVES: Final = ("relocate", "migrate", "clone", "reconfigure", "reconfigVM")
SNAPSHOT_PRIVILEGES: Final = ("VirtualMachine.State.CreateSnapshot", "VirtualMachine.State.RemoveSnapshot")
_MACHINE: Final = (
    "config.instanceUuid",
    "config.hardware.device",
    "snapshot",
    "runtime.consolidationNeeded",
    "summary.storage",
    "datastore",
)
_TASK_PAGE: Final = 100
_TASK_PAGES: Final = 20
_ENDS = (SessionLostError, VcenterAwayError)
"""After these the next question would end alike."""


@record
class Machine:
    """The manager's machine, found exactly once."""

    seen: MachineSeen
    target: Any
    tree: tuple[Any, ...]
    """The library's snapshot trees, for whoever removes one."""


class Reader:
    """Reads one vCenter during one log-in."""

    def __init__(self, connection: Connection, host: str) -> None:
        self._connection = connection
        self._content = connection.content
        self._host = host
        self._gaps: list[VcenterGap] = []

    def everything(self, address: str, now: datetime) -> VcenterFacts:
        """All parts; the machine is the one with that address or name."""
        found = self._see("machine", lambda: self.machine(address))
        facts = VcenterFacts(
            observed_at=now,
            about=self._see("about", self.about),
            plugins=self._see("plugins", self.plugins),
            machine=found.seen if found else None,
            tasks=self._see("tasks", self.tasks),
            alarms=self._see("alarms", self.alarms),
            room=self._see("room", self.room),
            rules=self._see("rules", self.rules),
            missing_privileges=self._see("missing_privileges", lambda: self.missing(found.target)) if found else None,
        )
        return replace(facts, gaps=tuple(self._gaps))

    def _see[T](self, part: str, look: Callable[[], T]) -> T | None:
        try:
            with classified(self._host):
                return look()
        except VcenterError as error:
            if isinstance(error, _ENDS):
                raise
            self._gaps.append(VcenterGap(part=part, reason=error.reason, detail=error.detail, remedy=error.remedy))
            return None

    def about(self) -> About:
        """Which vCenter it is."""
        about = self._content.about
        return About(version=about.version, build=about.build, instance_uuid=about.instanceUuid or "")

    def clock(self) -> datetime:
        """What its clock shows.

        Raises:
            VcenterError: it does not say.
        """
        with classified(self._host):
            shown: datetime = vim.ServiceInstance("ServiceInstance", self._connection.stub).CurrentTime()
            return shown.astimezone(UTC)

    def plugins(self) -> tuple[Plugin, ...]:
        """The extensions of HCX."""
        return tuple(
            Plugin(key=one.key, version=Version(one.version or ""), heartbeat=one.lastHeartbeatTime)
            for one in sorted(self._extensions, key=lambda each: str(each.key))
        )

    def machine(self, address: str) -> Machine:
        """The one machine with that IP address, or DNS name where no address is known, as its guest reports them.

        Raises:
            MachineNotFoundError: there is none, or there are several.
        """
        index = self._content.searchIndex
        by_ip = _is_ip(address)
        hits = (
            index.FindAllByIp(ip=address, vmSearch=True)
            if by_ip
            else index.FindAllByDnsName(dnsName=address, vmSearch=True)
        )
        found = read(self._connection, hits or [], MACHINE, _MACHINE)
        if len(found) != 1:
            names = ", ".join(sorted(str(one.get("name")) for one in found)) or "none"
            raise MachineNotFoundError(
                f"{self._host}: {len(found)} machines have the {'address' if by_ip else 'name'} {address}: {names}",
                "see in vCenter which machine is the manager's: exactly one may report it as its own",
            )
        return _machine(self._connection, found[0])

    def tasks(self) -> tuple[VcenterTask, ...]:
        """Moves, clones, reconfigurations and what HCX began, queued or running: the history, as recent tasks are few.

        HCX's are of the types that its extensions declare; that it declares all of its own is unverified.
        """
        declared = {str(one.taskID) for each in self._extensions for one in each.taskList or ()}
        wanted = vim.TaskFilterSpec(state=[vim.TaskInfo.State.queued, vim.TaskInfo.State.running])
        collector = self._content.taskManager.CreateCollectorForTasks(filter=wanted)
        try:
            return tuple(_task(one) for one in _each_task(collector) if _counts(one.descriptionId or "", declared))
        finally:
            collector.DestroyCollector()

    def alarms(self) -> tuple[Alarm, ...]:
        """What is triggered anywhere, red or yellow."""
        states = [one for one in self._content.rootFolder.triggeredAlarmState or [] if one.overallStatus != "green"]
        entities = {_id(one.entity): one.entity for one in states}
        named = {
            one.reference: str(one.get("name")) for one in read(self._connection, [*entities.values()], ENTITY, [])
        }
        titles = {_id(one): str(one.info.name) for one in {_id(each.alarm): each.alarm for each in states}.values()}
        found = (_alarm(one, titles[_id(one.alarm)], named.get(_id(one.entity), "")) for one in states)
        return tuple(sorted(found, key=lambda one: (one.entity, one.name)))

    def room(self) -> Room:
        """What a redeployment would find."""
        hosts = read_all(self._connection, HOST, ["runtime.inMaintenanceMode"])
        stores = read_all(self._connection, DATASTORE, ["summary.freeSpace", "summary.accessible"])
        sizes = [_provisioned(one) for one in self._appliances]
        return Room(
            hosts=len(hosts),
            hosts_in_maintenance=sum(bool(one.get("runtime.inMaintenanceMode")) for one in hosts),
            free_bytes=max((_free(one) for one in stores), default=0),
            largest_appliance_bytes=max(sizes, default=None),
        )

    def rules(self) -> tuple[str, ...]:
        """DRS rules that name machines which HCX manages: reported, never changed."""
        own = {one.reference for one in self._appliances}
        clusters = read_all(self._connection, CLUSTER, ["configurationEx"])
        rules = [rule for one in clusters for rule in getattr(one.get("configurationEx"), "rule", None) or []]
        named = [rule for rule in rules if own & {_id(vm) for vm in getattr(rule, "vm", None) or []}]
        return tuple(sorted({str(rule.name) for rule in named}))

    def missing(self, machine: Any) -> tuple[str, ...]:
        """Of the privileges that a snapshot takes, those that this session has not."""
        answers = self._content.authorizationManager.HasPrivilegeOnEntities(
            entity=[machine], sessionId=self._connection.session, privId=list(SNAPSHOT_PRIVILEGES)
        )
        granted = {one.privId for each in answers for one in each.privAvailability if one.isGranted}
        return tuple(one for one in SNAPSHOT_PRIVILEGES if one not in granted)

    @cached_property
    def _extensions(self) -> tuple[Any, ...]:
        """Those of HCX."""
        listed = self._content.extensionManager.extensionList or ()
        return tuple(one for one in listed if str(one.key).startswith(PREFIXES))

    @cached_property
    def _appliances(self) -> tuple[Found, ...]:
        every = read_all(self._connection, MACHINE, ["config.managedBy", "summary.storage"])
        return tuple(one for one in every if _by_hcx(one.get("config.managedBy")))


def gap_of(error: VcenterError) -> VcenterGap:
    """The gap where nothing could be read at all."""
    return VcenterGap(part="vcenter", reason=error.reason, detail=error.detail, remedy=error.remedy)


def _id(target: Any) -> str:
    return str(target._moId)  # noqa: SLF001 -- its only name


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _free(store: Found) -> int:
    """Free space that can be used; an inaccessible datastore has none."""
    return int(store.get("summary.freeSpace") or 0) if store.get("summary.accessible") else 0


def _by_hcx(managed: Any) -> bool:
    return managed is not None and str(managed.extensionKey).startswith(PREFIXES)


def _machine(connection: Connection, found: Found) -> Machine:
    trees = tuple(getattr(found.get("snapshot"), "rootSnapshotList", None) or ())
    stores = read(connection, list(found.get("datastore") or []), DATASTORE, ["summary.freeSpace"])
    seen = MachineSeen(
        reference=found.reference,
        instance_uuid=str(found.get("config.instanceUuid") or ""),
        name=str(found.get("name")),
        snapshots=tuple(str(one.name) for one in flat(trees)),
        chain=_depth(trees),
        consolidation_needed=found.get("runtime.consolidationNeeded"),
        independent_disks=sum(map(_independent, found.get("config.hardware.device") or [])),
        provisioned_bytes=_provisioned(found),
        free_bytes=min((one.get("summary.freeSpace") or 0 for one in stores), default=None),
    )
    return Machine(seen=seen, target=found.target, tree=trees)


def flat(trees: Sequence[Any]) -> Iterator[Any]:
    """Every snapshot of these trees, parents first."""
    for one in trees:
        yield one
        yield from flat(one.childSnapshotList or ())


def _depth(trees: Sequence[Any]) -> int:
    return max((1 + _depth(one.childSnapshotList or ()) for one in trees), default=0)


def _independent(device: Any) -> bool:
    return str(getattr(getattr(device, "backing", None), "diskMode", "")).startswith("independent")


def _provisioned(found: Found) -> int:
    storage = found.get("summary.storage")
    return int(storage.committed + storage.uncommitted) if storage is not None else 0


def _each_task(collector: Any) -> Iterator[Any]:
    for _ in range(_TASK_PAGES):
        page = collector.ReadNextTasks(_TASK_PAGE) or []
        yield from page
        if len(page) < _TASK_PAGE:
            return


def _counts(description: str, declared: set[str]) -> bool:
    """Whether a task of this type moves a machine, or is one that HCX declares as its own."""
    kind, _, action = description.partition(".")
    return (kind == "VirtualMachine" and action in MOVES) or description in declared


def _task(info: Any) -> VcenterTask:
    return VcenterTask(
        id=str(info.key),
        description=str(info.descriptionId),
        machine=str(info.entityName or ""),
        user=str(getattr(info.reason, "userName", "") or ""),
        running=info.state == vim.TaskInfo.State.running,
    )


def _alarm(state: Any, title: str, entity: str) -> Alarm:
    return Alarm(
        name=title,
        entity=entity,
        status=str(state.overallStatus),
        since=state.time,
    )
