"""A world behind its sockets: opens every endpoint, closes and opens managers as they reboot, and publishes itself."""

import asyncio
import errno
import resource
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from simulator import publish
from simulator.http.arm import Arm
from simulator.http.bent import Bent
from simulator.http.control import Control
from simulator.http.front import Front
from simulator.http.hcx_appliance import HcxAppliance
from simulator.http.hcx_service import HcxService
from simulator.http.probe import ProbeAnswers
from simulator.listeners import Listener, http_config, listening_socket
from simulator.names import ARM_ADDRESS, ARM_HOST
from simulator.publish import Ports, Served
from simulator.state import ARM_ENDPOINT, Manager, ProbeTarget, Reach, World
from simulator.tls import Identity, Vault
from simulator.vcenters import ServedVcenter, open_vcenters

CONTROL_ADDRESS = "127.0.0.1"
PORT_TRIES = 20


class _NoPortError(OSError):
    """No port is free on every address."""


class Stage:
    """The listeners of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.vault = Vault()
        self.arm = Arm(world)
        self.control = Control(world)
        self._shown: dict[tuple[str, str], Identity] = {}
        self.identities = {each.id: self._identity(each, each.behaviour.certificate) for each in _each(world)}
        """What the published files say, which may be old news."""
        self._front = Front(lambda: world.now)
        self._config = http_config(self._front)
        self._listeners: dict[str, list[Listener]] = {}
        self._guards: list[socket.socket] = []
        self._programs = ExitStack()
        self._vcenters: tuple[ServedVcenter, ...] = ()

    def open(self) -> Ports:
        """Open everything.

        Raises:
            OSError: no ports are free.
        """
        control = Listener(self._config, CONTROL_ADDRESS, 0)
        arm = Listener(self._config, ARM_ADDRESS, 0, self.vault.identity(ARM_HOST).context)
        self._listeners["control"] = [control]
        self._listeners["arm"] = [arm]
        for single in (control, arm):
            single.open()
        service, appliance = self._open_managers(HcxService), self._open_managers(HcxAppliance)
        probes = self._open_probes()
        ports = Ports(control=control.port, arm=arm.port, service=service, appliance=appliance, probes=probes)
        self.arm.port = ports.arm
        self._front.endpoints[CONTROL_ADDRESS, ports.control] = self.control
        self._front.endpoints[ARM_ADDRESS, ports.arm] = Bent(self.world, ARM_ENDPOINT, self.arm)
        for manager in self.world.managers.values():
            manager.on_reach = self._follow
            self._follow(manager)
        clock = f"http://{CONTROL_ADDRESS}:{ports.control}/clock"
        self._vcenters = open_vcenters(self.world, self.vault, clock, self._programs)
        return ports

    def served(self, ports: Ports) -> Served:
        """What goes into the published files."""
        return Served(
            vault=self.vault,
            identities=self.identities,
            ports=ports,
            vcenters=self._vcenters,
            identity_header=self.control.identity_header,
        )

    def close(self) -> None:
        """Close everything."""
        self._programs.close()
        for listener in (listener for group in self._listeners.values() for listener in group):
            listener.close()
        for guard in self._guards:
            guard.close()

    def _follow(self, manager: Manager) -> None:
        """A rebooting manager takes no connections, and drops the ones it has."""
        identity = self._identity(manager, manager.certificate)
        for listener in self._listeners[manager.id]:
            listener.behave(identity.context, silent=manager.silent)
            if manager.reach is Reach.REFUSED:
                listener.close()
            else:
                listener.open()

    def _identity(self, manager: Manager, trouble: str) -> Identity:
        """The certificate of one manager: for its name, or for its address where Azure lists it by address."""
        if (manager.id, trouble) not in self._shown:
            cloud = self.world.clouds.get(manager.id)
            by_address = cloud is not None and cloud.part.endpoint == "address"
            name = manager.address if by_address else manager.host
            self._shown[manager.id, trouble] = self.vault.identity(name, trouble=trouble)
        return self._shown[manager.id, trouble]

    def _open_managers(self, kind: type[HcxService] | type[HcxAppliance]) -> int:
        """Open one port of every manager, the same number on every address."""

        def listener(name: str, port: int) -> Listener:
            return Listener(self._config, self.world.managers[name].address, port, self.identities[name].context)

        port, made = self._open_everywhere(list(self.world.managers), listener)
        for name, each in made.items():
            self._listeners.setdefault(name, []).append(each)
            manager = self.world.managers[name]
            place = manager.service_endpoint if kind is HcxService else manager.appliance_endpoint
            self._front.endpoints[manager.address, port] = Bent(self.world, place, kind(self.world, manager))
        return port

    def _open_probes(self) -> int:
        """Open the port of every probe target; each listens while it answers. 0 where there is none."""
        probes = self.world.probes
        if not probes:
            return 0
        port, made = self._open_everywhere(
            list(probes), lambda name, port: Listener(self._config, probes[name].address, port)
        )
        for name, target in probes.items():
            self._listeners[f"probe {name}"] = [made[name]]
            self._front.endpoints[target.address, port] = ProbeAnswers(self.world, target)
            target.on_change = self._follow_probe
            self._follow_probe(target)
        return port

    def _follow_probe(self, target: ProbeTarget) -> None:
        """What gets no traffic takes no connections, and drops the ones it has."""
        for listener in self._listeners[f"probe {target.part.name}"]:
            if target.answers:
                listener.open()
            else:
                listener.close()

    def _open_everywhere(
        self, names: list[str], listener: Callable[[str, int], Listener]
    ) -> tuple[int, dict[str, Listener]]:
        """Open one listener for each name, all on the same port number."""
        for _ in range(PORT_TRIES):
            guard = listening_socket(ARM_ADDRESS, 0)  # keeps the number for this world while one of them is closed
            port: int = guard.getsockname()[1]
            made = {name: listener(name, port) for name in names}
            if _all_open(list(made.values())):
                self._guards.append(guard)
                return port, made
            guard.close()
        raise _NoPortError(errno.EADDRINUSE, "no port is free on every loopback address of this world")


def _all_open(listeners: list[Listener]) -> bool:
    """Open all of them, or none."""
    try:
        for listener in listeners:
            listener.open()
    except OSError as error:
        for listener in listeners:
            listener.close()
        if error.errno != errno.EADDRINUSE:
            raise
        return False
    return True


def _each(world: World) -> Iterator[Manager]:
    return iter(world.managers.values())


def _allow_many_sockets() -> None:
    """Raise the soft limit of open files: two hundred clouds have eight hundred listeners before anyone connects."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@asynccontextmanager
async def served(world: World, folder: Path) -> AsyncIterator[dict[str, Any]]:
    """Serve `world` and publish it into `folder`; gives what `world.json` holds."""
    _allow_many_sockets()
    stage = Stage(world)
    try:
        ports = stage.open()
        stage.control.published = publish.into(folder, world, stage.served(ports))
        async with _ticking(world):
            yield stage.control.published
    finally:
        stage.close()


@asynccontextmanager
async def _ticking(world: World) -> AsyncIterator[None]:
    """Let time pass by itself where it does."""
    if world.clock.pace.speed is None:
        yield
        return
    ticking = asyncio.get_running_loop().create_task(world.clock.run())
    try:
        yield
    finally:
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
