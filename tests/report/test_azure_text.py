"""What Azure alone says: counts that add up, and a name for everything that was not read."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from shared.model.inventory import (
    CloudDetails,
    CloudPart,
    HcxAddon,
    HcxEnterpriseSite,
    Inventory,
    Lock,
    LockLevel,
    Maintenance,
    PrivateCloud,
    ProvisioningState,
    SubscriptionSeen,
    SubscriptionState,
    Tag,
    Unread,
    UnreadReason,
)
from shared.report.azure_text import AzureFleet, azure_fleet, azure_json, azure_sheet
from shared.report.sheet import in_markdown
from tests.builders.fleet_facts import NOW, private_cloud

READ = SubscriptionSeen(id="sub-1", name="one", state=SubscriptionState.READ, private_clouds=2)
STATES = (
    READ,
    SubscriptionSeen(id="sub-2", name="two", state=SubscriptionState.EMPTY),
    SubscriptionSeen(id="sub-3", name="three", state=SubscriptionState.DENIED, detail="403"),
    SubscriptionSeen(id="sub-4", name="four", state=SubscriptionState.FAILED, detail="503"),
)


def tagged(name: str, **tags: str) -> PrivateCloud:
    """A private cloud with these tags."""
    found = tuple(Tag(name=key.replace("_", "-"), value=value) for key, value in tags.items())
    return replace(private_cloud(name), tags=found)


def seen(
    *details: CloudDetails,
    subscriptions: tuple[SubscriptionSeen, ...] = (READ,),
    clouds: tuple[PrivateCloud, ...] = (private_cloud("pc-a"), private_cloud("pc-b")),
    maintenances: tuple[Maintenance, ...] = (),
) -> AzureFleet:
    """A fleet of two private clouds."""
    return azure_fleet(
        Inventory(
            observed_at=NOW,
            subscriptions=subscriptions,
            private_clouds=clouds,
            managers=(),
            maintenances=maintenances,
            details=details,
        )
    )


def of(name: str, *unread: Unread, **more: Any) -> CloudDetails:
    """Details of a private cloud, whose id another reader wrote in capital letters."""
    return CloudDetails(cloud_resource_id=private_cloud(name).resource_id.upper(), unread=unread, **more)


def text(found: AzureFleet) -> str:
    """The sheet as Markdown."""
    return in_markdown(azure_sheet(found))


def test_counts_add_up_over_subscriptions() -> None:
    """Every subscription is in one state, and the private clouds listed are those that the subscriptions hold."""
    found = seen(subscriptions=STATES)

    assert sum(one.subscriptions for one in found.counts) == len(STATES)
    assert sum(one.private_clouds for one in found.counts) == len(found.clouds)
    assert "4 subscriptions: 1 read, 1 empty, 1 denied and 1 failed." in text(found)
    assert "2 private clouds listed, 2 by the subscriptions' own count." in text(found)
    assert "| three | denied | not known | 403 |" in text(found)
    assert not found.complete


def test_what_belongs_to_a_cloud_is_shown_with_it() -> None:
    """Add-on, enterprise sites with their state, maintenances that are not over, and locks."""
    mine = private_cloud("pc-a").resource_id
    maintenance = Maintenance(
        id="m",
        cloud_resource_id=mine.lower(),
        component="ESXI",
        title="patch",
        state="Scheduled",
        starts_at=NOW + timedelta(days=1),
        duration=None,
    )
    found = seen(
        of(
            "pc-a",
            addon=HcxAddon(offer="Enterprise", provisioning_state=ProvisioningState.SUCCEEDED),
            sites=(HcxEnterpriseSite(name="lyon", status="Consumed"),),
            locks=(Lock(name="keep", level=LockLevel.CAN_NOT_DELETE, scope=mine),),
        ),
        maintenances=(maintenance, replace(maintenance, id="old", title="was", state="Success")),
    )
    shown = text(found)

    assert "| Enterprise (Succeeded) | https://hcx.pc-a.example/ |" in shown
    assert "| pc-a | enterprise site | lyon | Consumed |" in shown
    assert "| pc-a | maintenance | ESXI | maintenance of ESXI: patch (Scheduled), Wed 25 Nov 06:00 UTC |" in shown
    assert f"| pc-a | lock | keep | CanNotDelete on {mine} |" in shown
    assert "maintenance of ESXI: was" not in shown
    assert found.complete


def test_a_hold_is_read_from_its_tag_alone() -> None:
    """Other tags are shown as they are: what they hold back depends on a file that is not read here."""
    held = tagged("pc-a", hcx_hold="audit", hcx_owner="lea@x", hcx_hold_until="2027-01-04", hcx_window="nights")
    found = seen(clouds=(held, tagged("pc-b", hcx_window="nights", HCX_HOLD="no")))

    assert [one.held and (one.held.reason, one.held.owner, one.held.until) for one in found.clouds] == [
        ("audit", "lea@x", date(2027, 1, 4)),
        None,
    ]
    assert "| audit, by lea@x, until 2027-01-04 |" in text(found)
    assert "| pc-b | tag | hcx-window | nights |" in text(found)


@pytest.mark.parametrize("part", list(CloudPart))
@pytest.mark.parametrize("reason", list(UnreadReason))
def test_every_part_that_was_not_read_is_named(part: CloudPart, reason: UnreadReason) -> None:
    """With its cloud, its reason and its detail; only what the service does not offer leaves the answer complete."""
    found = seen(of("pc-a", Unread(part=part, reason=reason, detail="because")))

    assert f"| pc-a | {part.value} | {reason.value} | because |" in text(found)
    assert found.complete is (reason is UnreadReason.NOT_OFFERED)
    assert ("not read |" in text(found)) is (part is CloudPart.ADDON)


def test_programs_get_the_same() -> None:
    """Counts, subscriptions and private clouds, in the words of the API."""
    document = azure_json(seen(subscriptions=STATES))

    assert document["complete"] is False
    assert [one["state"] for one in document["counts"]] == ["read", "empty", "denied", "failed"]
    assert [one["cloud"]["id"] for one in document["privateClouds"]] == ["pc-a", "pc-b"]
