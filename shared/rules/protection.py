"""What brings a manager back if its upgrade goes wrong, and until when.

Nothing observed is in these texts: they are part of the plan, and a plan must not change with every night's backup.
Whether a backup and a snapshot are there is looked at right before the upgrade (section 1.3 of docs/procedure.md).

That a cloud manager has no way back is a normal state and no finding: its snapshot begins when the provider upgrades
it, lasts a day, and is normally gone before its connector's turn.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from shared.model.facts import ManagerFacts
from shared.model.inventory import Manager, ManagerKind
from shared.model.plan import Safeguard, WayBack
from shared.model.policy import CloudManagerSnapshots, ConnectorSnapshots, Owner, SnapshotPolicy
from shared.model.record import record
from shared.model.vcenter import PinnedMachine
from shared.model.version import Version
from shared.rules import vcenter

AUTOMATIC_FROM = Version("4.4.0")
"""An upgrade to this release or a later one takes a snapshot by itself (vendor's procedure, release notes of 4.9)."""
AUTOMATIC_LASTS = timedelta(hours=24)
RUN_COMMAND_LASTS = timedelta(hours=72)
"""The run command `New-HCXManagerSnapshot`; deleted without notice."""
POSTGRES = Version("4.3.0")
"""Moved the database to PostgreSQL: going back beyond it has a procedure of its own (4.6 user guide)."""

NOT_SEEN = "its machine was not seen in vCenter when this was planned"
"""Why no snapshot in vCenter is planned: what nobody saw cannot be pinned. The findings say what went wrong."""

BOTH_SIDES = "managers are rolled back on both sides or not at all"


@record
class OwnSnapshot:
    """The snapshot that hcx-fleet takes itself, or why it takes none although `fleet.yaml` asks for one."""

    kind: Safeguard = Safeguard.NONE
    machine: PinnedMachine | None = None
    """What one in vCenter is taken of."""
    why_not: str = ""


NO_OWN_SNAPSHOT = OwnSnapshot()


@record
class Change:
    """One version change of a manager: its hop without the steps."""

    source: Version
    target: Version


@record
class Peer:
    """A manager that a task touches without upgrading it."""

    manager: Manager
    before: bool
    """Whether it is upgraded before the task, by the plan or by the provider."""


def for_manager(
    manager: Manager, changes: tuple[Change, ...], peers: tuple[Peer, ...], own: OwnSnapshot = NO_OWN_SNAPSHOT
) -> tuple[WayBack, ...]:
    """What protects a manager that goes through these changes, and each manager that is paired with it."""
    return (*_own(manager, changes, own), *(_of_peer(one) for one in peers))


def own_snapshot(
    facts: ManagerFacts, owner: Owner, changes: tuple[Change, ...], wanted: SnapshotPolicy, not_offered: str | None
) -> OwnSnapshot:
    """Whether hcx-fleet takes a snapshot of a manager itself before these changes.

    Args:
        facts: of the manager, with what its vCenter showed.
        owner: who upgrades it. The provider's own upgrades are not ours to protect.
        changes: its version changes. A snapshot that leads back over none of them is not taken.
        wanted: what `fleet.yaml` asks for.
        not_offered: why there is no way to take one here; None where there is one.
    """
    asked = _asked(facts.manager.kind, wanted)
    if asked is Safeguard.NONE or owner is Owner.PROVIDER or any(crosses(one, POSTGRES) for one in changes):
        return NO_OWN_SNAPSHOT
    if not_offered:
        return OwnSnapshot(why_not=not_offered)
    if asked is Safeguard.RUN_COMMAND_SNAPSHOT:
        return OwnSnapshot(kind=asked)
    machine = vcenter.pinned(facts.vsphere)
    return OwnSnapshot(kind=asked, machine=machine) if machine else OwnSnapshot(why_not=NOT_SEEN)


def _asked(kind: ManagerKind, wanted: SnapshotPolicy) -> Safeguard:
    if kind is ManagerKind.CLOUD_MANAGER:
        run_command = wanted.cloud_managers is CloudManagerSnapshots.RUN_COMMAND
        return Safeguard.RUN_COMMAND_SNAPSHOT if run_command else Safeguard.NONE
    return Safeguard.VCENTER_SNAPSHOT if wanted.connectors is ConnectorSnapshots.VCENTER else Safeguard.NONE


LASTS: Mapping[Safeguard, timedelta | None] = {Safeguard.RUN_COMMAND_SNAPSHOT: RUN_COMMAND_LASTS}
"""How long a snapshot of ours is kept; one that is not here stays until somebody deletes it."""


def for_mesh(mesh: str, initiator: Peer, receiver: Peer) -> tuple[WayBack, ...]:
    """What protects the two managers of a mesh while its appliances are upgraded; `mesh` is its name."""
    appliances = WayBack(
        manager=mesh,
        kind=Safeguard.NONE,
        lasts=None,
        text=f"the appliances of {mesh} are never restored from snapshots: after a rollback of the managers, resync "
        "the mesh if it was not upgraded yet, else redeploy all its appliances",
    )
    return (_of_peer(initiator), _of_peer(receiver), appliances)


# --- the manager that is upgraded -------------------------------------------------------------------------------------


def _own(manager: Manager, changes: tuple[Change, ...], own: OwnSnapshot) -> Iterator[WayBack]:
    name, is_cloud = manager.id, manager.kind is ManagerKind.CLOUD_MANAGER
    crossing = next((one for one in changes if crosses(one, POSTGRES)), None)
    if crossing:
        yield _reversal(name, crossing)
    snapshots = [one for one in changes if one is not crossing and not one.target.older_than(AUTOMATIC_FROM)]
    if snapshots:
        yield _automatic(name, snapshots, is_cloud=is_cloud)
    if not crossing:
        yield _run_command(name, own) if is_cloud else _vcenter(name, own)
    yield _backup(name, is_cloud=is_cloud)


def crosses(change: Change, border: Version) -> bool:
    """Whether a change leads from before `border` to it, or beyond."""
    return change.source.older_than(border) and not change.target.older_than(border)


def _reversal(name: str, crossing: Change) -> WayBack:
    return WayBack(
        manager=name,
        kind=Safeguard.NONE,
        lasts=None,
        text=f"no snapshot leads from {crossing.target.release} back to {crossing.source.release}: {POSTGRES.release} "
        "moved the database to PostgreSQL, and going back has a procedure of its own (KB 87041)",
    )


def _automatic(name: str, changes: list[Change], *, is_cloud: bool) -> WayBack:
    releases = _listed([one.target.release for one in changes])
    limit = "going back to it needs a support ticket" if is_cloud else "only where HCX runs in the vCenter it serves"
    return WayBack(
        manager=name,
        kind=Safeguard.AUTOMATIC_SNAPSHOT,
        lasts=AUTOMATIC_LASTS,
        text=f"HCX takes a snapshot of {name} itself when it is upgraded to {releases}, and deletes it after 24 hours; "
        f"{limit}",
    )


def _run_command(name: str, own: OwnSnapshot) -> WayBack:
    if own.kind is Safeguard.RUN_COMMAND_SNAPSHOT:
        taken = f"hcx-fleet takes a snapshot of {name} by New-HCXManagerSnapshot before, and removes it at the end"
    else:
        taken = f"the run command New-HCXManagerSnapshot can take one of {name} before"
    return WayBack(
        manager=name,
        kind=Safeguard.RUN_COMMAND_SNAPSHOT,
        lasts=RUN_COMMAND_LASTS,
        text=f"{taken}; it is deleted after 72 hours without notice, and going back to it needs a support "
        f"ticket{_why_not(own)}",
    )


def _vcenter(name: str, own: OwnSnapshot) -> WayBack:
    if own.kind is Safeguard.VCENTER_SNAPSHOT:
        text = (
            f"hcx-fleet takes a snapshot of {name} in vCenter before, and removes it at the end; where the task does "
            "not come to its end, it stays until somebody deletes it"
        )
    else:
        text = f"the site can take a snapshot of {name} in vCenter before; it stays until somebody deletes it"
    return WayBack(manager=name, kind=Safeguard.VCENTER_SNAPSHOT, lasts=None, text=f"{text}{_why_not(own)}")


def _why_not(own: OwnSnapshot) -> str:
    return f"; fleet.yaml asks for one, but {own.why_not}" if own.why_not else ""


def _backup(name: str, *, is_cloud: bool) -> WayBack:
    who = (
        f"Microsoft backs up the configuration of {name} daily"
        if is_cloud
        else f"the site can back up {name} on port 9443"
    )
    ticket = ", by a support ticket" if is_cloud else ""
    return WayBack(
        manager=name,
        kind=Safeguard.BACKUP,
        lasts=None,
        text=f"{who}; a backup is restored into a manager of the same version only{ticket}, and replaces every later "
        "change of the configuration",
    )


# --- the managers around it -------------------------------------------------------------------------------------------


def _of_peer(peer: Peer) -> WayBack:
    name = peer.manager.id
    if not peer.before:
        text = f"this task leaves {name} as it is, and a snapshot of an earlier upgrade of it is deleted after 24 hours"
        return WayBack(manager=name, kind=Safeguard.NONE, lasts=None, text=f"{text}: {BOTH_SIDES}")
    if peer.manager.kind is ManagerKind.CLOUD_MANAGER:
        text = (
            f"{name} normally has no way back by then: its own snapshot is deleted 24 hours after its upgrade, and "
            f"going back needs a support ticket; {BOTH_SIDES}"
        )
        return WayBack(manager=name, kind=Safeguard.NONE, lasts=None, text=text)
    text = (
        f"the snapshot that HCX took of {name} is deleted 24 hours after its own upgrade; then there is what the site "
        f"kept, a vCenter snapshot or a backup; {BOTH_SIDES}"
    )
    return WayBack(manager=name, kind=Safeguard.AUTOMATIC_SNAPSHOT, lasts=AUTOMATIC_LASTS, text=text)


def _listed(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
