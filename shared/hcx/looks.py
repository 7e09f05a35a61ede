"""The short looks that waits are made of."""

from collections.abc import Iterable
from functools import partial

from shared.hcx import sections
from shared.hcx.notes import Notes
from shared.hcx.parse_mesh import ApplianceReport
from shared.hcx.visit import Visit
from shared.model.acts import ApplianceSeen, ApplianceTraffic, ManagerSeen, TunnelSeen
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


def look_at_networks(visit: Visit, clock: Clock, mesh: str) -> ApplianceTraffic:
    """Tunnels and stretched networks of one side: two calls and, as a rule, no log-in, for a look every few seconds.

    Nobody knocks first: a manager that is not there is not logged in to either, and one that starts says nothing of a
    password.
    """
    notes = Notes(clock)
    listed = notes.see("appliances", partial(sections.appliances, visit, mesh))
    stretched = notes.see("extensions", partial(sections.extensions, visit))
    return ApplianceTraffic(
        at=clock.now(),
        tunnels=_tunnels(listed.value) if listed else None,
        extensions=stretched.value if stretched else None,
        gap=notes.gap("appliances", "extensions"),
    )


def _tunnels(listed: Iterable[ApplianceReport]) -> tuple[TunnelSeen, ...]:
    own = (each for one in listed for each in (one.appliance, *one.peers))
    return tuple(TunnelSeen(appliance=one.id, status=one.tunnel) for one in own)


def _job(visit: Visit, mesh: str, report: ApplianceReport, job: str | None) -> HcxJob | None:
    """The job that is known; where none is, or it vanished, one that is at work on this appliance all the same."""
    known = sections.job(visit, job) if job is not None else None
    if known is not None:
        return known
    own = report.appliance
    found = sections.task_about(visit, mesh, frozenset({own.id, own.name, *own.peers}))
    return found.job if found else None
