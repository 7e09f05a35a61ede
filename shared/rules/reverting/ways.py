"""What leads each changed manager back: the rollback clock, and what its vCenter shows beyond it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from shared.model.inventory import ManagerKind
from shared.model.plan import ManagerTask, Safeguard
from shared.model.revert import ManagerBack
from shared.model.run import JournalKind
from shared.model.snapshots import snapshot_name
from shared.model.version import Version
from shared.model.waiting import WaitingFor
from shared.model.way_back import Basis, ManagerClock
from shared.rules.admitting.held_back import moment
from shared.rules.polling import next_look
from shared.rules.protection import AUTOMATIC_LASTS, POSTGRES, Change, crosses
from shared.rules.reverting.material import Material, manager_tasks, members

OURS = "hcx-fleet "
"""How the names of snapshots begin that hcx-fleet takes."""

BY_HCX = "the one that HCX took itself when the upgrade began"
BY_COMMAND = "the one that New-HCXManagerSnapshot took"


def ways(material: Material) -> tuple[ManagerBack, ...]:
    """Of every member that the run changed, the cloud manager first."""
    clocks = {one.manager: one for one in material.clocks}
    tasks = manager_tasks(material.plan, members(material))
    return tuple(_way(material, task, clocks[task.subject]) for task in tasks if task.subject in clocks)


def is_back(material: Material, way: ManagerBack) -> bool:
    """Whether the manager answers at the version already that it would be taken back to."""
    seen = material.facts.of(way.manager)
    version = seen.version if seen else None
    return version is not None and version.known and version.same_release(way.back_to)


def _way(material: Material, task: ManagerTask, clock: ManagerClock) -> ManagerBack:
    hops = [hop for hop in task.hops if material.begun(task.id, hop.upgrade.id)]
    found = ManagerBack(
        manager=task.subject,
        kind=task.manager_kind,
        system_id=task.system_id,
        back_to=Version(clock.back_to),
        changed_to=hops[-1].target if hops else task.target,
        protection=clock.kind,
        snapshot=_name(material, task, clock),
        basis=clock.basis,
        made_at=clock.made_at,
        until=clock.expires_at,
        note=clock.note,
    )
    found = _as_early_as_it_may_be(material, task, found)
    if found.protection is Safeguard.NONE:
        found = next(_of_the_site(material, task, found), found)
    return _over_the_border(found)


def _as_early_as_it_may_be(material: Material, task: ManagerTask, found: ManagerBack) -> ManagerBack:
    """HCX's own snapshot of what somebody else began is older than the look that showed it.

    By one pause between looks and, where nothing shows an upgrade but its version, by all that it takes. A deadline
    that is too late by half an hour is one that somebody trusts in vain; one that is too early only hurries them.
    """
    if found.protection is not Safeguard.AUTOMATIC_SNAPSHOT or found.basis is not Basis.INFERRED:
        return found
    made = _earliest_begin(material, task, found.made_at)
    if made is None:
        return found
    until = made + AUTOMATIC_LASTS
    gone = until <= material.now
    tense = "was deleted" if gone else "is deleted"
    return replace(
        found,
        protection=Safeguard.NONE if gone else found.protection,
        snapshot="" if gone else found.snapshot,
        made_at=made,
        until=until,
        note=f"the snapshot that HCX takes itself {tense} {moment(until)} at the earliest, inferred from when the "
        "upgrade can have begun",
    )


def _earliest_begin(material: Material, task: ManagerTask, seen: datetime | None) -> datetime | None:
    """The earliest that it can have begun; None where hcx-fleet began itself, and knows when."""
    steps = {hop.upgrade.id: hop for hop in task.hops}
    own = [one for one in material.journal if one.task == task.id and one.step in steps]
    if seen is None or any(one.kind is JournalKind.CALLED and one.at == seen for one in own):
        return None
    started = max((one.at for one in own if one.kind is JournalKind.STEP_STARTED and one.at <= seen), default=seen)
    takes = max(hop.takes.p90 for hop in steps.values())
    return max(started, seen - next_look(WaitingFor.PERSON, seen - started) - takes)


def _name(material: Material, task: ManagerTask, clock: ManagerClock) -> str:
    match clock.kind:
        case Safeguard.VCENTER_SNAPSHOT:
            ours = snapshot_name(material.parent, task.id)
            return next((one for one in _listed(material, task.subject) if one.startswith(ours)), ours)
        case Safeguard.RUN_COMMAND_SNAPSHOT:
            return BY_COMMAND
        case Safeguard.AUTOMATIC_SNAPSHOT:
            return BY_HCX
        case _:
            return ""


def _listed(material: Material, manager: str) -> tuple[str, ...]:
    """Names of the snapshots that vCenter shows."""
    seen = material.facts.of(manager)
    machine = seen.vsphere.machine if seen and seen.vsphere else None
    return machine.snapshots if machine else ()


def _of_the_site(material: Material, task: ManagerTask, found: ManagerBack) -> Iterator[ManagerBack]:
    """A snapshot that somebody else took. vCenter's list says its name alone: of when it is, only they know."""
    others = [one for one in _listed(material, task.subject) if not one.startswith(OURS)]
    if others and task.manager_kind is ManagerKind.CONNECTOR:
        yield replace(
            found,
            back_to=task.source,
            protection=Safeguard.VCENTER_SNAPSHOT,
            snapshot=" or ".join(others),
            basis=None,
            made_at=None,
            until=None,
            note=f"vCenter shows {' and '.join(others)}, which hcx-fleet did not take: whoever did has to know that it "
            f"was made at {task.source.release}, before the upgrade",
        )


def _over_the_border(found: ManagerBack) -> ManagerBack:
    """Beyond the release that moved the database no snapshot leads back."""
    if not crosses(Change(source=found.back_to, target=found.changed_to), POSTGRES):
        return found
    return replace(
        found,
        protection=Safeguard.NONE,
        snapshot="",
        until=None,
        note=f"{POSTGRES.release} moved the database to PostgreSQL, and going back over it has a procedure of its own "
        "(KB 87041)",
    )


def backing(way: ManagerBack) -> str:
    """How sure it is when the snapshot was made, in words; empty where it was seen."""
    if way.basis is Basis.INFERRED:
        return "inferred, at the earliest; nobody has seen it"
    return "" if way.basis is Basis.OBSERVED or not way.revertible else "nobody here knows when it was made"
