"""From documents of Azure Resource Manager to what we keep of them: add-on, enterprise sites, maintenances, locks.

The documents are read as they came: Microsoft's models convert them only when they are read, and hand a time with a
space in it over as text, silently. An activation key is not read at all, and no error here holds a value.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from shared.arm.times import time_of
from shared.model.inventory import (
    HcxAddon,
    HcxEnterpriseSite,
    Lock,
    LockLevel,
    Maintenance,
    MaintenanceConstraint,
    ProvisioningState,
)

LONGEST_MINUTES = 10 * 365 * 24 * 60
_LOCKS = "/providers/microsoft.authorization/locks/"
type Document = Mapping[str, Any]


class PartUnreadableError(ValueError):
    """A document of which something is not what it should be; says what, never the value."""


def addon_of(found: object) -> HcxAddon:
    """The add-on `hcx`.

    Raises:
        PartUnreadableError: it is no add-on, or not that of HCX.
    """
    properties = _object(_document(found, "the add-on"), "properties", "the add-on")
    if _text(properties, "addonType", "the add-on") != "HCX":
        raise PartUnreadableError("the add-on named hcx does not say that it is of HCX")
    return HcxAddon(
        offer=_text(properties, "offer", "the add-on"),
        provisioning_state=state_of(_text(properties, "provisioningState", "the add-on")),
        management_network=_text(properties, "managementNetwork", "the add-on") or None,
        uplink_network=_text(properties, "uplinkNetwork", "the add-on") or None,
    )


def site_of(found: object) -> HcxEnterpriseSite:
    """A site: its name and how it stands.

    Raises:
        PartUnreadableError: it has no name or no status.
    """
    site = _document(found, "an enterprise site")
    name = _needed(site, "name", "an enterprise site")
    status = _needed(_object(site, "properties", "an enterprise site"), "status", "an enterprise site")
    return HcxEnterpriseSite(name=name, status=status)


def lock_of(found: object) -> Lock:
    """A lock; its scope is what its id begins with.

    Raises:
        PartUnreadableError: it has no name, or its id does not say what it is on.
    """
    lock = _document(found, "a lock")
    name, resource_id = _needed(lock, "name", "a lock"), _needed(lock, "id", "a lock")
    scope = resource_id[: max(resource_id.lower().rfind(_LOCKS), 0)]
    if not scope:
        raise PartUnreadableError("the id of a lock does not say what it is on")
    level = _text(_object(lock, "properties", "a lock"), "level", "a lock")
    return Lock(name=name, level=LockLevel(level) if level in list(LockLevel) else LockLevel.UNKNOWN, scope=scope)


def maintenance_of(found: object, cloud_resource_id: str) -> Maintenance:
    """A maintenance. One that does not say how long it takes or what limits it is one all the same.

    Raises:
        PartUnreadableError: it has no name, or its time cannot be read.
    """
    document = _document(found, "a maintenance")
    name = _needed(document, "name", "a maintenance")
    properties, what = _object(document, "properties", "a maintenance"), f"maintenance {name[:80]}"
    starts = properties.get("scheduledStartTime")
    starts_at = time_of(starts)
    if starts is not None and starts_at is None:
        raise PartUnreadableError(f"the scheduledStartTime of {what} is no time")
    return Maintenance(
        id=_text(document, "id", what) or name,
        cloud_resource_id=cloud_resource_id,
        component=_text(properties, "component", what) or "unknown",
        title=_text(properties, "displayName", what) or name,
        state=_state_name(properties.get("state")),
        starts_at=starts_at,
        duration=_minutes(properties.get("estimatedDurationInMinutes")),
        constraints=tuple(dict.fromkeys(_constraints(properties.get("operations")))),
    )


def state_of(word: str) -> ProvisioningState:
    """Both spellings of a cancelled one exist."""
    known = word.replace("Cancelled", "Canceled")
    return ProvisioningState(known) if known in list(ProvisioningState) else ProvisioningState.UNKNOWN


def _state_name(state: object) -> str:
    """A maintenance in an unknown state counts as one whose time is fixed."""
    return (_or_empty(state.get("name")) if isinstance(state, Mapping) else "") or "unknown"


def _constraints(operations: object) -> Iterator[MaintenanceConstraint]:
    """What limits scheduling and rescheduling. It is only shown and opens nothing: unreadable ones are left out."""
    for operation in _documents(operations):
        for one in _documents(operation.get("constraints")):
            ranges = one.get("timeRanges")
            for span in [one] if ranges is None else _documents(ranges):
                yield from _constraint(one, span)


def _constraint(one: Document, span: Document) -> Iterator[MaintenanceConstraint]:
    starts_at, ends_at = time_of(span.get("startsAt")), time_of(span.get("endsAt"))
    if starts_at and ends_at:
        category, reason = (_or_empty(where.get(name)) for where, name in ((one, "category"), (span, "reason")))
        yield MaintenanceConstraint(
            kind=_or_empty(one.get("kind")) or "unknown",
            starts_at=starts_at,
            ends_at=ends_at,
            category=category,
            reason=reason,
        )


def _minutes(value: object) -> timedelta | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LONGEST_MINUTES:
        return None
    return timedelta(minutes=value)


def _documents(value: object) -> Iterable[Document]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _document(found: object, what: str) -> Document:
    if not isinstance(found, Mapping):
        raise PartUnreadableError(f"{what} is no object")
    return found


def _object(document: Document, name: str, what: str) -> Document:
    value = document.get(name)
    if not isinstance(value, Mapping):
        raise PartUnreadableError(f"the {name} of {what} is no object")
    return value


def _text(document: Document, name: str, what: str) -> str:
    value = document.get(name)
    if value is not None and not isinstance(value, str):
        raise PartUnreadableError(f"the {name} of {what} is no text")
    return (value or "").strip()


def _needed(document: Document, name: str, what: str) -> str:
    found = _text(document, name, what)
    if not found:
        raise PartUnreadableError(f"{what} has no {name}")
    return found


def _or_empty(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
