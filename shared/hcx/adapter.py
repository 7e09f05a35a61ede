"""The `Hcx` port: each method is one visit to one manager."""

from collections.abc import Callable, Mapping

from shared.hcx import facts, looks, upgrades
from shared.hcx.calls import CallCounter
from shared.hcx.errors import HcxError
from shared.hcx.generation import Dialect
from shared.hcx.routes import DELIVERED, RouteTable
from shared.hcx.sessions import Sessions
from shared.hcx.visit import Visit
from shared.hcx.wire import Timeouts, Wire
from shared.model.acts import Act, ApplianceSeen, ApplianceTraffic, ApplianceWanted, ManagerSeen
from shared.model.confirmation import Confirmations
from shared.model.facts import ManagerFacts
from shared.model.inventory import Endpoint, Manager
from shared.model.version import Version
from shared.ports import Clock, LoginBreaker, Secrets, Sending, Told, nobody_told


class HcxAdapter:
    """All HCX managers, through one client. Every thread may use it; a pass over one manager is sequential."""

    def __init__(
        self,
        *,
        clock: Clock,
        secrets: Secrets,
        breaker: LoginBreaker,
        confirmations: Callable[[], Confirmations],
        routes: Callable[[], RouteTable] | RouteTable = DELIVERED,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._clock = clock
        self._counter = CallCounter()
        table = (lambda: routes) if isinstance(routes, RouteTable) else routes
        self._wire = Wire(confirmations, self._counter, timeouts, table)
        self._sessions = Sessions(self._wire, secrets, breaker, clock)
        self._spoken: dict[Endpoint, Dialect] = {}

    def facts(self, manager: Manager, told: Told = nobody_told, seconds: float | None = None) -> ManagerFacts:
        """Everything one pass can observe about `manager`, but for what `told` says that others told."""
        return facts.observe(self._visit(manager, seconds), self._clock, told)

    def manager_seen(self, manager: Manager) -> ManagerSeen:
        """The few facts that a wait for a manager step needs."""
        return looks.look_at_manager(self._visit(manager), self._clock)

    def appliance_seen(self, manager: Manager, mesh: str, appliance: str, job: str | None) -> ApplianceSeen:
        """The few facts that a wait for an appliance step needs."""
        return looks.look_at_appliance(self._visit(manager), self._clock, mesh, appliance, job)

    def networks_seen(self, manager: Manager, mesh: str, seconds: float) -> ApplianceTraffic:
        """What this side of a mesh says of its tunnels and networks, within so many real seconds."""
        return looks.look_at_networks(self._visit(manager, seconds), self._clock, mesh)

    def upgrade_manager(self, manager: Manager, target: Version, sending: Sending) -> Act:
        """Start the upgrade of `manager` to the staged `target`, once; adopt a running one to the same version."""
        return _act(lambda: upgrades.upgrade_manager(self._visit(manager), target, sending))

    def upgrade_appliance(self, manager: Manager, wanted: ApplianceWanted, sending: Sending) -> Act:
        """Start the upgrade of one appliance with its peers, once; adopt a running one."""
        return _act(lambda: upgrades.upgrade_appliance(self._visit(manager), wanted, sending))

    def calls(self) -> Mapping[str, int]:
        """Calls made so far, by the confidence of their routes."""
        return self._counter.counts()

    def close(self) -> None:
        """Close every connection."""
        self._wire.close()

    def _visit(self, manager: Manager, seconds: float | None = None) -> Visit:
        return Visit(manager, self._wire, self._sessions, self._spoken, seconds)


def _act(change: Callable[[], Act]) -> Act:
    try:
        return change()
    except HcxError as error:
        return upgrades.act_of(error)
