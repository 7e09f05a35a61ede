"""What discovery keeps with a run beside the private clouds themselves."""

import json
from datetime import timedelta
from pathlib import Path

from activities.observe import discover
from shared.model.codec import from_json
from shared.model.inventory import CloudPart, Inventory, Maintenance, Unread, UnreadReason
from shared.model.run import JournalKind
from shared.ports import Ports
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, private_cloud

DENIED = Unread(part=CloudPart.MAINTENANCES, reason=UnreadReason.DENIED, detail="403 AuthorizationFailed: no")


def inventory_of(ports: Ports) -> Inventory:
    """What was kept."""
    return from_json(Inventory, json.loads(ports.store.document("r", "inventory") or ""))


def told(ports: Ports) -> str:
    """What the journal says of discovery."""
    return next(entry.text for _, entry in ports.store.journal("r") if entry.kind is JournalKind.DISCOVERED)


def test_maintenances_of_azure_reach_the_inventory(tmp_path: Path) -> None:
    """What the planner closes times by comes from Azure, and there is one record of details for each cloud."""
    hands = Hands()
    hands.clouds = (private_cloud("pc"), private_cloud("pc-two"))
    found = Maintenance(
        id="m",
        cloud_resource_id=hands.clouds[0].resource_id,
        component="VCSA",
        title="vCenter",
        state="Scheduled",
        starts_at=NOW + timedelta(days=1),
        duration=timedelta(hours=4),
    )
    hands.maintenances = (found,)
    ports = ports_of(hands, tmp_path)

    discover(ports, asked(ports))

    kept = inventory_of(ports)
    assert kept.maintenances == (found,)
    assert {one.cloud_resource_id for one in kept.details} == {one.resource_id for one in hands.clouds}
    assert "not read" not in told(ports)


def test_what_was_not_read_is_told_in_the_journal(tmp_path: Path) -> None:
    """A part that could not be read of some clouds is one clause of the line, with the first reason."""
    hands = Hands()
    hands.clouds = (private_cloud("pc"), private_cloud("pc-two"))
    hands.unread = (DENIED,)
    ports = ports_of(hands, tmp_path)

    discover(ports, asked(ports))

    end = "; maintenances of 2 private clouds not read (denied: 403 AuthorizationFailed: no)"
    assert told(ports).endswith(end)
    assert [one.unread for one in inventory_of(ports).details] == [(DENIED,), (DENIED,)]


def test_an_inventory_of_before_has_no_details(tmp_path: Path) -> None:
    """A stored inventory without the newer fields is read as one of which nothing more is known."""
    ports = ports_of(Hands(), tmp_path)
    discover(ports, asked(ports))
    document = json.loads(ports.store.document("r", "inventory") or "")
    del document["details"]

    assert from_json(Inventory, document).details == ()
