"""What Azure Resource Manager says of a private cloud beside itself: add-on, enterprise sites, maintenances and locks.

Documents have the keys of Microsoft's published examples, whatever the world file says or leaves out.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from simulator.http.arm_message import (
    CLOUD,
    SUBSCRIPTION,
    Asked,
    denied,
    page,
    refusal,
    too_many,
    with_cloud,
    with_subscription,
)
from simulator.http.message import Response, json_answer, zulu
from simulator.http.routes import Route
from simulator.state import PrivateCloud, Subscription, World
from simulator.world_file import Lock, Maintenance, MaintenanceConstraint

_BLOCKED = "Blocked"


def _addons(asked: Asked) -> Response:
    return with_cloud(asked, lambda cloud: page(asked, [_addon_shape(cloud)] if cloud.manager else []))


def _hcx_addon(asked: Asked) -> Response:
    def shape(cloud: PrivateCloud) -> Response:
        if cloud.manager is None:
            return refusal(404, "ResourceNotFound", "The addon 'hcx' was not found.")
        return json_answer(_addon_shape(cloud))

    return with_cloud(asked, shape)


def _sites(asked: Asked) -> Response:
    return with_cloud(asked, lambda cloud: page(asked, list(_site_shapes(asked.world, cloud))))


def _maintenances(asked: Asked) -> Response:
    def shape(cloud: PrivateCloud) -> Response:
        return page(asked, [_maintenance_shape(asked.world, cloud, one) for one in cloud.part.maintenances])

    return with_cloud(asked, shape)


def _locks(asked: Asked) -> Response:
    return with_subscription(asked, lambda found: page(asked, list(_lock_shapes(found))))


def _addon_shape(each: PrivateCloud) -> dict[str, Any]:
    return {
        "id": f"{each.resource_id}/addons/hcx",
        "name": "hcx",
        "properties": {
            "addonType": "HCX",
            "offer": "VMware MaaS Cloud Provider (Enterprise)",
            "provisioningState": "Succeeded",
            "managementNetwork": "10.3.1.0/24",
            "uplinkNetwork": "10.3.2.0/24",
        },
        "type": "Microsoft.AVS/privateClouds/addons",
    }


def activation_key(world: World, cloud: str, site: str) -> str:
    """What would let somebody pair a connector with the private cloud: a secret that Azure hands to every reader."""
    return world.ids.uuid("activation key", cloud, site).replace("-", "").upper()


def _site_shapes(world: World, each: PrivateCloud) -> Iterator[dict[str, Any]]:
    for site in each.part.sites:
        yield {
            "id": f"{each.resource_id}/hcxEnterpriseSites/{site.name}",
            "name": site.name,
            "properties": {"activationKey": activation_key(world, each.part.name, site.name), "status": site.status},
            "type": "Microsoft.AVS/privateClouds/hcxEnterpriseSites",
        }


def _lock_shapes(subscription: Subscription) -> Iterator[dict[str, Any]]:
    """Every lock in the subscription; one on it or on a group may be told by several clouds of the world file."""
    known = set[str]()
    for cloud in subscription.clouds:
        for lock in cloud.part.locks:
            resource_id = f"{_scope(cloud, lock)}/providers/Microsoft.Authorization/locks/{lock.name}"
            if resource_id not in known:
                known.add(resource_id)
                yield {
                    "id": resource_id,
                    "type": "Microsoft.Authorization/locks",
                    "name": lock.name,
                    "properties": {"level": lock.level, "notes": "Ask the owner before this is taken off."},
                }


def _scope(cloud: PrivateCloud, lock: Lock) -> str:
    if lock.on == "cloud":
        return cloud.resource_id
    end = "/resourceGroups/" if lock.on == "subscription" else "/providers/"
    return cloud.resource_id[: cloud.resource_id.index(end)]


def _maintenance_shape(world: World, cloud: PrivateCloud, one: Maintenance) -> dict[str, Any]:
    starts = world.file.start + one.at if one.at is not None else None
    return {
        "id": f"{cloud.resource_id}/maintenances/{one.name}",
        "name": one.name,
        "type": "Microsoft.AVS/privateClouds/maintenances",
        "properties": {
            "component": one.component,
            "displayName": one.title,
            "clusterId": 1,
            "infoLink": "https://maintenance.sim.test/",
            "impact": "The control plane of the private cloud is slower while this goes on.",
            "scheduledStartTime": zulu(starts) if starts else None,
            "estimatedDurationInMinutes": int(one.takes.total_seconds() // 60),
            "state": _state(world.now, starts, one),
            "provisioningState": "Succeeded",
            "scheduledByMicrosoft": True,
            "operations": list(_operations(world, one)),
            "maintenanceReadiness": _readiness(world, cloud, ready=one.ready),
        },
    }


def _state(now: datetime, starts: datetime | None, one: Maintenance) -> dict[str, Any]:
    ends = starts + one.takes if starts else None
    return {
        "message": "",
        "startedAt": zulu(starts) if starts and starts <= now else None,
        "endedAt": zulu(ends) if ends and ends <= now else None,
        "name": one.state or _state_name(now, starts, one.takes),
    }


def _state_name(now: datetime, starts: datetime | None, takes: timedelta) -> str:
    if starts is None:
        return "NotScheduled"
    if now < starts:
        return "Scheduled"
    return "InProgress" if now < starts + takes else "Success"


def _operations(world: World, one: Maintenance) -> Iterator[dict[str, Any]]:
    disabled = {"isDisabled": True, "disabledReason": "Only the provider schedules it."}
    for kind in ("Schedule", "Reschedule"):
        yield {"kind": kind, **disabled, "constraints": [_constraint(world, each) for each in one.constraints]}
    yield {
        "kind": "MaintenanceReadinessRefresh",
        **disabled,
        "status": "InProgress",
        "refreshedByMicrosoft": True,
        "message": "",
    }


def _constraint(world: World, one: MaintenanceConstraint) -> dict[str, Any]:
    span = {"startsAt": zulu(world.file.start + one.since), "endsAt": zulu(world.file.start + one.until)}
    if one.kind != _BLOCKED:
        return {"kind": one.kind, **span}
    return {"kind": one.kind, "category": one.category, "timeRanges": [{**span, "reason": one.reason}]}


def _readiness(world: World, cloud: PrivateCloud, *, ready: bool) -> dict[str, Any]:
    return {
        "type": "Precheck",
        "status": "Ready" if ready else "NotReady",
        "message": "" if ready else "Some checks failed",
        "failedChecks": [] if ready else [_failed_check(cloud)],
        "lastUpdated": zulu(world.now),
    }


def _failed_check(cloud: PrivateCloud) -> dict[str, Any]:
    error = {
        "errorCode": "CDROM_MOUNTED",
        "name": "CD-ROM mounted",
        "details": "A virtual machine has a CD-ROM mounted.",
        "resolutionSteps": ["Unmount it."],
        "actionRequired": True,
    }
    resource = {"id": f"{cloud.resource_id}/clusters/cluster1", "errors": [error]}
    return {"name": "HostMaintPrecheck", "impactedResources": [resource]}


_ACTIONS = {
    "addons": "Microsoft.AVS/privateClouds/addOns/read",
    "sites": "Microsoft.AVS/privateClouds/hcxEnterpriseSites/read",
    "maintenances": "Microsoft.AVS/privateClouds/maintenances/read",
    "locks": "Microsoft.Authorization/locks/read",
}
"""What a role has to allow, by the word that a world file has for it."""


def _guarded(part: str, answer: Callable[[Asked], Response]) -> Callable[[Asked], Response]:
    """Answer where the subscription lets this part be read, after as many 429 as the world file wants."""

    def guarded(asked: Asked) -> Response:
        place = asked.subscription
        if place and place.details_throttled < asked.world.file.arm.throttle.details:
            place.details_throttled += 1
            return too_many(asked)
        if place and part in place.denied_parts:
            return denied(place, _ACTIONS[part])
        return answer(asked)

    return guarded


ROUTES: tuple[Route[Asked], ...] = (
    Route("addons", "GET", f"{CLOUD}/addons", _guarded("addons", _addons)),
    Route("hcx-addon", "GET", f"{CLOUD}/addons/hcx", _guarded("addons", _hcx_addon)),
    Route("enterprise-sites", "GET", f"{CLOUD}/hcxEnterpriseSites", _guarded("sites", _sites)),
    Route("maintenances", "GET", f"{CLOUD}/maintenances", _guarded("maintenances", _maintenances)),
    Route("locks", "GET", f"{SUBSCRIPTION}/providers/Microsoft.Authorization/locks", _guarded("locks", _locks)),
)
