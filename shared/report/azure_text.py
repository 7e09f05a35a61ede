"""What Azure alone says of a fleet, for people and programs: no log-in to HCX, no facts and no `fleet.yaml` needed."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from shared.model.inventory import (
    CloudDetails,
    CloudPart,
    HcxAddon,
    HcxEnterpriseSite,
    Inventory,
    Lock,
    Maintenance,
    PrivateCloud,
    SubscriptionSeen,
    SubscriptionState,
    Tag,
    Unread,
    UnreadReason,
)
from shared.model.record import record
from shared.report.camel_json import camel_json
from shared.report.sheet import Grid, Sheet
from shared.report.words import listed, moment, several
from shared.rules.calendar.closed_times import OVER, maintenance_text
from shared.rules.run_end import UNREAD
from shared.rules.tags import PREFIX, TagHold, hold_of

NEEDS_SOMEBODY = frozenset({UnreadReason.DENIED, UnreadReason.THROTTLED, UnreadReason.FAILED})
"""Why a part was not read, where somebody can change that: what a service does not offer nobody can."""


@record
class AzureCloud:
    """One private cloud as Azure describes it."""

    cloud: PrivateCloud
    addon: HcxAddon | None
    sites: tuple[HcxEnterpriseSite, ...]
    """Their names and states; nobody reads their keys."""
    maintenances: tuple[Maintenance, ...]
    """Those that are not over."""
    locks: tuple[Lock, ...]
    held: TagHold | None
    """By its tag `hcx-hold`; other holds stand in `fleet.yaml`, which is not read here."""
    tags: tuple[Tag, ...]
    """Its other tags that begin with `hcx-`, as they are: what they mean depends on `fleet.yaml`."""
    unread: tuple[Unread, ...]

    def missed(self, part: CloudPart) -> bool:
        """Whether that part was not read, or not all of it."""
        return any(one.part is part for one in self.unread)


@record
class StateCount:
    """How many subscriptions came to one state."""

    state: SubscriptionState
    subscriptions: int
    private_clouds: int


@record
class AzureFleet:
    """Everything that one look at Azure found."""

    inventory: Inventory
    clouds: tuple[AzureCloud, ...]

    @property
    def counts(self) -> tuple[StateCount, ...]:
        """Of every state of a subscription; clouds and subscriptions add up to all that were listed."""
        every = self.inventory.subscriptions
        number = Counter(one.state for one in every)
        inside = Counter[SubscriptionState]()
        for one in every:
            inside[one.state] += one.private_clouds
        states = tuple(SubscriptionState)
        return tuple(StateCount(state=s, subscriptions=number[s], private_clouds=inside[s]) for s in states)

    @property
    def complete(self) -> bool:
        """Whether everything was read that somebody could let be read."""
        parts = any(gap.reason in NEEDS_SOMEBODY for one in self.clouds for gap in one.unread)
        return not parts and not any(one.state in UNREAD for one in self.inventory.subscriptions)


def azure_fleet(inventory: Inventory) -> AzureFleet:
    """The private clouds of an inventory with all that was read beside them."""
    details = {one.cloud_resource_id.casefold(): one for one in inventory.details}
    clouds = (_cloud(one, details, inventory) for one in inventory.private_clouds)
    return AzureFleet(inventory=inventory, clouds=tuple(clouds))


def _cloud(cloud: PrivateCloud, details: dict[str, CloudDetails], inventory: Inventory) -> AzureCloud:
    mine = cloud.resource_id.casefold()
    found = details.get(mine) or CloudDetails(cloud_resource_id=cloud.resource_id)
    theirs = (one for one in inventory.maintenances if one.cloud_resource_id.casefold() == mine)
    hold = hold_of(cloud)
    return AzureCloud(
        cloud=cloud,
        addon=found.addon,
        sites=found.sites,
        maintenances=tuple(one for one in theirs if one.state not in OVER),
        locks=found.locks,
        held=hold,
        tags=tuple(one for one in cloud.tags if one.name.casefold().startswith(PREFIX)),
        unread=found.unread,
    )


# --- for programs -----------------------------------------------------------------------------------------------------


def azure_json(found: AzureFleet) -> dict[str, Any]:
    """The same for programs, with the counts."""
    return {
        "observedAt": camel_json(found.inventory.observed_at),
        "complete": found.complete,
        "counts": camel_json(found.counts),
        "subscriptions": camel_json(found.inventory.subscriptions),
        "privateClouds": camel_json(found.clouds),
    }


# --- for people -------------------------------------------------------------------------------------------------------


def azure_sheet(found: AzureFleet) -> Sheet:
    """Subscriptions, private clouds, what belongs to them, and what was not read."""
    return Sheet(
        head=tuple(_head(found)),
        grids=(_subscriptions(found), _clouds(found), _beside(found), _unread(found)),
        foot=tuple(_foot(found)),
    )


def _head(found: AzureFleet) -> Iterator[str]:
    every, clouds = found.inventory.subscriptions, len(found.clouds)
    states = [f"{one.subscriptions} {one.state.value}" for one in found.counts if one.subscriptions]
    yield f"From Azure alone, {moment(found.inventory.observed_at)}: no manager was asked, and no version is known."
    told = f": {listed(states)}" if states else ""
    yield f"{several(len(every), 'subscription', 'subscriptions')}{told}."
    inside = sum(one.private_clouds for one in every)
    sums = f"{inside} by the subscriptions' own count"
    yield f"{several(clouds, 'private cloud', 'private clouds')} listed, {sums}."


def _subscriptions(found: AzureFleet) -> Grid:
    rows = tuple(_subscription(one) for one in found.inventory.subscriptions)
    return Grid(columns=("SUBSCRIPTION", "STATE", "PRIVATE CLOUDS", "DETAIL"), rows=rows)


def _subscription(one: SubscriptionSeen) -> tuple[str, ...]:
    number = "not known" if one.state in UNREAD and not one.private_clouds else str(one.private_clouds)
    return one.name or one.id, one.state.value, number, one.detail


def _clouds(found: AzureFleet) -> Grid:
    names = {one.id: one.name for one in found.inventory.subscriptions}
    columns = ("PRIVATE CLOUD", "SUBSCRIPTION", "LOCATION", "STATE", "HCX ADD-ON", "HCX ENDPOINT", "HELD BY TAG")
    return Grid(columns=columns, rows=tuple(_cloud_row(one, names) for one in found.clouds))


def _cloud_row(one: AzureCloud, names: dict[str, str]) -> tuple[str, ...]:
    cloud = one.cloud
    subscription = names.get(cloud.subscription_id) or cloud.subscription_id
    state = cloud.provisioning_state.value
    return cloud.id, subscription, cloud.location, state, _addon(one), _endpoint(cloud), _held(one.held)


def _addon(one: AzureCloud) -> str:
    if one.missed(CloudPart.ADDON):
        return "not read"
    return f"{one.addon.offer} ({one.addon.provisioning_state.value})" if one.addon else "none"


def _endpoint(cloud: PrivateCloud) -> str:
    address = f" ({cloud.hcx_address})" if cloud.hcx_address else ""
    return f"{cloud.hcx_url}{address}" if cloud.hcx_url else f"none{address}"


def _held(hold: TagHold | None) -> str:
    if hold is None:
        return ""
    until = f", until {hold.until.isoformat()}" if hold.until else ""
    owner = f", by {hold.owner}" if hold.owner else ""
    return f"{hold.reason}{owner}{until}"


def _beside(found: AzureFleet) -> Grid:
    rows = tuple(row for one in found.clouds for row in _rows_of(one, found))
    return Grid(columns=("PRIVATE CLOUD", "WHAT", "NAME", "DETAIL"), rows=rows)


def _rows_of(one: AzureCloud, found: AzureFleet) -> Iterator[tuple[str, ...]]:
    now, name = found.inventory.observed_at, one.cloud.id
    for site in one.sites:
        yield name, "enterprise site", site.name, site.status
    for maintenance in one.maintenances:
        yield name, "maintenance", maintenance.component, maintenance_text(maintenance, "UTC", now)
    for lock in one.locks:
        yield name, "lock", lock.name, f"{lock.level.value} on {lock.scope}"
    for tag in one.tags:
        yield name, "tag", tag.name, tag.value


def _unread(found: AzureFleet) -> Grid:
    rows = tuple(
        (one.cloud.id, gap.part.value, gap.reason.value, gap.detail) for one in found.clouds for gap in one.unread
    )
    return Grid(columns=("PRIVATE CLOUD", "NOT READ", "WHY", "DETAIL"), rows=rows)


def _foot(found: AzureFleet) -> Iterator[str]:
    if not found.complete:
        yield "Something was not read, so there may be more than is listed. What is denied needs the reader role there."
    yield "Connectors are in no interface of Azure; hcx-fleet init starts a fleet.yaml for them."
