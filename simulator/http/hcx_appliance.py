"""Port 9443 of an HCX manager: components, configuration and the manager's own upgrade."""

from datetime import timedelta
from functools import partial

from simulator import manager_upgrade
from simulator.http import shapes
from simulator.http.hcx import V9, Call, failure, marked, not_found
from simulator.http.message import Request, Response, json_answer, milliseconds, text_answer
from simulator.http.moved_paths import moved
from simulator.http.routes import Route, Table
from simulator.rejection import RejectedError
from simulator.state import Manager, Reach, World

SKIPS = {"skipVmSnapshot": "VM_SNAPSHOT", "skipConfigBackup": "CONFIG_BACKUP"}
"""Opt-outs of `upgradePolicy` and the sub-task each leaves out; validation is never left out here."""


EVALUATION_DAYS = 90


class HcxAppliance:
    """The appliance management port of one manager."""

    def __init__(self, world: World, manager: Manager) -> None:
        self._world = world
        self._manager = manager
        self._table = Table(moved(ROUTES, manager))

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        self._world.clock.settle()
        found = self._table.find(request)
        if found and not _of_generation(found[0].id, self._manager):
            found = None
        self._world.ledger.requests[found[0].id if found else "not-found"] += 1
        if self._manager.reach is Reach.REFUSED:  # this connection was on its way when the listener closed
            return text_answer("<h1>503 Service Unavailable</h1>", 503)
        if not self._accepted(request):
            return failure(401, "UNAUTHORIZED", "invalid user name or password")
        if found is None:
            return not_found(request.path)
        route, parts = found
        return marked(route, route.answer(Call(self._world, self._manager, request, parts)))

    def _accepted(self, request: Request) -> bool:
        """Check HTTP Basic; a call without credentials is refused, but is no try to log in."""
        account, sent = self._manager.appliance_account, request.basic()
        return account is not None and sent is not None and account.accepts(*sent)


def _of_generation(route: str, manager: Manager) -> bool:
    """Whether a manager of this version has the route: the two generations have upgrade routes of their own."""
    return not route.endswith("-4x" if manager.major >= V9 else "-9x")


def _component(name: str, call: Call) -> Response:
    starting = call.manager.reach is Reach.STARTING
    states = {
        "appengine": call.manager.app_engine,
        "web": "RUNNING",
        "planengine": "STOPPED" if starting else "RUNNING",
    }
    return json_answer({"result": states[name]})


def _config(section: str, call: Call) -> Response:
    """Registered vCenter or NSX; that its health is `config.status` rests on one field note."""
    state = {"vcenter": call.manager.behaviour.vcenter, "nsx": call.manager.behaviour.nsx}[section]
    host = f"{section}.{call.manager.host.partition('.')[2]}"
    config = {
        "url": f"https://{host}",
        "userName": call.manager.service_account.username,
        "UUID": call.world.ids.uuid(section, call.manager.id),
        "name": host,
        "status": "OK" if state == "ok" else "CONNECTION_FAILED",
    }
    items = [] if state == "none" else [{"config": config, "section": section}]
    return json_answer({"data": {"items": items}})


def _licences(call: Call) -> Response:
    """The evaluation that a new 9.x begins with; how its fields are called is inferred."""
    until = call.world.file.start + timedelta(days=EVALUATION_DAYS)
    return json_answer({"mode": "EVALUATION_MODE", "graceEndDate": milliseconds(until)})


def _upgrade_status(call: Call) -> Response:
    upgrade = call.manager.upgrade
    shape = shapes.upgrade(call.manager, upgrade) if upgrade else shapes.nothing_started("No upgrade was started")
    return json_answer(shape)


def _bundle(call: Call) -> Response:
    release = call.manager.bundle
    if release is None:
        return json_answer(shapes.nothing_started("No bundle was uploaded"))
    uploaded = {"status": "SUCCESS", "message": "Bundle uploaded and validated", "progress": 100, "subTasks": []}
    return json_answer({**uploaded, "bundleMetadata": shapes.bundle(call.manager, release)})


def _upgrade_manager(call: Call) -> Response:
    target = str(call.request.json().get("targetVersion", ""))
    policy = call.request.part("upgradePolicy")
    skips = frozenset(state for name, state in SKIPS.items() if policy.get(name) is True)
    try:
        upgrade = manager_upgrade.start(call.world, call.manager, target, "api", skips)
    except RejectedError as refusal:
        error = {"errorCode": refusal.code, "message": refusal.message, "remediation": refusal.remedy}
        return json_answer(error, refusal.status)
    return json_answer(shapes.upgrade(call.manager, upgrade), 202)


ROUTES: tuple[Route[Call], ...] = (
    *(
        Route(f"components-{name}", "GET", f"/components/{name}/status", partial(_component, name))
        for name in ("appengine", "web", "planengine")
    ),
    *(
        Route(f"{name}-config", "GET", f"/api/admin/global/config/{name}", partial(_config, name))
        for name in ("vcenter", "nsx")
    ),
    Route("licences-9x", "GET", "/api/admin/licenses", _licences),
    Route("upgrade-status-9x", "GET", "/api/admin/system/upgrade", _upgrade_status, inferred=True),
    Route("upgrade-bundle-9x", "GET", "/api/admin/system/upgrade/bundle", _bundle, inferred=True),
    Route("upgrade-manager-9x", "POST", "/api/admin/system/upgrade", _upgrade_manager, inferred=True),
    Route("upgrade-status-4x", "GET", "/api/admin/upgrade", _upgrade_status, inferred=True),
    Route("upgrade-bundle-4x", "GET", "/api/admin/upgrade/bundle", _bundle, inferred=True),
    Route("upgrade-manager-4x", "POST", "/api/admin/upgrade", _upgrade_manager, inferred=True),
)
