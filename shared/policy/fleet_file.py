"""The shape of `fleet.yaml`. Its docstrings are the descriptions that an editor shows by the JSON Schema."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from shared.model.policy import ConnectorTarget, Mode, Owner, PairOrder
from shared.policy.edge import (
    Address,
    Duration,
    Edge,
    HttpsHost,
    Name,
    Port,
    SecretName,
    SecretPattern,
    Text,
    Thumbprint,
    VersionText,
)


def _not_ours(owner: Owner) -> Owner:
    if owner is Owner.OURS:
        raise ValueError(
            "ours is no default, since hcx-fleet changes only managers that were chosen one by one: "
            "write owner: ours on each manager's own entry"
        )
    return owner


type DefaultOwner = Annotated[
    Owner, AfterValidator(_not_ours), WithJsonSchema({"type": "string", "enum": ["provider", "assisted"]})
]


class Metadata(Edge):
    """What the fleet is called."""

    name: Name
    """Name of the fleet, shown in plans and reports."""


class ScopePart(Edge):
    """Which private clouds are meant."""

    subscriptions: tuple[Text, ...] = ()
    """Subscription ids; empty means every subscription that the identity can read."""
    exclude: tuple[Text, ...] = ()
    """Names of private clouds that are left alone."""


class TargetPart(Edge):
    """The wanted version."""

    version: VersionText
    """Version that cloud managers should have, in quotes."""
    connectors: ConnectorTarget = ConnectorTarget.FOLLOW_CLOUD_MANAGER
    """Whether connectors go where their cloud managers are, or to the version above."""


class OwnersPart(Edge):
    """Who performs a step where the manager's own entry does not say."""

    cloud_manager: DefaultOwner = Owner.PROVIDER
    """Who upgrades cloud managers."""
    connector: DefaultOwner = Owner.ASSISTED
    """Who upgrades connectors."""
    mesh: DefaultOwner = Owner.ASSISTED
    """Who upgrades service mesh appliances."""


class PatiencePart(Edge):
    """How long a run waits for others before it closes a task as still waiting."""

    provider: Duration = timedelta(days=14)
    """How long it waits for the provider."""
    person: Duration = timedelta(days=14)
    """How long it waits for people at a site."""


class CloudManagerPart(Edge):
    """One cloud manager that differs from the others."""

    cloud: Text
    """The private cloud's name, or its id where the name is not unique."""
    owner: Owner | None = None
    """Who upgrades this cloud manager."""
    credentials: SecretName | None = None
    """Secret for port 443."""
    appliance_credentials: SecretName | None = None
    """Secret for port 9443, where we were given that account."""
    ca: Text | None = None
    """PEM file of the authority that signed its certificate, relative to this file."""
    thumbprint: Thumbprint | None = None
    """SHA-256 fingerprint of its certificate, instead of `ca`."""


class CloudManagersPart(Edge):
    """How cloud managers are reached; which ones there are is read from Azure."""

    credentials: SecretPattern = Field(default="kv:hcx-{cloud}", validate_default=True)
    """Secret for port 443 of every cloud manager; {cloud} stands for the private cloud's id."""
    ca: Text | None = None
    """PEM file of the authority that signed their certificates; absent means the system's own authorities."""
    entries: tuple[CloudManagerPart, ...] = ()
    """Cloud managers that differ."""


class ConnectorPart(Edge):
    """One connector; no Azure interface lists them, so they all stand here."""

    name: Name
    """Name of the connector in commands, plans and reports."""
    site: Text
    """Site that it stands on."""
    contact: Text | None = None
    """Who is told when somebody at the site has to do something."""
    endpoint: HttpsHost
    """Where it answers, https://host or https://host:port; the certificate must be for this name."""
    appliance_port: Port = 9443
    """Port of its appliance management interface."""
    address: Address | None = None
    """IP address to dial instead of resolving the name."""
    ca: Text | None = None
    """PEM file of the authority that signed its certificate, relative to this file."""
    thumbprint: Thumbprint | None = None
    """SHA-256 fingerprint of its certificate, instead of `ca`."""
    credentials: SecretName
    """Secret for port 443."""
    appliance_credentials: SecretName | None = None
    """Secret for the appliance management interface."""
    owner: Owner | None = None
    """Who upgrades this connector."""
    mesh_owner: Owner | None = None
    """Who upgrades the appliances of the meshes that start at this connector."""


class FleetFile(Edge):
    """What the owner of the fleet wants."""

    api_version: Literal["hcxfleet/v1"]
    """Version of this format."""
    kind: Literal["Fleet"]
    """What this file describes."""
    metadata: Metadata
    """What the fleet is called."""
    mode: Mode = Mode.PLAN_ONLY
    """What the timer may do by itself; runs by HTTP or command line need their own request."""
    scope: ScopePart = ScopePart()
    """Which private clouds are meant."""
    target: TargetPart
    """The wanted version."""
    owners: OwnersPart = OwnersPart()
    """Who performs a step where the manager's own entry does not say."""
    pair_order: PairOrder = PairOrder.CLOUD_FIRST
    """Whether the managers of a pair follow each other or go together."""
    concurrency: Annotated[int, Field(ge=1, le=100)] = 4
    """How many tasks of ours may change something at the same time."""
    patience: PatiencePart = PatiencePart()
    """How long a run waits for others."""
    cloud_managers: CloudManagersPart = CloudManagersPart()
    """How cloud managers are reached."""
    connectors: tuple[ConnectorPart, ...] = ()
    """Every connector of the fleet."""
