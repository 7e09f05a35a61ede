"""The `Azure` port: subscriptions and private clouds.

Read from the resource provider and not from Resource Graph: the provider is consistent, and a subscription that may not
be read answers 403 instead of being silently absent.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import requests
from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.mgmt.avs import AVSClient
from azure.mgmt.resource.subscriptions import SubscriptionClient

from shared.arm.dialled import DialledAdapter
from shared.model.inventory import PrivateCloud, ProvisioningState, SubscriptionSeen, SubscriptionState, Tag

DENIED = frozenset({401, 403})


class ForeignHostError(AzureError):
    """An answer sent us to another host: not followed, so that no token goes there."""


class AzureReader:
    """Azure Resource Manager, read-only."""

    def __init__(
        self, credential: TokenCredential, url: str, scope: str, ca_file: str | None, address: str | None
    ) -> None:
        if urlsplit(url).scheme != "https":
            raise ValueError(f"the ARM address must be https, not {url}")
        self._credential = credential
        self._url = url.rstrip("/")
        self._scope = scope
        self._ca_file = ca_file
        self._address = address

    def subscriptions(self, wanted: Sequence[str]) -> tuple[SubscriptionSeen, ...]:
        """Subscriptions in scope: all readable ones, or the wanted ones, readable or not."""
        with SubscriptionClient(self._credential, **self._options()) as client:
            names = {str(one.subscription_id): str(one.display_name or "") for one in client.subscriptions.list()}
        chosen = sorted(wanted or names)
        return tuple(_subscription(one, names.get(one, "")) for one in chosen)

    def private_clouds(self, subscription: SubscriptionSeen) -> tuple[SubscriptionSeen, tuple[PrivateCloud, ...]]:
        """The private clouds of one subscription, and what came of reading it."""
        try:
            with AVSClient(self._credential, subscription.id, **self._options()) as client:
                clouds = tuple(map(_private_cloud, client.private_clouds.list_in_subscription()))
        except (HttpResponseError, AzureError) as error:
            return replace(subscription, state=_state(error), detail=_said(error)), ()
        state = SubscriptionState.READ if clouds else SubscriptionState.EMPTY
        return replace(subscription, state=state, private_clouds=len(clouds)), clouds

    def _options(self) -> dict[str, Any]:
        host = urlsplit(self._url).netloc
        return {
            "base_url": self._url,
            "credential_scopes": [self._scope],
            "per_retry_policies": [_OneHost(host)],
            "transport": self._transport(),
        }

    def _transport(self) -> RequestsTransport:
        session = requests.Session()
        session.trust_env = False
        if self._address:
            name = urlsplit(self._url).hostname or ""
            session.mount("https://", DialledAdapter(name, self._address))
        return RequestsTransport(session=session, session_owner=True, connection_verify=self._ca_file or True)


class _OneHost(SansIOHTTPPolicy[Any, Any]):
    """Refuses requests to any other host: the client would follow a `nextLink` anywhere and send the token along."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host = host

    def on_request(self, request: PipelineRequest[Any]) -> None:
        found = urlsplit(request.http_request.url).netloc
        if found != self._host:
            raise ForeignHostError(f"an answer of {self._host} points to {found}; it is not followed")


def _subscription(name: str, display: str) -> SubscriptionSeen:
    return SubscriptionSeen(id=name, name=display or name, state=SubscriptionState.EMPTY)


def _private_cloud(found: Any) -> PrivateCloud:
    properties = found.properties
    endpoints = getattr(properties, "endpoints", None)
    resource_id = str(found.id)
    return PrivateCloud(
        id=str(found.name),
        resource_id=resource_id,
        name=str(found.name),
        subscription_id=resource_id.split("/")[2],
        location=str(found.location or ""),
        provisioning_state=_provisioning(getattr(properties, "provisioning_state", None)),
        hcx_url=getattr(endpoints, "hcx_cloud_manager", None),
        hcx_address=getattr(endpoints, "hcx_cloud_manager_ip", None),
        tags=tuple(Tag(name=name, value=value) for name, value in sorted((found.tags or {}).items())),
    )


def _provisioning(value: Any) -> ProvisioningState:
    text = str(getattr(value, "value", value))
    if text == "Cancelled":  # the service has both spellings
        return ProvisioningState.CANCELED
    return ProvisioningState(text) if text in ProvisioningState else ProvisioningState.UNKNOWN


def _state(error: AzureError) -> SubscriptionState:
    refused = isinstance(error, ClientAuthenticationError) or getattr(error, "status_code", None) in DENIED
    return SubscriptionState.DENIED if refused else SubscriptionState.FAILED


def _said(error: AzureError) -> str:
    return str(getattr(error, "message", error)).splitlines()[0][:300]
