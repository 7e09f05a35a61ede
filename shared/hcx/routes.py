"""Every HCX call there is for us: one row each, and nothing is sent that is not one of them.

HCX has no read-only role and many of its reads are POST requests, so `effect` says what a call does, not its method.
Correcting a path is a change of this table; `docs/hcx-routes.md` is written from it. A file of the owner can correct
reads (`route_overrides.py`), and a confirmation says which call a changing row really is.
"""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from functools import cached_property
from typing import Final

from shared.model.call import Call
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
    query: str = ""
    """`action=word` where one path does several things, `key={name}` where it takes an id; no other is ever sent."""
    effect: Effect = Effect.READ
    confidence: Confidence
    source: str
    body: str = ""
    """What is sent and what is answered, in a few words."""

    @property
    def call(self) -> Call:
        """Method and target as documents write them; a key of the query is filled by the id of its name."""
        return Call(method=self.method, target=f"{self.path}?{self.query}" if self.query else self.path)

    def at(self, call: Call) -> "Route":
        """The same row with another call."""
        path, _, query = call.target.partition("?")
        return replace(self, method=call.method, path=path, query=query)


_API = "/hybridity/api"
_SEEN = Confidence.SEEN
_GUESS = Confidence.INFERRED
_TERRAFORM = "vmware/terraform-provider-hcx"
_AVS = "run commands of Azure VMware Solution"
_AVS_GUIDE = "Azure/Enterprise-Scale-for-AVS"
_POWERCLI = "PowerCLI community module VMware.HCX"
_DOCS = "field notes of 9.1.1, Azure/Enterprise-Scale-for-AVS"
_DOCS_GUESS = "where Swagger UI's own files and lists usually are"
_UPGRADE_9X = "bodies: HCX 9 System Upgrade API; its addresses are published nowhere"
_UPGRADE_4X = "proposed after 9.x; nothing public shows the interface behind the 4.x upgrade page"


def _service(name: str, method: str, path: str, source: str, body: str, *, query: str = "") -> Route:
    return Route(
        id=name,
        generations=BOTH,
        port=Port.SERVICE,
        method=method,
        path=f"{_API}{path}",
        query=query,
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


def _documents(name: str, path: str, *, confidence: Confidence = Confidence.SEEN) -> Route:
    return Route(
        id=f"api-docs{name}",
        generations=BOTH,
        port=Port.SERVICE,
        method="GET",
        path=f"/hybridity/docs/{path}",
        confidence=confidence,
        source=_DOCS if confidence is _SEEN else _DOCS_GUESS,
        body="read by `hcx-fleet doctor --contract` alone",
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
        "`items[]`; that `state` COMMITTED means in sync, and that an answer has `computeProfiles[].networks[].tags`, "
        "is inferred",
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
        "`items[]`; `sourceAppliance.applianceId` and `features.mobilityOptimizedNetworking` in an answer and the "
        "state REALIZED are inferred",
    ),
    _service(
        "migrations",
        "POST",
        "/migrations",
        _POWERCLI,
        "`{}`; `rows[]` or `items[]`; `migrationInfo.migrationType, phase` are inferred",
        query="action=query",
    ),
    _service("replications", "POST", "/replications", _AVS, "`{type: summary}`; four counters", query="action=query"),
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
    _service(
        "ha-groups",
        "GET",
        "/interconnect/appliances/ha/groups",
        _AVS_GUIDE,
        "`items[]`, empty without high availability; that `haGroupId, appliances[].applianceId` name group and members "
        "is inferred",
        query="serviceMeshId={mesh}",
    ),
    _service(
        "compute-profiles",
        "GET",
        "/interconnect/computeProfiles",
        _TERRAFORM,
        "`items[].computeProfileId, networks[].id, tags[]`; asked only where a mesh does not name its networks",
        query="endpointId={system}",
    ),
    _service(
        "network-profiles",
        "POST",
        "/networks",
        _TERRAFORM,
        "`{filter: {ownedBySystem: true, allowTrunkInterfaces: false}}`; a bare list of `objectId, name`; the counts "
        "`totalIps, usedIps, availableIps` are inferred",
        query="action=queryIpUsage",
    ),
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
    Route(
        id="licences-9x",
        generations=(V9,),
        port=Port.APPLIANCE,
        method="GET",
        path="/api/admin/licenses",
        confidence=_SEEN,
        source="field notes of 9.1.1",
        body="a mode such as EVALUATION_MODE and a date; how its fields are called is inferred",
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
    _documents("", ""),
    _documents("-index", "index.html"),
    _documents("-document", "apis/{component}/{schema}"),
    _documents("-document-below", "apis/{component}/{folder}/{schema}", confidence=_GUESS),
    _documents("-list", "apis/{component}", confidence=_GUESS),
    _documents("-file", "{file}", confidence=_GUESS),
)


class RouteTable:
    """The rows that count: those delivered, with what the owner corrected about reads."""

    def __init__(self, rows: Iterable[Route]) -> None:
        self.rows = tuple(rows)

    def route(self, name: str, generation: str | None = None) -> Route:
        """The row of that id for that generation; the first one where the generation is not known.

        Raises:
            KeyError: there is none of that id.
        """
        found = self._by_id[name]
        return next((row for row in found if generation in row.generations), found[0])

    def generations(self, name: str) -> tuple[str, ...]:
        """The generations that have a row of that id, none where there is no such row."""
        return tuple(one for row in self._by_id.get(name, ()) for one in row.generations)

    def find(self, port: Port, method: str, target: str) -> Route | None:
        """The row that such a request is, None where there is none; one that changes something goes first."""
        fits = (row for row in self._careful if row.port is port and self._calls[row].fits(method, target))
        return next(fits, None)

    @cached_property
    def _by_id(self) -> dict[str, tuple[Route, ...]]:
        ids = dict.fromkeys(row.id for row in self.rows)
        return {name: tuple(row for row in self.rows if row.id == name) for name in ids}

    @cached_property
    def _careful(self) -> tuple[Route, ...]:
        return tuple(sorted(self.rows, key=lambda row: row.effect is not Effect.MUTATE))

    @cached_property
    def _calls(self) -> dict[Route, Call]:
        return {row: row.call for row in self.rows}


DELIVERED: Final = RouteTable(ROUTES)
