"""The upgrade of one manager, as a process in world time.

Public texts give its length (about half an hour), one sub-task (`PRE_UPGRADE_VALIDATION`), the reboot and how a manager
comes back; the other sub-tasks and all single durations are made up here.
"""

from datetime import timedelta

from shared.model.version import Version
from simulator.clock import Process
from simulator.ledger import Mutation, VersionChange
from simulator.rejection import RejectedError
from simulator.state import SLOW, Manager, OwnSnapshot, Reach, SubTask, Upgrade, World

REFUSED = (
    ("WANOPT", "WAN Optimization", Version("4.11.3")),
    ("DISASTER_RECOVERY", "Disaster Recovery", Version("9.0.0")),
)
"""Services that releases from that one on refuse, with their names."""
BACK_IN_TIME = {("4.11.5", "9.1.0")}
"""Upgrades to a release that came before the own one. What the validation says of it is made up here."""
VALIDATION = timedelta(minutes=2)
BACKUP = timedelta(minutes=2)
SNAPSHOT = timedelta(minutes=3)
SNAPSHOT_LASTS = timedelta(hours=24)
SNAPSHOTS_FROM = Version("4.4.0")
STOP = timedelta(minutes=1)
APPLY = timedelta(minutes=12)
FINISH = timedelta(minutes=1)


def start(world: World, manager: Manager, target: str, caller: str, skips: frozenset[str] = frozenset()) -> Upgrade:
    """Start the upgrade to the staged bundle of that version.

    Raises:
        RejectedError: another upgrade runs, there is no bundle, or it is of another version. The path from one
            release to another is not checked: real managers do not promise to either.
    """
    try:
        _accept(manager, target)
    except RejectedError as refusal:
        _write_down(world, manager, target, caller, refusal.status)
        raise
    _write_down(world, manager, target, caller, 202)
    if manager.behaviour.trouble == "no-snapshot":
        skips |= {"VM_SNAPSHOT"}
    upgrade = Upgrade(
        source=manager.release, target=target, caller=caller, created=world.now, updated=world.now, skips=skips
    )
    manager.upgrade = upgrade
    world.clock.spawn(f"upgrade {manager.id}", _upgrade(world, manager, upgrade))
    return upgrade


def _accept(manager: Manager, target: str) -> None:
    if manager.upgrade and manager.upgrade.running:
        raise RejectedError(
            409,
            "UPGRADE_IN_PROGRESS",
            "Another upgrade process for HCX Manager is already in progress.",
            "Wait for the current upgrade to complete before retrying.",
        )
    if manager.bundle is None:
        raise RejectedError(404, "BUNDLE_NOT_FOUND", "There is no upgrade bundle.", "Upload the bundle first.")
    wanted = Version(target)
    if not wanted.known or not wanted.same_release(Version(manager.bundle)):
        raise RejectedError(
            400, "VERSION_MISMATCH", f"The uploaded bundle is {manager.bundle}.", "Ask for the version of the bundle."
        )


def _write_down(world: World, manager: Manager, target: str, caller: str, status: int) -> None:
    route = "upgrade-manager-9x" if manager.major >= 9 else "upgrade-manager-4x"  # noqa: PLR2004 -- the 9.x line
    world.ledger.mutations.append(
        Mutation(
            at=world.now,
            manager=manager.id,
            route=route,
            subject=f"manager:{manager.id}",
            body={"targetVersion": target},
            caller=caller,
            status=status,
        )
    )


def _upgrade(world: World, manager: Manager, upgrade: Upgrade) -> Process:
    """The procedure: validate, protect, stop, apply, reboot, come back."""
    upgrade.status, upgrade.message = "IN_PROGRESS", "Upgrade in progress"
    yield from _sub_task(world, upgrade, "PRE_UPGRADE_VALIDATION", VALIDATION, 10)
    if refusal := _refusal(world, manager, upgrade):
        _fail(world, upgrade, *refusal)
        return
    yield from _sub_task(world, upgrade, "CONFIG_BACKUP", BACKUP, 15)
    yield from _sub_task(world, upgrade, "VM_SNAPSHOT", SNAPSHOT, 25)
    _protect(world, manager, upgrade)
    _stop_services(manager)
    yield from _sub_task(world, upgrade, "STOP_SERVICES", STOP, 30)
    if manager.behaviour.trouble == "upgrade-stalls":
        _begin(world, upgrade, "APPLY_UPGRADE")
        return
    yield from _sub_task(world, upgrade, "APPLY_UPGRADE", APPLY, 70)
    if manager.behaviour.trouble == "upgrade-fails":
        _fail(world, upgrade, "The upgrade could not be applied.", "Collect a support bundle and ask support.")
        yield from come_back(manager)
        return
    _change_version(world, manager, upgrade)
    manager.turn(Reach.REFUSED)
    if manager.behaviour.trouble == "dead-after-reboot":
        _begin(world, upgrade, "REBOOT")
        manager.dead = True
        return
    yield from _sub_task(world, upgrade, "REBOOT", manager.behaviour.reboot, 85)
    _begin(world, upgrade, "POST_UPGRADE")
    yield from come_back(manager)
    manager.on_upgraded(manager)  # that plug-ins change with the last of the work is made up here
    yield FINISH
    _finish(world, upgrade, 100)
    upgrade.status, upgrade.message = "SUCCESS", "Upgrade completed"


def _refusal(world: World, manager: Manager, upgrade: Upgrade) -> tuple[str, str] | None:
    """Why the validation fails, and what to do about it."""
    if manager.behaviour.trouble == "disk-full":
        return "The partition /common is 93 % full.", "Free space on the partition /common of the appliance."
    if (upgrade.source, upgrade.target) in BACK_IN_TIME:
        return f"{upgrade.source} came after {upgrade.target}.", "Upgrade to a release that came after it."
    target = Version(upgrade.target)
    refused = (_still_on(world, manager, *each) for each in REFUSED if not target.older_than(each[2]))
    return next((each for each in refused if each), None)


def _still_on(world: World, manager: Manager, service: str, name: str, _: Version) -> tuple[str, str] | None:
    meshes = [mesh.name for mesh in world.meshes_of(manager) if service in mesh.part.services]
    if not meshes:
        return None
    return (
        f"{name} is enabled on {', '.join(meshes)}.",
        f"Remove {name} from the compute profiles and service meshes of all paired sites.",
    )


def _protect(world: World, manager: Manager, upgrade: Upgrade) -> None:
    """An upgrade to 4.4 or later takes a snapshot, which is deleted after a day."""
    if "VM_SNAPSHOT" not in upgrade.skips and not Version(upgrade.target).older_than(SNAPSHOTS_FROM):
        made = OwnSnapshot(
            release=manager.release,
            staged=tuple(manager.staged),
            made=world.now,
            expires=world.now + SNAPSHOT_LASTS,
        )
        manager.own_snapshots.append(made)


def _stop_services(manager: Manager) -> None:
    manager.app_engine = "STOPPED"
    manager.turn(Reach.STARTING)


def _change_version(world: World, manager: Manager, upgrade: Upgrade) -> None:
    release = Version(upgrade.target).release
    world.ledger.changes.append(
        VersionChange(
            at=world.now,
            subject=f"manager:{manager.id}",
            source=manager.release,
            target=release,
            caller=upgrade.caller,
        )
    )
    manager.release = release


def come_back(manager: Manager) -> Process:
    """From the first answer after a reboot to normal work."""
    manager.sessions.clear()
    manager.app_engine = "STOPPED"
    manager.turn(Reach.STARTING)
    yield manager.behaviour.slow_boot or SLOW
    manager.app_engine = "RUNNING"
    manager.turn(Reach.LOGIN_ERRORS)
    yield manager.behaviour.login_errors
    manager.turn(Reach.UP)


def _sub_task(world: World, upgrade: Upgrade, state: str, length: timedelta, progress: int) -> Process:
    if state in upgrade.skips:
        return
    _begin(world, upgrade, state)
    yield length / world.file.quicker
    _finish(world, upgrade, progress)


def _begin(world: World, upgrade: Upgrade, state: str) -> None:
    upgrade.sub_tasks.append(SubTask(state=state, created=world.now, updated=world.now))
    upgrade.updated = world.now


def _finish(world: World, upgrade: Upgrade, progress: int) -> None:
    upgrade.sub_tasks[-1].status = "SUCCESS"
    upgrade.sub_tasks[-1].updated = upgrade.updated = world.now
    upgrade.progress = progress


def _fail(world: World, upgrade: Upgrade, message: str, remedy: str) -> None:
    upgrade.status, upgrade.message, upgrade.updated = "FAILED", message, world.now
    last = upgrade.sub_tasks[-1]
    last.status, last.message, last.remediation, last.updated = "FAILED", message, remedy, world.now
