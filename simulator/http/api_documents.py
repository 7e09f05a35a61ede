"""The API documents that an appliance serves below `/hybridity/docs`, made from the simulator's own routes.

That there are documents, and where, rests on field notes; how an index lists them is public nowhere, so the way of a
usual Swagger UI is taken. The service port is described in OpenAPI 3, appliance management in Swagger 2: a reader has
to know both. They name the manager, an address and a person, as such documents do.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from simulator.http.hcx import V9, Call, not_found
from simulator.http.message import Response, json_answer
from simulator.http.moved_paths import moved
from simulator.http.routes import Route
from simulator.state import Manager

VERSION = "1.7.0"
SERVICE_DOCUMENT = "/hybridity/docs/apis/interconnect/interconnect-api.json"
APPLIANCE_DOCUMENT = "/hybridity/docs/apis/appliance-management/appliance-management-api.json"
_FOLDER = "/hybridity/docs/"
_TEXT: dict[str, Any] = {"type": "string"}
_NUMBER: dict[str, Any] = {"type": "integer"}
_FLAG: dict[str, Any] = {"type": "boolean"}
_DOCUMENTED_IDS = {"mesh": "serviceMeshId", "appliance": "applianceId"}


def _object(required: Sequence[str] = (), **properties: dict[str, Any]) -> dict[str, Any]:
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, **needed}


def _list(members: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": members}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


_SUB_TASK = _object(state=_TEXT, status=_TEXT, message=_TEXT, createTime=_NUMBER, remediationActions=_TEXT)
_SCHEMAS: dict[str, dict[str, Any]] = {
    "UpgradePolicy": _object(skipVmSnapshot=_FLAG, skipUpgradeValidation=_FLAG, skipConfigBackup=_FLAG),
    "UpgradeRequest": _object(["targetVersion"], targetVersion=_TEXT, upgradePolicy=_ref("UpgradePolicy")),
    "UpgradeResponse": _object(
        status=_TEXT,
        message=_TEXT,
        progress=_NUMBER,
        currentVersion=_TEXT,
        bundleMetadata=_object(version=_TEXT, buildNumber=_TEXT),
        subTasks=_list(_SUB_TASK),
    ),
    "ApplianceReference": _object(["applianceId"], applianceId=_TEXT, applianceName=_TEXT),
    "ApplianceUpgradeRequest": _object(
        ["appliances"],
        appliances=_list(_ref("ApplianceReference")),
        mode={"type": "string", "enum": ["STANDARD", "IN_SERVICE"]},
        force=_FLAG,
    ),
    "RedeployRequest": _object(
        ["applianceId"], serviceMeshId=_TEXT, applianceId=_TEXT, applianceName=_TEXT, force=_TEXT, local=_TEXT
    ),
    "TaskStarted": _object(data=_object(interconnectTaskId=_TEXT, serviceMeshId=_TEXT, applianceId=_TEXT)),
    "Task": _object(interconnectTaskId=_TEXT, type=_TEXT, status=_TEXT, progress=_NUMBER, message=_TEXT),
    "Tasks": _object(items=_list(_ref("Task")), paging=_object(offset=_NUMBER, pageSize=_NUMBER, totalSize=_NUMBER)),
    "Anything": {"type": "object"},
}
_ASKED = {
    "upgrade-manager-4x": "UpgradeRequest",
    "upgrade-manager-9x": "UpgradeRequest",
    "upgrade-appliance": "ApplianceUpgradeRequest",
    "redeploy-appliance": "RedeployRequest",
}
_ANSWERED = {
    **dict.fromkeys(f"upgrade-{what}-{line}" for what in ("status", "bundle", "manager") for line in ("4x", "9x")),
    "upgrade-appliance": "TaskStarted",
    "redeploy-appliance": "TaskStarted",
    "hcx-tasks": "Tasks",
    "hcx-task": "Task",
}


def document_routes(service: Sequence[Route[Call]], appliance: Sequence[Route[Call]]) -> tuple[Route[Call], ...]:
    """The routes of index and documents, which describe these other ones."""

    def served(call: Call, answer: Response) -> Response:
        return not_found(call.request.path) if call.manager.behaviour.api_documents == "none" else answer

    return (
        Route("api-docs", "GET", _FOLDER, lambda call: served(call, _page(_INDEX, "text/html"))),
        Route("api-docs-index", "GET", f"{_FOLDER}index.html", lambda call: served(call, _page(_INDEX, "text/html"))),
        Route(
            "api-docs-file",
            "GET",
            f"{_FOLDER}swagger-initializer.js",
            lambda call: served(call, _page(_INITIALIZER, "text/javascript")),
        ),
        Route(
            "api-docs-document",
            "GET",
            SERVICE_DOCUMENT,
            lambda call: served(call, json_answer(_openapi_3(call.manager, service))),
        ),
        Route(
            "api-docs-document",
            "GET",
            APPLIANCE_DOCUMENT,
            lambda call: served(call, json_answer(_swagger_2(call.manager, appliance))),
        ),
    )


def _page(text: str, kind: str) -> Response:
    return Response(200, text.encode(), kind)


_INDEX = """<!DOCTYPE html>
<html><head><title>HCX API</title><link rel="stylesheet" href="swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="./swagger-ui-bundle.js"></script><script src="./swagger-initializer.js"></script></body></html>
"""
_INITIALIZER = f"""window.onload = function() {{
  window.ui = SwaggerUIBundle({{
    urls: [
      {{url: "./{SERVICE_DOCUMENT.removeprefix(_FOLDER)}", name: "Interconnect"}},
      {{url: "{APPLIANCE_DOCUMENT}", name: "Appliance management"}}
    ],
    dom_id: '#swagger-ui'
  }});
}};
"""


def _openapi_3(manager: Manager, routes: Sequence[Route[Call]]) -> dict[str, Any]:
    return {
        "openapi": "3.0.1",
        "info": _info(manager, "Interconnect"),
        "servers": [{"url": f"https://{manager.host}/hybridity/api"}],
        "paths": _paths(manager, routes, "/hybridity/api", _operation_3),
        "components": {"schemas": _SCHEMAS},
    }


def _swagger_2(manager: Manager, routes: Sequence[Route[Call]]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "swagger": "2.0",
        "info": _info(manager, "Appliance management"),
        "host": f"{manager.host}:9443",
        "basePath": "/",
        "paths": _paths(manager, routes, "", _operation_2),
        "definitions": _SCHEMAS,
    }
    moved_references: dict[str, Any] = _elsewhere(document)
    return moved_references


def _elsewhere(value: Any) -> Any:
    """The same with the references of Swagger 2."""
    match value:
        case dict():
            return {key: _elsewhere(part) for key, part in value.items()}
        case list():
            return [_elsewhere(part) for part in value]
        case str():
            return value.replace("#/components/schemas/", "#/definitions/")
    return value


def _info(manager: Manager, title: str) -> dict[str, Any]:
    return {
        "title": f"HCX {title} API",
        "version": VERSION,
        "description": f"Served by {manager.host} at {manager.address}.",
        "contact": {"name": "The team of this manager", "email": f"admins@{manager.host}"},
    }


def _paths(manager: Manager, routes: Sequence[Route[Call]], base: str, operation: Any) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for each in _of_generation(moved(routes, manager), manager):
        path = _described(each.path).removeprefix(base)
        path = f"{path}?action={each.action}" if each.action else path
        found.setdefault(path, {})[each.method.lower()] = operation(each, manager)
    return found


def _of_generation(routes: Sequence[Route[Call]], manager: Manager) -> Iterator[Route[Call]]:
    other = "-4x" if manager.major >= V9 else "-9x"
    return (each for each in routes if not each.id.endswith(other))


def _described(path: str) -> str:
    """A path with its ids called as a document would."""
    for ours, theirs in _DOCUMENTED_IDS.items():
        path = path.replace(f"{{{ours}}}", f"{{{theirs}}}")
    return path


def _common(each: Route[Call], manager: Manager) -> dict[str, Any]:
    return {
        "operationId": each.id.replace("-4x", "").replace("-9x", "").replace("-", "_"),
        "summary": each.id.removesuffix("-4x").removesuffix("-9x").replace("-", " "),
        "description": f"Try it: curl https://{manager.host}{each.path}",
    }


def _answer(each: Route[Call]) -> dict[str, Any]:
    if each.id not in _ANSWERED:
        return _ref("Anything")
    return _ref(_ANSWERED[each.id] or "UpgradeResponse")


def _ids(each: Route[Call]) -> list[dict[str, Any]]:
    names = [part.strip("{}") for part in _described(each.path).split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True} for name in names]


def _operation_3(each: Route[Call], manager: Manager) -> dict[str, Any]:
    shape = {**_common(each, manager), "parameters": [{**one, "schema": _TEXT} for one in _ids(each)]}
    if each.id in _ASKED:
        example = {"note": f"from {manager.address}"}
        shape["requestBody"] = {"content": {"application/json": {"schema": _ref(_ASKED[each.id]), "example": example}}}
    shape["responses"] = {"200": {"description": "OK", "content": {"application/json": {"schema": _answer(each)}}}}
    return shape


def _operation_2(each: Route[Call], manager: Manager) -> dict[str, Any]:
    shape = {**_common(each, manager), "parameters": [{**one, "type": "string"} for one in _ids(each)]}
    if each.id in _ASKED:
        shape["parameters"].append({"name": "body", "in": "body", "required": True, "schema": _ref(_ASKED[each.id])})
    shape["responses"] = {"200": {"description": "OK", "schema": _answer(each)}}
    return shape
