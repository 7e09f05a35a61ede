"""Profiles: which addresses the appliances of a mesh side can take, how many are left, and where they are deployed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from shared.hcx.answer import Answer
from shared.hcx.reading import Found, document, items
from shared.model.facts import AddressPool, AddressUse, Deployment
from shared.model.record import record

USES: Final = {"uplink": AddressUse.UPLINK, "management": AddressUse.MANAGEMENT}
"""By tag. Others, such as vmotion and replication, are nothing that an in-service upgrade takes from."""


@record
class NetworkUse:
    """A network profile that a mesh side or a compute profile names, and what for."""

    network: str
    use: AddressUse


@record
class MeshPlace:
    """Where one mesh stands at one of its ends."""

    mesh: str
    system_id: str
    compute_profile: str
    networks: tuple[NetworkUse, ...] | None
    """None where the mesh does not say: then its compute profile may."""


@record
class ComputeProfile:
    """What a compute profile says of the appliances that are made by it."""

    networks: tuple[NetworkUse, ...]
    clusters: tuple[str, ...]
    """Names of what they are deployed to."""


@record
class NetworkProfile:
    """A network profile with what is free in it."""

    id: str
    name: str
    free: int | None


def read_uses(item: Found) -> tuple[NetworkUse, ...] | None:
    """`networks[].id, tags[]` of a compute profile, or of the end of a mesh; None where it names none for these uses.

    That the end of a mesh repeats what it was made with is inferred.
    """
    found = [
        NetworkUse(network=network, use=use)
        for one in item.at("networks").each()
        for tag in one.at("tags").each()
        if (use := USES.get(tag.text() or "")) and (network := one.at("id").text())
    ]
    return tuple(found) or None


def read_compute_profiles(answer: Answer) -> Mapping[str, ComputeProfile]:
    """`compute-profiles`: the networks and the deployment clusters of each, by its id.

    Raises:
        UnreadableError: a profile has no id.
    """
    return {
        one.need_text("computeProfileId"): ComputeProfile(networks=read_uses(one) or (), clusters=_clusters(one))
        for one in items(document(answer))
    }


def _clusters(item: Found) -> tuple[str, ...]:
    """`deploymentContainer.compute[].name`; that the name is called so is inferred."""
    listed = item.at("deploymentContainer", "compute").each()
    return tuple(name for one in listed if (name := one.at("name").text() or one.text()))


def deployments_of(profiles: Mapping[str, ComputeProfile], places: Iterable[MeshPlace]) -> tuple[Deployment, ...]:
    """Where the appliances of each mesh are deployed at this side; not of one whose compute profile is not listed."""
    return tuple(
        Deployment(mesh_id=one.mesh, clusters=profiles[one.compute_profile].clusters)
        for one in places
        if one.compute_profile in profiles
    )


def read_network_profiles(answer: Answer) -> tuple[NetworkProfile, ...]:
    """`network-profiles`: all of them; the counts of their addresses are inferred.

    Raises:
        UnreadableError: a profile has no id.
    """
    return tuple(_profile(one) for one in items(document(answer)))


def _profile(item: Found) -> NetworkProfile:
    return NetworkProfile(id=item.need_text("objectId"), name=item.at("name").text() or "", free=_free(item))


def _free(item: Found) -> int | None:
    free, total, used = (item.at(name).number() for name in ("availableIps", "totalIps", "usedIps"))
    if free is None and total is not None and used is not None:
        free = total - used
    return free if free is not None and free >= 0 else None


def pools_of(profiles: Iterable[NetworkProfile], places: Iterable[MeshPlace]) -> tuple[AddressPool, ...]:
    """One pool for each profile and use that a mesh names; one that is not listed has no count.

    A profile that serves both uses gives an appliance two addresses, so half of what is free counts for each.
    """
    meshes: dict[NetworkUse, list[str]] = defaultdict(list)
    for place in places:
        for one in dict.fromkeys(place.networks or ()):
            meshes[one].append(place.mesh)
    known = {one.id: one for one in profiles}
    shared = {network for network in {one.network for one in meshes} if len(_uses(network, meshes)) > 1}
    return tuple(
        AddressPool(
            id=one.network,
            name=known[one.network].name if one.network in known else one.network,
            use=one.use,
            free=_share(known.get(one.network), both=one.network in shared),
            meshes=tuple(dict.fromkeys(each)),
        )
        for one, each in meshes.items()
    )


def _uses(network: str, meshes: Iterable[NetworkUse]) -> set[AddressUse]:
    return {one.use for one in meshes if one.network == network}


def _share(profile: NetworkProfile | None, *, both: bool) -> int | None:
    if profile is None or profile.free is None:
        return None
    return profile.free // 2 if both else profile.free
