"""What leads each changed manager back: the rollback clock, and what its vCenter shows beyond it."""

from collections.abc import Iterator
from dataclasses import replace

from shared.model.facts import ManagerFacts
from shared.model.inventory import ManagerKind
from shared.model.plan import ManagerTask, Safeguard
from shared.model.revert import ManagerBack
from shared.model.snapshots import snapshot_name
from shared.model.version import Version
from shared.model.way_back import Basis, ManagerClock
from shared.rules.protection import POSTGRES, Change, crosses
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
    return answers_as(material.facts.of(way.manager), way.back_to)


def answers_as(seen: ManagerFacts | None, wanted: Version) -> bool:
    """Whether a manager is known to be at a release."""
    version = seen.version if seen else None
    return version is not None and version.known and version.same_release(wanted)


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
    if found.protection is Safeguard.NONE:
        found = next(_of_the_site(material, task, found), found)
    return _over_the_border(found)


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
