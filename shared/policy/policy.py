"""`fleet.yaml` as the records that everything else works with."""

from pathlib import Path
from urllib.parse import urlsplit

from shared.model.inventory import Endpoint, Trust
from shared.model.policy import CloudManagerEntry, ConnectorEntry, DefaultOwners, Patience, Policy, Scope
from shared.model.version import Version
from shared.policy.canonical import digest
from shared.policy.fleet_file import CloudManagerPart, ConnectorPart, FleetFile
from shared.policy.fleet_rules import contradictions
from shared.policy.reading import read_file


def read_policy(path: Path) -> Policy:
    """Read `fleet.yaml`.

    Raises:
        PolicyInvalidError: with every error, each naming file, line and field.
    """
    return policy_of(read_file(path, FleetFile, contradictions), path.parent)


def policy_of(file: FleetFile, folder: Path) -> Policy:
    """The policy that a validated file describes; paths in it start at `folder`."""
    return Policy(
        name=file.metadata.name,
        mode=file.mode,
        target=Version(file.target.version),
        connector_target=file.target.connectors,
        scope=Scope(subscriptions=file.scope.subscriptions, exclude=file.scope.exclude),
        owners=DefaultOwners(
            cloud_manager=file.owners.cloud_manager, connector=file.owners.connector, mesh=file.owners.mesh
        ),
        pair_order=file.pair_order,
        concurrency=file.concurrency,
        patience=Patience(provider=file.patience.provider, person=file.patience.person),
        cloud_credentials=file.cloud_managers.credentials,
        cloud_ca_file=_path(folder, file.cloud_managers.ca),
        cloud_managers=tuple(_cloud_manager(part, folder) for part in file.cloud_managers.entries),
        connectors=tuple(_connector(part, folder) for part in file.connectors),
        hash=digest(file.model_dump(mode="json", by_alias=True)),
    )


def _cloud_manager(part: CloudManagerPart, folder: Path) -> CloudManagerEntry:
    return CloudManagerEntry(
        cloud=part.cloud,
        owner=part.owner,
        credentials=part.credentials,
        appliance_credentials=part.appliance_credentials,
        ca_file=_path(folder, part.ca),
        thumbprint=part.thumbprint,
    )


def _connector(part: ConnectorPart, folder: Path) -> ConnectorEntry:
    return ConnectorEntry(
        name=part.name,
        site=part.site,
        endpoint=_endpoint(part, folder),
        credentials=part.credentials,
        appliance_credentials=part.appliance_credentials,
        owner=part.owner,
        mesh_owner=part.mesh_owner,
        contact=part.contact,
    )


def _endpoint(part: ConnectorPart, folder: Path) -> Endpoint:
    url = urlsplit(part.endpoint)
    return Endpoint(
        host=url.hostname or "",
        address=part.address,
        service_port=url.port or 443,
        appliance_port=part.appliance_port,
        trust=Trust(ca_file=_path(folder, part.ca), thumbprint=part.thumbprint),
    )


def _path(folder: Path, file: str | None) -> str | None:
    return None if file is None else str((folder / file).resolve())
