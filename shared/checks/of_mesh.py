"""What the checks of one mesh have in common: its two ends, its appliances, and the networks that they carry.

What cannot be seen is unknown in one check only, which is named here; the others leave it to that one. So one gap
blocks once.
"""

from collections.abc import Iterable
from datetime import datetime

from shared.checks.interface import CheckContext, Judgement
from shared.checks.look import look
from shared.checks.silent import left_because, left_to, not_concerned
from shared.checks.standing import Standing, appliances
from shared.checks.words import names
from shared.model.facts import Appliance, ApplianceKind, Mesh, NetworkExtension, Seen
from shared.model.finding import Evidence, Verdict
from shared.model.record import record
from shared.rules.freshness import APPLIANCES, EXTENSIONS, MESHES
from shared.rules.planning.mesh_ends import UPGRADE_ORDER

MESH_CHECK = "interconnect-in-sync"
APPLIANCE_CHECK = "appliances-known"
NETWORK_CHECK = "static-binding"
"""The checks that say unknown where meshes, appliances or extended networks were not seen."""

VIEW = "Interconnect > Service Mesh > View Appliances"
"""Where a person sees appliances."""


def initiator(context: CheckContext) -> str:
    """Id of the manager at which work on the mesh starts."""
    return context.managers[0]


# --- the mesh ---------------------------------------------------------------------------------------------------------


@record
class End:
    """The mesh as one of its managers reports it."""

    manager: str
    mesh: Mesh
    at: datetime

    def says(self, text: str) -> Evidence:
        """Something that this manager says of the mesh."""
        return Evidence(text=f"{self.manager}: {text}", observed_at=self.at)


def ends(context: CheckContext) -> tuple[End, ...] | Judgement:
    """The mesh as both managers report it, initiator first."""
    found: list[End] = []
    for manager in context.managers:
        seen = look(context, manager, MESHES)
        if isinstance(seen, Judgement):
            return left_to(MESH_CHECK, seen)
        mesh = next((one for one in seen.value if one.id == context.mesh), None)
        if mesh is None:
            return _unlisted(manager, seen.at)
        found.append(End(manager=manager, mesh=mesh, at=seen.at))
    return tuple(found)


def _unlisted(manager: str, at: datetime) -> Judgement:
    evidence = (Evidence(text=f"{manager}: mesh not listed", observed_at=at),)
    return left_because(MESH_CHECK, f"{manager} does not list the mesh", evidence)


# --- its appliances ---------------------------------------------------------------------------------------------------


def standing(context: CheckContext) -> tuple[Standing, ...] | Judgement:
    """The appliances of both sides, those of the initiator first."""
    found = appliances(context, APPLIANCES)
    unseen = next((one for one in found if isinstance(one, Judgement)), None)
    return left_to(APPLIANCE_CHECK, unseen) if unseen else tuple(one for one in found if isinstance(one, Standing))


def upgraded(found: Iterable[Standing]) -> tuple[Standing, ...]:
    """Those that a mesh task upgrades, of a version that is understood."""
    return tuple(one for one in found if one.appliance.kind in UPGRADE_ORDER and one.appliance.version.known)


def version_of(one: Standing) -> Evidence:
    """An appliance with its version."""
    return Evidence(text=f"{one.appliance.name}: version {one.appliance.version}", observed_at=one.at)


def at_releases(some: Iterable[Standing]) -> str:
    """Their names in a sentence, each with the release that it is at."""
    return names(f"{one.appliance.name} {one.appliance.version.release}" for one in some)


# --- the networks that they carry -------------------------------------------------------------------------------------


@record
class Carried:
    """The network extension appliances at the initiator, and the networks that name one of them."""

    manager: str
    appliances: tuple[Appliance, ...]
    appliances_at: datetime
    networks: tuple[NetworkExtension, ...]
    unplaced: tuple[NetworkExtension, ...]
    """Those of the same manager that name no appliance it lists: they may be anybody's."""
    at: datetime

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What was seen."""
        return self.says(f"{len(self.networks)} extended networks of the mesh")

    def says(self, text: str) -> tuple[Evidence, ...]:
        """Something that the initiator says of networks."""
        return (Evidence(text=f"{self.manager}: {text}", observed_at=self.at),)


def carried(context: CheckContext) -> Carried | Judgement:
    """The extended networks of the mesh, as its initiator lists them: networks are extended from the source side."""
    manager = initiator(context)
    listed, networks = look(context, manager, APPLIANCES), look(context, manager, EXTENSIONS)
    if isinstance(listed, Judgement):
        return left_to(APPLIANCE_CHECK, listed)
    own = extending(context, listed.value)
    if not own:
        return not_concerned(f"{manager} has no network extension appliance in the mesh")
    if isinstance(networks, Judgement):
        return networks
    return _carried(manager, own, listed, networks)


def carried_elsewhere(context: CheckContext) -> Carried | Judgement:
    """The same, for checks that leave it to another one where networks were not seen."""
    found = carried(context)
    if isinstance(found, Judgement) and found.verdict is not Verdict.NOT_APPLICABLE:
        return left_to(NETWORK_CHECK, found)
    return found


def extending(context: CheckContext, listed: Iterable[Appliance]) -> tuple[Appliance, ...]:
    """The network extension appliances of the mesh."""
    return tuple(one for one in listed if one.kind is ApplianceKind.NETWORK_EXTENSION and one.mesh_id == context.mesh)


def _carried(
    manager: str,
    own: tuple[Appliance, ...],
    listed: Seen[tuple[Appliance, ...]],
    networks: Seen[tuple[NetworkExtension, ...]],
) -> Carried:
    ids, known = {one.id for one in own}, {one.id for one in listed.value}
    return Carried(
        manager=manager,
        appliances=own,
        appliances_at=listed.at,
        networks=tuple(one for one in networks.value if one.appliance_id in ids),
        unplaced=tuple(one for one in networks.value if one.appliance_id not in known),
        at=networks.at,
    )
