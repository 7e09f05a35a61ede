"""The longest outage that the owner accepts, network by network."""

from collections.abc import Iterable
from datetime import timedelta

from shared.model.policy import Policy


def limits_of(policy: Policy, sites: Iterable[str], networks: Iterable[str]) -> dict[str, timedelta]:
    """The limit of each network that has one.

    A network's own entry at one of the sites goes before the limit of the whole fleet, stricter or not; where two sites
    list it, the stricter entry counts. HCX knows no case in the names of networks, so none is known here.

    Args:
        policy: the owner's.
        sites: names of the sites at both ends of the mesh.
        networks: names of the networks.
    """
    at = frozenset(sites)
    own: dict[str, timedelta] = {}
    for entry in (one for site in policy.sites if site.name in at for one in site.networks):
        if entry.outage_limit is not None:
            name = entry.network.casefold()
            own[name] = min(entry.outage_limit, own.get(name, entry.outage_limit))
    found = {name: own.get(name.casefold(), policy.extension.outage_limit) for name in networks}
    return {name: limit for name, limit in found.items() if limit is not None}
