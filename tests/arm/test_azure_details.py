"""Add-on, enterprise sites, maintenances and locks through Microsoft's own client: each is read, or says why not."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.model.codec import from_json, to_json, to_json_text
from shared.model.inventory import (
    CloudDetails,
    CloudPart,
    HcxAddon,
    HcxEnterpriseSite,
    Lock,
    LockLevel,
    Maintenance,
    MaintenanceConstraint,
    PrivateCloud,
    ProvisioningState,
    UnreadReason,
)
from tests.arm.azure_world import HOST, ONE, Arm, World
from tests.hcx.hcx_peer import Answer, Got, Raw, Reply, said

CLOUD_ID = f"/subscriptions/{ONE}/resourceGroups/rg/providers/Microsoft.AVS/privateClouds/pc-1"
GROUP_ID = f"/subscriptions/{ONE}/resourceGroups/rg"
ADDON = f"GET {CLOUD_ID}/addons/hcx"
SITES = f"GET {CLOUD_ID}/hcxEnterpriseSites"
MAINTENANCES = f"GET {CLOUD_ID}/maintenances"
LOCKS = f"GET /subscriptions/{ONE}/providers/Microsoft.Authorization/locks"
KEY = "ACTIVATION0KEY0CANARY"
SOON = {"retry-after-ms": "1"}
"""Lets the client try again at once."""
PARTS = {CloudPart.ADDON: ADDON, CloudPart.SITES: SITES, CloudPart.MAINTENANCES: MAINTENANCES, CloudPart.LOCKS: LOCKS}
type Given = Answer | Callable[[Got], Answer]

every_part = pytest.mark.parametrize("part", list(PARTS), ids=lambda part: part.name.lower())


def private_cloud(name: str = "pc-1") -> PrivateCloud:
    """A cloud as the reader found it."""
    return PrivateCloud(
        id=name,
        resource_id=CLOUD_ID.replace("pc-1", name),
        name=name,
        subscription_id=ONE,
        location="westeurope",
        provisioning_state=ProvisioningState.SUCCEEDED,
        hcx_url=None,
        hcx_address=None,
    )


def addon(**properties: object) -> dict[str, Any]:
    """The add-on as it is read."""
    own = {"addonType": "HCX", "offer": "Enterprise", "provisioningState": "Succeeded", "uplinkNetwork": "10.3.2.0/24"}
    return {"id": f"{CLOUD_ID}/addons/hcx", "name": "hcx", "properties": {**own, **properties}}


def site(name: str = "site1", **properties: object) -> dict[str, Any]:
    """A site as it is listed, with its activation key."""
    return {"id": name, "name": name, "properties": {"activationKey": KEY, "status": "Consumed", **properties}}


def maintenance(name: str = "m1", **properties: object) -> dict[str, Any]:
    """A maintenance as it is listed, with times as the service writes them: with a space."""
    span = {"startsAt": "2026-11-25 02:00:00Z", "endsAt": "2026-11-25T06:00:00-05:00"}
    blocked = {"kind": "Blocked", "category": "QuotaExhausted", "timeRanges": [{**span, "reason": "No slots"}]}
    window = {"kind": "SchedulingWindow", **span}
    own = {
        "component": "VCSA",
        "displayName": "vCenter 8.0 U4",
        "scheduledStartTime": "2026-11-25 02:00:00Z",
        "estimatedDurationInMinutes": 90,
        "state": {"name": "Scheduled"},
        "operations": [
            {"kind": "Schedule", "constraints": [window, blocked]},
            {"kind": "Reschedule", "constraints": [window]},
        ],
    }
    return {"id": f"{CLOUD_ID}/maintenances/{name}", "name": name, "properties": {**own, **properties}}


def lock(scope: str, name: str = "keep", level: object = "CanNotDelete") -> dict[str, Any]:
    """A lock as it is listed."""
    where = f"{scope}/providers/Microsoft.Authorization/locks/{name}"
    return {"id": where, "name": name, "type": "Microsoft.Authorization/locks", "properties": {"level": level}}


def answers(changed: Mapping[str, Given] | None = None) -> dict[str, Given]:
    """Answers for everything there is to read of one cloud, with some of them changed."""
    usual: dict[str, Given] = {
        ADDON: said(addon()),
        SITES: said({"value": [site()]}),
        MAINTENANCES: said({"value": [maintenance()]}),
        LOCKS: said({"value": [lock(CLOUD_ID)]}),
    }
    return usual | dict(changed or {})


def read(world: World, given: Mapping[str, Given]) -> tuple[CloudDetails, tuple[Maintenance, ...], Arm]:
    """Read the one cloud."""
    peer = world.peer(given)
    (details,), maintenances = world.reader(peer).details([private_cloud()])
    return details, maintenances, peer


def test_everything_is_read_over_one_connection(world: World) -> None:
    """Three reads of the cloud and one of its subscription become records."""
    details, maintenances, peer = read(world, answers())

    span: dict[str, Any] = {
        "starts_at": datetime(2026, 11, 25, 2, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 25, 11, tzinfo=UTC),
    }
    assert details == CloudDetails(
        cloud_resource_id=CLOUD_ID,
        addon=HcxAddon(
            offer="Enterprise", provisioning_state=ProvisioningState.SUCCEEDED, uplink_network="10.3.2.0/24"
        ),
        sites=(HcxEnterpriseSite(name="site1", status="Consumed"),),
        locks=(Lock(name="keep", level=LockLevel.CAN_NOT_DELETE, scope=CLOUD_ID),),
    )
    assert maintenances == (
        Maintenance(
            id=f"{CLOUD_ID}/maintenances/m1",
            cloud_resource_id=CLOUD_ID,
            component="VCSA",
            title="vCenter 8.0 U4",
            state="Scheduled",
            starts_at=span["starts_at"],
            duration=timedelta(minutes=90),
            constraints=(
                MaintenanceConstraint(kind="SchedulingWindow", **span),
                MaintenanceConstraint(kind="Blocked", category="QuotaExhausted", reason="No slots", **span),
            ),
        ),
    )
    assert (peer.connections, len(peer.got)) == (1, 4)


def test_clouds_of_one_subscription_share_the_list_of_locks(world: World) -> None:
    """One list of locks serves every cloud, and details come in the order of the clouds."""
    peer = world.peer(answers())

    details, _ = world.reader(peer).details([private_cloud("pc-2"), private_cloud()])

    assert [one.cloud_resource_id[-4:] for one in details] == ["pc-2", "pc-1"]
    assert [len(one.locks) for one in details] == [0, 1]
    assert len([call for call in peer.calls() if call.startswith(LOCKS)]) == 1


def test_without_clouds_nothing_is_asked(world: World) -> None:
    """A subscription without private clouds costs no read."""
    peer = world.peer(answers())

    assert world.reader(peer).details([]) == ((), ())
    assert peer.connections == 0


def test_details_survive_the_store(world: World) -> None:
    """Details are the same after a round trip through JSON."""
    details, _, _ = read(world, answers({SITES: Reply(403)}))

    assert from_json(CloudDetails, to_json(details)) == details


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        (CLOUD_ID, True),
        (CLOUD_ID.upper(), True),
        (GROUP_ID, True),
        (f"/subscriptions/{ONE}", True),
        (f"{CLOUD_ID}/addons/hcx", True),
        (f"{GROUP_ID}-2", False),
        (f"{CLOUD_ID}2", False),
        (f"{GROUP_ID}/providers/Microsoft.Network/virtualNetworks/v", False),
    ],
)
def test_a_lock_holds_for_what_is_above_and_below(world: World, scope: str, *, holds: bool) -> None:
    """A cloud gets the locks on itself, on its parents and on its own parts, and no neighbour's."""
    details, _, _ = read(world, answers({LOCKS: said({"value": [lock(scope)]})}))

    assert (len(details.locks), details.unread) == (int(holds), ())


@pytest.mark.parametrize(
    ("word", "level"),
    [("ReadOnly", LockLevel.READ_ONLY), ("NotSpecified", LockLevel.UNKNOWN), (None, LockLevel.UNKNOWN)],
)
def test_levels_of_locks(world: World, word: str | None, level: LockLevel) -> None:
    """A level that nobody knows is a lock all the same."""
    details, _, _ = read(world, answers({LOCKS: said({"value": [lock(CLOUD_ID, level=word)]})}))

    assert [one.level for one in details.locks] == [level]


def test_an_addon_that_is_not_there_is_none(world: World) -> None:
    """Azure's own 404 of the add-on is an observation."""
    gone = said({"error": {"code": "ResourceNotFound", "message": "The addon 'hcx' was not found."}}, 404)

    details, _, _ = read(world, answers({ADDON: gone}))

    assert (details.addon, details.unread) == (None, ())


@pytest.mark.parametrize(
    "answer",
    [
        Reply(404, b"<html>not here</html>", {"content-type": "text/html"}),
        said({"error": {"code": "ResourceGroupNotFound", "message": "gone"}}, 404),
    ],
)
def test_not_found_of_something_else_is_no_missing_addon(world: World, answer: Reply) -> None:
    """A page of somebody else, or a missing parent, says nothing of the add-on."""
    details, _, _ = read(world, answers({ADDON: answer}))

    assert [(one.part, one.reason) for one in details.unread] == [(CloudPart.ADDON, UnreadReason.FAILED)]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "InvalidResourceType"),
        (400, "InvalidApiVersionParameter"),
        (400, "NoRegisteredProviderFound"),
    ],
)
def test_an_older_azure_has_no_maintenances_to_offer(world: World, status: int, code: str) -> None:
    """A service that does not know maintenances is told apart from a cloud that has none."""
    answer = said({"error": {"code": code, "message": "no such type"}}, status)

    details, maintenances, _ = read(world, answers({MAINTENANCES: answer}))

    assert [(one.part, one.reason) for one in details.unread] == [(CloudPart.MAINTENANCES, UnreadReason.NOT_OFFERED)]
    assert (maintenances, details.addon is not None) == ((), True)


BAD: dict[str, tuple[Answer, UnreadReason]] = {
    "denied": (said({"error": {"code": "AuthorizationFailed", "message": "no"}}, 403), UnreadReason.DENIED),
    "no token": (said({"error": {"code": "AuthenticationFailed", "message": "no"}}, 401), UnreadReason.DENIED),
    "throttled": (Reply(429, headers={"retry-after": "3600"}), UnreadReason.THROTTLED),
    "throttled for ever": (Reply(429, headers={"retry-after": "inf"}), UnreadReason.THROTTLED),
    "broken": (Reply(500, headers=SOON), UnreadReason.FAILED),
    "page": (Reply(200, b"<html>hello", {"content-type": "text/html"}), UnreadReason.FAILED),
    "garbage": (Reply(200, b"{", {"content-type": "application/json"}), UnreadReason.FAILED),
    "empty": (Reply(200), UnreadReason.FAILED),
    "nothing": (Reply(204), UnreadReason.FAILED),
    "cut": (
        Raw(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"),
        UnreadReason.FAILED,
    ),
    "bare list": (said([1]), UnreadReason.FAILED),
    "number": (said(7), UnreadReason.FAILED),
    "null": (said(None), UnreadReason.FAILED),
    "no objects": (said({"value": [1, "two", None], "properties": 3}), UnreadReason.FAILED),
    "no list": (said({"value": 7}), UnreadReason.FAILED),
    "no names": (said({"value": [{}], "properties": {}}), UnreadReason.FAILED),
}


@every_part
@pytest.mark.parametrize("name", sorted(BAD))
def test_a_part_that_cannot_be_read_says_why(world: World, part: CloudPart, name: str) -> None:
    """Whatever comes for one part, the pass goes on, and the part is never just empty."""
    answer, reason = BAD[name]

    details, maintenances, _ = read(world, answers({PARTS[part]: answer}))

    told = next(one for one in details.unread if one.part is part)
    assert (told.reason, bool(told.detail)) == (reason, True)
    empty = {
        CloudPart.ADDON: details.addon is None,
        CloudPart.SITES: not details.sites,
        CloudPart.MAINTENANCES: not maintenances,
        CloudPart.LOCKS: not details.locks,
    }
    assert empty[part]


@every_part
def test_a_part_takes_nothing_else_with_it(world: World, part: CloudPart) -> None:
    """What is denied for one part is read for the others."""
    details, maintenances, _ = read(world, answers({PARTS[part]: BAD["denied"][0]}))

    there = (details.addon, details.sites, maintenances, details.locks)
    assert [one.part for one in details.unread] == [part]
    assert len([one for one in there if one]) == 3


LISTS = [CloudPart.SITES, CloudPart.MAINTENANCES, CloudPart.LOCKS]
ITEMS: dict[CloudPart, dict[str, Any]] = {
    CloudPart.SITES: site(),
    CloudPart.MAINTENANCES: maintenance(),
    CloudPart.LOCKS: lock(CLOUD_ID),
}


@pytest.mark.parametrize("part", LISTS, ids=lambda part: part.name.lower())
def test_every_page_of_a_part_is_read(world: World, part: CloudPart) -> None:
    """A list goes on at its next link, and what two pages hold is there once."""
    peer = world.peer(answers())
    path = PARTS[part].removeprefix("GET ")
    link = f"https://{HOST}:{peer.port}{path}?api-version=2026-03-01&$skiptoken=2"
    another = {**ITEMS[part], "id": f"{ITEMS[part]['id']}-2", "name": "another"}
    peer.answers[PARTS[part]] = said({"value": [ITEMS[part]], "nextLink": link})
    peer.answers[f"{PARTS[part]}$skiptoken=2"] = said({"value": [another, ITEMS[part]]})

    (details,), maintenances = world.reader(peer).details([private_cloud()])

    found = {CloudPart.SITES: details.sites, CloudPart.MAINTENANCES: maintenances, CloudPart.LOCKS: details.locks}
    assert (len(found[part]), details.unread) == (2, ())


@pytest.mark.parametrize("part", LISTS, ids=lambda part: part.name.lower())
def test_a_list_that_leads_elsewhere_is_not_followed(world: World, part: CloudPart) -> None:
    """Another host gets neither a request nor the token."""
    elsewhere = world.peer(answers(), host="127.0.0.1")
    link = f"https://127.0.0.1:{elsewhere.port}{PARTS[part].removeprefix('GET ')}?api-version=1"

    details, _, _ = read(world, answers({PARTS[part]: said({"value": [ITEMS[part]], "nextLink": link})}))

    assert [(one.part, one.reason) for one in details.unread] == [(part, UnreadReason.FAILED)]
    assert elsewhere.connections == 0


@pytest.mark.parametrize("part", LISTS, ids=lambda part: part.name.lower())
def test_a_list_in_a_circle_comes_to_an_end(world: World, part: CloudPart) -> None:
    """A list that leads back to itself is not read for ever."""
    peer = world.peer(answers())
    path = PARTS[part].removeprefix("GET ")
    link = f"https://{HOST}:{peer.port}{path}?api-version=2026-03-01&$skiptoken=2"
    peer.answers[PARTS[part]] = said({"value": [ITEMS[part]], "nextLink": link})
    peer.answers[f"{PARTS[part]}$skiptoken=2"] = peer.answers[PARTS[part]]

    (details,), _ = world.reader(peer).details([private_cloud()])

    assert [(one.part, one.reason) for one in details.unread] == [(part, UnreadReason.FAILED)]
    assert len(peer.got) < 10


def test_a_link_that_is_no_text_makes_locks_unread(world: World) -> None:
    """A next link of another kind is a broken page."""
    details, _, _ = read(world, answers({LOCKS: said({"value": [lock(CLOUD_ID)], "nextLink": 7})}))

    assert [(one.part, one.reason) for one in details.unread] == [(CloudPart.LOCKS, UnreadReason.FAILED)]


def test_one_broken_item_does_not_hide_the_others(world: World) -> None:
    """What could be read is there, and the part says that it is not all."""
    broken = maintenance("m2", scheduledStartTime="next week")

    details, maintenances, _ = read(world, answers({MAINTENANCES: said({"value": [broken, maintenance()]})}))

    assert [one.title for one in maintenances] == ["vCenter 8.0 U4"]
    assert [one.detail for one in details.unread] == [
        "1 of 2 could not be read: the scheduledStartTime of maintenance m2 is no time"
    ]


def test_after_failures_in_a_row_nothing_more_is_asked(world: World) -> None:
    """An Azure that is down does not get hundreds of tries, and every part says that it was not tried."""
    peer = world.peer(dict.fromkeys(PARTS.values(), BAD["page"][0]))
    clouds = [private_cloud(), *(private_cloud(f"pc-{number}") for number in range(2, 40))]

    details, _ = world.reader(peer).details(clouds)

    assert len(peer.got) == 3
    assert {len(one.unread) for one in details} == {4}
    assert details[-1].unread[0].detail.startswith("not tried after 3 failures in a row")


def test_denied_parts_of_many_clouds_are_all_asked_for(world: World) -> None:
    """A refusal is quick and may be another one for the next cloud, so that it does not count as a failure."""
    peer = world.peer({})
    for number in range(4):
        for path in (ADDON, SITES, MAINTENANCES):
            peer.answers[path.replace("pc-1", f"pc-{number}")] = Reply(403)
    peer.answers[LOCKS] = Reply(403)

    details, _ = world.reader(peer).details([private_cloud(f"pc-{number}") for number in range(4)])

    assert len(peer.got) == 13
    assert {one.reason for each in details for one in each.unread} == {UnreadReason.DENIED}


def test_a_long_pause_is_kept_by_the_next_pass(world: World) -> None:
    """A subscription that asked for an hour of peace gets it, also from whoever comes next in this process."""
    peer = world.peer(answers({LOCKS: Reply(429, headers={"retry-after": "3600"})}))
    reader = world.reader(peer)

    (details,), _ = reader.details([private_cloud()])
    reader.details([private_cloud()])

    assert len(peer.got) == 1
    assert {one.reason for one in details.unread} == {UnreadReason.THROTTLED}


def test_a_pause_that_cannot_be_read_is_none(world: World) -> None:
    """A `Retry-After` in words costs a try, not the part."""
    replies = iter([Reply(503, headers={"retry-after": "soon"}), said({"value": [lock(CLOUD_ID)]})])

    details, _, _ = read(world, answers({LOCKS: lambda _: next(replies)}))

    assert (len(details.locks), details.unread) == (1, ())


def test_a_cloud_that_does_not_say_where_it_is(world: World) -> None:
    """An odd resource id makes every part unread, and nothing is asked for it."""
    peer = world.peer(answers())
    odd = PrivateCloud(
        id="pc",
        resource_id="/here",
        name="pc",
        subscription_id=ONE,
        location="",
        provisioning_state=ProvisioningState.UNKNOWN,
        hcx_url=None,
        hcx_address=None,
    )

    (details,), maintenances = world.reader(peer).details([odd])

    assert ({one.part for one in details.unread}, maintenances) == (set(CloudPart), ())


@pytest.mark.parametrize(
    "answer",
    [
        said({"value": [site()]}),
        said({"value": [site(status=7), site(status=KEY[:0]), {"name": KEY, "properties": KEY}, KEY]}),
        said({"error": {"code": KEY, "message": f"site has {KEY}"}}, 400),
        said({"error": {"code": "Odd", "message": f"site has {KEY}"}}, 403),
        Reply(500, f"{KEY} is not right".encode(), SOON),
        Reply(200, f'{{"value": "{KEY}'.encode(), {"content-type": "application/json"}),
    ],
)
def test_an_activation_key_is_nowhere(world: World, caplog: pytest.LogCaptureFixture, answer: Answer) -> None:
    """No record, reason or log line holds the key that Azure hands out with a site, right or wrong as its answer is."""
    for name in ("", "azure", "urllib3"):
        caplog.set_level(logging.DEBUG, logger=name)

    details, _, peer = read(world, answers({SITES: answer}))

    assert peer.count(peer.calls()[2]) >= 1
    assert KEY not in to_json_text(details)
    assert KEY not in repr(details)
    assert KEY not in caplog.text


def test_maintenances_are_read_alone_before_a_change(world: World) -> None:
    """One read for each private cloud, and nothing else of it; one that cannot be read says why."""
    peer = world.peer(answers())
    read_well, other = world.reader(peer).maintenances_of([private_cloud(), private_cloud("pc-2")])
    asked = {one.call.partition("?")[0] for one in peer.got}

    assert ([one.component for one in read_well.maintenances], read_well.unread) == (["VCSA"], None)
    assert other.cloud_resource_id.endswith("pc-2")
    assert other.unread is not None
    assert asked == {MAINTENANCES, MAINTENANCES.replace("pc-1", "pc-2")}
