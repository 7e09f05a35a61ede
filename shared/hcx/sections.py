"""What can be looked up at a manager: one function for each part of the facts, a call or two each."""

from collections.abc import Iterable
from dataclasses import replace

from shared.hcx.errors import NotOfferedError, UnreadableError
from shared.hcx.generation import ANY_APPLIANCE_VERSION, Dialect
from shared.hcx.judging import accepted
from shared.hcx.parse_appliance import (
    Bundle,
    UpgradeReport,
    read_component,
    read_licence,
    read_link,
    read_staged,
    read_upgrade,
)
from shared.hcx.parse_identity import System, read_pairings, read_system, read_version
from shared.hcx.parse_mesh import (
    ApplianceReport,
    MeshList,
    read_appliances,
    read_extensions,
    read_groups,
    read_meshes,
)
from shared.hcx.parse_network import (
    MeshPlace,
    deployments_of,
    pools_of,
    read_compute_profiles,
    read_network_profiles,
)
from shared.hcx.parse_work import (
    TaskReport,
    read_job,
    read_migrations,
    read_replications,
    read_task,
    read_tasks,
)
from shared.hcx.visit import Visit
from shared.model.document import Json
from shared.model.facts import (
    AddressPool,
    Deployment,
    HaGroup,
    HcxJob,
    Licence,
    Migration,
    NetworkExtension,
    Pairing,
    ReplicationCounters,
    ServiceState,
    Status,
    UpgradeStatus,
)
from shared.model.record import record
from shared.model.version import Version

NOT_FOUND = 404


def version(visit: Visit) -> Version:
    """The manager's version; from here on the visit knows which dialect to speak."""
    found = read_version(visit.ask("support"))
    visit.learn(found)
    return found


def system(visit: Visit) -> System:
    """The id by which HCX itself knows this manager."""
    return read_system(visit.ask("local-clouds", body={"filter": {"local": True, "remote": False}}))


def pairings(visit: Visit) -> tuple[Pairing, ...]:
    """Its site pairings."""
    return read_pairings(visit.ask("pairings"))


def meshes(visit: Visit) -> MeshList:
    """Its service meshes."""
    return read_meshes(visit.ask("meshes"))


def appliances(visit: Visit, mesh: str | None = None) -> tuple[ApplianceReport, ...]:
    """Its appliances, of all meshes or of one."""
    wanted = {"serviceMeshId": mesh} if mesh else {}
    place = visit.dialect.appliance_version if visit.dialect else ANY_APPLIANCE_VERSION
    found = read_appliances(visit.ask("appliances", body={"filter": wanted}), place)
    return tuple(one for one in found if mesh in {None, one.appliance.mesh_id})


def appliance(visit: Visit, mesh: str, appliance_id: str) -> ApplianceReport:
    """One appliance of a mesh with its peers.

    Raises:
        UnreadableError: the mesh does not list it.
    """
    found = next((one for one in appliances(visit, mesh) if one.appliance.id == appliance_id), None)
    if found is None:
        remedy = "see at the source site what became of the appliance, then observe and plan again"
        raise UnreadableError(visit.manager.id, "appliances", f"the mesh does not list {appliance_id}", remedy=remedy)
    return found


def ha_groups(visit: Visit, meshes: Iterable[str]) -> tuple[HaGroup, ...]:
    """The high availability groups of these meshes."""
    return tuple(one for mesh in meshes for one in read_groups(visit.ask("ha-groups", mesh=mesh), mesh))


@record
class Profiled:
    """What the profiles of mesh sides say."""

    pools: tuple[AddressPool, ...] = ()
    deployments: tuple[Deployment, ...] | None = None
    """None where the compute profiles were not asked."""


def profiled(visit: Visit, places: tuple[MeshPlace, ...]) -> Profiled:
    """The pools that these places take from; the compute profiles are asked only where a mesh names no networks.

    Their answer says as well where appliances are deployed. That alone is not worth a call to every manager.
    """
    if not places:
        return Profiled()
    wanted: Json = {"filter": {"ownedBySystem": True, "allowTrunkInterfaces": False}}
    profiles = read_network_profiles(visit.ask("network-profiles", body=wanted))
    silent = [one for one in places if one.networks is None]
    if not silent:
        return Profiled(pools=pools_of(profiles, places))
    known = read_compute_profiles(visit.ask("compute-profiles", system=silent[0].system_id))
    uses = {name: one.networks for name, one in known.items()}
    told = (replace(one, networks=one.networks or uses.get(one.compute_profile)) for one in places)
    return Profiled(pools=pools_of(profiles, told), deployments=deployments_of(known, places))


def licence(visit: Visit, route: str) -> Licence:
    """What it says of its licence."""
    return read_licence(visit.ask(route))


def extensions(visit: Visit) -> tuple[NetworkExtension, ...]:
    """The networks it stretches."""
    return read_extensions(visit.ask("extensions"))


def migrations(visit: Visit) -> tuple[Migration, ...]:
    """Migrations that have not ended."""
    return read_migrations(visit.ask("migrations", body={}))


def replications(visit: Visit) -> ReplicationCounters:
    """The four counters that a restart waits for."""
    return read_replications(visit.ask("replications", body={"type": "summary"}))


def tasks_at_work(visit: Visit) -> tuple[TaskReport, ...]:
    """Interconnect tasks that are queued or running."""
    return tuple(one for one in read_tasks(visit.ask("hcx-tasks")) if one.at_work)


def jobs(visit: Visit) -> tuple[HcxJob, ...]:
    """The same as HCX jobs."""
    return tuple(one.job for one in tasks_at_work(visit))


def services(visit: Visit, *names: str) -> tuple[ServiceState, ...]:
    """Components of the appliance."""
    return tuple(read_component(visit.ask(f"components-{name}"), name) for name in names)


def link(visit: Visit, other: str) -> Status:
    """Its connection to `vcenter` or `nsx`."""
    return read_link(visit.ask(f"{other}-config"))


def upgrade(visit: Visit, dialect: Dialect) -> UpgradeReport:
    """Its own upgrade."""
    return read_upgrade(visit.ask(dialect.upgrade_status))


def staged(visit: Visit, dialect: Dialect) -> Bundle | None:
    """The bundle that lies ready; a 404 right after the status was there says that there is none."""
    answer = visit.try_to(dialect.upgrade_bundle)
    return None if answer.status == NOT_FOUND else read_staged(accepted(answer))


def upgrade_status(visit: Visit) -> UpgradeStatus:
    """Both together, as the facts have them."""
    dialect = needed_dialect(visit)
    job, bundle = upgrade(visit, dialect).job, staged(visit, dialect)
    return UpgradeStatus(job=job, staged=bundle.version if bundle else None)


def needed_dialect(visit: Visit) -> Dialect:
    """The dialect of the manager, for calls that differ.

    Raises:
        NotOfferedError: it is not known.
    """
    if visit.dialect is None:
        detail = "which upgrade calls it has depends on its version, and that is not known, or of another generation"
        raise NotOfferedError(visit.manager.id, "upgrade", detail, remedy="have a person look at port 9443")
    return visit.dialect


def job(visit: Visit, job_id: str) -> HcxJob | None:
    """The interconnect task of that id, or the job: HCX answers some calls with the one and some with the other.

    None where neither is known: tasks vanish, so that is no error.
    """
    for name, read in (("hcx-task", read_task), ("job", read_job)):
        answer = visit.try_to(name, id=job_id)
        if answer.status != NOT_FOUND:
            return read(accepted(answer))
    return None


def task_about(visit: Visit, mesh: str, names: frozenset[str]) -> TaskReport | None:
    """The interconnect task at work on `mesh` whose request names one of these appliances."""
    return next((one for one in tasks_at_work(visit) if one.job.entity_id == mesh and one.names & names), None)
