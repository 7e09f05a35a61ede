"""What one look at a manager's vCenter observed: a second witness of its version, and what a snapshot needs to know.

One look takes a second or two, so everything in it has one time. A part that is None was not observed; `gaps` say why.
"""

from datetime import datetime

from shared.model.record import record
from shared.model.version import Version


@record
class About:
    """Which vCenter answered."""

    version: str
    build: str
    instance_uuid: str
    """Its own id: a name that leads somewhere else one day is noticed by it."""


@record
class Plugin:
    """One extension that HCX registered in vCenter."""

    key: str
    version: Version
    heartbeat: datetime | None
    """When it last gave a sign of life."""


@record
class MachineSeen:
    """A manager's virtual machine."""

    reference: str
    """vCenter's own reference, such as `vm-36`: another one under the same name is another machine."""
    instance_uuid: str
    name: str
    snapshots: tuple[str, ...]
    """Names of all its snapshots."""
    chain: int
    """Length of its longest chain of snapshots."""
    consolidation_needed: bool | None
    independent_disks: int
    provisioned_bytes: int
    free_bytes: int | None
    """On the fullest of its datastores."""


@record
class PinnedMachine:
    """The machine that a plan means: another one that took its name or address is left alone."""

    reference: str
    instance_uuid: str
    name: str
    """For people; the machine stays the same under another one."""


@record
class VcenterTask:
    """A task that is queued or running on some virtual machine."""

    id: str
    description: str
    """In vCenter's words, such as `VirtualMachine.relocate`."""
    machine: str
    user: str
    running: bool


@record
class Alarm:
    """An alarm that is triggered."""

    name: str
    entity: str
    status: str
    """`red` or `yellow`."""
    since: datetime


@record
class Room:
    """What a redeployment of appliances would find."""

    hosts: int
    hosts_in_maintenance: int
    free_bytes: int
    """On the emptiest datastore."""
    largest_appliance_bytes: int | None
    """Provisioned size of the largest machine that HCX manages; None where there is none."""


@record
class VcenterGap:
    """One part that could not be observed."""

    part: str
    """Name of the field, or `vcenter` when nothing could be read at all."""
    reason: str
    """Stable code of `shared.vsphere.errors`."""
    detail: str
    remedy: str


@record
class VcenterFacts:
    """Everything one look observed."""

    observed_at: datetime
    about: About | None = None
    plugins: tuple[Plugin, ...] | None = None
    """Those of HCX: keys with its prefixes, by key."""
    machine: MachineSeen | None = None
    tasks: tuple[VcenterTask, ...] | None = None
    """Queued or running moves, clones and reconfigurations, whoever began them, and what HCX declares as its own."""
    alarms: tuple[Alarm, ...] | None = None
    room: Room | None = None
    rules: tuple[str, ...] | None = None
    """Names of the DRS rules that name machines which HCX manages."""
    missing_privileges: tuple[str, ...] | None = None
    """Of those that a snapshot takes, on the manager's machine."""
    gaps: tuple[VcenterGap, ...] = ()
