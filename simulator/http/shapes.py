"""HCX's JSON shapes, as public code and documents show them; docs/simulator.md says which fields are inferred."""

from collections.abc import Iterator, Sequence
from typing import Any

from simulator.http.message import milliseconds, zulu
from simulator.names import build_number
from simulator.state import (
    POOL_SIZE,
    AppliancePair,
    Extension,
    Manager,
    Mesh,
    Pairing,
    Side,
    SubTask,
    Task,
    TaskStep,
    Upgrade,
    World,
)
from simulator.world_file import Job, Migration

TYPES = {"IX": "HCX-WAN-IX", "NE": "HCX-NET-EXT", "WO": "HCX-WAN-OPT"}
OTHER = {Side.INITIATOR: Side.RECEIVER, Side.RECEIVER: Side.INITIATOR}
NETWORKS = ("uplink", "management")
REALIZED, UNATTACHED = "REALIZED", "REATTACHING"
"""States of a stretched network: the good one is inferred, the other is made up here."""
COUNTERS = ("active", "configuring", "recovering", "syncing")


def listed(world: World, items: list[dict[str, Any]]) -> dict[str, Any]:
    """The envelope of inventory calls."""
    return {"success": True, "completed": True, "time": milliseconds(world.now), "data": {"items": items}}


def pairing(each: Pairing) -> dict[str, Any]:
    """A site pairing; that its health is `status.state` is inferred."""
    return {
        "name": each.remote.name,
        "url": f"https://{each.remote.host}",
        "username": each.username,
        "endpointId": each.remote.endpoint_id,
        "cloudType": "VC",
        "status": {"state": "CONNECTED" if each.connected else "DISCONNECTED"},
    }


def mesh(each: Mesh, reader: Manager) -> dict[str, Any]:
    """A service mesh as `reader` lists it."""
    side = each.side(reader)
    item = {
        "serviceMeshId": each.id,
        "name": each.name,
        "state": each.state,
        "status": {},
        "updateAvailable": any(pair.ends[side].behind for pair in each.pairs),
        "backingApplianceType": "PHOTON",
        "computeProfiles": [_mesh_end(end, initiator=end is each.initiator) for end in (each.initiator, each.receiver)],
        "services": [{"name": name} for name in each.part.services],
        "trafficEnggCfg": {"isAppPathResiliencyEnabled": False, "isTcpFlowConditioningEnabled": False},
    }
    if last := _last_task(each):
        item["lastTaskDetails"] = last
    return item


def _mesh_end(end: Manager, *, initiator: bool) -> dict[str, Any]:
    return {
        "endpointId": end.endpoint_id,
        "endpointName": end.name,
        "computeProfileId": compute_profile_id(end),
        "computeProfileName": f"cp-{end.id}",
        "isInitiator": initiator,
        "networks": [{"id": each["id"], "tags": each["tags"]} for each in networks(end)],
    }


def _last_task(each: Mesh) -> dict[str, Any] | None:
    """What a mesh says of its last task, which may be old news: it can stay RUNNING for ever."""
    stale = each.part.stale_last_task
    if not each.tasks:
        return {"type": "resyncServiceMesh", "status": "RUNNING", "taskId": f"gone-{each.id}"} if stale else None
    last = each.tasks[-1]
    status = "RUNNING" if stale or last.vanished else last.status
    return {"type": last.type, "status": status, "taskId": last.id}


def system_mesh(manager: Manager) -> dict[str, Any]:
    """The automatic mesh of a cloud manager with itself."""
    return {
        "serviceMeshId": f"servicemesh-{manager.system_mesh_id}",
        "name": f"default-service-mesh-{str(manager.system_mesh_id)[:8]}",
        "state": "COMMITTED",
        "status": {},
        "updateAvailable": False,
        "backingApplianceType": "NOT_APPLICABLE",
        "computeProfiles": [_mesh_end(manager, initiator=True)],
        "services": [],
        "lastTaskDetails": {"type": "autoSelfSiteServiceMeshCreate", "status": "SUCCESS"},
    }


def appliance(each: Mesh, pair: AppliancePair, side: Side) -> dict[str, Any]:
    """An appliance with its peer."""
    return {**_one_side(each, pair, side), "peerAppliances": [_one_side(each, pair, OTHER[side])]}


def _one_side(each: Mesh, pair: AppliancePair, side: Side) -> dict[str, Any]:
    end = pair.ends[side]
    shape = {
        "applianceId": end.id,
        "applianceName": end.name,
        "applianceType": TYPES[pair.type],
        "serviceMeshId": each.id,
        "computeProfileId": compute_profile_id(end.manager),
        "endpointId": end.manager.endpoint_id,
        "networkExtensionCount": len(pair.extensions),
        **_appliance_version(end.release, end.build),
        "status": {"summary": {"overallStatus": pair.says(side), "reasons": pair.reasons}},
        "updateAvailable": end.behind,
    }
    if end.behind:
        shape["availableVersion"] = end.manager.wire_version
    return shape


def _appliance_version(release: str, build: int) -> dict[str, Any]:
    """A structure in 4.x, a text from 9.x on."""
    parts = [int(part) for part in release.split(".")]
    if parts[0] >= 9:  # noqa: PLR2004 -- the 9.x line
        return {"version": ".".join([*map(str, parts), "0"][:4]) + f".{build}"}
    major, minor, patch = parts[:3]
    return {"applianceVersion": {"major": major, "minor": minor, "patch": patch, "build": build}}


def compute_profile_id(manager: Manager) -> str:
    """Id of the one compute profile of a manager."""
    return f"computeProfile-{manager.endpoint_id}"


def compute_profile(manager: Manager, services: Sequence[str]) -> dict[str, Any]:
    """The one compute profile of a manager."""
    return {
        "computeProfileId": compute_profile_id(manager),
        "name": f"cp-{manager.id}",
        "state": "VALID",
        "services": [{"name": name} for name in services],
        "compute": [],
        "networks": networks(manager),
        "switches": [],
    }


def networks(manager: Manager) -> list[dict[str, Any]]:
    """The two network profiles of a manager, as its compute profile names them."""
    return [{"id": f"network-{name}-{manager.endpoint_id}", "name": name, "tags": [name]} for name in NETWORKS]


def network_profile(network: dict[str, Any], used: int) -> dict[str, Any]:
    """One network profile of a manager; the three counts are inferred."""
    return {
        "objectId": network["id"],
        "name": network["name"],
        "mtu": 1500,
        "backings": [],
        "ipScopes": [
            {
                "gateway": "10.0.0.1",
                "prefixLength": 24,
                "networkIpRanges": [{"startAddress": "10.0.0.10", "endAddress": "10.0.0.29"}],
            }
        ],
        "totalIps": POOL_SIZE,
        "usedIps": used,
        "availableIps": POOL_SIZE - used,
    }


def extension(each: Extension, pair: AppliancePair) -> dict[str, Any]:
    """A stretched network; `sourceAppliance` and `features` in an answer and the good state are inferred."""
    return {
        "stretchId": each.id,
        "operationStatus": {"state": REALIZED if each.attached else UNATTACHED},
        "sourceNetwork": {
            "networkId": each.network_id,
            "networkName": each.network,
            "networkType": "DistributedVirtualPortgroup",
        },
        "features": {"egressOptimization": False, "mobilityOptimizedNetworking": pair.optimized},
        "sourceAppliance": {"applianceId": pair.ends[Side.INITIATOR].id},
    }


def ha_groups(world: World, each: Mesh, side: Side) -> list[dict[str, Any]]:
    """High availability groups by their members on one side; the names of all fields are inferred."""
    names = dict.fromkeys(pair.group for pair in each.pairs if pair.group)
    return [
        {
            "haGroupId": world.ids.uuid("group", each.name, name),
            "appliances": [{"applianceId": pair.ends[side].id} for pair in each.pairs if pair.group == name],
        }
        for name in names
    ]


def migration(world: World, where: Mesh, index: int, each: Migration) -> dict[str, Any]:
    """A migration; its type and phase in `migrationInfo` are inferred."""
    start = world.file.start
    end = start + each.until if each.until is not None else None
    done = end is not None and world.now >= end
    info: dict[str, Any] = {
        "entityDetails": {"entityName": each.vm},
        "progressDetails": {"progressPercentage": 100 if done else 40, "diskCopyBytes": 0},
        "message": "",
        "migrationType": each.type,
    }
    if not done:
        info["phase"] = each.phase
    return {
        "migrationId": world.ids.uuid("migration", where.name, index),
        "migrationInfo": info,
        "jobInfo": {
            "state": "MIGRATED" if done else "MIGRATING",
            "username": where.initiator.service_account.username,
            "creationDate": zulu(start - each.age),
            "lastUpdated": zulu(min(world.now, end or world.now)),
        },
    }


def replications(world: World, manager: Manager) -> dict[str, Any]:
    """The four counters: outgoing where a mesh begins, incoming where it ends, empty where there is nothing."""
    totals = {name: {"outgoing": 0, "incoming": 0} for name in COUNTERS}
    for each in world.meshes_of(manager):
        part = each.part.replications
        if part.until is not None and world.now >= world.file.start + part.until:
            continue
        direction = "outgoing" if manager is each.initiator else "incoming"
        for name in COUNTERS:
            totals[name][direction] += getattr(part, name)
    return {f"{name}ReplicationCnt": counts if any(counts.values()) else {} for name, counts in totals.items()}


def job(world: World, part: Job) -> dict[str, Any]:
    """An HCX job, which can be done *and* failed."""
    return {
        "jobId": part.id,
        "username": "",
        "isQueued": False,
        "isCancelled": False,
        "isRolledBack": False,
        "createTimeEpoch": milliseconds(world.file.start),
        "startTime": milliseconds(world.file.start),
        "endTime": milliseconds(world.file.start) if part.done else 0,
        "percentComplete": part.percent,
        "isDone": part.done,
        "didFail": part.failed,
    }


def task(each: Task) -> dict[str, Any]:
    """An interconnect task; camelCase on the wire is inferred from the fields that public code reads."""
    return {
        "interconnectTaskId": each.id,
        "entityDetails": {"id": each.mesh.id, "type": "ServiceMesh", "name": each.mesh.name},
        "type": each.type,
        "status": each.status,
        "progress": each.progress,
        "message": each.message,
        "errorMessage": each.error,
        "startTime": milliseconds(each.began),
        "endTime": milliseconds(each.ended),
        "request": each.request,
        "steps": [_task_step(step) for step in each.steps],
    }


def _task_step(step: TaskStep) -> dict[str, Any]:
    common = {
        "title": step.title,
        "status": step.status,
        "progress": 100 if step.status == "SUCCESS" else 0,
        "startTime": milliseconds(step.began),
        "endTime": milliseconds(step.ended),
        "message": step.message,
    }
    children = [{**common, "location": place} for place in ("SOURCE", "DESTINATION")]
    errors = [{"code": "", "message": text} for text in step.errors]
    warnings = [{"message": text} for text in step.warnings]
    return {**common, "children": children, "errors": errors, "warnings": warnings}


def upgrade(manager: Manager, each: Upgrade) -> dict[str, Any]:
    """The documented `UpgradeResponse` for an upgrade."""
    shape = {
        "status": each.status,
        "message": each.message,
        "progress": each.progress,
        "createTime": milliseconds(each.created),
        "lastUpdatedTime": milliseconds(each.updated),
        "bundleMetadata": bundle(manager, each.target),
        "subTasks": list(map(_sub_task, each.sub_tasks)),
    }
    if each.status == "SUCCESS":
        shape["currentVersion"] = manager.wire_version
    return shape


def _sub_task(each: SubTask) -> dict[str, Any]:
    return {
        "state": each.state,
        "status": each.status,
        "message": each.message,
        "createTime": milliseconds(each.created),
        "lastUpdatedTime": milliseconds(each.updated),
        "remediationActions": each.remediation,
    }


def bundle(manager: Manager, release: str) -> dict[str, str]:
    """Version and build of a bundle for that manager."""
    return {"version": release, "buildNumber": str(build_number(release, connector=manager.connector))}


def nothing_started(message: str) -> dict[str, Any]:
    """An `UpgradeResponse` for nothing."""
    return {"status": "NOT_STARTED", "message": message, "progress": 0, "subTasks": []}


def pairs_of(world: World, manager: Manager) -> Iterator[tuple[Mesh, AppliancePair]]:
    """Every pair of appliances with one end at `manager`."""
    return ((each, pair) for each in world.meshes_of(manager) for pair in each.pairs)
