"""The vCenters of a world: programs of their own beside it, where they can be had, and nothing where they cannot."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache

import trustme

from shared.model.record import record
from simulator import world_file
from simulator.faults import NAMED, On
from simulator.names import VCENTER_ADDRESS, vcenter_host
from simulator.state import Account, Manager, Vcenter, World
from simulator.tls import Vault
from simulator.vcenter.build import PeerUnavailableError
from simulator.vcenter.content import Content, Machine, condition, plugins_of
from simulator.vcenter.launch import RunningVcenter, running_vcenter

CONTRADICTING = {4: "4.11.5", 9: "9.1.1"}
"""What plug-ins say that contradict their manager: the last release of its line that the catalogue knows."""
_LOG = logging.getLogger(__name__)

type Leaf = Callable[[str], trustme.LeafCert]
"""The certificate with some trouble, the same one each time."""


@record
class ServedVcenter:
    """A vCenter that runs."""

    part: world_file.Vcenter
    account: Account
    running: RunningVcenter

    @property
    def host(self) -> str:
        """The name that its certificate is for."""
        return vcenter_host(self.part.name)


class _Follower:
    """Keeps a program as the world's vCenter is."""

    def __init__(self, world: World, vcenter: Vcenter, leaf: Leaf, running: RunningVcenter) -> None:
        self._world = world
        self._running = running
        self._leaf = leaf
        self._served = _served(world, vcenter)
        self._version = plugin_version(self._served[0]) if self._served else ""
        """Which its plug-ins should have."""
        self._registered = self._version
        for manager in self._served:
            manager.on_upgraded = lambda upgraded: self.upgraded(vcenter, upgraded)

    def upgraded(self, vcenter: Vcenter, manager: Manager) -> None:
        """A manager registers its plug-ins anew."""
        self._version = plugin_version(manager)
        self._register(vcenter)

    def follow(self, vcenter: Vcenter) -> None:
        """Something about the vCenter changed."""
        if self._served:
            self._running.become(condition(vcenter, machine_name(self._served[0]), self._leaf(vcenter.certificate)))
            self._register(vcenter)

    def _register(self, vcenter: Vcenter) -> None:
        wanted = {
            "follow": self._version,
            "stay": self._registered,
            "contradict": f"{CONTRADICTING[self._served[0].major]}.0",
        }[vcenter.plugins]
        if wanted != self._registered:
            self._registered = wanted
            self._running.register({one.key: one.version for one in plugins_of(wanted)}, self._world.now)


def open_vcenters(world: World, vault: Vault, clock: str, stack: ExitStack) -> tuple[ServedVcenter, ...]:
    """Start all of them; they end with `stack`. None where no peer can be had: the world goes on without.

    Args:
        world: theirs.
        vault: issues their certificates.
        clock: a URL that answers with the world's time.
        stack: ends them.
    """
    if not world.vcenters:
        return ()
    try:
        return tuple(_open(world, vcenter, vault, clock, stack) for vcenter in world.vcenters.values())
    except PeerUnavailableError as error:
        _LOG.warning("the world has no vCenters: %s", error)
        return ()


def without_effect(world: World, served: tuple[ServedVcenter, ...]) -> list[str]:
    """What of the world file comes to nothing because its vCenters do not run, in sentences."""
    if served or not world.vcenters:
        return []
    names = ", ".join(world.vcenters)
    said = [f"vCenter {names} does not run, and fleet.yaml does not name it: make vcenter installs what it takes"]
    wanted = dict.fromkeys(one.name for one in world.file.faults if NAMED[one.name].on is On.VCENTER)
    return said + [f"fault {name} is without effect: there is no vCenter" for name in wanted]


def _open(world: World, vcenter: Vcenter, vault: Vault, clock: str, stack: ExitStack) -> ServedVcenter:
    part, account, served = vcenter.part, vcenter.account, _served(world, vcenter)
    content = Content(
        username=account.username,
        password=account.password,
        machines=tuple(_machine(world, manager) for manager in served),
        plugins=tuple(plugin for manager in served[:1] for plugin in plugins_of(plugin_version(manager))),
        instance_uuid=world.ids.uuid("vcenter", part.name),
        clock=clock,
    )
    leaf = cache(lambda trouble: vault.leaf(vcenter_host(part.name), trouble=trouble))
    running = stack.enter_context(running_vcenter(content, leaf("ours"), VCENTER_ADDRESS))
    vcenter.on_change = _Follower(world, vcenter, leaf, running).follow
    if any(NAMED[one.name].on is On.VCENTER for one in world.file.faults):  # some began before there was a program
        vcenter.on_change(vcenter)
    return ServedVcenter(part=part, account=account, running=running)


def _served(world: World, vcenter: Vcenter) -> list[Manager]:
    """Its managers; a private cloud may be without HCX."""
    return [world.managers[name] for name in vcenter.part.serves if name in world.managers]


def plugin_version(manager: Manager) -> str:
    """The version that a manager's plug-ins have: its release, made up here as no public text shows one."""
    return f"{manager.release}.0"


def machine_name(manager: Manager) -> str:
    """What its virtual machine is called."""
    return f"hcx-{manager.id}"


def _machine(world: World, manager: Manager) -> Machine:
    """The virtual machine that a manager is, found by the manager's address."""
    return Machine(
        name=machine_name(manager),
        ip=manager.address,
        uuid=world.ids.uuid("machine", manager.id),
        instance_uuid=world.ids.uuid("machine instance", manager.id),
    )
