"""What `fleet.yaml` says of managers: how they are reached, and whose they are."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, WithJsonSchema

from shared.model.inventory import Endpoint, Reach, Trust, VcenterPlace
from shared.model.policy import CloudManagerEntry, ConnectorEntry, Owner
from shared.model.version import Version
from shared.policy.edge import (
    Address,
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


class OwnersPart(Edge):
    """Who performs a step where the manager's own entry does not say."""

    cloud_manager: DefaultOwner = Owner.PROVIDER
    """Who upgrades cloud managers."""
    connector: DefaultOwner = Owner.ASSISTED
    """Who upgrades connectors."""
    mesh: DefaultOwner = Owner.ASSISTED
    """Who upgrades service mesh appliances."""


class VcenterPart(Edge):
    """The vCenter that a manager's virtual machine runs in: a second witness of its version."""

    endpoint: HttpsHost
    """Where it answers, https://host or https://host:port; the certificate must be for this name."""
    address: Address | None = None
    """IP address to dial instead of resolving the name."""
    ca: Text | None = None
    """PEM file of the authority that signed its certificate, relative to this file."""
    thumbprint: Thumbprint | None = None
    """SHA-256 fingerprint of its certificate, instead of `ca`."""
    credentials: SecretName
    """Secret of an account there; reading is enough for facts."""


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
    vcenter: VcenterPart | None = None
    """The vCenter that its virtual machine runs in; left out: nobody asks it."""


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
    endpoint: HttpsHost
    """Where it answers, https://host or https://host:port; the certificate must be for this name."""
    reach: Reach = Reach.DIRECT
    """Whether hcx-fleet calls it, somebody collects its facts at the site, or only people can say how it stands."""
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
    target: VersionText | None = None
    """A version of its own, in quotes, before that of all connectors."""
    vcenter: VcenterPart | None = None
    """The vCenter that its virtual machine runs in; left out: nobody asks it."""


def cloud_manager_of(part: CloudManagerPart, folder: Path) -> CloudManagerEntry:
    """The record of a cloud manager that differs; paths start at `folder`."""
    return CloudManagerEntry(
        cloud=part.cloud,
        owner=part.owner,
        credentials=part.credentials,
        appliance_credentials=part.appliance_credentials,
        ca_file=path_of(folder, part.ca),
        thumbprint=part.thumbprint,
        vcenter=_vcenter(part.vcenter, folder),
    )


def connector_of(part: ConnectorPart, site: str, contact: str | None, folder: Path) -> ConnectorEntry:
    """The record of a connector at a site; paths start at `folder`."""
    return ConnectorEntry(
        name=part.name,
        site=site,
        endpoint=_endpoint(part, folder),
        credentials=part.credentials,
        appliance_credentials=part.appliance_credentials,
        owner=part.owner,
        mesh_owner=part.mesh_owner,
        contact=contact,
        reach=part.reach,
        target=None if part.target is None else Version(part.target),
        vcenter=_vcenter(part.vcenter, folder),
    )


def path_of(folder: Path, file: str | None) -> str | None:
    """A file that is named relative to `folder`."""
    return None if file is None else str((folder / file).resolve())


def _endpoint(part: ConnectorPart, folder: Path) -> Endpoint:
    url = urlsplit(part.endpoint)
    return Endpoint(
        host=url.hostname or "",
        address=part.address,
        service_port=url.port or 443,
        appliance_port=part.appliance_port,
        trust=Trust(ca_file=path_of(folder, part.ca), thumbprint=part.thumbprint),
    )


def _vcenter(part: VcenterPart | None, folder: Path) -> VcenterPlace | None:
    if part is None:
        return None
    url = urlsplit(part.endpoint)
    return VcenterPlace(
        host=url.hostname or "",
        address=part.address,
        port=url.port or 443,
        trust=Trust(ca_file=path_of(folder, part.ca), thumbprint=part.thumbprint),
        credentials=part.credentials,
    )
