"""Which manager is meant, for commands about a single one."""

from activities.clouds import read_clouds
from shared import wiring
from shared.model.inventory import Manager, PrivateCloud, Trust
from shared.model.policy import Policy
from shared.ports import CloudPorts
from shared.rules.managers import cloud_trust, managers_of
from shared.settings import Settings


def manager_named(name: str, settings: Settings, policy: Policy) -> Manager | None:
    """The manager of that id: a connector of the policy, which asks nobody, or else one that Azure knows of."""
    ports = CloudPorts(service=settings.hcx_service_port, appliance=settings.hcx_appliance_port)
    connectors = managers_of((), policy, ports)
    return _among(name, connectors) or _among(name, managers_of(_clouds(settings, policy), policy, ports))


def trust_of(name: str, policy: Policy) -> Trust | None:
    """How the policy trusts the manager of that id; None for one without an entry of its own: nobody may change it."""
    endpoint = next((one.endpoint for one in policy.connectors if one.name == name), None)
    if endpoint is not None:
        return endpoint.trust
    entry = policy.cloud_manager(name)
    return None if entry is None else cloud_trust(entry, policy)


def _among(name: str, every: tuple[Manager, ...]) -> Manager | None:
    return next((one for one in every if one.id == name), None)


def _clouds(settings: Settings, policy: Policy) -> tuple[PrivateCloud, ...]:
    connectors = [one.name for one in policy.connectors]
    return read_clouds(wiring.azure(settings), policy.scope.subscriptions, connectors)[1]
