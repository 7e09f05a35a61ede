"""Subscriptions and private clouds through Microsoft's own clients, over real TLS sockets."""

import copy
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest
import trustme
from azure.core.credentials import AccessToken
from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.rest import HttpRequest
from azure.mgmt.avs import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.arm.azure import AzureReader
from shared.arm.parse import CloudUnreadableError, cloud_of
from shared.arm.transport import ForeignRequestError, ReadsOfOneHost
from shared.model.codec import to_json_text
from shared.model.inventory import ProvisioningState, SubscriptionSeen, SubscriptionState, Tag
from shared.ports import Azure
from shared.rules.cloud_ids import with_ids
from tests.arm.azure_world import (
    HOST,
    ONE,
    SEEN,
    TOKEN,
    TWO,
    Credential,
    World,
    cloud,
    clouds,
    listing,
    subscription,
)
from tests.hcx.hcx_peer import Answer, Peer, Raw, Reply, said


def test_subscriptions_and_their_clouds(world: World) -> None:
    """The name is verified, the address is dialled, and the model holds what ARM says."""
    reader: Azure = world.reader(world.peer(clouds(cloud())))

    (seen,) = reader.subscriptions(())
    read, (one,) = reader.private_clouds(seen)

    assert (seen, read.state, read.private_clouds) == (SEEN, SubscriptionState.READ, 1)
    assert (one.id, one.location, one.provisioning_state) == ("pc-1", "westeurope", ProvisioningState.SUCCEEDED)
    assert (one.hcx_url, one.hcx_address) == ("https://hcx.pc-1.test/", "10.1.2.9")
    assert one.tags == (Tag(name="env", value="prod"), Tag(name="owner", value="team"))


def test_the_token_is_for_the_configured_scope(world: World) -> None:
    """Other clouds have other audiences."""
    world.reader(world.peer(clouds()), scope="https://management.example/.default").subscriptions(())

    assert set(world.credential.scopes) == {"https://management.example/.default"}


def test_names_used_twice_get_their_mark_from_the_whole_fleet(world: World) -> None:
    """One reader cannot know; the rule can."""
    _, found = world.reader(world.peer(clouds(cloud(), cloud("pc-2")))).private_clouds(SEEN)

    assert [one.id for one in with_ids(found)] == ["pc-1", "pc-2"]


def test_every_page_is_read(world: World) -> None:
    """A list goes on where `nextLink` says, on the same host."""
    answers = clouds(cloud())
    peer = world.peer(answers)
    path = f"/subscriptions/{ONE}/providers/Microsoft.AVS/privateClouds"
    link = f"https://{HOST}:{peer.port}{path}?api-version=2026-03-01&$skiptoken=2"
    peer.answers[f"GET {path}"] = said({"value": [cloud()], "nextLink": link})
    peer.answers[f"GET {path}$skiptoken=2"] = said({"value": [cloud("pc-2"), cloud()]})

    read, found = world.reader(peer).private_clouds(SEEN)

    assert [one.name for one in found] == ["pc-1", "pc-2"]
    assert read.private_clouds == 2
    assert peer.connections == 1


@pytest.mark.parametrize("path", ["/subscriptions", f"/subscriptions/{ONE}/providers/Microsoft.AVS/privateClouds"])
def test_a_list_that_leads_to_itself_is_a_failed_one(world: World, path: str) -> None:
    """The client would follow it for ever."""
    peer = world.peer({})
    link = f"https://{HOST}:{peer.port}{path}?api-version=2026-03-01&$skiptoken=2"
    items = [subscription()] if path == "/subscriptions" else [cloud()]
    peer.answers |= {f"GET {path}{skip}": said({"value": items, "nextLink": link}) for skip in ("", "$skiptoken=2")}
    reader = world.reader(peer)

    (read,) = reader.subscriptions([ONE]) if path == "/subscriptions" else (reader.private_clouds(SEEN)[0],)

    assert (read.state, "leads back" in read.detail) == (SubscriptionState.FAILED, True)
    assert len(peer.got) < 10


def _to(peer: Peer) -> dict[str, Callable[[], Answer]]:
    elsewhere = f"https://127.0.0.1:{peer.port}/subscriptions/{ONE}/providers/Microsoft.AVS/privateClouds?api-version=1"
    return {
        "link": lambda: said({"value": [cloud()], "nextLink": elsewhere}),
        "redirect": lambda: Reply(307, headers={"location": elsewhere}),
        "plain": lambda: said({"value": [cloud()], "nextLink": elsewhere.replace("https", "http")}),
    }


@pytest.mark.parametrize("way", ["link", "redirect", "plain"])
def test_another_host_gets_neither_a_request_nor_the_token(world: World, way: str) -> None:
    """A list that leads elsewhere is a failed one, and not a shorter one."""
    elsewhere = world.peer(clouds(cloud("pc-2")), host="127.0.0.1")
    peer = world.peer(listing(_to(elsewhere)[way]()))

    read, found = world.reader(peer).private_clouds(SEEN)

    assert (read.state, found) == (SubscriptionState.FAILED, ())
    assert "was not sent" in read.detail
    assert (elsewhere.connections, elsewhere.tokens()) == (0, set())


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "HEAD"])
def test_only_reads_are_let_through(method: str) -> None:
    """Whatever a client comes to think of, Azure is not changed."""
    url = f"https://{HOST}/subscriptions?api-version=1"
    policy = ReadsOfOneHost(url)
    context: PipelineContext = PipelineContext(None)

    policy.on_request(PipelineRequest(HttpRequest("GET", url), context))
    with pytest.raises(ForeignRequestError):
        policy.on_request(PipelineRequest(HttpRequest(method, url), context))


def test_nothing_is_registered(world: World) -> None:
    """The client would register a missing resource provider by itself: that is a change, so it is not sent."""
    error = {"code": "MissingSubscriptionRegistration", "message": "not registered to use namespace 'Microsoft.AVS'"}
    peer = world.peer(listing(said({"error": error}, 409)))

    read, _ = world.reader(peer).private_clouds(SEEN)

    assert (read.state, "registers none" in read.detail) == (SubscriptionState.FAILED, True)
    assert not [call for call in peer.calls() if not call.startswith("GET")]


def test_throttling_is_waited_for(world: World) -> None:
    """429 with Retry-After is followed."""
    replies = iter([Reply(429, headers={"retry-after": "1"}), said({"value": [cloud()]})])
    peer = world.peer(listing(lambda _: next(replies)))
    began = time.monotonic()

    read, _ = world.reader(peer).private_clouds(SEEN)

    assert read.state is SubscriptionState.READ
    assert time.monotonic() - began >= 1


def test_a_wait_of_an_hour_is_left_to_the_next_pass(world: World) -> None:
    """No activity sleeps that long; the subscription says why it was not read."""
    peer = world.peer(listing(Reply(429, headers={"retry-after": "3600"})))

    read, _ = world.reader(peer).private_clouds(SEEN)

    assert (read.state, "429" in read.detail, len(peer.got)) == (SubscriptionState.FAILED, True, 1)


@pytest.mark.parametrize("status", [401, 403])
def test_a_denied_subscription_says_so(world: World, status: int) -> None:
    """With Azure's own code and message."""
    error = {"code": "AuthorizationFailed", "message": "The client does not have authorization."}
    peer = world.peer(listing(said({"error": error}, status)))

    read, found = world.reader(peer).private_clouds(SEEN)

    assert (read.state, found) == (SubscriptionState.DENIED, ())
    assert read.detail == f"{status} AuthorizationFailed: The client does not have authorization."


def test_an_empty_subscription_is_empty(world: World) -> None:
    """That there is nothing is an observation."""
    read, found = world.reader(world.peer(clouds())).private_clouds(SEEN)

    assert (read.state, read.private_clouds, found) == (SubscriptionState.EMPTY, 0, ())


def test_what_was_not_read_is_not_asked_for_its_clouds(world: World) -> None:
    """A denied subscription stays denied."""
    peer = world.peer(clouds(cloud()))
    denied = SubscriptionSeen(id=ONE, name="", state=SubscriptionState.DENIED, detail="no")

    assert world.reader(peer).private_clouds(denied) == (denied, ())
    assert peer.connections == 0


def test_wanted_subscriptions_are_all_accounted_for(world: World) -> None:
    """Named in any case or twice, readable or not: each is there once."""
    peer = world.peer({"GET /subscriptions": said({"value": [subscription()]})})

    seen = world.reader(peer).subscriptions([ONE.upper(), ONE, TWO])

    assert [(one.id, one.state) for one in seen] == [(ONE, SubscriptionState.READ), (TWO, SubscriptionState.DENIED)]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (said({"value": []}), SubscriptionState.DENIED),
        (said({"error": {"code": "AuthorizationFailed", "message": "no"}}, 403), SubscriptionState.DENIED),
        (Reply(200, b"<html>"), SubscriptionState.FAILED),
        (Reply(404), SubscriptionState.FAILED),
        (said({"value": [{"id": "no subscription"}]}), SubscriptionState.FAILED),
    ],
)
def test_a_list_of_subscriptions_that_cannot_be_read_is_no_empty_fleet(
    world: World, answer: Reply, state: SubscriptionState
) -> None:
    """There is always something that says what is missing."""
    reader = world.reader(world.peer({"GET /subscriptions": answer}))

    (everything,) = reader.subscriptions(())
    (wanted,) = reader.subscriptions([ONE])

    assert (everything.id, everything.state, bool(everything.detail)) == ("*", state, True)
    assert (wanted.id, bool(wanted.detail)) == (ONE, True)


BROKEN: dict[str, Answer] = {
    "page": Reply(200, b"<html>hello", {"content-type": "text/html"}),
    "empty": Reply(200),
    "cut": Raw(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"),
    "bare list": said([cloud()]),
    "no objects": said({"value": [1, "two", None]}),
    "no list": said({"value": 7}),
    "no name": said({"value": [{"id": "/subscriptions/x"}]}),
    "not found": said({"error": {"code": "SubscriptionNotFound", "message": "gone"}}, 404),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_list_is_a_failed_subscription(world: World, name: str) -> None:
    """Whatever comes, one subscription never ends the pass."""
    read, found = world.reader(world.peer(listing(BROKEN[name]))).private_clouds(SEEN)

    assert (read.state, found, bool(read.detail)) == (SubscriptionState.FAILED, (), True)


def test_one_broken_cloud_does_not_hide_the_others(world: World) -> None:
    """What could be read is there, and the subscription says that it is not all."""
    read, found = world.reader(world.peer(clouds(cloud(), {"name": "half"}))).private_clouds(SEEN)

    assert ([one.name for one in found], read.state) == (["pc-1"], SubscriptionState.FAILED)
    assert read.detail.startswith("1 of 2")


def test_a_certificate_for_another_name_is_refused(world: World) -> None:
    """The address is only where to knock."""
    peer = world.peer(clouds(cloud()), host="elsewhere.test")

    read, _ = world.reader(peer).private_clouds(SEEN)

    assert (read.state, peer.bytes_received) == (SubscriptionState.FAILED, 0)


def test_a_certificate_of_another_authority_is_refused(world: World) -> None:
    """The token stays here, and the detail says which settings to look at."""
    peer = world.peer(clouds(cloud()), ca=trustme.CA())

    read, _ = world.reader(peer).private_clouds(SEEN)

    assert (read.state, peer.bytes_received) == (SubscriptionState.FAILED, 0)
    assert "check HCX_FLEET_ARM_URL, HCX_FLEET_ARM_CA" in read.detail


def test_without_an_address_the_name_is_resolved(world: World) -> None:
    """As it is on Azure."""
    peer = world.peer(clouds(cloud()), host="127.0.0.1")
    reader = AzureReader(world.credential, url=f"https://127.0.0.1:{peer.port}/", scope="s/.default", ca=world.file)

    assert reader.private_clouds(SEEN)[0].state is SubscriptionState.READ


@pytest.mark.parametrize("url", ["http://management.azure.com", "management.azure.com", "https://", ""])
def test_what_is_not_https_is_refused_at_once(url: str) -> None:
    """The client itself would find out after seconds of retries, once for each subscription."""
    with pytest.raises(ValueError, match="must be https"):
        AzureReader(Credential(), url=url, scope="s")


def test_no_token_for_azure(world: World) -> None:
    """A credential that fails is no denial by a subscription."""

    class Failing(Credential):
        def get_token(self, *_: str, **__: Any) -> AccessToken:
            from azure.core.exceptions import ClientAuthenticationError  # noqa: PLC0415

            raise ClientAuthenticationError("managed identity is not there\nand a long explanation")

    world.credential = Failing()
    read, _ = world.reader(world.peer(clouds(cloud()))).private_clouds(SEEN)

    assert (read.state, read.detail) == (
        SubscriptionState.FAILED,
        "no token for Azure: managed identity is not there",
    )


def test_the_token_is_not_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Not even with every debug record there is."""
    for name in ("", "azure", "urllib3", "msal"):
        caplog.set_level(logging.DEBUG, logger=name)
    peer = world.peer(clouds(cloud()))
    reader = world.reader(peer)

    for seen in reader.subscriptions(()):
        reader.private_clouds(seen)

    assert peer.tokens() == {f"Bearer {TOKEN}"}
    assert TOKEN not in caplog.text


# --- models -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Succeeded", ProvisioningState.SUCCEEDED),
        ("Updating", ProvisioningState.UPDATING),
        ("Canceled", ProvisioningState.CANCELED),
        ("Cancelled", ProvisioningState.CANCELED),
        ("Dreaming", ProvisioningState.UNKNOWN),
        (None, ProvisioningState.UNKNOWN),
    ],
)
def test_provisioning_states(word: str | None, state: ProvisioningState) -> None:
    """Both spellings of one word are one state, and a new word is unknown."""
    assert cloud_of(models.PrivateCloud(cloud(provisioningState=word)), ONE).provisioning_state is state


def test_a_cloud_without_endpoints() -> None:
    """One that is being built may have none, and an address that is none is left out."""
    bare = cloud_of(models.PrivateCloud(cloud(endpoints=None)), ONE)
    odd = cloud_of(models.PrivateCloud(cloud(endpoints={"hcxCloudManager": " ", "hcxCloudManagerIp": "soon"})), ONE)

    assert (bare.hcx_url, bare.hcx_address) == (None, None)
    assert (odd.hcx_url, odd.hcx_address) == (None, None)


VALUES: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({}) | st.just([{}])
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_change_of_a_cloud_is_survived(data: st.DataObject) -> None:
    """Fields that are missing or of another kind make a cloud with less, or an unreadable one."""
    document = json.loads(json.dumps(cloud()))
    for _ in range(data.draw(st.integers(1, 3))):
        container = data.draw(st.sampled_from([document, document.get("properties"), _endpoints(document)]))
        if isinstance(container, dict) and container:
            container[data.draw(st.sampled_from(sorted(container)))] = data.draw(VALUES)
    try:
        found = cloud_of(models.PrivateCloud(copy.deepcopy(document)), ONE)
    except CloudUnreadableError:
        return
    assert to_json_text(found)


def _endpoints(document: dict[str, Any]) -> Any:
    properties = document.get("properties")
    return properties.get("endpoints") if isinstance(properties, dict) else None
