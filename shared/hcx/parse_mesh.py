"""Service meshes, their appliances, and the networks that go through them."""

from typing import Final

from shared.hcx.answer import Answer
from shared.hcx.generation import ANY_APPLIANCE_VERSION
from shared.hcx.parse_network import MeshPlace, read_uses
from shared.hcx.parse_work import job_state
from shared.hcx.reading import Found, document, items, status
from shared.model.facts import (
    Appliance,
    ApplianceKind,
    HaGroup,
    HcxJob,
    Health,
    Mesh,
    MeshEnd,
    NetworkExtension,
    Status,
)
from shared.model.record import record
from shared.model.version import UNKNOWN

IN_SYNC: Final = "COMMITTED"
"""That this state means in sync is inferred; field notes show it for a healthy mesh."""
TUNNEL_HEALTH: Final = {"UP": Health.UP, "DEGRADED": Health.DEGRADED, "DOWN": Health.DOWN}
EXTENSION_HEALTH: Final = {"REALIZED": Health.UP}
KINDS: Final = {
    "HCX-WAN-IX": ApplianceKind.INTERCONNECT,
    "HCX-WAN-IX-EDGE": ApplianceKind.INTERCONNECT,
    "HCX-NET-EXT": ApplianceKind.NETWORK_EXTENSION,
    "HCX-WAN-OPT": ApplianceKind.WAN_OPTIMIZATION,
}
"""Names of the sentinel appliances are public nowhere, so they stay unknown."""
_SYSTEM_TYPE, _SYSTEM_NAME = "NOT_APPLICABLE", "default-service-mesh-"


@record
class MeshList:
    """The meshes of a manager, without those that it makes for itself."""

    meshes: tuple[Mesh, ...]
    system: frozenset[str]
    """Ids of the manager's own meshes with itself: nobody plans for them."""
    places: tuple[MeshPlace, ...]
    """Where the others stand, one for each end."""


@record
class ApplianceReport:
    """An appliance with its peers, as one side tells it."""

    appliance: Appliance
    peers: tuple[Appliance, ...]


def read_meshes(answer: Answer) -> MeshList:
    """`meshes`.

    Raises:
        UnreadableError: a mesh has no id, or does not say who its ends are.
    """
    listed = items(document(answer))
    own = [one for one in listed if _is_system(one)]
    return MeshList(
        meshes=tuple(_mesh(one) for one in listed if not _is_system(one)),
        system=frozenset(one.need_text("serviceMeshId") for one in own),
        places=tuple(
            _place(one, end) for one in listed if not _is_system(one) for end in one.at("computeProfiles").each()
        ),
    )


def _place(item: Found, end: Found) -> MeshPlace:
    return MeshPlace(
        mesh=item.need_text("serviceMeshId"),
        system_id=end.need_text("endpointId"),
        compute_profile=end.at("computeProfileId").text() or "",
        networks=read_uses(end),
    )


def _is_system(item: Found) -> bool:
    kind, name = item.at("backingApplianceType").text(), item.at("name").text() or ""
    return kind == _SYSTEM_TYPE or name.startswith(_SYSTEM_NAME)


def _mesh(item: Found) -> Mesh:
    state = item.at("state").text()
    ends = tuple(_end(one) for one in item.at("computeProfiles").each())
    if not ends:
        raise item.unreadable("a mesh does not say who its ends are")
    return Mesh(
        id=item.need_text("serviceMeshId"),
        name=item.at("name").text() or "",
        ends=ends,
        services=tuple(name for one in item.at("services").each() if (name := one.at("name").text() or one.text())),
        state=_mesh_status(state),
        in_sync=None if state is None else state == IN_SYNC,
        last_job=_last_job(item),
    )


def _mesh_status(state: str | None) -> Status:
    if state is not None and state.endswith("FAILED"):
        return Status(health=Health.DOWN, text=state)
    return status(state, {IN_SYNC: Health.UP})


def _end(profile: Found) -> MeshEnd:
    return MeshEnd(
        system_id=profile.need_text("endpointId"),
        name=profile.at("endpointName").text() or "",
        initiator=profile.at("isInitiator").flag() is True,
    )


def _last_job(item: Found) -> HcxJob | None:
    last = item.at("lastTaskDetails")
    if not last.is_object:
        return None
    return HcxJob(
        id=last.at("taskId").text() or "",
        type=last.at("type").text() or "",
        entity_id=item.need_text("serviceMeshId"),
        state=job_state(last.at("status").text()),
        percent=None,
        message="",
    )


def read_appliances(answer: Answer, version_at: tuple[str, ...] = ANY_APPLIANCE_VERSION) -> tuple[ApplianceReport, ...]:
    """`appliances`: those of this side, each with its peers.

    Args:
        answer: the answer.
        version_at: where an appliance says its version, the usual place first.

    Raises:
        UnreadableError: an appliance has no id.
    """
    return tuple(_report(one, version_at) for one in items(document(answer)))


def _report(item: Found, version_at: tuple[str, ...]) -> ApplianceReport:
    mesh = item.at("serviceMeshId").text() or ""
    peers = tuple(_appliance(one, mesh, version_at) for one in item.at("peerAppliances").each())
    own = _appliance(item, mesh, version_at, tuple(one.id for one in peers))
    return ApplianceReport(appliance=own, peers=peers)


def _appliance(item: Found, mesh: str, version_at: tuple[str, ...], peers: tuple[str, ...] = ()) -> Appliance:
    version = next(filter(None, (item.at(place).version() for place in version_at)), None)
    return Appliance(
        id=item.need_text("applianceId"),
        name=item.at("applianceName").text() or "",
        kind=KINDS.get(item.at("applianceType").text() or "", ApplianceKind.UNKNOWN),
        mesh_id=item.at("serviceMeshId").text() or mesh,
        system_id=item.at("endpointId").text() or "",
        version=version or UNKNOWN,
        available_version=item.at("availableVersion").version(),
        tunnel=_tunnel(item),
        extension_count=item.at("networkExtensionCount").number() or 0,
        peers=peers,
    )


def _tunnel(item: Found) -> Status:
    summary = item.at("status", "summary")
    found = status(summary.at("overallStatus").text(), TUNNEL_HEALTH)
    reasons = [text for one in summary.at("reasons").each() if (text := one.text())]
    return Status(health=found.health, text=f"{found.text} ({'; '.join(reasons)})") if reasons else found


def read_extensions(answer: Answer) -> tuple[NetworkExtension, ...]:
    """`extensions`: the stretched networks.

    Raises:
        UnreadableError: an extension has no id.
    """
    return tuple(_extension(one) for one in items(document(answer)))


def _extension(item: Found) -> NetworkExtension:
    return NetworkExtension(
        id=item.need_text("stretchId"),
        network=item.at("sourceNetwork", "networkName").text() or item.at("sourceNetwork", "networkId").text() or "",
        appliance_id=item.at("sourceAppliance", "applianceId").text(),
        state=status(item.at("operationStatus", "state").text(), EXTENSION_HEALTH),
        optimized=item.at("features", "mobilityOptimizedNetworking").flag(),
        kind=item.at("sourceNetwork", "networkType").text(),
    )


def read_groups(answer: Answer, mesh: str) -> tuple[HaGroup, ...]:
    """`ha-groups`: the high availability groups of one mesh, by their members on this side.

    Raises:
        UnreadableError: a group does not say who its members are; their names on the wire are inferred.
    """
    return tuple(_group(one, mesh) for one in items(document(answer)))


def _group(item: Found, mesh: str) -> HaGroup:
    listed = item.at("appliances").each()
    members = tuple(id_ for one in listed if (id_ := one.at("applianceId").text() or one.text()))
    if not members or len(members) < len(listed):
        raise item.unreadable("a high availability group does not say who its members are")
    return HaGroup(id=item.at("haGroupId").text() or "", mesh_id=mesh, members=members)
