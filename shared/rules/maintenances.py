"""What discovery read of the maintenances that the provider plans for a private cloud."""

from typing import Final

from shared.model.inventory import CloudPart, Inventory, MaintenancesSeen, PrivateCloud, Unread, UnreadReason

_NOT_KEPT: Final = Unread(
    part=CloudPart.MAINTENANCES, reason=UnreadReason.FAILED, detail="the run did not keep whether they were read"
)


def maintenances_discovered(cloud: PrivateCloud, inventory: Inventory) -> MaintenancesSeen:
    """Those of one private cloud, and why they were not read where that is so."""
    resource = cloud.resource_id.lower()
    details = next((one for one in inventory.details if one.cloud_resource_id.lower() == resource), None)
    unread = next((one for one in details.unread if one.part is CloudPart.MAINTENANCES), None) if details else _NOT_KEPT
    return MaintenancesSeen(
        cloud_resource_id=cloud.resource_id,
        maintenances=tuple(one for one in inventory.maintenances if one.cloud_resource_id.lower() == resource),
        unread=unread,
    )
