"""Port 443 of an HCX manager: sessions, inventory, meshes, migrations, tasks and appliance upgrades."""

from collections.abc import Iterator

from simulator import appliance_upgrade
from simulator.http import hcx_appliance, shapes
from simulator.http.api_documents import document_routes
from simulator.http.hcx import V9, Call, failure, marked, not_found
from simulator.http.message import Request, Response, json_answer, text_answer, xml_answer
from simulator.http.moved_paths import moved
from simulator.http.routes import Route, Table
from simulator.rejection import RejectedError
from simulator.state import AppliancePair, Manager, Mesh, Reach, Task, World

TOKEN = "x-hm-authorization"  # noqa: S105 -- the name of a header
NO_SESSION = {"liveness", "login", "api-docs", "api-docs-index", "api-docs-file", "api-docs-document"}
SSO_NOT_READY = {"message": "'Trusted root certificates' value should not be empty"}


class HcxService:
    """The service port of one manager."""

    def __init__(self, world: World, manager: Manager) -> None:
        self._world = world
        self._manager = manager
        self._table = Table([*moved(ROUTES, manager), *DOCUMENTS])

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        self._world.clock.settle()
        found = self._table.find(request)
        self._world.ledger.requests[found[0].id if found else "not-found"] += 1
        if self._manager.reach in {Reach.STARTING, Reach.REFUSED}:
            return text_answer("<h1>503 Service Unavailable</h1>", 503)
        if found is None:
            return not_found(request.path)
        route, parts = found
        if route.id not in NO_SESSION and not self._in_session(request):
            return marked(route, failure(401, "UNAUTHORIZED", "log in first"))
        return marked(route, route.answer(Call(self._world, self._manager, request, parts)))

    def _in_session(self, request: Request) -> bool:
        return self._manager.has_session(request.headers.get(TOKEN, ""), self._world.now)


def _liveness(call: Call) -> Response:
    """XML without a log-in, seen in code for 9.x only; nothing public shows it in 4.x."""
    if call.manager.major < V9:
        return not_found(call.request.path)
    return Response(200, b"<endpointInfo></endpointInfo>", "application/xml")


def _login(call: Call) -> Response:
    if call.manager.reach is Reach.LOGIN_ERRORS:
        return xml_answer(SSO_NOT_READY, 500)
    sent = call.request.json()
    if not call.manager.service_account.accepts(str(sent.get("username")), str(sent.get("password"))):
        return failure(401, "UNAUTHORIZED", "invalid user name or password")
    return json_answer({"success": True}, headers={TOKEN: call.manager.open_session(call.world.ids, call.world.now)})


def _support(call: Call) -> Response:
    endpoint = {"version": call.manager.wire_version}
    return json_answer({"success": True, "data": {"localEndpoints": [{"endpoint": endpoint}]}})


def _clouds(call: Call) -> Response:
    wanted = call.request.part("filter")
    found = [call.manager] if wanted.get("local") else []
    found += [each.remote for each in call.manager.pairings] if wanted.get("remote") else []
    items = [
        {
            "endpointId": each.endpoint_id,
            "name": each.name,
            "url": f"https://{each.host}",
            "endpointType": "VC",
        }
        for each in found
    ]
    return json_answer(shapes.listed(call.world, items))


def _pairings(call: Call) -> Response:
    items = [shapes.pairing(each) for each in call.manager.pairings]
    return json_answer({**shapes.listed(call.world, items), "version": call.manager.wire_version})


def _meshes(call: Call) -> Response:
    items = [shapes.mesh(each, call.manager) for each in call.world.meshes_of(call.manager)]
    if call.manager.system_mesh_id:
        items.append(shapes.system_mesh(call.manager))
    return json_answer({"items": items})


def _appliances(call: Call) -> Response:
    wanted = call.request.part("filter")
    items = (
        shapes.appliance(mesh, pair, mesh.side(call.manager))
        for mesh, pair in shapes.pairs_of(call.world, call.manager)
    )
    fits = [item for item in items if all(item.get(name) == value for name, value in wanted.items())]
    return json_answer({"items": fits})


def _extensions(call: Call) -> Response:
    found = shapes.pairs_of(call.world, call.manager)
    return json_answer({"items": [shapes.extension(each, pair) for _, pair in found for each in pair.extensions]})


def _migrations(call: Call) -> Response:
    """`rows` for all, `items` for named ones: both from the same call."""
    rows = [
        shapes.migration(call.world, mesh, index, each)
        for mesh in call.world.meshes_of(call.manager)
        for index, each in enumerate(mesh.part.migrations)
    ]
    wanted = call.request.part("filter").get("migrationId")
    if not isinstance(wanted, list):
        return json_answer({"rows": rows})
    return json_answer({"items": [row for row in rows if row["migrationId"] in wanted]})


def _replications(call: Call) -> Response:
    return json_answer(shapes.replications(call.world, call.manager))


def _all_tasks(manager: Manager, world: World) -> Iterator[Task]:
    """Tasks that this manager knows of: those of meshes that begin here, without the ones that vanished."""
    return (
        task
        for mesh in world.meshes_of(manager)
        if mesh.initiator is manager
        for task in mesh.tasks
        if not task.vanished
    )


def _tasks(call: Call) -> Response:
    items = [shapes.task(each) for each in _all_tasks(call.manager, call.world)]
    return json_answer({"items": items, "paging": {"offset": 0, "pageSize": len(items), "totalSize": len(items)}})


def _task(call: Call) -> Response:
    found = next((each for each in _all_tasks(call.manager, call.world) if each.id == call.parts["id"]), None)
    return json_answer(shapes.task(found)) if found else not_found(call.request.path)


def _job(call: Call) -> Response:
    found = next((each for each in call.manager.behaviour.jobs if each.id == call.parts["id"]), None)
    return json_answer(shapes.job(call.world, found)) if found else not_found(call.request.path)


def _compute_profiles(call: Call) -> Response:
    wanted = call.request.query.get("endpointId", call.manager.endpoint_id)
    services = sorted({name for mesh in call.world.meshes_of(call.manager) for name in mesh.part.services})
    mine = wanted == call.manager.endpoint_id
    return json_answer({"items": [shapes.compute_profile(call.manager, services)] if mine else []})


def _network_profiles(call: Call) -> Response:
    """A bare list, unlike everything around it."""
    used = call.world.used_addresses(call.manager)
    return json_answer([shapes.network_profile(each, used) for each in shapes.networks(call.manager)])


def _ha_groups(call: Call) -> Response:
    wanted = call.request.query.get("serviceMeshId")
    found = [each for each in call.world.meshes_of(call.manager) if wanted in {None, each.id}]
    items = [item for each in found for item in shapes.ha_groups(call.world, each, each.side(call.manager))]
    return json_answer({"items": items})


def _upgrade_appliances(call: Call) -> Response:
    sent = call.request.json()
    mode = str(sent.get("mode", "STANDARD"))
    try:
        mesh = _mesh(call, call.parts["mesh"])
        task = appliance_upgrade.start(
            call.world, call.manager, mesh, _pairs(mesh, sent.get("appliances")), "api", mode=mode
        )
    except RejectedError as refusal:
        return failure(refusal.status, refusal.code, refusal.message)
    return json_answer({"data": {"interconnectTaskId": task.id, "serviceMeshId": mesh.id}})


def _redeploy(call: Call) -> Response:
    wanted = call.parts["appliance"]
    found = next(
        ((mesh, pair) for mesh, pair in shapes.pairs_of(call.world, call.manager) if wanted in _ids(pair)),
        None,
    )
    if found is None:
        return not_found(call.request.path)
    mesh, pair = found
    try:
        task = appliance_upgrade.start(call.world, call.manager, mesh, [pair], "api", kind=appliance_upgrade.REDEPLOY)
    except RejectedError as refusal:
        return failure(refusal.status, refusal.code, refusal.message)
    data = {"interconnectTaskId": task.id, "applianceId": wanted}
    return json_answer({"data": data, "warnings": [], "errors": []})


def _mesh(call: Call, wanted: str) -> Mesh:
    found = next((each for each in call.world.meshes_of(call.manager) if each.id == wanted), None)
    if found is None:
        raise RejectedError(404, "NOT_FOUND", "There is no such service mesh.")
    return found


def _pairs(mesh: Mesh, wanted: object) -> list[AppliancePair]:
    """The pairs that the request names by the id of either end."""
    named = [each for each in wanted if isinstance(each, dict)] if isinstance(wanted, list) else []
    ids = {str(each.get("applianceId")) for each in named}
    found = [pair for pair in mesh.pairs if ids & _ids(pair)]
    if not ids or ids - {each for pair in found for each in _ids(pair)}:
        raise RejectedError(404, "NOT_FOUND", "There is no such appliance on the service mesh.")
    return found


def _ids(pair: AppliancePair) -> set[str]:
    return {end.id for end in pair.ends.values()}


_API = "/hybridity/api"
ROUTES: tuple[Route[Call], ...] = (
    Route("liveness", "GET", f"{_API}/endpointInfo", _liveness),
    Route("login", "POST", f"{_API}/sessions", _login),
    Route("support", "GET", f"{_API}/metainfo/context/support", _support),
    Route("local-clouds", "POST", f"{_API}/service/inventory/cloud/list", _clouds),
    Route("pairings", "GET", f"{_API}/cloudConfigs", _pairings),
    Route("meshes", "GET", f"{_API}/interconnect/serviceMesh", _meshes),
    Route("appliances", "POST", f"{_API}/interconnect/appliances/query", _appliances),
    Route("extensions", "GET", f"{_API}/l2Extensions", _extensions),
    Route("migrations", "POST", f"{_API}/migrations", _migrations, action="query"),
    Route("replications", "POST", f"{_API}/replications", _replications, action="query"),
    Route("hcx-tasks", "GET", f"{_API}/interconnect/tasks", _tasks, inferred=True),
    Route("hcx-task", "GET", f"{_API}/interconnect/tasks/{{id}}", _task),
    Route("job", "GET", f"{_API}/jobs/{{id}}", _job),
    Route("ha-groups", "GET", f"{_API}/interconnect/appliances/ha/groups", _ha_groups),
    Route("compute-profiles", "GET", f"{_API}/interconnect/computeProfiles", _compute_profiles),
    Route("network-profiles", "POST", f"{_API}/networks", _network_profiles, action="queryIpUsage"),
    Route(
        "upgrade-appliance",
        "POST",
        f"{_API}/interconnect/serviceMesh/{{mesh}}/appliances/upgrade",
        _upgrade_appliances,
        inferred=True,
    ),
    Route(
        "redeploy-appliance",
        "POST",
        f"{_API}/interconnect/appliances/{{appliance}}/redeploy",
        _redeploy,
        inferred=True,
    ),
)
DOCUMENTS = document_routes(ROUTES, hcx_appliance.ROUTES)
