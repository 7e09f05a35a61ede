"""From the SDK's models to ours: nothing in them is sure to be there, or to be of the kind that the model says."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from azure.core.exceptions import DeserializationError

from shared.arm.parse_details import state_of
from shared.model.inventory import PrivateCloud, ProvisioningState, Tag


class CloudUnreadableError(ValueError):
    """A private cloud of which something is not what it should be. Reading on would take it for one without HCX."""


def cloud_of(found: Any, subscription: str) -> PrivateCloud:
    """A private cloud as Azure Resource Manager describes it. Its id is its name until the whole fleet is known.

    Raises:
        CloudUnreadableError: it has no id or no name, or a field is of another kind than the model says.
    """
    resource_id, name = _text(found, "id"), _text(found, "name")
    if resource_id is None or name is None:
        raise CloudUnreadableError("a private cloud has no id or no name")
    properties = _field(found, "properties")
    endpoints = _field(properties, "endpoints")
    return PrivateCloud(
        id=name,
        resource_id=resource_id,
        name=name,
        subscription_id=subscription,
        location=_text(found, "location") or "",
        provisioning_state=_state(_field(properties, "provisioning_state")),
        hcx_url=_text(endpoints, "hcx_cloud_manager"),
        hcx_address=_address(_text(endpoints, "hcx_cloud_manager_ip")),
        tags=_tags(_field(found, "tags")),
    )


def _field(found: Any, name: str) -> Any:
    """A field of a model: it is converted when it is read, and that is when it fails."""
    if found is None:
        return None
    try:
        return getattr(found, name)
    except (AttributeError, DeserializationError):
        raise CloudUnreadableError(f"the {name} of a private cloud is not readable") from None


def _text(found: Any, name: str) -> str | None:
    value = _field(found, name)
    if value is not None and not isinstance(value, str):
        raise CloudUnreadableError(f"the {name} of a private cloud is no text")
    return (value or "").strip() or None


def _state(value: Any) -> ProvisioningState:
    return state_of(str(getattr(value, "value", value)))


def _address(text: str | None) -> str | None:
    try:
        return str(ipaddress.ip_address(text or ""))
    except ValueError:
        return None


def _tags(value: Any) -> tuple[Tag, ...]:
    if not isinstance(value, Mapping):
        return ()
    return tuple(Tag(name=str(name), value=str(text)) for name, text in sorted(value.items()))
