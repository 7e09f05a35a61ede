"""Ids of private clouds: the name where it is unique in the fleet, else the name with a mark of the resource id."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from shared.model.inventory import PrivateCloud


def with_ids(clouds: Iterable[PrivateCloud]) -> tuple[PrivateCloud, ...]:
    """Give every cloud its id, sorted by it. Uniqueness needs the whole fleet, so this is no business of one reader."""
    everything = list(clouds)
    names = Counter(cloud.name for cloud in everything)
    named = (replace(one, id=one.name if names[one.name] == 1 else long_id(one)) for one in everything)
    return tuple(sorted(named, key=lambda one: one.id))


def long_id(cloud: PrivateCloud) -> str:
    """`name~8 hex of sha256(resource id)`: always valid, whatever other clouds are called."""
    digest = hashlib.sha256(cloud.resource_id.lower().encode()).hexdigest()
    return f"{cloud.name}~{digest[:8]}"
