"""Reading Azure: which private clouds there are in which subscriptions, for a run and for commands alike."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from shared.model.inventory import CloudDetails, Inventory, Maintenance, PrivateCloud, SubscriptionSeen
from shared.ports import Azure
from shared.rules.cloud_ids import with_ids

SUBSCRIPTIONS_AT_A_TIME = 8
"""Eight readers finish a thousand clouds in two seconds and stay far below Azure's read limits (measured)."""


def read_clouds(
    azure: Azure, wanted: Sequence[str], taken: Iterable[str]
) -> tuple[tuple[SubscriptionSeen, ...], tuple[PrivateCloud, ...]]:
    """Every subscription with what came of reading it, and the private clouds of all of them, sorted by their ids.

    Args:
        azure: what is asked.
        wanted: ids of subscriptions; all that can be read where there is none.
        taken: names of connectors, which no private cloud may be called by.
    """
    scope = azure.subscriptions(wanted)
    with ThreadPoolExecutor(SUBSCRIPTIONS_AT_A_TIME, thread_name_prefix="clouds") as pool:
        answers = list(pool.map(azure.private_clouds, scope))
    return tuple(seen for seen, _ in answers), with_ids((one for _, clouds in answers for one in clouds), taken)


def read_details(
    azure: Azure, clouds: Sequence[PrivateCloud]
) -> tuple[tuple[CloudDetails, ...], tuple[Maintenance, ...]]:
    """What belongs to the clouds: those of one subscription one after the other, since Azure limits reads by it."""
    grouped: dict[str, list[PrivateCloud]] = {}
    for cloud in clouds:
        grouped.setdefault(cloud.subscription_id, []).append(cloud)
    with ThreadPoolExecutor(SUBSCRIPTIONS_AT_A_TIME, thread_name_prefix="details") as pool:
        answers = list(pool.map(azure.details, grouped.values()))
    return _all(details for details, _ in answers), _all(found for _, found in answers)


def read_everything(azure: Azure, now: datetime) -> Inventory:
    """What Azure alone says, of every subscription that can be read: no manager is known by it."""
    subscriptions, clouds = read_clouds(azure, wanted=(), taken=())
    details, maintenances = read_details(azure, clouds)
    return Inventory(
        observed_at=now,
        subscriptions=subscriptions,
        private_clouds=clouds,
        managers=(),
        maintenances=maintenances,
        details=details,
    )


def _all[T](parts: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(one for part in parts for one in part)
