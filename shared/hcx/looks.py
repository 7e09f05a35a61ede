"""The short looks that waits are made of."""

from functools import partial

from shared.hcx import sections
from shared.hcx.notes import Notes
from shared.hcx.parse_mesh import ApplianceReport
from shared.hcx.visit import Visit
from shared.model.acts import ApplianceSeen, ManagerSeen
from shared.model.facts import HcxJob
from shared.ports import Clock


def look_at_manager(visit: Visit, clock: Clock) -> ManagerSeen:
    """Is it alive, which version answers, do its services run, is an upgrade under way.

    Port 9443 is asked even while 443 has nothing but errors to say: that is how far an upgrade has come.
    """
    notes = Notes(clock)
    alive = notes.see("manager", visit.knock)
    if alive is None and visit.gone:
        return ManagerSeen(at=clock.now(), alive=False, gap=notes.gap("manager"))
    version = notes.see("version", partial(sections.version, visit)) if alive else None
    system = notes.see("system", partial(sections.system, visit)) if version else None
    services = notes.see("services", partial(sections.services, visit, "appengine", "web", "planengine"))
    upgrade = notes.see("upgrade", partial(sections.upgrade_status, visit))
    return ManagerSeen(
        at=clock.now(),
        alive=alive is not None,
        version=version.value if version else None,
        system_id=system.value.id if system else None,
        services=services.value if services else None,
        upgrade=upgrade.value.job if upgrade else None,
        staged=upgrade.value.staged if upgrade else None,
        gap=notes.gap("manager", "version", "system", "services", "upgrade"),
    )


def look_at_appliance(visit: Visit, clock: Clock, mesh: str, appliance: str, job: str | None) -> ApplianceSeen:
    """Versions and tunnels of both sides, and the HCX job if there is one."""
    notes = Notes(clock)
    if notes.see("manager", visit.knock) is None:
        return ApplianceSeen(at=clock.now(), gap=notes.gap("manager"))
    found = notes.see("appliance", partial(sections.appliance, visit, mesh, appliance))
    if found is None:
        return ApplianceSeen(at=clock.now(), gap=notes.gap("appliance"))
    at_work = notes.see("job", partial(_job, visit, mesh, found.value, job))
    own, peers = found.value.appliance, found.value.peers
    return ApplianceSeen(
        at=clock.now(),
        version=own.version,
        peer_versions=tuple(one.version for one in peers),
        tunnel=own.tunnel,
        peer_tunnels=tuple(one.tunnel for one in peers),
        job=at_work.value if at_work else None,
        gap=notes.gap("job"),
    )


def _job(visit: Visit, mesh: str, report: ApplianceReport, job: str | None) -> HcxJob | None:
    """The job that is known, else one that somebody else started on this appliance."""
    if job is not None:
        return sections.job(visit, job)
    own = report.appliance
    found = sections.task_about(visit, mesh, frozenset({own.id, own.name, *own.peers}))
    return found.job if found else None
