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
