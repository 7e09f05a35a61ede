"""What there is, indexed once: facts, policy and catalogue as every later step of planning asks for them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from shared.model.facts import Appliance, FleetFacts, ManagerFacts, Mesh
from shared.model.inventory import Manager, ManagerKind, PrivateCloud
from shared.model.plan import Estimate, SubjectKind
from shared.model.policy import CloudManagerEntry, ConnectorEntry, Exclusion, Hold, Policy, SiteEntry
from shared.model.record import record
from shared.model.span import Span
from shared.policy.waivable import PEER_WAIVER
from shared.rules import durations, holds, tags, waves
from shared.rules.calendar.calendars import HORIZON
from shared.rules.calendar.closed_times import Closed, ClosedTimes, by_site, closed_times
from shared.rules.catalogue.records import Catalogue, Lasting
from shared.rules.grouping import Pairings
from shared.rules.holds import HeldBy
from shared.rules.meshes import meshes_seen
from shared.rules.planning.inputs import Inputs, PlanContradictionError
from shared.rules.planning.mesh_ends import Standing, standing
from shared.rules.tags import Restraints
from shared.rules.waivers import counts


@record
class Scene:
    """The inputs with everything that is asked for by name."""

    inputs: Inputs
    pairings: Pairings
    managers: tuple[ManagerFacts, ...]
    """Sorted by id."""
    meshes: tuple[tuple[Mesh, ManagerFacts], ...]
    """Sorted by id, each with the manager whose report counts."""
    meshes_of: Mapping[str, tuple[Mesh, ...]]
    """By the id of a manager at one of their ends."""
    standing: Standing
    clouds: Mapping[str, PrivateCloud]
    restraints: Mapping[str, Restraints]
    """By the id of the private cloud."""
    holding: holds.Holding
    wave_of: Mapping[str, str | None]
    """By the id of the manager."""
    waves: tuple[str, ...]
    """Names, in the order in which they go."""
    entries: Mapping[str, CloudManagerEntry | ConnectorEntry]
    """What the policy says of a manager, by its id."""
    sites: Mapping[str, SiteEntry]
    """By the id of the manager."""
    closed: ClosedTimes
    takes: Mapping[Lasting, Estimate]
    horizon: Span
    twins: Mapping[str, tuple[str, ...]]
    """Ids of managers that answer as one system, by that system's id."""
    waived_peers: frozenset[str]
    """Ids of managers that may go although one of their peers cannot be read."""

    @property
    def facts(self) -> FleetFacts:
        """The facts."""
        return self.inputs.facts

    @property
    def policy(self) -> Policy:
        """The policy."""
        return self.inputs.policy

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue."""
        return self.inputs.catalogue

    @property
    def today(self) -> date:
        """The day of planning, in UTC."""
        return self.inputs.now.date()

    def held(self, kind: SubjectKind, subject: str) -> HeldBy | None:
        """Who holds it and why, None where nobody does."""
        return self.holding.by.get((kind, subject))

    def excluded(self, manager: str) -> Exclusion | None:
        """What leaves out the private cloud of this manager, None where nothing does."""
        cloud = self.clouds.get(manager)
        return self.policy.scope.excludes(cloud.id, cloud.name) if cloud else None

    def appliances(self, manager: str, mesh: str) -> tuple[Appliance, ...]:
        """Appliances of a mesh that stand on the side of a manager."""
        return self.standing.get((manager, mesh), ())

    def clouds_of(self, facts: ManagerFacts) -> tuple[str, ...]:
        """Ids of the private clouds that a manager serves: its own, or those that a connector is paired with."""
        if facts.manager.kind is ManagerKind.CLOUD_MANAGER:
            return (facts.manager.id,)
        return cloud_ids(self.pairings.partners(facts))


def look(inputs: Inputs) -> Scene:
    """Index the inputs.

    Raises:
        PlanContradictionError: the policy contradicts itself on this fleet, such as two waves for one private cloud.
    """
    managers = tuple(sorted(inputs.facts.managers, key=lambda one: one.manager.id))
    inputs = replace(
        inputs, facts=FleetFacts(managers=managers)
    )  # of two that answer as one system, the same one counts
    policy, facts = inputs.policy, inputs.facts
    clouds = {one.id: one for one in inputs.inventory.private_clouds}
    restraints = tags.of_all(tuple(clouds.values()), policy, inputs.now.date())
    pairings, meshes = Pairings(facts), meshes_seen(facts)
    sites = _sites(inputs)
    return Scene(
        inputs=inputs,
        pairings=pairings,
        managers=managers,
        meshes=meshes,
        meshes_of=_meshes_of(facts, meshes),
        standing=standing(facts),
        clouds=clouds,
        restraints=restraints,
        holding=_holding(inputs, pairings, meshes, restraints),
        wave_of=_waves(inputs, managers, pairings, clouds),
        waves=waves.names_of(policy),
        entries=_entries(inputs),
        sites=sites,
        closed=_closed(inputs, sites, restraints),
        takes={one: durations.estimate(one, inputs.catalogue.priors, inputs.history) for one in Lasting},
        horizon=Span(start=inputs.now, end=inputs.now + HORIZON),
        twins=_twins(managers),
        waived_peers=_waived_peers(policy, inputs.now),
    )


def cloud_ids(managers: Iterable[ManagerFacts]) -> tuple[str, ...]:
    """Ids of the private clouds among these managers, sorted."""
    return tuple(sorted(one.manager.id for one in managers if one.manager.kind is ManagerKind.CLOUD_MANAGER))


def _meshes_of(facts: FleetFacts, meshes: tuple[tuple[Mesh, ManagerFacts], ...]) -> Mapping[str, tuple[Mesh, ...]]:
    found: dict[str, list[Mesh]] = {}
    for mesh, reporter in meshes:
        ends = {one.manager.id for end in mesh.ends if (one := facts.by_system_id(end.system_id))}
        for manager in ends | {reporter.manager.id}:
            found.setdefault(manager, []).append(mesh)
    return {manager: tuple(listed) for manager, listed in found.items()}


# --- what the policy says of each manager -----------------------------------------------------------------------------


def _entries(inputs: Inputs) -> Mapping[str, CloudManagerEntry | ConnectorEntry]:
    entries: dict[str, CloudManagerEntry | ConnectorEntry] = {one.name: one for one in inputs.policy.connectors}
    named = {one.cloud.casefold(): one for one in inputs.policy.cloud_managers}
    for cloud in inputs.inventory.private_clouds:
        entry = named.get(cloud.id.casefold()) or named.get(cloud.name.casefold())
        if entry:
            entries[cloud.id] = entry
    return entries


def _sites(inputs: Inputs) -> Mapping[str, SiteEntry]:
    """The site of every manager; one that the policy does not describe has no windows of its own and no contact."""
    by_name = {one.name: one for one in inputs.policy.sites}
    by_cloud = {one.private_cloud.casefold(): one for one in inputs.policy.sites if one.private_cloud}
    names = {one.id: one.name for one in inputs.inventory.private_clouds}
    every = (*inputs.inventory.managers, *(one.manager for one in inputs.facts.managers))
    return {one.id: _site(one, by_name, by_cloud, names) for one in every}


def _site(
    manager: Manager, by_name: Mapping[str, SiteEntry], by_cloud: Mapping[str, SiteEntry], names: Mapping[str, str]
) -> SiteEntry:
    if manager.kind is ManagerKind.CLOUD_MANAGER:
        name = names.get(manager.id, manager.id)
        found = by_cloud.get(manager.id.casefold()) or by_cloud.get(name.casefold())
        return found or SiteEntry(name=manager.site, private_cloud=manager.id)
    return by_name.get(manager.site) or SiteEntry(name=manager.site)


def _closed(inputs: Inputs, sites: Mapping[str, SiteEntry], restraints: Mapping[str, Restraints]) -> ClosedTimes:
    clouds = inputs.inventory.private_clouds
    site_of = {one.resource_id.lower(): sites[one.id].name for one in clouds if one.id in sites}
    by_tag = (
        Closed(why=f"tag {tags.FREEZE} of {cloud}", span=span, site=sites[cloud].name)
        for cloud, found in restraints.items()
        if cloud in sites
        for span in found.freezes
    )
    return by_site(
        closed_times(inputs.policy.freezes, inputs.inventory.maintenances, site_of, inputs.now, tuple(by_tag))
    )


def _waived_peers(policy: Policy, now: datetime) -> frozenset[str]:
    return frozenset(one.subject for one in policy.waivers if one.check == PEER_WAIVER and counts(one, now.date()))


def _twins(managers: tuple[ManagerFacts, ...]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for one in managers:
        if one.identity is not None:
            found.setdefault(one.identity.value.system_id, []).append(one.manager.id)
    return {system: tuple(names) for system, names in found.items() if len(names) > 1}


# --- holds and waves --------------------------------------------------------------------------------------------------


def _holding(
    inputs: Inputs,
    pairings: Pairings,
    meshes: tuple[tuple[Mesh, ManagerFacts], ...],
    restraints: Mapping[str, Restraints],
) -> holds.Holding:
    facts, inventory = inputs.facts, inputs.inventory
    every = {one.id: one for one in (*inventory.managers, *(one.manager for one in facts.managers))}
    ground = holds.Ground(
        clouds={one.id: (one.name, one.resource_id) for one in inventory.private_clouds},
        connectors=tuple(sorted(one.id for one in every.values() if one.kind is ManagerKind.CONNECTOR)),
        pairs=tuple((one.manager.id, other.manager.id) for one in facts.managers for other in pairings.partners(one)),
        meshes=tuple(
            holds.MeshEnds(id=mesh.id, name=mesh.name, managers=_ends_known(facts, mesh, reporter))
            for mesh, reporter in meshes
        ),
    )
    by_tag = {cloud: found.held for cloud, found in restraints.items() if found.held}
    return holds.held(holds_in_order(inputs.policy), by_tag, ground)


def holds_in_order(policy: Policy) -> tuple[Hold, ...]:
    """The holds of the file, those on one thing before one on everything: what is told first is the nearest reason."""
    return tuple(sorted(policy.holds, key=lambda one: (one.subject == "*", one.subject, one.owner, one.reason)))


def _ends_known(facts: FleetFacts, mesh: Mesh, reporter: ManagerFacts) -> tuple[str, ...]:
    ends = (facts.by_system_id(end.system_id) for end in mesh.ends)
    return tuple(sorted({reporter.manager.id, *(one.manager.id for one in ends if one)}))


def _waves(
    inputs: Inputs, managers: tuple[ManagerFacts, ...], pairings: Pairings, clouds: Mapping[str, PrivateCloud]
) -> Mapping[str, str | None]:
    versions = {one.manager.id: one.version for one in managers if one.manager.kind is ManagerKind.CLOUD_MANAGER}
    assigned = waves.assign(inputs.policy, tuple(clouds.values()), versions)
    if assigned.conflicts:
        raise PlanContradictionError(assigned.conflicts)
    found = dict(assigned.wave_of)
    for one in managers:
        if one.manager.kind is ManagerKind.CONNECTOR:
            served = (assigned.wave_of.get(cloud) for cloud in cloud_ids(pairings.partners(one)))
            found[one.manager.id] = waves.wave_of_connector(inputs.policy, served)
    return found
