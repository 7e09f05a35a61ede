"""The vCenters of a world: programs of their own beside it, where they can be had, and nothing where they cannot."""

import logging
from contextlib import ExitStack

from shared.model.record import record
from simulator import world_file
from simulator.build import account_of_vcenter
from simulator.names import VCENTER_ADDRESS, vcenter_host
from simulator.state import Account, Manager, World
from simulator.tls import Vault
from simulator.vcenter.build import PeerUnavailableError, available
from simulator.vcenter.content import Content, Machine, plugins_of
from simulator.vcenter.launch import RunningVcenter, running_vcenter

_LOG = logging.getLogger(__name__)


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


def open_vcenters(world: World, vault: Vault, stack: ExitStack) -> tuple[ServedVcenter, ...]:
    """Start all of them; they end with `stack`. None where no peer can be had: the world goes on without."""
    if not world.file.vcenters or not available():
        return ()
    try:
        return tuple(_open(world, part, vault, stack) for part in world.file.vcenters)
    except PeerUnavailableError as error:
        _LOG.warning("the world has no vCenters: %s", error)
        return ()


def _open(world: World, part: world_file.Vcenter, vault: Vault, stack: ExitStack) -> ServedVcenter:
    account = account_of_vcenter(world, part)
    served = [world.managers[name] for name in part.serves if name in world.managers]  # a cloud may be without HCX
    content = Content(
        username=account.username,
        password=account.password,
        machines=tuple(_machine(world, manager) for manager in served),
        plugins=tuple(plugin for manager in served[:1] for plugin in plugins_of(plugin_version(manager))),
        instance_uuid=world.ids.uuid("vcenter", part.name),
    )
    leaf = vault.leaf(vcenter_host(part.name))
    running = stack.enter_context(running_vcenter(content, leaf, VCENTER_ADDRESS))
    if part.plugins == "follow":
        for manager in served:
            manager.on_upgraded = lambda upgraded: _register(world, running, upgraded)
    return ServedVcenter(part=part, account=account, running=running)


def plugin_version(manager: Manager) -> str:
    """The version that a manager's plug-ins have: its release, made up here as no public text shows one."""
    return f"{manager.release}.0"


def _register(world: World, running: RunningVcenter, manager: Manager) -> None:
    running.register({one.key: one.version for one in plugins_of(plugin_version(manager))}, world.now)


def _machine(world: World, manager: Manager) -> Machine:
    """The virtual machine that a manager is, found by the manager's address."""
    return Machine(
        name=f"hcx-{manager.id}",
        ip=manager.address,
        uuid=world.ids.uuid("machine", manager.id),
        instance_uuid=world.ids.uuid("machine instance", manager.id),
    )
