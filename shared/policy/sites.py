"""Sites: where managers live and people work."""

from collections.abc import Iterator
from pathlib import Path

from shared.model.policy import ConnectorEntry, NetworkEntry, ProviderDates, SiteEntry
from shared.policy.edge import Edge, Name, Text
from shared.policy.edge_time import Day, Duration
from shared.policy.managers import ConnectorPart, connector_of
from shared.policy.windows import WindowPart, window_of


class ProviderPart(Edge):
    """What the provider wrote about its upgrade of a private cloud: it comes by mail or support case, by no API."""

    announced: Day | None = None
    """Day that the provider announced for its upgrade."""
    answer_by: Day | None = None
    """Last day on which another one can be chosen by answering."""
    case: Text | None = None
    """Number of the support case."""


class NetworkPart(Edge):
    """An extended network and who answers for the application on it."""

    network: Text
    """Name of the network as HCX shows it."""
    owner: Text
    """Who answers for what runs on it."""
    outage_limit: Duration | None = None
    """The longest outage of it that is acceptable; left out: that of `networkExtension`."""


class PlacePart(Edge):
    """A site, without the connectors that stand there."""

    name: Name
    """Name of the site."""
    private_cloud: Text | None = None
    """Name of the private cloud that this site is; left out: a place on premises."""
    contacts: tuple[Text, ...] = ()
    """Who works there; the first one is told when somebody has to do something."""
    windows: tuple[WindowPart, ...] = ()
    """When work may go on; left out: the windows of the whole fleet."""
    change: Text | None = None
    """Number of the change at the site."""
    case: Text | None = None
    """Number of a support case about the site."""
    provider: ProviderPart = ProviderPart()
    """What the provider wrote about its upgrade of this private cloud."""
    networks: tuple[NetworkPart, ...] = ()
    """Extended networks, and who answers for the applications on them."""
    firewall_attested: bool = False
    """Whether firewalls allow all of the uplink and management pools: an in-service upgrade takes new addresses."""
    spare_room_attested: bool = False
    static_binding_attested: bool = False
    """Whether the deployment cluster has room for one more appliance, or for as many as `networkExtension.together`."""


class SitePart(PlacePart):
    """A site: a place on premises with its connectors, or a private cloud."""

    connectors: tuple[ConnectorPart, ...] = ()
    """Connectors that stand there."""


def site_of(part: PlacePart, zone: str) -> SiteEntry:
    """The record of a site in a file of that zone."""
    return SiteEntry(
        name=part.name,
        private_cloud=part.private_cloud,
        contacts=part.contacts,
        windows=tuple(window_of(window, zone) for window in part.windows),
        change=part.change,
        case=part.case,
        provider=ProviderDates(
            announced=part.provider.announced, answer_by=part.provider.answer_by, case=part.provider.case
        ),
        networks=tuple(map(_network_of, part.networks)),
        firewall_attested=part.firewall_attested,
        spare_room_attested=part.spare_room_attested,
        static_binding_attested=part.static_binding_attested,
    )


def _network_of(part: NetworkPart) -> NetworkEntry:
    return NetworkEntry(network=part.network, owner=part.owner, outage_limit=part.outage_limit)


def connectors_of(sites: tuple[SitePart, ...], folder: Path) -> Iterator[ConnectorEntry]:
    """The records of every site's connectors; paths start at `folder`."""
    for site in sites:
        contact = next(iter(site.contacts), None)
        for part in site.connectors:
            yield connector_of(part, site.name, contact, folder)
