"""What the owner of the fleet wants: the reviewed content of `fleet.yaml` as plain records."""

from datetime import timedelta
from enum import StrEnum

from shared.model.inventory import Endpoint
from shared.model.record import record
from shared.model.version import Version


class Mode(StrEnum):
    """What the timer may do by itself. Runs by HTTP or command line need their own request."""

    PLAN_ONLY = "plan-only"
    APPROVE_EACH = "approve-each"
    AUTO = "auto"


class Owner(StrEnum):
    """Who performs a step."""

    OURS = "ours"
    PROVIDER = "provider"
    ASSISTED = "assisted"


class PairOrder(StrEnum):
    """How the managers of a pair follow each other; the vendor allows both."""

    CLOUD_FIRST = "cloud-first"
    TOGETHER = "together"


class ConnectorTarget(StrEnum):
    """Which version a connector should reach."""

    FOLLOW_CLOUD_MANAGER = "follow-cloud-manager"
    """The version its cloud managers have or are about to have."""
    VERSION = "version"
    """The policy's own target version."""


@record
class Scope:
    """Which private clouds the policy speaks of."""

    subscriptions: tuple[str, ...] = ()
    """Subscription ids; empty means every subscription that the identity can read."""
    exclude: tuple[str, ...] = ()
    """Names of private clouds left alone."""


@record
class DefaultOwners:
    """Owners where a manager's own entry names none. `ours` is no default: it needs the manager's own entry."""

    cloud_manager: Owner = Owner.PROVIDER
    connector: Owner = Owner.ASSISTED
    mesh: Owner = Owner.ASSISTED


@record
class Patience:
    """How long a run waits for others before it closes a task as still waiting."""

    provider: timedelta = timedelta(days=14)
    person: timedelta = timedelta(days=14)


@record
class CloudManagerEntry:
    """What `fleet.yaml` says of one private cloud's manager."""

    cloud: str
    """The private cloud's name or id."""
    owner: Owner | None = None
    credentials: str | None = None
    appliance_credentials: str | None = None
    ca_file: str | None = None
    thumbprint: str | None = None


@record
class ConnectorEntry:
    """What `fleet.yaml` says of one connector, which no Azure interface lists."""

    name: str
    site: str
    endpoint: Endpoint
    credentials: str
    appliance_credentials: str | None = None
    owner: Owner | None = None
    mesh_owner: Owner | None = None
    contact: str | None = None


@record
class Policy:
    """The whole of `fleet.yaml`."""

    name: str
    mode: Mode
    target: Version
    """The wanted version of cloud managers, and of connectors that do not follow them."""
    connector_target: ConnectorTarget = ConnectorTarget.FOLLOW_CLOUD_MANAGER
    scope: Scope = Scope()
    owners: DefaultOwners = DefaultOwners()
    pair_order: PairOrder = PairOrder.CLOUD_FIRST
    concurrency: int = 4
    """How many tasks of ours may change something at the same time."""
    patience: Patience = Patience()
    cloud_credentials: str = "hcx-{cloud}"
    """Name of the secret of a cloud manager; `{cloud}` stands for the private cloud's id."""
    cloud_ca_file: str | None = None
    """CA bundle for cloud managers whose entry names no trust of its own."""
    cloud_managers: tuple[CloudManagerEntry, ...] = ()
    connectors: tuple[ConnectorEntry, ...] = ()
    hash: str
    """SHA-256 over the canonical form of the file's content."""

    def cloud_manager(self, *names: str) -> CloudManagerEntry | None:
        """The entry of a cloud manager under any of its private cloud's names."""
        return next((entry for entry in self.cloud_managers if entry.cloud in names), None)

    def connector(self, name: str) -> ConnectorEntry | None:
        """The entry of a connector."""
        return next((entry for entry in self.connectors if entry.name == name), None)
