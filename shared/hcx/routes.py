"""Every HCX call there is for us: one row each, and nothing is sent that is not one of them.

HCX has no read-only role and many of its reads are POST requests, so `effect` says what a call does, not its method.
Correcting a path is a change of this table; `docs/hcx-routes.md` is written from it.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from shared.model.record import record


class Port(StrEnum):
    """The two doors of a manager."""

    SERVICE = "service"
    """443, sessions of vCenter users."""
    APPLIANCE = "appliance"
    """9443, HTTP Basic with the appliance's own account."""


class Effect(StrEnum):
    """What a call does to the manager."""

    READ = "read"
    SESSION = "session"
    """Opens a session: changes nothing but can lock an account."""
    MUTATE = "mutate"
    """Changes something: needs a confirmation."""


class Confidence(StrEnum):
    """What a row rests on."""

    DOCUMENTED = "documented"
    """The vendor's documentation shows it."""
    SEEN = "seen"
    """Public code or field notes show it on live systems."""
    INFERRED = "inferred"
    """Nothing public shows it: proposed after its neighbours."""


V4: Final = "4.x"
V9: Final = "9.x"
BOTH: Final = (V4, V9)


@record
class Route:
    """One row of the table."""

    id: str
    generations: tuple[str, ...]
    """HCX API generations that have it."""
    port: Port
    method: str
    path: str
    """`{name}` stands for one part of the path."""
    action: str | None = None
    """The query's `action`, where one path does several things. No other query is ever sent."""
    effect: Effect = Effect.READ
    confidence: Confidence
    source: str
    body: str = ""
    """What is sent and what is answered, in a few words."""


_API = "/hybridity/api"
_SEEN = Confidence.SEEN
_GUESS = Confidence.INFERRED
_TERRAFORM = "vmware/terraform-provider-hcx"
_AVS = "run commands of Azure VMware Solution"
_AVS_GUIDE = "Azure/Enterprise-Scale-for-AVS"
_POWERCLI = "PowerCLI community module VMware.HCX"
_UPGRADE_9X = "bodies: HCX 9 System Upgrade API; its addresses are published nowhere"
_UPGRADE_4X = "proposed after 9.x; nothing public shows the interface behind the 4.x upgrade page"


def _service(name: str, method: str, path: str, source: str, body: str, *, action: str | None = None) -> Route:
    return Route(
        id=name,
        generations=BOTH,
        port=Port.SERVICE,
        method=method,
        path=f"{_API}{path}",
        action=action,
        confidence=_SEEN,
        source=source,
        body=body,
    )


def _appliance(name: str, path: str, source: str, body: str) -> Route:
    return Route(
        id=name,
        generations=BOTH,
        port=Port.APPLIANCE,
        method="GET",
        path=path,
        confidence=_SEEN,
        source=source,
        body=body,
    )


def _upgrade(name: str, generation: str, method: str, path: str, body: str) -> Route:
    return Route(
        id=f"{name}-{generation.replace('.', '')}",
        generations=(generation,),
        port=Port.APPLIANCE,
        method=method,
        path=path,
        effect=Effect.MUTATE if method == "POST" else Effect.READ,
        confidence=_GUESS,
        source=_UPGRADE_9X if generation == V9 else _UPGRADE_4X,
        body=body,
    )


ROUTES: tuple[Route, ...] = (
    _service(
        "liveness",
        "GET",
        "/endpointInfo",
        "public code for 9.x",
        "no credentials; any answer below 500 counts as alive, so a 404 of 4.x does, too",
    ),
    Route(
        id="login",
        generations=BOTH,
        port=Port.SERVICE,
        method="POST",
        path=f"{_API}/sessions",
        effect=Effect.SESSION,
        confidence=_SEEN,
        source=f"{_TERRAFORM}, {_POWERCLI}, {_AVS}",
        body="`{username, password}`; the token comes in the header `x-hm-authorization`",
    ),
    _service("support", "GET", "/metainfo/context/support", _AVS, "`data.localEndpoints[].endpoint.version`"),
    _service(
        "local-clouds",
        "POST",
        "/service/inventory/cloud/list",
        _TERRAFORM,
        "`{filter: {local: true, remote: false}}`; `data.items[].endpointId, name`",
    ),
    _service(
        "pairings",
        "GET",
        "/cloudConfigs",
        f"{_TERRAFORM}, {_POWERCLI}",
        "`data.items[].endpointId, name, url`; that `status.state` says CONNECTED is inferred",
    ),
    _service(
        "meshes",
        "GET",
        "/interconnect/serviceMesh",
        f"{_TERRAFORM}, field notes of 9.1.1",
        "`items[]`; that `state` COMMITTED means in sync is inferred",
    ),
    _service(
        "appliances",
        "POST",
        "/interconnect/appliances/query",
        f"{_TERRAFORM}, field notes of 9.1.1",
        "`{filter: {}}` or `{filter: {serviceMeshId}}`; `items[]`; that `availableVersion` exists is inferred",
    ),
    _service(
        "extensions",
        "GET",
        "/l2Extensions",
        f"{_TERRAFORM}, {_AVS_GUIDE}",
        "`items[]`; `sourceAppliance.applianceId` in an answer and the state REALIZED are inferred",
    ),
    _service(
        "migrations",
        "POST",
        "/migrations",
        _POWERCLI,
        "`{}`; `rows[]` or `items[]`; `migrationInfo.migrationType, phase` are inferred",
        action="query",
    ),
    _service("replications", "POST", "/replications", _AVS, "`{type: summary}`; four counters", action="query"),
    Route(
        id="hcx-tasks",
        generations=BOTH,
        port=Port.SERVICE,
        method="GET",
        path=f"{_API}/interconnect/tasks",
        confidence=_GUESS,
        source="PowerCLI documents the answer `items[], paging`, not the path",
        body="`items[]` as of `hcx-task`",
    ),
    _service(
        "hcx-task",
        "GET",
        "/interconnect/tasks/{id}",
        f"{_TERRAFORM}, {_AVS_GUIDE}, field notes of 9.1.1",
        "`interconnectTaskId, entityDetails, type, status, progress, message, errorMessage, steps[]`",
    ),
    _service("job", "GET", "/jobs/{id}", _TERRAFORM, "`isDone` may be true of a job that failed: `didFail` goes first"),
    _service("compute-profiles", "GET", "/interconnect/computeProfiles", _TERRAFORM, "not called yet"),
    _service("network-profiles", "POST", "/networks", _TERRAFORM, "not called yet", action="queryIpUsage"),
    _appliance("components-appengine", "/components/appengine/status", f"{_TERRAFORM}, {_AVS_GUIDE}", "`{result}`"),
    _appliance("components-web", "/components/web/status", _AVS_GUIDE, "`{result}`"),
    _appliance("components-planengine", "/components/planengine/status", _AVS_GUIDE, "`{result}`"),
    _appliance(
        "vcenter-config",
        "/api/admin/global/config/vcenter",
        f"{_TERRAFORM}, {_POWERCLI}",
        "`data.items[].config`; that its `status` says OK rests on one field note",
    ),
    _appliance(
        "nsx-config",
        "/api/admin/global/config/nsx",
        f"{_TERRAFORM}, {_POWERCLI}",
        "`data.items[].config`; that its `status` says OK is inferred from vCenter's",
    ),
    _upgrade("upgrade-status", V9, "GET", "/api/admin/system/upgrade", "`UpgradeResponse`"),
    _upgrade("upgrade-bundle", V9, "GET", "/api/admin/system/upgrade/bundle", "`UpgradeResponse` of the upload"),
    _upgrade("upgrade-manager", V9, "POST", "/api/admin/system/upgrade", "`UpgradeRequest`; 202 `UpgradeResponse`"),
    _upgrade("upgrade-status", V4, "GET", "/api/admin/upgrade", "as 9.x"),
    _upgrade("upgrade-bundle", V4, "GET", "/api/admin/upgrade/bundle", "as 9.x"),
    _upgrade("upgrade-manager", V4, "POST", "/api/admin/upgrade", "as 9.x"),
    Route(
        id="upgrade-appliance",
        generations=BOTH,
        port=Port.SERVICE,
        method="POST",
        path=f"{_API}/interconnect/serviceMesh/{{mesh}}/appliances/upgrade",
        effect=Effect.MUTATE,
        confidence=_GUESS,
        source="proposed after redeploy and resync; nothing public shows it",
        body="`{appliances: [{applianceId, applianceName}], mode: STANDARD, force: false}`; `data.interconnectTaskId`",
    ),
    Route(
        id="redeploy-appliance",
        generations=BOTH,
        port=Port.SERVICE,
        method="POST",
        path=f"{_API}/interconnect/appliances/{{appliance}}/redeploy",
        effect=Effect.MUTATE,
        confidence=_GUESS,
        source="the body is documented (workload migration API), the address is not",
        body="not called yet",
    ),
)

_BY_ID = {row.id: row for row in ROUTES}
_PART = r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
"""One part of a path: nothing that could be read as two parts, or as the way back to the parent."""
_PATTERNS = {row.id: re.compile(re.sub(r"\\{\w+\\}", _PART, re.escape(row.path))) for row in ROUTES}


def route(name: str) -> Route:
    """The row of that id.

    Raises:
        KeyError: there is none.
    """
    return _BY_ID[name]


def path_of(row: Route, parts: Iterable[str]) -> str:
    """The path with its parts filled in, in their order.

    Raises:
        ValueError: a part would make another path of it.
    """
    left = list(parts)
    path = re.sub(r"\{\w+\}", lambda _: left.pop(0) if left else "{}", row.path)
    if left or not _PATTERNS[row.id].fullmatch(path):
        raise ValueError("an id does not fit into a path")
    return path


def find(port: Port, method: str, path: str, action: str | None) -> Route | None:
    """The one row that such a request is, None where there is none."""
    return next(
        (
            row
            for row in ROUTES
            if (row.port, row.method, row.action) == (port, method, action) and _PATTERNS[row.id].fullmatch(path)
        ),
        None,
    )


@record
class NeededRoutes:
    """The mutating routes that steps of our own use."""

    manager: tuple[str, ...]
    mesh: tuple[str, ...]


def needed_routes(generation: str) -> NeededRoutes | None:
    """What a manager step and a mesh step need confirmed; None for a generation that is not known."""
    if generation not in BOTH:
        return None
    return NeededRoutes(manager=(f"upgrade-manager-{generation.replace('.', '')}",), mesh=("upgrade-appliance",))
