"""How long an observation counts: one table, with reasons.

The spans are ours: no vendor text gives any. Each is as long as the thing usually stays as it was seen, and short
enough that whoever acts on it acts on what is there. They are not stretched for anybody's run: what is too old is
observed again.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from shared.model.facts import (
    AddressPool,
    Appliance,
    HaGroup,
    HcxJob,
    Identity,
    Licence,
    ManagerFacts,
    Mesh,
    Migration,
    NetworkExtension,
    Pairing,
    Protection,
    ReplicationCounters,
    Seen,
    ServiceState,
    Status,
    UpgradeStatus,
)
from shared.model.record import record

CLOCKS_APART = timedelta(minutes=5)
"""An observation may come from another machine, whose clock may be ahead by this much. Beyond it the time means nothing
and the observation does not count: with a clock that is wrong, nobody knows how old it is."""


@record
class LifeSpan:
    """How long one kind of observation counts, and why so long."""

    span: timedelta
    reason: str

    def covers(self, observed_at: datetime, now: datetime) -> bool:
        """Whether something observed then still counts."""
        return -CLOCKS_APART <= now - observed_at <= self.span


@record
class Aspect[T]:
    """One side of a manager that decisions look at: where it stands in the facts, and how long it counts."""

    name: str
    """In words, to follow "its": plural or singular as people say it."""
    section: str
    """Field of `ManagerFacts`, by which gaps name it."""
    read: Callable[[ManagerFacts], Seen[T] | None]
    life: LifeSpan


_LIVE = timedelta(minutes=15)
_SETTLED = timedelta(hours=1)
_LASTING = timedelta(days=7)

_RUNNING = LifeSpan(span=_LIVE, reason="begins and ends at any minute, by anybody's hand")
_CONNECTED = LifeSpan(span=_LIVE, reason="a connection breaks without notice")
_CONFIGURED = LifeSpan(
    span=_SETTLED, reason="somebody has to change, restart or break it; that is noticed within the hour"
)
_VERSION = LifeSpan(
    span=_LASTING,
    reason="changes by an upgrade only; those of the provider are announced, and every step looks again before it "
    "changes something",
)
DEPLOYMENT = LifeSpan(span=_SETTLED, reason="somebody has to edit a compute profile; that is noticed within the hour")
"""How long it counts where appliances are deployed."""
_KEPT = LifeSpan(span=timedelta(days=1), reason="backups are made daily, and a snapshot is deleted after a day")

ALIVE: Aspect[bool] = Aspect(name="sign of life", section="alive", read=lambda facts: facts.alive, life=_CONNECTED)
LOGGED_IN: Aspect[bool] = Aspect(
    name="log-in", section="logged_in", read=lambda facts: facts.logged_in, life=_CONFIGURED
)
CERTIFICATE_UNTIL: Aspect[datetime] = Aspect(
    name="certificate's end",
    section="certificate_until",
    read=lambda facts: facts.certificate_until,
    life=LifeSpan(span=timedelta(days=1), reason="somebody has to renew it; that is noticed within the day"),
)
CLOCK: Aspect[datetime] = Aspect(
    name="clock",
    section="clock",
    read=lambda facts: facts.clock,
    life=LifeSpan(span=_SETTLED, reason="a clock drifts slowly, and somebody sets it; that is noticed within the hour"),
)
LICENCE: Aspect[Licence] = Aspect(
    name="licence",
    section="licence",
    read=lambda facts: facts.licence,
    life=LifeSpan(span=timedelta(days=1), reason="it runs for days, and somebody has to change it"),
)
VERSION: Aspect[Identity] = Aspect(name="version", section="identity", read=lambda facts: facts.identity, life=_VERSION)
SERVICES: Aspect[tuple[ServiceState, ...]] = Aspect(
    name="component services", section="services", read=lambda facts: facts.services, life=_CONFIGURED
)
VCENTER: Aspect[Status] = Aspect(
    name="vCenter connection", section="vcenter", read=lambda facts: facts.vcenter, life=_CONFIGURED
)
NSX: Aspect[Status] = Aspect(name="NSX connection", section="nsx", read=lambda facts: facts.nsx, life=_CONFIGURED)
PAIRINGS: Aspect[tuple[Pairing, ...]] = Aspect(
    name="site pairings", section="pairings", read=lambda facts: facts.pairings, life=_CONFIGURED
)
MESHES: Aspect[tuple[Mesh, ...]] = Aspect(
    name="service meshes", section="meshes", read=lambda facts: facts.meshes, life=_CONFIGURED
)
APPLIANCES: Aspect[tuple[Appliance, ...]] = Aspect(
    name="appliances", section="appliances", read=lambda facts: facts.appliances, life=_VERSION
)
TUNNELS: Aspect[tuple[Appliance, ...]] = Aspect(
    name="tunnels", section="appliances", read=lambda facts: facts.appliances, life=_CONNECTED
)
"""The same section as `APPLIANCES`, for who looks at what carries traffic and not at versions."""
EXTENSIONS: Aspect[tuple[NetworkExtension, ...]] = Aspect(
    name="extended networks", section="extensions", read=lambda facts: facts.extensions, life=_CONFIGURED
)
HA_GROUPS: Aspect[tuple[HaGroup, ...]] = Aspect(
    name="high availability groups", section="ha_groups", read=lambda facts: facts.ha_groups, life=_CONFIGURED
)
ADDRESS_POOLS: Aspect[tuple[AddressPool, ...]] = Aspect(
    name="address pools", section="address_pools", read=lambda facts: facts.address_pools, life=_CONFIGURED
)
ROOM: Aspect[int] = Aspect(name="room for appliances", section="room", read=lambda facts: facts.room, life=_CONFIGURED)
MIGRATIONS: Aspect[tuple[Migration, ...]] = Aspect(
    name="migrations", section="migrations", read=lambda facts: facts.migrations, life=_RUNNING
)
REPLICATIONS: Aspect[ReplicationCounters] = Aspect(
    name="replications", section="replications", read=lambda facts: facts.replications, life=_RUNNING
)
JOBS: Aspect[tuple[HcxJob, ...]] = Aspect(name="HCX jobs", section="jobs", read=lambda facts: facts.jobs, life=_RUNNING)
UPGRADE: Aspect[UpgradeStatus] = Aspect(
    name="upgrade status", section="upgrade", read=lambda facts: facts.upgrade, life=_RUNNING
)
PROTECTION: Aspect[Protection] = Aspect(
    name="backup and snapshot", section="protection", read=lambda facts: facts.protection, life=_KEPT
)

ASPECTS = (
    ALIVE,
    LOGGED_IN,
    CERTIFICATE_UNTIL,
    CLOCK,
    LICENCE,
    VERSION,
    SERVICES,
    VCENTER,
    NSX,
    PAIRINGS,
    MESHES,
    APPLIANCES,
    TUNNELS,
    EXTENSIONS,
    HA_GROUPS,
    ADDRESS_POOLS,
    ROOM,
    MIGRATIONS,
    REPLICATIONS,
    JOBS,
    UPGRADE,
    PROTECTION,
)
"""Every aspect of a manager that decisions look at."""


def observed(facts: ManagerFacts) -> Iterator[tuple[Aspect[Any], Seen[Any]]]:
    """Every aspect of a manager that was observed, with what was, however old it is."""
    for aspect in ASPECTS:
        seen = aspect.read(facts)
        if seen is not None:
            yield aspect, seen


IN_VCENTER = LifeSpan(
    span=_LIVE, reason="machines are moved, alarms come and disks fill at any minute, by anybody's hand"
)
"""How long it counts what a manager's vCenter showed."""
TAGS = LifeSpan(span=_LIVE, reason="anybody with access to the private cloud sets a hold at any minute")
"""How long the tags of a private cloud count."""
MAINTENANCES = LifeSpan(span=_SETTLED, reason="somebody has to schedule a maintenance; that is noticed within the hour")
"""How long it counts what the provider plans for a private cloud."""
CLOUD_DETAILS = LifeSpan(
    span=timedelta(days=1),
    reason="somebody orders, locks or activates something by hand, and nothing of an upgrade in progress hangs on it",
)
"""How long it counts what else Azure said of a private cloud: add-on, enterprise sites, locks."""
PROVISIONING = LifeSpan(
    span=_SETTLED, reason="somebody has to begin an operation on the private cloud; that is noticed within the hour"
)
"""How long the provisioning state of a private cloud counts."""
