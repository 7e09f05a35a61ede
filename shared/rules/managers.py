"""From private clouds and policy to the managers that are observed."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from shared.model.inventory import Endpoint, Manager, ManagerKind, PrivateCloud, Trust
from shared.model.policy import CloudManagerEntry, ConnectorEntry, Policy
from shared.ports import CloudPorts


def managers_of(clouds: Iterable[PrivateCloud], policy: Policy, ports: CloudPorts) -> tuple[Manager, ...]:
    """Cloud managers from Azure, connectors from the policy; excluded clouds and those without HCX have none."""
    meant = (one for one in clouds if one.hcx_url and policy.scope.excludes(one.id, one.name) is None)
    found = [_cloud_manager(one, policy, ports) for one in meant]
    found += [_connector(entry) for entry in policy.connectors]
    return tuple(sorted(found, key=lambda one: one.id))


def _cloud_manager(cloud: PrivateCloud, policy: Policy, ports: CloudPorts) -> Manager:
    entry = policy.cloud_manager(cloud.id, cloud.name)
    url = urlsplit(cloud.hcx_url or "")
    return Manager(
        id=cloud.id,
        kind=ManagerKind.CLOUD_MANAGER,
        site=cloud.id,
        endpoint=Endpoint(
            host=url.hostname or "",
            address=cloud.hcx_address,
            service_port=url.port or ports.service,
            appliance_port=ports.appliance,
            trust=cloud_trust(entry, policy),
        ),
        credentials=(entry and entry.credentials) or policy.cloud_credentials.format(cloud=cloud.id),
        appliance_credentials=entry.appliance_credentials if entry else None,
        cloud_resource_id=cloud.resource_id,
        vcenter=entry.vcenter if entry else None,
    )


def cloud_trust(entry: CloudManagerEntry | None, policy: Policy) -> Trust:
    """How a cloud manager is trusted: as its own entry says, or as counts for all of them."""
    if entry and (entry.ca_file or entry.thumbprint):
        return Trust(ca_file=entry.ca_file, thumbprint=entry.thumbprint)
    return Trust(ca_file=policy.cloud_ca_file)


def _connector(entry: ConnectorEntry) -> Manager:
    return Manager(
        id=entry.name,
        kind=ManagerKind.CONNECTOR,
        site=entry.site,
        endpoint=entry.endpoint,
        credentials=entry.credentials,
        appliance_credentials=entry.appliance_credentials,
        reach=entry.reach,
        vcenter=entry.vcenter,
    )
