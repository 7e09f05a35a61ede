"""hcx-fleet over a world with faults, in this process: its own adapters, activities and checks, without a host."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from activities.checking import context_of
from activities.known import inventory_of, manager_of
from activities.observe import discover, observe
from activities.planning import plan
from shared import wiring
from shared.checks import run_checks
from shared.hcx.adapter import HcxAdapter
from shared.hcx.wire import Timeouts
from shared.model.acts import Act, ApplianceSeen, ApplianceWanted, ManagerSeen
from shared.model.facts import Appliance, ManagerFacts
from shared.model.finding import Finding
from shared.model.inventory import SubscriptionSeen
from shared.model.ne_mode import ApplianceMode
from shared.model.orders import ObserveOrder, Planned
from shared.model.plan import MeshTask, Plan, Task
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.model.version import Version
from shared.ports import Ports
from shared.report.check_context import concern_of
from shared.report.stored import facts_of
from shared.settings import read_settings
from simulator.loading import load
from simulator.running import running
from simulator.visitor import Visitor
from tests.builders.sending import at_once

EXAMPLE = Path(__file__).parents[2] / "examples" / "worlds" / "one-pair.yaml"
OLD_MESH = EXAMPLE.read_text("utf-8").replace("receiver: pc-weu-01\n", 'receiver: pc-weu-01\n    version: "4.11.0"\n')
"""The smallest example with appliances that are older than their managers."""
PINNED = OLD_MESH.replace("owner: ours\n    meshOwner", "owner: ours\n    trust: thumbprint\n    meshOwner")
"""The same with the connector's certificate pinned."""
PROBED = OLD_MESH + "\nprobes: [{name: web, network: mesh-lyon-ne1-net1}]\n"
"""The same with something that answers behind the first network of the first NE."""
NE = 1
"""The number of the first NE among the appliances."""
CON, PC, MESH = "con-lyon", "pc-weu-01", "mesh-lyon"
TARGET = Version("4.11.4")
HASTE = Timeouts(connect=0.3, write=0.3, read=0.15, whole=0.3)
"""Long enough on loopback, and short enough for what never answers."""


class WorldTime:
    """The clock of a world as hcx-fleet's own."""

    def __init__(self, world: Visitor) -> None:
        self._world = world

    def now(self) -> datetime:
        """World time."""
        return self._world.now

    def wait_until(self, at: datetime) -> bool:
        """Whether that has come; nobody sleeps by it."""
        return at <= self.now()


class Upgrader:
    """hcx-fleet and the world that it works on."""

    def __init__(self, world: Visitor, ports: Ports) -> None:
        self.world = world
        self.ports = ports
        self._looks = 0

    @property
    def run(self) -> str:
        """The run of the newest look."""
        return f"r{self._looks}"

    def look(self) -> dict[str, ManagerFacts]:
        """Discover and observe everything, in a run of its own; the facts of every manager."""
        self._looks += 1
        self.ports.store.put_run(Run(request=self._request(), state=RunState.NOT_STARTED))
        for brief in discover(self.ports, self._request()).managers:
            observe(self.ports, ObserveOrder(run=self.run, manager=brief.id))
        return {one.manager.id: one for one in facts_of(self.ports.store, self.run).managers}

    def subscriptions(self) -> tuple[SubscriptionSeen, ...]:
        """What the newest look said of subscriptions."""
        return inventory_of(self.ports, self.run).subscriptions

    def plan(self) -> Plan:
        """Look, and plan what was seen."""
        self.look()
        planned = plan(self.ports, self._request())
        assert planned.problem == ""
        made = self.ports.store.plan(planned.plan_hash)
        assert made is not None
        return made

    def approved(self, made: Plan) -> Planned:
        """Look anew, and ask whether an approved plan may be carried out as it is."""
        self.look()
        return plan(self.ports, replace(self._request(), kind=RunKind.UPGRADE, plan_hash=made.hash))

    def in_the_way(self, made: Plan) -> dict[str, set[str]]:
        """By subject, what keeps it from being changed: why it has no task, or the checks that block its task."""
        found: dict[str, set[str]] = {}
        for rest in made.rest:
            found.setdefault(self._name(rest.subject), set()).add(rest.reason.value)
        for task in made.tasks:
            for each in self.findings(task, task.target):
                if each.blocks:
                    assert each.remedy
                    found.setdefault(self._name(task.subject), set()).add(each.check)
        return found

    def findings(self, task: Task, target: Version) -> tuple[Finding, ...]:
        """What the checks of a task say on the newest look, for that target."""
        context = context_of(self.ports, self.run, task, facts_of(self.ports.store, self.run))
        return run_checks(replace(context, target=target), concern_of(task), planning=True)

    def seen(self, manager: str = CON) -> ManagerSeen:
        """The short look of a wait for a manager."""
        return self.ports.hcx.manager_seen(manager_of(self.ports, self.run, manager))

    def upgrade(self, manager: str = CON) -> Act:
        """Start the upgrade of a manager."""
        return self.ports.hcx.upgrade_manager(manager_of(self.ports, self.run, manager), TARGET, at_once)

    def appliance(self, number: int = 0) -> Appliance:
        """An appliance of the connector in the newest look: 0 is the IX, 1 an NE."""
        seen = facts_of(self.ports.store, self.run).managers[0].appliances
        assert seen is not None
        return seen.value[number]

    def update(self, number: int = 0) -> Act:
        """Start the upgrade of one appliance."""
        one = self.appliance(number)
        manager = manager_of(self.ports, self.run, CON)
        wanted = ApplianceWanted(mesh=one.mesh_id, appliance=one.id, name=one.name, mode=ApplianceMode.STANDARD)
        return self.ports.hcx.upgrade_appliance(manager, wanted, at_once)

    def appliance_seen(self, job: str | None, number: int = 0) -> ApplianceSeen:
        """The short look of a wait for an appliance."""
        one = self.appliance(number)
        return self.ports.hcx.appliance_seen(manager_of(self.ports, self.run, CON), one.mesh_id, one.id, job)

    def later(self, **by: float) -> None:
        """Let world time pass."""
        self.world.advance(timedelta(**by))

    def accepted(self) -> int:
        """How many changes the world took from hcx-fleet."""
        return sum(each["accepted"] for each in self.world.truth()["mutations"] if each["caller"] == "api")

    def failed_logins(self) -> int:
        """How many log-ins failed, over all accounts."""
        return sum(each["failed"] for each in self.world.truth()["logins"])

    def _name(self, subject: str) -> str:
        return MESH if subject.startswith("servicemesh-") else subject

    def _request(self) -> RunRequest:
        return RunRequest(
            id=self.run, kind=RunKind.CHECK, trigger=RunTrigger.HTTP, requested_by="test", requested_at=self.world.now
        )


def mesh_task(made: Plan) -> MeshTask:
    """The plan's task for the mesh."""
    return next(task for task in made.tasks if isinstance(task, MeshTask))


@contextmanager
def upgrader(folder: Path, *faults: str, text: str = OLD_MESH, timeouts: Timeouts = HASTE) -> Iterator[Upgrader]:
    """hcx-fleet over a small world with these faults."""
    file = folder / "world.yaml"
    file.write_text(text, "utf-8")
    with running(load(file, faults=faults), folder / "world") as published, Visitor(published) as world:
        ports = wiring.build(read_settings(world.settings), WorldTime(world))
        hcx = HcxAdapter(
            clock=ports.clock,
            secrets=ports.secrets,
            breaker=ports.store,
            confirmations=ports.configuration.confirmations,
            timeouts=timeouts,
        )
        try:
            yield Upgrader(world, replace(ports, hcx=hcx))
        finally:
            hcx.close()
