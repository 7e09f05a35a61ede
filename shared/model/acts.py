"""What came of trying something at an HCX manager, and the few facts that a wait looks at."""

from datetime import datetime
from typing import Literal

from shared.model.facts import Gap, HcxJob, ServiceState, Status
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
class ApplianceSeen:
    """A short look at one appliance and its peers, from one side of the mesh."""

    at: datetime
    version: Version | None = None
    peer_versions: tuple[Version, ...] = ()
    tunnel: Status | None = None
    peer_tunnels: tuple[Status, ...] = ()
    job: HcxJob | None = None
    gap: Gap | None = None
