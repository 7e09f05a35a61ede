"""Ids of private clouds: the name where it is unique in the fleet, else the name with a mark of the resource id."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from shared.model.inventory import PrivateCloud


class CloudUnknownError(LookupError):
    """No private cloud in scope has that id or name."""


class CloudAmbiguousError(LookupError):
    """Several private clouds have that name; `ids` says what each of them is called here."""

    def __init__(self, name: str, ids: Sequence[str]) -> None:
        super().__init__(f"{name} is the name of several private clouds: {', '.join(ids)}")
        self.ids = tuple(ids)


def with_ids(clouds: Iterable[PrivateCloud], taken: Iterable[str] = ()) -> tuple[PrivateCloud, ...]:
    """Give every cloud its id, sorted by it. Uniqueness needs the whole fleet, so this is no business of one reader.

    Args:
        clouds: of every subscription.
        taken: names of connectors. Managers of either kind are known by their ids alone, so a private cloud that is
            called like a connector must not be mistaken for it.
    """
    everything = list(clouds)
    names = Counter([*(cloud.name for cloud in everything), *taken])
    named = (replace(one, id=one.name if names[one.name] == 1 else long_id(one)) for one in everything)
    return tuple(sorted(named, key=lambda one: one.id))


def long_id(cloud: PrivateCloud) -> str:
    """`name~8 hex of sha256(resource id)`: always valid, whatever other clouds are called."""
    digest = hashlib.sha256(cloud.resource_id.lower().encode()).hexdigest()
    return f"{cloud.name}~{digest[:8]}"


def cloud_named(text: str, clouds: Iterable[PrivateCloud]) -> str:
    """The id of the private cloud that `text` means: its id, its name where that is unique, or its long id always.

    Raises:
        CloudUnknownError: none is meant.
        CloudAmbiguousError: several are.
    """
    meant = [cloud for cloud in clouds if text in {cloud.id, cloud.name, long_id(cloud)}]
    if not meant:
        raise CloudUnknownError(text)
    if len(meant) > 1:
        raise CloudAmbiguousError(text, [cloud.id for cloud in meant])
    return meant[0].id
