"""What came of trying something at an HCX manager, and the few facts that a wait looks at."""

from datetime import datetime
from typing import Literal

from shared.model.facts import Gap, HcxJob, NetworkExtension, ServiceState, Status
from shared.model.ne_mode import ApplianceMode
from shared.model.record import record
from shared.model.vcenter import Plugin, VcenterGap
from shared.model.version import Version


@record
class Started:
    """The one mutating call was made and accepted."""

    kind: Literal["started"] = "started"
    job: str | None
    route: str
    confidence: str


@record
class Adopted:
    """It was already running, or already done, when we looked; nothing was sent."""

    kind: Literal["adopted"] = "adopted"
    job: str | None
    detail: str


@record
class AskAgain:
    """Not now: the manager is starting, busy or throttles. Nothing took effect."""

    kind: Literal["ask-again"] = "ask-again"
    detail: str
    after_seconds: int | None = None


@record
class Refused:
    """It cannot be done so; somebody has to act. Nothing was changed."""

    kind: Literal["refused"] = "refused"
    reason: str
    """Stable code, such as `not-confirmed`, `login-refused`, `certificate` or `rejected`."""
    detail: str
    remedy: str


@record
class Uncertain:
    """The call was sent and no answer came: only observation can tell, the call is not repeated."""

    kind: Literal["uncertain"] = "uncertain"
    detail: str


type Act = Started | Adopted | AskAgain | Refused | Uncertain


@record
class ApplianceWanted:
    """The appliance that is to be upgraded with its peers, and how."""

    mesh: str
    """Id of the mesh."""
    appliance: str
    name: str
    mode: ApplianceMode
    beside: frozenset[str] = frozenset()
    """Ids and names of those that may be in change at the same time: HCX at work on them is no reason to wait."""


@record
class ManagerSeen:
    """A short look at one manager."""

    at: datetime
    alive: bool
    version: Version | None = None
    system_id: str | None = None
    services: tuple[ServiceState, ...] | None = None
    upgrade: HcxJob | None = None
    staged: Version | None = None
    gap: Gap | None = None
    """Why version or services are missing."""
    plugins: tuple[Plugin, ...] | VcenterGap | None = None
    """HCX's plug-ins in vCenter, a second witness of the version; None where nobody asked."""


@record
class MemberSeen:
    """What a short look says of another member of an appliance's high availability group, and of its peers."""

    appliance: str
    """Its id."""
    version: Version | None = None
    peer_versions: tuple[Version, ...] = ()
    tunnel: Status | None = None
    peer_tunnels: tuple[Status, ...] = ()
    gap: Gap | None = None
    """Why it could not be seen."""


@record
class ApplianceSeen:
    """A short look at one appliance and its peers, from one side of the mesh."""

    at: datetime
    version: Version | None = None
    peer_versions: tuple[Version, ...] = ()
    tunnel: Status | None = None
    peer_tunnels: tuple[Status, ...] = ()
    job: HcxJob | None = None
    gap: Gap | None = None
    others: tuple[MemberSeen, ...] = ()
    """The other members of its group, which the product changes along with it; empty where nobody asked."""
    extensions: tuple[NetworkExtension, ...] | Gap | None = None
    """Networks that it or another member of its group carries; a gap where they could not be read, None where nobody
    asked."""


@record
class TunnelSeen:
    """The tunnel of one appliance, as one side of the mesh tells it."""

    appliance: str
    """Id of the appliance."""
    status: Status


@record
class ApplianceTraffic:
    """What one side of a mesh says of its tunnels and of the networks that it stretches."""

    at: datetime
    tunnels: tuple[TunnelSeen, ...] | None = None
    """Of every appliance of the mesh, with its peers; None where they could not be read."""
    extensions: tuple[NetworkExtension, ...] | None = None
    """Of the whole side: which appliance carries a network may change with it. None where they could not be read."""
    gap: Gap | None = None
    """Why something is missing."""
