"""What belongs to private clouds, part by part: a part that cannot be read says so and takes nothing else with it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from azure.core.paging import ItemPaged
from azure.core.rest import HttpRequest
from azure.mgmt.avs import AVSClient

from shared.arm.failure import Failure, code_of, failure_of, without_words
from shared.arm.listing import every_item
from shared.arm.parse_details import PartUnreadableError, addon_of, lock_of, maintenance_of, site_of
from shared.arm.place import Place, place_of
from shared.model.inventory import (
    CloudDetails,
    CloudPart,
    Lock,
    Maintenance,
    MaintenancesSeen,
    PrivateCloud,
    Unread,
    UnreadReason,
)
from shared.model.record import record

LOCKS_VERSION = "2020-05-01"
"""Of `Microsoft.Authorization/locks` (azure-rest-api-specs). A client of Microsoft's more for one list is too much."""
FAILURES_IN_A_ROW = 3
"""After so many nothing more is asked of a subscription: time-outs and tries of a thousand clouds would take hours."""
_ADDON = "hcx"
_NO_PARENT = frozenset({"", "ParentResourceNotFound", "ResourceGroupNotFound", "SubscriptionNotFound"})
"""Codes of a 404 that says nothing of an add-on: what it should be in is not there, or Azure was not what answered
(inferred)."""
_HIDDEN = frozenset({CloudPart.SITES})
"""Parts whose answers hold secrets: of what goes wrong with them no word of the answer is told."""
_WORRYING = frozenset({UnreadReason.FAILED, UnreadReason.THROTTLED})
_NOWHERE = (UnreadReason.FAILED, "the id of the private cloud does not say where it is")
type _Known = tuple[CloudDetails, tuple[Maintenance, ...]]


@record
class Part[T]:
    """One part as far as it was read."""

    found: tuple[T, ...] = ()
    unread: tuple[Unread, ...] = ()


class Looking:
    """Reads what belongs to the private clouds of one subscription, until reading has become pointless."""

    def __init__(self, client: AVSClient, subscription: str) -> None:
        self._client = client
        self._subscription = subscription
        self._failures = 0
        self._last: Failure | None = None

    def at(self, clouds: Sequence[PrivateCloud]) -> tuple[tuple[CloudDetails, ...], tuple[Maintenance, ...]]:
        """Details and maintenances of these clouds: three reads for each, and one list of locks for all."""
        locks = self._read(CloudPart.LOCKS, lambda: _locks(self._client, self._subscription), lock_of)
        known = [self._cloud(one, locks) for one in clouds]
        return tuple(details for details, _ in known), tuple(one for _, found in known for one in found)

    def maintenances(self, clouds: Sequence[PrivateCloud]) -> tuple[MaintenancesSeen, ...]:
        """The maintenances alone of these clouds: one read for each."""
        return tuple(self._maintenances_seen(one) for one in clouds)

    def _maintenances_seen(self, cloud: PrivateCloud) -> MaintenancesSeen:
        place = place_of(cloud.resource_id)
        part = self._maintenances(place, cloud) if place else _unread(CloudPart.MAINTENANCES, *_NOWHERE)
        return MaintenancesSeen(
            cloud_resource_id=cloud.resource_id, maintenances=part.found, unread=next(iter(part.unread), None)
        )

    def _maintenances(self, place: Place, cloud: PrivateCloud) -> Part[Maintenance]:
        return self._read(
            CloudPart.MAINTENANCES,
            lambda: every_item(self._client.maintenances.list(*place.where)),
            lambda found: maintenance_of(found, cloud.resource_id),
        )

    def _cloud(self, cloud: PrivateCloud, locks: Part[Lock]) -> _Known:
        place = place_of(cloud.resource_id)
        if place is None:
            reason, detail = _NOWHERE
            return everything_unread(cloud, Failure(reason=reason, detail=detail)), ()
        where, client = place.where, self._client
        addon = self._read(CloudPart.ADDON, lambda: _addon(client, *where), addon_of)
        sites = self._read(CloudPart.SITES, lambda: every_item(client.hcx_enterprise_sites.list(*where)), site_of)
        maintenances = self._maintenances(place, cloud)
        details = CloudDetails(
            cloud_resource_id=cloud.resource_id,
            addon=next(iter(addon.found), None),
            sites=sites.found,
            locks=tuple(one for one in locks.found if _holds_for(one, cloud)),
            unread=(*addon.unread, *sites.unread, *maintenances.unread, *locks.unread),
        )
        return details, maintenances.found

    def _read[T](self, part: CloudPart, ask: Callable[[], Iterable[Any]], parse: Callable[[Any], T]) -> Part[T]:
        """What could be read of a part, and what could not."""
        if self._last is not None and self._failures >= FAILURES_IN_A_ROW:
            detail = f"not tried after {self._failures} failures in a row: {self._last.detail}"
            return _unread(part, self._last.reason, detail)
        try:
            documents = list(ask())
        except Exception as error:  # noqa: BLE001 -- an edge: the SDK raises whatever a broken answer makes it raise
            why = without_words(error) if part in _HIDDEN else failure_of(error)
            self._failures = self._failures + 1 if why.reason in _WORRYING else 0
            self._last = why
            return _unread(part, why.reason, why.detail)
        self._failures = 0
        return _parsed(part, documents, parse)


def everything_unread(cloud: PrivateCloud, why: Failure) -> CloudDetails:
    """Nothing could be read, for one reason."""
    unread = tuple(Unread(part=part, reason=why.reason, detail=why.detail) for part in CloudPart)
    return CloudDetails(cloud_resource_id=cloud.resource_id, unread=unread)


def _locks(client: AVSClient, subscription: str) -> list[Any]:
    """Every lock in a subscription, on whatever it is."""
    first = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/locks?api-version={LOCKS_VERSION}"

    def page(link: str | None) -> Any:
        answer = client.send_request(HttpRequest("GET", link or first))
        answer.raise_for_status()
        return answer.json()

    return every_item(ItemPaged(page, _items))


def _items(document: Any) -> tuple[str | None, Iterable[Any]]:
    """Where a page leads, and what is on it."""
    items, link = (document.get("value"), document.get("nextLink")) if isinstance(document, dict) else (None, None)
    if not isinstance(items, list) or not isinstance(link, str | None):
        raise PartUnreadableError("a page of the list is none")
    return link, items


def _addon(client: AVSClient, group: str, cloud: str) -> list[Any]:
    """The add-on as a list: one that is not there is none."""
    try:
        return [client.addons.get(group, cloud, _ADDON)]
    except ResourceNotFoundError as error:
        if code_of(error) in _NO_PARENT:
            raise
        return []


def _parsed[T](part: CloudPart, documents: Sequence[Any], parse: Callable[[Any], T]) -> Part[T]:
    found: list[T] = []
    faults: list[str] = []
    for one in documents:
        try:
            found.append(parse(one))
        except PartUnreadableError as error:
            faults.append(str(error))
    kept = tuple(dict.fromkeys(found))  # a page may repeat what the one before it held
    if not faults:
        return Part(found=kept)
    detail = f"{len(faults)} of {len(documents)} could not be read: {faults[0]}"
    return Part(found=kept, unread=_unread(part, UnreadReason.FAILED, detail).unread)


def _unread(part: CloudPart, reason: UnreadReason, detail: str) -> Part[Any]:
    return Part(unread=(Unread(part=part, reason=reason, detail=detail),))


def _holds_for(lock: Lock, cloud: PrivateCloud) -> bool:
    """Whether it lies on the cloud, on something above it, or on something in it."""
    scope, resource = (f"{text.lower().rstrip('/')}/" for text in (lock.scope, cloud.resource_id))
    return resource.startswith(scope) or scope.startswith(resource)
