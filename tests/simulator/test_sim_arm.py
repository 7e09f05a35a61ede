"""Azure Resource Manager and the managed identity."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from azure.identity import ManagedIdentityCredential

from simulator.visitor import Visitor

KEYS = Path(__file__).parent / "arm-keys.json"
FIVE = """
arm: {pageSize: 2, throttle: {times: 2, retryAfter: 3}}
clouds:
  - {name: pc-1, subscription: sub-a, hcx: "4.11.4", tags: {team: network}}
  - {name: pc-2, subscription: sub-a, hcx: "4.11.4", endpoint: address}
  - {name: pc-3, subscription: sub-a, hcx: "4.11.4", addressListed: false}
  - {name: pc-4, subscription: sub-a, hcx: none, region: uksouth}
  - {name: pc-5, subscription: sub-a, hcx: "4.11.4", provisioningState: Building}
"""
THREE_SUBSCRIPTIONS = """
start: 2026-11-24T06:00:00Z
arm: {pageSize: 2}
subscriptions: [{name: one}, {name: two}, {name: three, denied: true}]
clouds: [{name: pc, subscription: three, hcx: "4.11.4"}]
"""
CLOUDS = "/subscriptions/{}/providers/Microsoft.AVS/privateClouds"
LOCKS = "/subscriptions/{}/providers/Microsoft.Authorization/locks"
DETAILED = """
arm: {pageSize: 2}
clouds:
  - name: pc-1
    subscription: sub-a
    hcx: "4.11.4"
    maintenances:
      - name: upgrade
        at: PT2H
        takes: PT16H
        ready: false
        constraints:
          - {kind: SchedulingWindow, from: PT0S, until: P7D}
          - {kind: AvailableWindowForMaintenance, from: P1D, until: P2D}
          - {kind: Blocked, category: Holiday, reason: New year, from: P30D, until: P40D}
      - {name: some-day, component: NSXT}
      - {name: given-up, component: ESXI, state: Canceled, at: PT1H}
    locks:
      - {name: keep}
      - {name: keep, on: group, level: ReadOnly}
      - {name: everything, on: subscription}
    sites: [{name: site-a}, {name: site-b, status: Available}]
  - {name: pc-2, subscription: sub-a, hcx: none, locks: [{name: everything, on: subscription}]}
"""


def subscription(world: Visitor) -> str:
    """Id of the first subscription."""
    return str(world.azure("/subscriptions").json()["value"][0]["subscriptionId"])


def clouds(world: Visitor) -> list[dict[str, Any]]:
    """All private clouds of the first subscription, past throttling and pages."""
    path, query, found = CLOUDS.format(subscription(world)), dict[str, str](), []
    while True:
        answer = world.azure(path, **query)
        if answer.status_code == 429:
            continue
        page = answer.raise_for_status().json()
        found += page["value"]
        if "nextLink" not in page:
            return found
        query = {"$skiptoken": httpx.URL(page["nextLink"]).params["$skiptoken"]}


def listed(world: Visitor, path: str) -> list[dict[str, Any]]:
    """All items of a list, past its pages."""
    query, found = dict[str, str](), []
    while True:
        page = world.azure(path, **query).raise_for_status().json()
        found += page["value"]
        if "nextLink" not in page:
            return found
        query = {"$skiptoken": httpx.URL(page["nextLink"]).params["$skiptoken"]}


def keys(value: object) -> object:
    """Only the keys of a document, all the way down."""
    return {key: keys(item) for key, item in value.items()} if isinstance(value, dict) else None


def test_lists_come_in_pages_with_links_to_the_same_host(serve: Callable[[str], Visitor]) -> None:
    """A page holds as many items as the file says; its next link names the host that was asked, and api-version."""
    world = serve(FIVE)
    path = CLOUDS.format(subscription(world))
    page = next(answer for _ in range(3) if (answer := world.azure(path)).status_code == 200).json()

    link = httpx.URL(page["nextLink"])

    assert [each["name"] for each in page["value"]] == ["pc-1", "pc-2"]
    assert f"https://{link.host}:{link.port}" == world.published["arm"]["url"]
    assert link.params["api-version"] == "2026-03-01"
    assert [each["name"] for each in clouds(world)] == ["pc-1", "pc-2", "pc-3", "pc-4", "pc-5"]


def test_subscriptions_come_in_pages_as_well(serve_file: Callable[[str], Visitor]) -> None:
    """Subscriptions are listed in pages too, and each can be read by itself."""
    world = serve_file(THREE_SUBSCRIPTIONS)

    first = world.azure("/subscriptions").json()
    token = httpx.URL(first["nextLink"]).params["$skiptoken"]
    second = world.azure("/subscriptions", **{"$skiptoken": token}).json()
    one = world.azure(second["value"][0]["id"]).json()

    assert [each["displayName"] for each in first["value"]] == ["one", "two"]
    assert "nextLink" not in second
    assert one["displayName"] == "three"


def test_throttling_asks_to_wait(serve: Callable[[str], Visitor]) -> None:
    """The first reads of private clouds are answered 429 with Retry-After, then the answer comes."""
    world = serve(FIVE)
    path = CLOUDS.format(subscription(world))

    answers = [world.azure(path) for _ in range(3)]

    assert [(each.status_code, each.headers.get("retry-after")) for each in answers] == [
        (429, "3"),
        (429, "3"),
        (200, None),
    ]


def test_documents_have_the_keys_of_the_published_examples(serve: Callable[[str], Visitor]) -> None:
    """A private cloud and its addon have exactly the keys of the published examples."""
    world, wanted = serve(FIVE), json.loads(KEYS.read_text("utf-8"))
    cloud = clouds(world)[0]
    addon = world.azure(f"{cloud['id']}/addons/hcx").json()

    assert keys({**cloud, "tags": {}}) == wanted["privateCloud"]
    assert keys(addon) == wanted["addon"]


def test_endpoints_differ_from_cloud_to_cloud(serve: Callable[[str], Visitor]) -> None:
    """The cloud manager is listed by name or by address, with or without its address, and not where HCX is not."""
    world = serve(FIVE)
    addresses = {each["id"]: each["address"] for each in world.published["managers"]}

    found = {
        each["name"]: tuple(
            each["properties"]["endpoints"].get(key) for key in ("hcxCloudManager", "hcxCloudManagerIp")
        )
        for each in clouds(world)
    }

    assert found == {
        "pc-1": ("https://hcx.pc-1.westeurope.avs.sim.test/", addresses["pc-1"]),
        "pc-2": (f"https://{addresses['pc-2']}/", addresses["pc-2"]),
        "pc-3": ("https://hcx.pc-3.westeurope.avs.sim.test/", None),
        "pc-4": (None, None),
        "pc-5": ("https://hcx.pc-5.westeurope.avs.sim.test/", addresses["pc-5"]),
    }


def test_clouds_say_how_far_they_are(serve: Callable[[str], Visitor]) -> None:
    """Provisioning state, region and tags are those of the file."""
    found = {each["name"]: each for each in clouds(serve(FIVE))}

    assert found["pc-5"]["properties"]["provisioningState"] == "Building"
    assert (found["pc-4"]["location"], found["pc-1"]["tags"]) == ("uksouth", {"team": "network"})


def test_one_cloud_and_its_addons(serve: Callable[[str], Visitor]) -> None:
    """One private cloud can be read by its id in any case; a cloud without HCX has no HCX addon."""
    world = serve(FIVE)
    found = {each["name"]: each["id"] for each in clouds(world)}

    assert world.azure(found["pc-1"].upper()).json()["name"] == "pc-1"
    assert [each["name"] for each in world.azure(f"{found['pc-1']}/addons").json()["value"]] == ["hcx"]
    assert world.azure(f"{found['pc-4']}/addons").json()["value"] == []
    assert world.azure(f"{found['pc-4']}/addons/hcx").status_code == 404
    assert world.azure(found["pc-1"].replace("pc-1", "pc-9")).status_code == 404


def test_details_have_the_keys_of_the_published_examples(serve: Callable[[str], Visitor]) -> None:
    """Enterprise sites and maintenances have exactly the keys of the published examples, down to a failed check."""
    world, wanted = serve(DETAILED), json.loads(KEYS.read_text("utf-8"))
    cloud = clouds(world)[0]["id"]
    maintenances = listed(world, f"{cloud}/maintenances")
    operations = maintenances[0]["properties"]["operations"]
    constraints = [one for each in operations for one in each.get("constraints", [])]
    ranges = [one for each in constraints for one in each.get("timeRanges", [])]
    check = maintenances[0]["properties"]["maintenanceReadiness"]["failedChecks"][0]
    resource = check["impactedResources"][0]

    assert [keys(one) for one in listed(world, f"{cloud}/hcxEnterpriseSites")] == 2 * [wanted["enterpriseSites"]]
    assert [keys(one) for one in maintenances] == 3 * [wanted["maintenance"]]
    assert {one["kind"]: sorted(one) for one in operations} == wanted["operations"]
    assert {**{one["kind"]: sorted(one) for one in constraints}, "timeRange": sorted(ranges[0])} == wanted[
        "constraints"
    ]
    assert [sorted(check), sorted(resource), sorted(resource["errors"][0])] == [
        wanted["failedCheck"][name] for name in ("check", "resource", "error")
    ]


def test_a_maintenance_goes_on_as_time_does(serve: Callable[[str], Visitor]) -> None:
    """Its state follows the time of the world, unless the file gives one or no time at all."""
    world = serve(DETAILED)
    path = f"{clouds(world)[0]['id']}/maintenances"

    def states() -> list[str]:
        return [one["properties"]["state"]["name"] for one in listed(world, path)]

    first = states()
    world.advance(timedelta(hours=3))
    second = states()
    world.advance(timedelta(hours=20))

    assert (first, second) == (
        ["Scheduled", "NotScheduled", "Canceled"],
        ["InProgress", "NotScheduled", "Canceled"],
    )
    assert states() == ["Success", "NotScheduled", "Canceled"]


def test_a_maintenance_says_when(serve: Callable[[str], Visitor]) -> None:
    """Start and length are those of the file; one without a time has none."""
    world = serve(DETAILED)

    first, second, _ = (one["properties"] for one in listed(world, f"{clouds(world)[0]['id']}/maintenances"))

    assert (first["scheduledStartTime"], first["estimatedDurationInMinutes"]) == ("2026-11-24T08:00:00Z", 960)
    assert (second["scheduledStartTime"], second["component"]) == (None, "NSXT")


def test_locks_are_those_of_the_whole_subscription(serve: Callable[[str], Visitor]) -> None:
    """One list holds every lock once, with what it is on in its id, and leads from page to page."""
    world = serve(DETAILED)
    path = LOCKS.format(subscription(world))
    cloud = clouds(world)[0]["id"]
    group, scope = cloud[: cloud.index("/providers/")], f"/subscriptions/{subscription(world)}"

    found = {one["id"]: one["properties"]["level"] for one in listed(world, path)}

    end = "providers/Microsoft.Authorization/locks"
    assert found == {
        f"{cloud}/{end}/keep": "CanNotDelete",
        f"{group}/{end}/keep": "ReadOnly",
        f"{scope}/{end}/everything": "CanNotDelete",
    }
    assert "nextLink" in world.azure(path).json()


def test_activation_keys_are_secrets_of_their_sites(serve: Callable[[str], Visitor]) -> None:
    """Every site has a key of its own, which stands in no published file and not in the truth."""
    world = serve(DETAILED)

    sites = listed(world, f"{clouds(world)[0]['id']}/hcxEnterpriseSites")
    given = {one["properties"]["activationKey"] for one in sites}

    published = json.dumps([world.published, world.truth()])
    assert [one["properties"]["status"] for one in sites] == ["Consumed", "Available"]
    assert len(given) == 2
    assert not [key for key in given if key in published]


def test_details_of_a_denied_subscription_are_refused(serve_file: Callable[[str], Visitor]) -> None:
    """What belongs to a cloud that may not be read may not be read either."""
    world = serve_file(THREE_SUBSCRIPTIONS.replace("pageSize: 2", "pageSize: 9"))
    cloud = world.published["clouds"][0]["resource_id"]
    denied = world.azure("/subscriptions").json()["value"][2]["subscriptionId"]
    paths = [
        *(f"{cloud}/{part}" for part in ("addons/hcx", "hcxEnterpriseSites", "maintenances")),
        LOCKS.format(denied),
    ]

    assert [world.azure(path).status_code for path in paths] == 4 * [403]


def test_one_part_may_be_denied_by_itself(serve_file: Callable[[str], Visitor]) -> None:
    """A role that leaves something out is told by its action, and the rest may be read."""
    text = THREE_SUBSCRIPTIONS.replace("denied: true", "deniedParts: [sites, locks]").replace(
        "pageSize: 2", "pageSize: 9"
    )
    world = serve_file(text)
    cloud = world.published["clouds"][0]["resource_id"]
    place = world.azure("/subscriptions").json()["value"][2]["subscriptionId"]

    refused = [world.azure(path) for path in (f"{cloud}/hcxEnterpriseSites", LOCKS.format(place))]
    others = [world.azure(path) for path in (f"{cloud}/addons/hcx", f"{cloud}/maintenances", cloud)]

    assert [each.status_code for each in (*refused, *others)] == [403, 403, 200, 200, 200]
    assert "Microsoft.AVS/privateClouds/hcxEnterpriseSites/read" in refused[0].json()["error"]["message"]


def test_details_are_throttled_for_each_subscription(serve_file: Callable[[str], Visitor]) -> None:
    """The first reads in every subscription are asked to come back, whatever is read in them."""
    text = THREE_SUBSCRIPTIONS.replace("pageSize: 2", "throttle: {details: 2, retryAfter: 4}").replace(
        ", denied: true", ""
    )
    world = serve_file(text)
    cloud = world.published["clouds"][0]["resource_id"]
    first, _, third = (each["subscriptionId"] for each in world.azure("/subscriptions").json()["value"])
    asked = [LOCKS.format(third), f"{cloud}/maintenances", f"{cloud}/addons/hcx", LOCKS.format(first), cloud]

    answers = [world.azure(path) for path in asked]

    assert [each.status_code for each in answers] == [429, 429, 200, 429, 200]
    assert answers[0].headers["retry-after"] == "4"


def test_a_denied_subscription_is_listed_and_refused(serve_file: Callable[[str], Visitor]) -> None:
    """A denied subscription is in the list, and reading its clouds is answered 403 in Azure's envelope."""
    world = serve_file(THREE_SUBSCRIPTIONS.replace("pageSize: 2", "pageSize: 9"))
    denied = world.azure("/subscriptions").json()["value"][2]

    answers = [
        world.azure(CLOUDS.format(denied["subscriptionId"])),
        world.azure(world.published["clouds"][0]["resource_id"]),
    ]

    assert denied["state"] == "Enabled"
    assert [each.status_code for each in answers] == [403, 403]
    assert answers[0].json()["error"]["code"] == "AuthorizationFailed"


def test_an_unknown_subscription_is_not_found(pair: Visitor) -> None:
    """A subscription that does not exist is answered 404, on its own and with its clouds."""
    nowhere = "00000000-0000-0000-0000-000000000000"

    answers = [pair.azure(f"/subscriptions/{nowhere}"), pair.azure(CLOUDS.format(nowhere))]

    assert [each.json()["error"]["code"] for each in answers] == ["SubscriptionNotFound", "SubscriptionNotFound"]


def test_azure_wants_a_token_and_an_api_version(pair: Visitor) -> None:
    """Without a token of the world's own identity the answer is 401; without api-version it is 400."""
    arm = pair.published["arm"]
    host, _, port = arm["url"].removeprefix("https://").partition(":")
    address = f"https://{arm['address']}:{port}/subscriptions"

    def ask(token: str, **query: str) -> int:
        headers = {"host": host, "authorization": f"Bearer {token}"}
        return pair.https.get(address, params=query, headers=headers, extensions={"sni_hostname": host}).status_code

    token = pair.azure_token()

    assert ask("made-up", **{"api-version": "2022-12-01"}) == 401
    assert ask(token) == 400
    assert ask(token, **{"api-version": "2022-12-01"}) == 200


def test_the_identity_needs_its_header(pair: Visitor) -> None:
    """A token is given for the right header and a full question only."""
    endpoint = pair.settings["IDENTITY_ENDPOINT"]
    right = {"x-identity-header": pair.settings["IDENTITY_HEADER"]}

    wrong = pair.control.get(endpoint, headers={"x-identity-header": "x"}, params={"api-version": "1", "resource": "r"})
    half = pair.control.get(endpoint, headers=right)

    assert (wrong.status_code, half.status_code) == (401, 400)


def test_the_azure_library_gets_a_token(pair: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The published settings are all that azure-identity needs for a token that Resource Manager accepts."""
    for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER"):
        monkeypatch.setenv(name, pair.settings[name])

    token = ManagedIdentityCredential().get_token(pair.settings["HCX_FLEET_ARM_SCOPE"])

    assert pair.truth()["requests"]["identity-token"] == 1
    assert token.token
