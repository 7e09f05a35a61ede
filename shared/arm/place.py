"""Where a private cloud is, in the words that Microsoft's clients are told."""

import re

from shared.model.record import record

_CLOUD = re.compile(
    r"/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/Microsoft\.AVS/privateClouds/([^/]+)", re.IGNORECASE
)


@record
class Place:
    """A private cloud by the parts of its id."""

    subscription: str
    group: str
    cloud: str

    @property
    def where(self) -> tuple[str, str]:
        """What each call about it begins with: resource group and private cloud."""
        return self.group, self.cloud


def place_of(resource_id: str) -> Place | None:
    """The place in the id of a private cloud; None for any other id."""
    found = _CLOUD.fullmatch(resource_id)
    return Place(subscription=found[1], group=found[2], cloud=found[3]) if found else None
