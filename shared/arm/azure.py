"""The `Azure` port: subscriptions and their private clouds, each read or reported as not read.

Lists per subscription rather than Resource Graph: the provider is the source of truth, and a subscription that may not
be read says 403 instead of being absent.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from azure.core.credentials import TokenCredential
from azure.mgmt.avs import AVSClient
from azure.mgmt.resource.subscriptions import SubscriptionClient

from shared.arm.connection import Connection
from shared.arm.details import Looking, everything_unread
from shared.arm.failure import failure_of
from shared.arm.listing import every_item
from shared.arm.pace import Pace
from shared.arm.parse import CloudUnreadableError, cloud_of
from shared.arm.transport import ReadsOfOneHost
from shared.model.inventory import (
    CloudDetails,
    CloudPart,
    Maintenance,
    MaintenancesSeen,
    PrivateCloud,
    SubscriptionSeen,
    SubscriptionState,
    Unread,
    UnreadReason,
)
from shared.model.record import record

_ALL = "*"


class AzureReader:
    """Azure Resource Manager behind one URL; every thread may use it."""

    def __init__(
        self,
        credential: TokenCredential,
        *,
        url: str,
        scope: str,
        ca: Path | None = None,
        address: str | None = None,
        pace: Pace | None = None,
    ) -> None:
        """Raise ValueError for a URL that is not https."""
        self._connection = Connection(credential, url=url, scope=scope, ca=ca, address=address, pace=pace)

    def subscriptions(self, wanted: Sequence[str]) -> tuple[SubscriptionSeen, ...]:
        """Subscriptions in scope (all readable ones when `wanted` is empty), before any cloud is read."""
        scope = tuple({one.lower(): one for one in wanted}.values())
        try:
            with SubscriptionClient(self._connection.credential, **self._settings()) as client:
                found = every_item(client.subscriptions.list())
            listed = {seen.id.lower(): seen for seen in map(_subscription, found)}
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
            with self._client(subscription.id) as client:
                found = every_item(client.private_clouds.list_in_subscription())
        except Exception as error:  # noqa: BLE001 -- an edge, as above
            return _failure(error).of(subscription), ()
        return _read(subscription, found)

    def details(self, clouds: Sequence[PrivateCloud]) -> tuple[tuple[CloudDetails, ...], tuple[Maintenance, ...]]:
        """What belongs to private clouds of one subscription, and their maintenances. Never raises."""
        if not clouds:
            return (), ()
        subscription = clouds[0].subscription_id
        try:
            with self._client(subscription) as client:
                return Looking(client, subscription).at(clouds)
        except Exception as error:  # noqa: BLE001 -- an edge, as above: a client that cannot even be made
            return tuple(everything_unread(cloud, failure_of(error)) for cloud in clouds), ()

    def maintenances_of(self, clouds: Sequence[PrivateCloud]) -> tuple[MaintenancesSeen, ...]:
        """The maintenances alone of private clouds of one subscription, in their order. Never raises."""
        if not clouds:
            return ()
        subscription = clouds[0].subscription_id
        try:
            with self._client(subscription) as client:
                return Looking(client, subscription).maintenances(clouds)
        except Exception as error:  # noqa: BLE001 -- an edge, as above: a client that cannot even be made
            why = failure_of(error)
            unread = Unread(part=CloudPart.MAINTENANCES, reason=why.reason, detail=why.detail)
            return tuple(MaintenancesSeen(cloud_resource_id=one.resource_id, unread=unread) for one in clouds)

    def _client(self, subscription: str) -> AVSClient:
        return AVSClient(self._connection.credential, subscription, **self._settings())

    def _settings(self) -> dict[str, Any]:
        return self._connection.settings(ReadsOfOneHost(self._connection.url))


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
    """Why a list could not be read."""
    failure = failure_of(error)
    denied = failure.reason is UnreadReason.DENIED
    return _Outcome(
        state=SubscriptionState.DENIED if denied else SubscriptionState.FAILED,
        detail=failure.detail,
    )
