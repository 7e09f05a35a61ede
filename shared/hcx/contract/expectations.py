"""What every readable route is asked and what its answer should look like: the parsers' assumptions, written out.

A parser says whether an answer can be used; the fields beside it say what public material shows, so that a first
contact tells more than yes or no. `?` marks what an answer may leave out.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from shared.hcx.answer import Answer
from shared.hcx.contract.shape import Field
from shared.hcx.parse_appliance import read_component, read_licence, read_link, read_staged, read_upgrade
from shared.hcx.parse_identity import read_pairings, read_system, read_version
from shared.hcx.parse_mesh import read_appliances, read_extensions, read_groups, read_meshes
from shared.hcx.parse_network import read_compute_profiles, read_network_profiles
from shared.hcx.parse_work import read_job, read_migrations, read_replications, read_task, read_tasks
from shared.model.codec import Json
from shared.model.record import record


@record
class Expectation:
    """One readable route."""

    body: Json = None
    """What is sent with a POST."""
    read: Callable[[Answer], object] | None = None
    """The parser; None for a route that nothing reads yet."""
    fields: tuple[Field, ...] = ()
    """Below the members of its list where it answers with one, else below the top."""
    listed: bool = False
    """Whether it answers with a list, wherever in the answer that stands."""
    ids: tuple[str, ...] = ()
    """Keys of earlier answers whose value can stand for the id in its call."""
    absent: bool = False
    """Whether 404 is as good an answer as any: nothing is there."""


def _fields(*texts: str) -> tuple[Field, ...]:
    return tuple(map(Field.of, texts))


_TASK = (
    "interconnectTaskId: text",
    "entityDetails: object",
    "entityDetails.id: text",
    "entityDetails.type: text",
    "type: text",
    "status: text",
    "progress?: number",
    "message?: text",
    "errorMessage?: text",
    "startTime?: number",
    "endTime?: number",
    "request?: object",
    "request.appliances?: list",
    "request.appliances[].applianceId?: text",
    "steps?: list",
    "steps[].title?: text",
    "steps[].status?: text",
    "steps[].errors?: list",
)
_UPGRADE = (
    "status: text",
    "message?: text",
    "progress?: number",
    "createTime?: number",
    "lastUpdatedTime?: number",
    "currentVersion?: text",
    "bundleMetadata?: object",
    "bundleMetadata.version?: text",
    "bundleMetadata.buildNumber?: text",
    "subTasks?: list",
    "subTasks[].state?: text",
    "subTasks[].status?: text",
)
_COUNTER = ("outgoing", "incoming")


def _upgrade(read: Callable[[Answer], object], *, absent: bool = False) -> Expectation:
    return Expectation(read=read, fields=_fields(*_UPGRADE), absent=absent)


def _component(name: str) -> Expectation:
    return Expectation(read=partial(read_component, name=name), fields=_fields("result: text"))


_LINK = Expectation(
    read=read_link,
    listed=True,
    fields=_fields("config: object", "config.url: text", "config.status: text", "section?: text"),
)

EXPECTATIONS: Final[Mapping[str, Expectation]] = {
    "support": Expectation(
        read=read_version,
        fields=_fields(
            "data: object",
            "data.localEndpoints: list",
            "data.localEndpoints[].endpoint: object",
            "data.localEndpoints[].endpoint.version: text|object",
        ),
    ),
    "local-clouds": Expectation(
        body={"filter": {"local": True, "remote": False}},
        read=read_system,
        listed=True,
        fields=_fields("endpointId: text", "name: text", "url?: text", "endpointType?: text"),
    ),
    "pairings": Expectation(
        read=read_pairings,
        listed=True,
        fields=_fields("endpointId: text", "name?: text", "url: text", "cloudType?: text", "status: object|text"),
    ),
    "meshes": Expectation(
        read=read_meshes,
        listed=True,
        fields=_fields(
            "serviceMeshId: text",
            "name: text",
            "state: text",
            "backingApplianceType?: text",
            "computeProfiles: list",
            "computeProfiles[].endpointId: text",
            "computeProfiles[].isInitiator?: flag",
            "services: list",
            "services[].name?: text",
            "lastTaskDetails?: object",
            "lastTaskDetails.type?: text",
            "lastTaskDetails.status?: text",
            "lastTaskDetails.taskId?: text",
        ),
    ),
    "appliances": Expectation(
        body={"filter": {}},
        read=read_appliances,
        listed=True,
        fields=_fields(
            "applianceId: text",
            "applianceName: text",
            "applianceType: text",
            "serviceMeshId: text",
            "endpointId: text",
            "networkExtensionCount?: number",
            "applianceVersion?: object",
            "version?: text",
            "availableVersion?: text|object",
            "status: object",
            "status.summary: object",
            "status.summary.overallStatus: text",
            "status.summary.reasons?: list",
            "peerAppliances?: list",
            "peerAppliances[].applianceId: text",
        ),
    ),
    "extensions": Expectation(
        read=read_extensions,
        listed=True,
        fields=_fields(
            "stretchId: text",
            "operationStatus: object",
            "operationStatus.state: text",
            "sourceNetwork: object",
            "sourceNetwork.networkName: text",
            "sourceAppliance: object",
            "sourceAppliance.applianceId: text",
        ),
    ),
    "migrations": Expectation(
        body={},
        read=read_migrations,
        listed=True,
        fields=_fields(
            "migrationId: text",
            "migrationInfo: object",
            "migrationInfo.entityDetails: object",
            "migrationInfo.migrationType: text",
            "migrationInfo.phase?: text",
            "jobInfo: object",
            "jobInfo.state: text",
            "jobInfo.creationDate: text|number",
        ),
    ),
    "replications": Expectation(
        body={"type": "summary"},
        read=read_replications,
        fields=_fields(
            *(
                text
                for name in ("active", "configuring", "recovering", "syncing")
                for text in (
                    f"{name}ReplicationCnt: object",
                    *(f"{name}ReplicationCnt.{way}?: number" for way in _COUNTER),
                )
            )
        ),
    ),
    "hcx-tasks": Expectation(read=read_tasks, listed=True, fields=_fields(*_TASK)),
    "hcx-task": Expectation(read=read_task, fields=_fields(*_TASK), ids=("interconnectTaskId", "taskId"), absent=True),
    "job": Expectation(
        read=read_job,
        ids=("jobId",),
        absent=True,
        fields=_fields(
            "jobId: text",
            "isDone: flag",
            "didFail: flag",
            "isCancelled: flag",
            "isQueued: flag",
            "percentComplete?: number",
        ),
    ),
    "ha-groups": Expectation(
        read=partial(read_groups, mesh="the mesh that was asked for"),
        listed=True,
        fields=_fields("haGroupId: text", "appliances: list", "appliances[].applianceId: text"),
    ),
    "compute-profiles": Expectation(
        read=read_compute_profiles,
        listed=True,
        fields=_fields(
            "computeProfileId: text",
            "name: text",
            "state?: text",
            "services?: list",
            "networks: list",
            "networks[].id: text",
            "networks[].tags: list",
        ),
    ),
    "network-profiles": Expectation(
        body={"filter": {"ownedBySystem": True, "allowTrunkInterfaces": False}},
        read=read_network_profiles,
        listed=True,
        fields=_fields(
            "objectId: text",
            "name: text",
            "ipScopes?: list",
            "totalIps: number",
            "usedIps: number",
            "availableIps: number",
        ),
    ),
    "components-appengine": _component("appengine"),
    "components-web": _component("web"),
    "components-planengine": _component("planengine"),
    "licences-9x": Expectation(read=read_licence, fields=_fields("mode: text", "graceEndDate?: number|text")),
    "vcenter-config": _LINK,
    "nsx-config": _LINK,
    "upgrade-status-9x": _upgrade(read_upgrade),
    "upgrade-bundle-9x": _upgrade(read_staged, absent=True),
    "upgrade-status-4x": _upgrade(read_upgrade),
    "upgrade-bundle-4x": _upgrade(read_staged, absent=True),
}
"""By the id of a row. A row that is not here is asked where it is a plain GET, and its shape told."""

_NOTHING: Final = Expectation()


def expectation(row: str) -> Expectation:
    """What is expected of that row."""
    return EXPECTATIONS.get(row, _NOTHING)


def known_fields() -> frozenset[str]:
    """Every name of a field in them, and those around a list: none of them is ever a name of something."""
    paths = (field.path for one in EXPECTATIONS.values() for field in one.fields)
    around = {
        "items",
        "rows",
        "data",
        "paging",
        "totalSize",
        "offset",
        "pageSize",
        "success",
        "errors",
        "localEndpoints",
    }
    parts = {"major", "minor", "patch", "build"}
    return frozenset({step for path in paths for step in path.replace("[]", "").split(".")} | around | parts)
