"""Everything one pass can observe about one manager, in as few calls as can be.

A knock, a log-in, and nine calls on port 443, two fewer where others told them; five on port 9443. What is told already
is not asked once more:

- `appengine` and `web` run where port 443 has just answered a call in a session, which went through both;
- the manager's own id stands in its appliances and meshes (`own_id`);
- groups of high availability take two network extension appliances at each side, and only the initiator is asked;
- address pools matter where network extension appliances with networks stand;
- a mesh and its networks are worked on where the mesh begins, so a manager where meshes only end is not asked for its
  extensions and jobs, provided that the managers where they begin were read for them a moment ago:
  `shared.rules.told_elsewhere` reads those of the other side. That nothing but the mesh's own side lists its jobs is
  inferred. A manager with a mesh of its own with itself is asked for its jobs.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from shared.hcx import sections
from shared.hcx.answer import Answer
from shared.hcx.capabilities import capabilities
from shared.hcx.notes import Notes
from shared.hcx.parse_identity import System
from shared.hcx.parse_mesh import ApplianceReport, MeshList
from shared.hcx.visit import Visit
from shared.model.facts import (
    Appliance,
    ApplianceKind,
    GapReason,
    Identity,
    ManagerFacts,
    Mesh,
    Pairing,
    Seen,
    ServiceState,
)
from shared.model.inventory import Trust
from shared.model.record import record
from shared.model.version import Version
from shared.ports import Clock, Told
from shared.rules.clocks import date_of
from shared.rules.told_elsewhere import beginnings
from shared.tls.contexts import TrustUnusableError, trust_anchors

_GONE = frozenset({GapReason.NOT_YET, GapReason.UNREACHABLE})
_TURNED_DOWN = frozenset({GapReason.LOGIN_REFUSED, GapReason.BREAKER_OPEN})
_GROUP_MIN = 2
ANSWERED = "RUNNING: port 443 answered through it"
"""What stands for the words of a component that was not asked."""


@record
class _Listed:
    """What a manager lists of itself and of others, as far as it was observed."""

    pairings: Seen[tuple[Pairing, ...]] | None
    meshes: Seen[MeshList] | None
    reports: Seen[tuple[ApplianceReport, ...]] | None

    @property
    def appliances(self) -> tuple[Appliance, ...]:
        """Its appliances, without those of a mesh with itself."""
        system = self.meshes.value.system if self.meshes else frozenset[str]()
        listed = self.reports.value if self.reports else ()
        return tuple(one.appliance for one in listed if one.appliance.mesh_id not in system)

    def only_ends(self, identity: Seen[Identity] | None, told: Told) -> bool:
        """Whether meshes are listed, and all of them begin at others that told of them; what leaves a doubt is a no."""
        meshes = self.meshes.value.meshes if self.meshes else ()
        if identity is None or not meshes:
            return False
        return all(_begins_elsewhere(mesh, identity.value.system_id) and told(mesh.id) for mesh in meshes)

    @property
    def has_own(self) -> bool:
        """Whether it has a mesh with itself."""
        return self.meshes is not None and bool(self.meshes.value.system)


def observe(visit: Visit, clock: Clock, told: Told) -> ManagerFacts:
    """The facts; whatever goes wrong with this manager is a gap in them."""
    notes = Notes(clock)
    facts = ManagerFacts(manager=visit.manager, observed_at=clock.now(), anchors=_anchors(visit.manager.endpoint.trust))
    knocked = notes.see("manager", visit.knock)
    if knocked is None:
        return _done(replace(facts, alive=_not(notes, _GONE)), notes, clock)
    facts = replace(
        facts,
        alive=Seen(value=True, at=knocked.at),
        certificate=Seen(value=knocked.value.certificate, at=knocked.at),
        certificate_until=_at(knocked, knocked.value.certificate_until),
        clock=_at(knocked, date_of(knocked.value.date)),
    )
    logged_in = notes.see("manager", visit.log_in)
    if logged_in is None:
        facts = replace(facts, logged_in=_not(notes, _TURNED_DOWN))
    else:
        facts = _service_port(replace(facts, logged_in=Seen(value=True, at=logged_in.at)), visit, notes, told)
    facts = _appliance_port(facts, visit, notes)
    return _done(
        replace(facts, capabilities=notes.see("capabilities", partial(capabilities, visit, facts))), notes, clock
    )


def _service_port(facts: ManagerFacts, visit: Visit, notes: Notes, told: Told) -> ManagerFacts:
    version = notes.see("identity", partial(sections.version, visit))
    listed = _Listed(
        pairings=notes.see("pairings", partial(sections.pairings, visit)),
        meshes=notes.see("meshes", partial(sections.meshes, visit)),
        reports=notes.see("appliances", partial(sections.appliances, visit)),
    )
    identity = notes.see("identity", partial(_identity, visit, version.value, listed)) if version else None
    only_ends = listed.only_ends(identity, told)
    facts = replace(
        facts,
        identity=identity,
        pairings=listed.pairings,
        meshes=Seen(value=listed.meshes.value.meshes, at=listed.meshes.at) if listed.meshes else None,
        appliances=Seen(value=listed.appliances, at=listed.reports.at) if listed.reports else None,
        extensions=_unless(only_ends, notes, "extensions", partial(sections.extensions, visit)),
        migrations=notes.see("migrations", partial(sections.migrations, visit)),
        replications=notes.see("replications", partial(sections.replications, visit)),
        jobs=_unless(only_ends and not listed.has_own, notes, "jobs", partial(sections.jobs, visit)),
    )
    return _for_in_service(facts, listed, visit, notes)


def _unless[T](
    elsewhere: bool,  # noqa: FBT001 -- the first word of the call reads as its condition
    notes: Notes,
    section: str,
    look: Callable[[], T],
) -> Seen[T] | None:
    if not elsewhere:
        return notes.see(section, look)
    notes.ask_elsewhere(section, "every mesh of this manager begins elsewhere, where this is asked for")
    return None


def _for_in_service(facts: ManagerFacts, listed: _Listed, visit: Visit, notes: Notes) -> ManagerFacts:
    """Groups and pools, which decide how network extension appliances are upgraded."""
    if facts.identity is None or listed.meshes is None or listed.reports is None:
        return facts
    own = facts.identity.value.system_id
    extending = [one for one in listed.appliances if one.kind is ApplianceKind.NETWORK_EXTENSION]
    counts = Counter(one.mesh_id for one in extending)
    grouped = [one for one in listed.meshes.value.meshes if counts[one.id] >= _GROUP_MIN]
    carrying = {one.mesh_id for one in extending if one.extension_count}
    places = tuple(one for one in listed.meshes.value.places if one.system_id == own and one.mesh in carrying)
    if not all(_begins(mesh, own) for mesh in grouped):
        notes.ask_elsewhere(
            "ha_groups",
            "a mesh with two or more network extension appliances begins elsewhere, where its groups are asked for",
        )
    else:
        facts = replace(
            facts, ha_groups=notes.see("ha_groups", partial(sections.ha_groups, visit, [one.id for one in grouped]))
        )
    return _by_profiles(facts, notes.see("address_pools", partial(sections.profiled, visit, places)))


def _by_profiles(facts: ManagerFacts, seen: Seen[sections.Profiled] | None) -> ManagerFacts:
    if seen is None:
        return facts
    deployments = seen.value.deployments
    return replace(
        facts,
        address_pools=Seen(value=seen.value.pools, at=seen.at),
        deployments=None if deployments is None else Seen(value=deployments, at=seen.at),
    )


def _appliance_port(facts: ManagerFacts, visit: Visit, notes: Notes) -> ManagerFacts:
    facts = replace(
        facts,
        services=notes.see("services", partial(_services, visit, through=_answered_at(facts))),
        vcenter=notes.see("vcenter", partial(sections.link, visit, "vcenter")),
        nsx=notes.see("nsx", partial(sections.link, visit, "nsx")),
    )
    if facts.logged_in is not None and facts.logged_in.value:  # else the manager's gap says why there is no version
        facts = replace(facts, upgrade=notes.see("upgrade", partial(sections.upgrade_status, visit)))
    licences = visit.dialect.licences if visit.dialect and facts.identity else None
    return replace(
        facts, licence=notes.see("licence", partial(sections.licence, visit, licences)) if licences else None
    )


def _answered_at(facts: ManagerFacts) -> bool:
    """Whether a call in a session was answered in this pass."""
    return any((facts.identity, facts.pairings, facts.meshes, facts.appliances, facts.jobs))


def _services(visit: Visit, *, through: bool) -> tuple[ServiceState, ...]:
    """Those that are asked, and those that an answer went through."""
    if not through:
        return sections.services(visit, "appengine", "web", "planengine")
    answered = (ServiceState(name=name, running=True, text=ANSWERED) for name in ("appengine", "web"))
    return (*answered, *sections.services(visit, "planengine"))


def _identity(visit: Visit, version: Version, listed: _Listed) -> Identity:
    own = own_id(
        [one.appliance for one in listed.reports.value] if listed.reports else (),
        listed.meshes.value.meshes if listed.meshes else (),
        listed.pairings.value if listed.pairings else None,
    )
    found = own or sections.system(visit)
    return Identity(version=version, system_id=found.id, name=found.name)


def own_id(
    appliances: Iterable[Appliance], meshes: Iterable[Mesh], pairings: Iterable[Pairing] | None
) -> System | None:
    """Who a manager is by what it lists; None where that leaves any doubt, so that it has to be asked.

    All its appliances stand on one system, that is an end of every mesh, and no pairing leads to it. What was not
    observed leaves a doubt.
    """
    places = {one.system_id for one in appliances}
    ends = [[end for end in mesh.ends if end.system_id in places] for mesh in meshes]
    if len(places) != 1 or "" in places or not ends or not all(ends) or pairings is None:
        return None
    own = ends[0][0]
    remote = {one.remote_system_id for one in pairings}
    return None if own.system_id in remote else System(id=own.system_id, name=own.name)


def _begins(mesh: Mesh, own: str) -> bool:
    return own in beginnings(mesh)


def _begins_elsewhere(mesh: Mesh, own: str) -> bool:
    """Whether the mesh ends at `own` and says that it begins at somebody else."""
    begins = beginnings(mesh)
    return bool(begins) and own in {end.system_id for end in mesh.ends} - begins


def _at[T](answer: Seen[Answer], value: T | None) -> Seen[T] | None:
    """What an answer told beside its body, at the time of the answer."""
    return None if value is None else Seen(value=value, at=answer.at)


def _not(notes: Notes, reasons: frozenset[GapReason]) -> Seen[bool] | None:
    """Observed to be not so, where the manager's gap has one of these reasons; else not observed at all."""
    gap = notes.gap("manager")
    return Seen(value=False, at=gap.at) if gap and gap.reason in reasons else None


def _anchors(trust: Trust) -> tuple[str, ...]:
    try:
        return tuple(sorted(trust_anchors(trust)))
    except TrustUnusableError:  # the knock fails for the same reason, and says it
        return ()


def _done(facts: ManagerFacts, notes: Notes, clock: Clock) -> ManagerFacts:
    notes.leave_out(
        "protection",
        "no public call tells of backups and snapshots",
        "have a person look at port 9443, Administration > Backup & Restore, and at the manager's virtual machine",
    )
    return replace(facts, observed_at=clock.now(), gaps=notes.gaps)
