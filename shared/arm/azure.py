"""The `Azure` port: subscriptions and their private clouds, each read or reported as not read.

Lists per subscription rather than Resource Graph: the provider is the source of truth, and a subscription that may not
be read says 403 instead of being absent.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from azure.core.credentials import TokenCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ServiceRequestError
from azure.core.pipeline.transport import RequestsTransport
from azure.mgmt.avs import AVSClient
from azure.mgmt.resource.subscriptions import SubscriptionClient

from shared.arm.parse import CloudUnreadableError, cloud_of
from shared.arm.transport import DialledTransport, Patience, ReadsOfOneHost
from shared.model.inventory import PrivateCloud, SubscriptionSeen, SubscriptionState
from shared.model.record import record

CONNECT_SECONDS = 10
READ_SECONDS = 60
RETRIES = 5
_ALL = "*"
_DETAIL_MAX = 500
_DENIED = frozenset({401, 403})


class AzureReader:
    """Azure Resource Manager behind one URL; every thread may use it."""

    def __init__(
        self, credential: TokenCredential, *, url: str, scope: str, ca: Path | None = None, address: str | None = None
    ) -> None:
        """Raise ValueError for a URL that is not https: the client would find out only after seconds of retries."""
        if urlsplit(url).scheme != "https" or not urlsplit(url).hostname:
            raise ValueError("the URL of Azure Resource Manager must be https://host")
        self._credential = credential
        self._url = url.rstrip("/")
        self._scope = scope
        self._verify: str | bool = str(ca) if ca else True
        self._address = address

    def subscriptions(self, wanted: Sequence[str]) -> tuple[SubscriptionSeen, ...]:
        """Subscriptions in scope (all readable ones when `wanted` is empty), before any cloud is read."""
        scope = tuple({one.lower(): one for one in wanted}.values())
        try:
            with SubscriptionClient(self._credential, **self._settings()) as client:
                listed = {seen.id.lower(): seen for seen in map(_subscription, client.subscriptions.list())}
        except Exception as error:  # noqa: BLE001 -- an edge: the SDK raises whatever a broken answer makes it raise
            failed = _failure(error)
            return tuple(failed.of(_unread(one)) for one in scope or (_ALL,))
        if not listed and not scope:
            return (_NO_ROLE.of(_unread(_ALL)),)
        return tuple(listed.get(one.lower()) or _INVISIBLE.of(_unread(one)) for one in scope or listed)

    def private_clouds(self, subscription: SubscriptionSeen) -> tuple[SubscriptionSeen, tuple[PrivateCloud, ...]]:
        """The private clouds of one subscription, and what came of reading it. Never raises for one subscription."""
        if subscription.state in {SubscriptionState.DENIED, SubscriptionState.FAILED}:
            return subscription, ()
        try:
            with AVSClient(self._credential, subscription.id, **self._settings()) as client:
                found = list(client.private_clouds.list_in_subscription())
        except Exception as error:  # noqa: BLE001 -- an edge, as above
            return _failure(error).of(subscription), ()
        return _read(subscription, found)

    def _settings(self) -> dict[str, Any]:
        """What every client is given. Clients are made anew for each list: their transport is for one thread."""
        given = {
            "connection_timeout": CONNECT_SECONDS,
            "read_timeout": READ_SECONDS,
            "connection_verify": self._verify,
        }
        return {
            "base_url": self._url,
            "credential_scopes": [self._scope],
            "transport": DialledTransport(self._address, **given) if self._address else RequestsTransport(**given),
            "retry_policy": Patience(retry_total=RETRIES, retry_status=RETRIES, retry_connect=2, retry_read=2),
            "per_retry_policies": [ReadsOfOneHost(self._url)],
        }


@record
class _Outcome:
    """What came of reading, in words."""

    state: SubscriptionState
    detail: str

    def of(self, subscription: SubscriptionSeen) -> SubscriptionSeen:
        """The subscription with this outcome."""
        return replace(subscription, state=self.state, detail=self.detail)


_NO_ROLE = _Outcome(
    state=SubscriptionState.DENIED, detail="this identity may read no subscription at all: give it the reader role"
)
_INVISIBLE = _Outcome(state=SubscriptionState.DENIED, detail="not among the subscriptions that this identity may read")


def _unread(subscription: str) -> SubscriptionSeen:
    return SubscriptionSeen(id=subscription, name=subscription, state=SubscriptionState.FAILED)


def _subscription(found: Any) -> SubscriptionSeen:
    """A subscription that may be read; whether it holds anything is not known yet."""
    name = found.display_name
    if not isinstance(found.subscription_id, str):
        raise TypeError("a subscription has no readable id")
    return SubscriptionSeen(
        id=found.subscription_id,
        name=name if isinstance(name, str) else found.subscription_id,
        state=SubscriptionState.READ,
    )


def _read(subscription: SubscriptionSeen, found: Sequence[Any]) -> tuple[SubscriptionSeen, tuple[PrivateCloud, ...]]:
    """The clouds that could be read; one that could not makes the subscription failed, not shorter."""
    clouds: dict[str, PrivateCloud] = {}
    faults = []
    for one in found:
        try:
            cloud = cloud_of(one, subscription.id)
        except CloudUnreadableError as error:
            faults.append(str(error))
        else:
            clouds[cloud.resource_id.lower()] = cloud  # a page may repeat what the one before it held
    seen = replace(subscription, private_clouds=len(clouds))
    if faults:
        detail = f"{len(faults)} of {len(found)} could not be read: {faults[0]}"
        return _Outcome(state=SubscriptionState.FAILED, detail=detail).of(seen), tuple(clouds.values())
    state = SubscriptionState.READ if clouds else SubscriptionState.EMPTY
    return replace(seen, state=state), tuple(clouds.values())


def _failure(error: Exception) -> _Outcome:
    """Why a list could not be read; a failed token is ours to mend, a refused one the subscription's owner's."""
    status = error.status_code if isinstance(error, HttpResponseError) else None
    if status in _DENIED:
        return _Outcome(state=SubscriptionState.DENIED, detail=f"{status} {_words(error)}")
    if isinstance(error, ClientAuthenticationError):
        return _Outcome(state=SubscriptionState.FAILED, detail=f"no token for Azure: {_words(error)}")
    if isinstance(error, ServiceRequestError):
        remedy = "check HCX_FLEET_ARM_URL, HCX_FLEET_ARM_CA and the way there"
        return _Outcome(state=SubscriptionState.FAILED, detail=f"Azure was not reached: {_words(error)}: {remedy}")
    return _Outcome(state=SubscriptionState.FAILED, detail=f"{status or type(error).__name__} {_words(error)}")


def _words(error: Exception) -> str:
    """The service's own code and message where there are some, else the first line of the error."""
    told = getattr(error, "error", None)
    code, message = getattr(told, "code", None), getattr(told, "message", None)
    if isinstance(error, HttpResponseError) and code:
        return f"{code}: {message}"[:_DETAIL_MAX]
    return next(iter(str(error).splitlines()), "")[:_DETAIL_MAX]
