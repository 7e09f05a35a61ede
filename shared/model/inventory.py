"""What there is: subscriptions, private clouds, sites and the managers on them."""

from datetime import datetime, timedelta
from enum import StrEnum

from shared.model.record import record


class ManagerKind(StrEnum):
    """The two kinds of HCX manager."""

    CLOUD_MANAGER = "cloud-manager"
    CONNECTOR = "connector"


class SiteKind(StrEnum):
    """Where managers live."""

    PRIVATE_CLOUD = "private-cloud"
    ON_PREMISES = "on-premises"


@record
class Tag:
    """One Azure resource tag."""

    name: str
    value: str


class ProvisioningState(StrEnum):
    """`properties.provisioningState` of a private cloud (azure-mgmt-avs 10.1.0), and `unknown` for any other word."""

    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    CANCELED = "Canceled"
    PENDING = "Pending"
    BUILDING = "Building"
    DELETING = "Deleting"
    UPDATING = "Updating"
    UNKNOWN = "unknown"


@record
class PrivateCloud:
    """An Azure VMware Solution private cloud as Azure Resource Manager describes it."""

    id: str
    """Key in commands and URLs: the name where it is unique, else `name~8 hex of sha256(resource id)`."""
    resource_id: str
    name: str
    subscription_id: str
    location: str
    provisioning_state: ProvisioningState
    hcx_url: str | None
    """`endpoints.hcxCloudManager`: a name on some clouds, an address on others; filled while a cloud still builds."""
    hcx_address: str | None
    """`endpoints.hcxCloudManagerIp`, dialled instead of the name where it is there."""
    tags: tuple[Tag, ...] = ()


@record
class MaintenanceConstraint:
    """One thing that limits when a maintenance can be, in the words of `Microsoft.AVS/privateClouds/maintenances`."""

    kind: str
    """`SchedulingWindow`, `AvailableWindowForMaintenance` or `Blocked`; any other word is kept as it came."""
    starts_at: datetime
    ends_at: datetime
    category: str = ""
    """Of a blocked time, such as `HiPriorityEvent` or `QuotaExhausted`."""
    reason: str = ""


@record
class Maintenance:
    """A maintenance that the provider has on a private cloud: of vCenter, ESXi or NSX, never of HCX."""

    id: str
    cloud_resource_id: str
    component: str
    """`VCSA`, `ESXI`, `NSXT`, or another word as it came."""
    title: str
    state: str
    """`state.name`, such as `Scheduled` or `NotScheduled`."""
    starts_at: datetime | None
    duration: timedelta | None
    constraints: tuple[MaintenanceConstraint, ...] = ()


@record
class HcxAddon:
    """The add-on `hcx` of a private cloud. Azure says of it how it was ordered, never which version it is."""

    offer: str
    """Such as `VMware MaaS Cloud Provider (Enterprise)`."""
    provisioning_state: ProvisioningState
    management_network: str | None = None
    uplink_network: str | None = None


@record
class HcxEnterpriseSite:
    """A site that may activate HCX with this private cloud. Its activation key is read by nobody."""

    name: str
    status: str
    """`Available`, `Consumed`, `Deactivated` or `Deleted`; any other word as it came."""


class LockLevel(StrEnum):
    """`properties.level` of a lock, and `unknown` for any other word."""

    CAN_NOT_DELETE = "CanNotDelete"
    READ_ONLY = "ReadOnly"
    UNKNOWN = "unknown"


@record
class Lock:
    """A management lock. It holds for everything below its scope."""

    name: str
    level: LockLevel
    scope: str
    """Resource id of what it was put on: a subscription, a resource group or a resource."""


class CloudPart(StrEnum):
    """What is read of a private cloud beside itself."""

    ADDON = "addon"
    SITES = "enterprise sites"
    MAINTENANCES = "maintenances"
    LOCKS = "locks"


class UnreadReason(StrEnum):
    """Why something of Azure was not read."""

    DENIED = "denied"
    THROTTLED = "throttled"
    NOT_OFFERED = "not-offered"
    """This service does not know such a thing: it is older than the client."""
    FAILED = "failed"


@record
class Unread:
    """Something that was not read, or not all of it: what is there besides may be less than there is."""

    part: CloudPart
    reason: UnreadReason
    detail: str


@record
class MaintenancesSeen:
    """The maintenances of one private cloud as one look found them."""

    cloud_resource_id: str
    maintenances: tuple[Maintenance, ...] = ()
    unread: Unread | None = None
    """Why they were not read, or not all of them; None where these are all there are."""


@record
class CloudDetails:
    """What Azure says of a private cloud beside the cloud itself and its maintenances."""

    cloud_resource_id: str
    addon: HcxAddon | None = None
    """None where there is none, or where `unread` says that it was not read."""
    sites: tuple[HcxEnterpriseSite, ...] = ()
    locks: tuple[Lock, ...] = ()
    """Those on the cloud, on something in it, and on its resource group and subscription."""
    unread: tuple[Unread, ...] = ()


@record
class Site:
    """Where managers live and people work."""

    id: str
    kind: SiteKind
    contact: str | None = None


class Reach(StrEnum):
    """How a manager is observed."""

    DIRECT = "direct"
    """hcx-fleet calls it."""
    COLLECTOR = "collector"
    """Somebody at the site collects facts from a jump host, and they are imported."""
    MANUAL = "manual"
    """Nobody can read it by machine; only people can say how it stands."""


@record
class Trust:
    """How a manager's TLS certificate is verified: by a CA bundle or a pinned thumbprint, never not at all."""

    ca_file: str | None = None
    """Path of a PEM bundle; None with no thumbprint means the system's own authorities."""
    thumbprint: str | None = None
    """SHA-256 of the leaf certificate, lower-case hex without separators."""


@record
class Endpoint:
    """Where a manager answers: the name is verified, the address is dialled."""

    host: str
    address: str | None = None
    service_port: int = 443
    appliance_port: int = 9443
    trust: Trust = Trust()


@record
class VcenterPlace:
    """Where the vCenter answers that a manager runs in: the name is verified, the address is dialled.

    It is a second witness of what HCX says of itself, so it is reached with an account and a trust of its own.
    """

    host: str
    address: str | None = None
    port: int = 443
    trust: Trust = Trust()
    credentials: str
    """Name of the secret; never the secret."""


@record
class Manager:
    """One HCX manager that hcx-fleet knows of, from Azure or from `fleet.yaml`."""

    id: str
    """Key in commands and plans: the private cloud's id, or the connector's name in `fleet.yaml`."""
    kind: ManagerKind
    site: str
    endpoint: Endpoint
    credentials: str
    """Name of the secret for port 443; never the secret."""
    appliance_credentials: str | None = None
    """Name of the secret for port 9443; None where nobody gave us that account (on AVS, the provider keeps it)."""
    cloud_resource_id: str | None = None
    """The private cloud of a cloud manager; None for a connector."""
    reach: Reach = Reach.DIRECT
    vcenter: VcenterPlace | None = None
    """The vCenter that its virtual machine runs in; None where `fleet.yaml` names none, and nobody asks it then."""


class SubscriptionState(StrEnum):
    """What came of reading one subscription."""

    READ = "read"
    EMPTY = "empty"
    DENIED = "denied"
    FAILED = "failed"


@record
class SubscriptionSeen:
    """One subscription in scope and what came of reading it: a denied one is reported, never just absent."""

    id: str
    name: str
    state: SubscriptionState
    private_clouds: int = 0
    detail: str = ""


@record
class Inventory:
    """Everything one discovery pass found."""

    observed_at: datetime
    subscriptions: tuple[SubscriptionSeen, ...]
    private_clouds: tuple[PrivateCloud, ...]
    managers: tuple[Manager, ...]
    maintenances: tuple[Maintenance, ...] = ()
    """Of all private clouds, as far as they were read."""
    details: tuple[CloudDetails, ...] = ()
    """One for each private cloud; none in an inventory of an older hcx-fleet."""
