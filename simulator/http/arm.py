"""Azure Resource Manager: who may ask, and subscriptions and private clouds."""

from typing import Any

from simulator.http import arm_details, arm_scripts
from simulator.http.arm_message import (
    CLOUD,
    SUBSCRIPTION,
    Asked,
    denied,
    no_subscription,
    page,
    refusal,
    too_many,
    with_cloud,
)
from simulator.http.message import Request, Response, json_answer
from simulator.http.routes import Route, Table
from simulator.names import ARM_HOST
from simulator.state import PrivateCloud, Subscription, World


class Arm:
    """The one endpoint of Azure Resource Manager."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.port = 0

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        self._world.clock.settle()
        found = TABLE.find(request)
        self._world.ledger.requests[f"arm-{found[0].id}" if found else "arm-not-found"] += 1
        if not self._known_bearer(request):
            return refusal(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
        if found is None:
            return refusal(404, "InvalidResourceType", f"no resource at {request.path}")
        if "api-version" not in request.query:
            return refusal(
                400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required."
            )
        route, parts = found
        return route.answer(Asked(self._world, request, parts, f"https://{ARM_HOST}:{self.port}"))

    def _known_bearer(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and token in self._world.azure_tokens


def _subscriptions(asked: Asked) -> Response:
    return page(asked, [_subscription_shape(asked.world, each) for each in asked.world.subscriptions])


def _subscription(asked: Asked) -> Response:
    found = asked.subscription
    return json_answer(_subscription_shape(asked.world, found)) if found else no_subscription(asked)


def _clouds(asked: Asked) -> Response:
    """Private clouds of a subscription, after as many 429 as the world file wants."""
    throttle = asked.world.file.arm.throttle
    if asked.world.throttled < throttle.times:
        asked.world.throttled += 1
        return too_many(asked)
    found = asked.subscription
    if found is None:
        return no_subscription(asked)
    if found.denied:
        return denied(found)
    return page(asked, [_cloud_shape(asked.world, each) for each in found.clouds])


def _cloud(asked: Asked) -> Response:
    return with_cloud(asked, lambda cloud: json_answer(_cloud_shape(asked.world, cloud)))


def _subscription_shape(world: World, each: Subscription) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{each.id}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": each.id,
        "tenantId": world.tenant,
        "displayName": each.name,
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "EnterpriseAgreement_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def _cloud_shape(world: World, each: PrivateCloud) -> dict[str, Any]:
    part = each.part
    circuit = world.ids.uuid("circuit", part.name)
    return {
        "id": each.resource_id,
        "location": part.region,
        "name": part.name,
        "sku": {"name": "AV36"},
        "properties": {
            "availability": {"strategy": "SingleZone", "zone": 1},
            "networkBlock": "192.168.48.0/22",
            "circuit": {
                "expressRouteID": f"/subscriptions/{each.subscription.id}/circuits/{circuit}",
                "primarySubnet": "192.168.53.0/30",
                "secondarySubnet": "192.168.53.4/30",
                "expressRoutePrivatePeeringID": f"/subscriptions/{each.subscription.id}/circuits/{circuit}/peerings/p",
            },
            "managementCluster": {
                "clusterId": 1,
                "clusterSize": 4,
                "vsanDatastoreName": "vsanDatastore",
                "hosts": [f"esx{number}.{part.name}.{part.region}.avs.sim.test" for number in range(1, 5)],
            },
            "endpoints": _endpoints(each),
            "identitySources": [],
            "internet": "Disabled",
            "vcfLicense": {
                "kind": "vcf5",
                "cores": 16,
                "endDate": "2030-12-31T23:59:59Z",
                "broadcomSiteId": "100000",
                "broadcomContractNumber": "200000",
                "provisioningState": "Succeeded",
            },
            "provisioningState": part.provisioning_state,
        },
        "tags": dict(part.tags),
        "type": "Microsoft.AVS/privateClouds",
    }


def _endpoints(each: PrivateCloud) -> dict[str, str]:
    """Endpoints are filled while a cloud still builds; HCX's are absent only where HCX never was."""
    domain = f"{each.part.name}.{each.part.region}.avs.sim.test"
    found = {
        "nsxtManager": f"https://nsx.{domain}/",
        "vcsa": f"https://vc.{domain}/",
        "nsxtManagerIp": "192.168.50.3",
        "vcenterIp": "192.168.50.2",
    }
    if each.manager is not None:
        by_name = each.part.endpoint == "name"
        found["hcxCloudManager"] = f"https://{each.manager.host if by_name else each.manager.address}/"
        if each.part.address_listed:
            found["hcxCloudManagerIp"] = each.manager.address
    return found


TABLE: Table[Asked] = Table(
    (
        Route("subscriptions", "GET", "/subscriptions", _subscriptions),
        Route("subscription", "GET", SUBSCRIPTION, _subscription),
        Route("private-clouds", "GET", f"{SUBSCRIPTION}/providers/Microsoft.AVS/privateClouds", _clouds),
        Route("private-cloud", "GET", CLOUD, _cloud),
        *arm_details.ROUTES,
        *arm_scripts.ROUTES,
    ),
    ignore_case=True,
)
