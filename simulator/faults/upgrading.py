"""Faults of a manager's own upgrade."""

from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

from simulator.faults.bends import rewritten
from simulator.faults.changing import Until, after_upgrade, altered, behaving, bent, imposed
from simulator.faults.fault import Effect
from simulator.state import Manager, Reach, SubTask, Upgrade, World

SLOW_BOOT = timedelta(minutes=40)
LOGIN_ERRORS = timedelta(minutes=15)
OTHERS_TARGET = {4: "4.11.5", 9: "9.1.1"}


def troubled(trouble: str) -> Effect:
    """Its upgrades have that trouble."""
    return lambda _, manager: behaving(manager, trouble=trouble)


def slow_start(_world: World, manager: Manager) -> AbstractContextManager[None]:
    """After a reboot everything takes long, and log-ins fail on after the app engine runs."""
    return behaving(manager, slow_boot=SLOW_BOOT, login_errors=LOGIN_ERRORS)


@contextmanager
def engine_stopped(_world: World, manager: Manager) -> Until:
    """The app engine does not run, and port 443 answers through nothing else."""
    with altered(manager, app_engine="STOPPED"), imposed(manager, Reach.STARTING):
        yield


def planning_stopped(world: World, manager: Manager) -> AbstractContextManager[None]:
    """The plan engine does not run; port 443 answers all the same."""

    def change(document: Any) -> None:
        document["result"] = "STOPPED"

    return bent(world, rewritten(change, "components-planengine"), manager.appliance_endpoint)


def names_lost(world: World, manager: Manager) -> AbstractContextManager[None]:
    """After its next upgrade it does not find vCenter by name."""
    return after_upgrade(world, manager, lambda: behaving(manager, vcenter="down"))


@contextmanager
def somebody_upgrades(world: World, manager: Manager) -> Until:
    """Somebody else has started an upgrade of it, which goes on for as long as the fault does."""
    upgrade = Upgrade(
        source=manager.release,
        target=OTHERS_TARGET[manager.major],
        caller="provider",
        created=world.now,
        updated=world.now,
        status="IN_PROGRESS",
        message="Upgrade in progress",
        progress=15,
        sub_tasks=[SubTask(state="CONFIG_BACKUP", created=world.now, updated=world.now)],
    )
    with altered(manager, upgrade=upgrade):
        yield


@contextmanager
def no_bundle_arrives(world: World, manager: Manager) -> Until:
    """What was to be downloaded is gone: no bundle, and an upload that failed."""

    def change(document: Any) -> None:
        document.clear()
        document.update(status="FAILED", message="The upgrade bundle could not be downloaded.", progress=0, subTasks=[])

    routes = "upgrade-bundle-4x", "upgrade-bundle-9x"
    with altered(manager, staged=[]), bent(world, rewritten(change, *routes), manager.appliance_endpoint):
        yield
