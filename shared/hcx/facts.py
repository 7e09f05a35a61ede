"""Everything one pass can observe about one manager: a knock, a log-in, and at most fifteen calls for the sections.

The `web` component is not asked for: whatever answers on port 443 has come through it.
"""

from dataclasses import replace
from functools import partial

from shared.hcx import sections
from shared.hcx.notes import Notes
from shared.hcx.tls import TrustUnusableError, trust_anchors
from shared.hcx.visit import Visit
from shared.model.facts import Appliance, GapReason, Identity, ManagerFacts, Seen
from shared.model.inventory import Trust
from shared.ports import Clock

_GONE = frozenset({GapReason.NOT_YET, GapReason.UNREACHABLE})
_TURNED_DOWN = frozenset({GapReason.LOGIN_REFUSED, GapReason.BREAKER_OPEN})


def observe(visit: Visit, clock: Clock) -> ManagerFacts:
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
    )
    logged_in = notes.see("manager", visit.log_in)
    if logged_in is None:
        facts = replace(facts, logged_in=_not(notes, _TURNED_DOWN))
    else:
        facts = _service_port(replace(facts, logged_in=Seen(value=True, at=logged_in.at)), visit, notes)
    return _done(_appliance_port(facts, visit, notes), notes, clock)


def _service_port(facts: ManagerFacts, visit: Visit, notes: Notes) -> ManagerFacts:
    facts = replace(
        facts,
        identity=notes.see("identity", partial(_identity, visit)),
        pairings=notes.see("pairings", partial(sections.pairings, visit)),
        extensions=notes.see("extensions", partial(sections.extensions, visit)),
        migrations=notes.see("migrations", partial(sections.migrations, visit)),
        replications=notes.see("replications", partial(sections.replications, visit)),
        jobs=notes.see("jobs", partial(sections.jobs, visit)),
    )
    meshes = notes.see("meshes", partial(sections.meshes, visit))
    system = meshes.value.system if meshes else frozenset[str]()
    return replace(
        facts,
        meshes=Seen(value=meshes.value.meshes, at=meshes.at) if meshes else None,
        appliances=notes.see("appliances", partial(_appliances, visit, system)),
    )


def _appliance_port(facts: ManagerFacts, visit: Visit, notes: Notes) -> ManagerFacts:
    facts = replace(
        facts,
        services=notes.see("services", partial(sections.services, visit, "appengine", "planengine")),
        vcenter=notes.see("vcenter", partial(sections.link, visit, "vcenter")),
        nsx=notes.see("nsx", partial(sections.link, visit, "nsx")),
    )
    if facts.logged_in is not None and facts.logged_in.value:  # else the manager's gap says why there is no version
        facts = replace(facts, upgrade=notes.see("upgrade", partial(sections.upgrade_status, visit)))
    return facts


def _identity(visit: Visit) -> Identity:
    found, own = sections.version(visit), sections.system(visit)
    return Identity(version=found, system_id=own.id, name=own.name)


def _appliances(visit: Visit, system: frozenset[str]) -> tuple[Appliance, ...]:
    reports = sections.appliances(visit)
    return tuple(one.appliance for one in reports if one.appliance.mesh_id not in system)


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
