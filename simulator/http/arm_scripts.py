"""Run commands of private clouds: script packages, cmdlets and executions.

Documents have the keys of Microsoft's published examples; what happens around them follows recorded traffic: an
operation that lives below its execution, times with a space, an end that lies before the beginning, logs without an
envelope, and a final look at an operation that holds the whole resource.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from simulator import run_commands
from simulator.http.arm_message import CLOUD, Asked, page, refusal, with_cloud
from simulator.http.message import Response, json_answer, text_answer
from simulator.http.routes import Route
from simulator.state import Execution, PrivateCloud

HCX = "Microsoft.AVS.HCX"
OLDER, NEWER = f"{HCX}@1.0.9", f"{HCX}@1.0.10"
"""Their numbers are made up; the newer one comes first in the alphabet."""
_RETENTION = "P60D"
_TIMEOUT = "P0Y0M0DT0H30M0S"
_POLL_SECONDS = 10
_ELSEWHERE = timezone(timedelta(hours=-5))
_ENDS_BEFORE_IT_BEGINS = timedelta(days=21)
_OVER = frozenset({"Succeeded", "Failed", "Cancelled", "Canceled"})

type Parameters = tuple[tuple[str, str, bool], ...]
"""Name, type, and whether it is required. The types are made up: no public text shows them."""

_RESTART: Parameters = (("HardReboot", "Bool", False), ("Force", "Bool", False))
_NEW: Parameters = (
    ("Description", "String", False),
    ("Force", "Bool", False),
    ("Memory", "Bool", False),
    ("Quiesce", "Bool", False),
)
_MORE: Parameters = (*_NEW, ("TicketNumber", "String", True))
_CMDLETS: dict[str, dict[str, Parameters]] = {
    OLDER: {"Restart-HcxManager": _RESTART},
    NEWER: {
        "Restart-HcxManager": _RESTART,
        "Set-HcxScaledCpuAndMemorySetting": (
            ("ScaleFormFactor", "String", True),
            ("DiskStorageFormat", "String", True),
            ("AgreeToRestartHCX", "Bool", True),
            ("Force", "Bool", False),
            ("SkipSnapshot", "Bool", False),
        ),
        "New-HCXManagerSnapshot": _NEW,
        "Get-HCXManagerSnapshot": (),
        "Update-HCXManagerSnapshotDescription": (("SnapshotName", "String", True), ("NewDescription", "String", True)),
        "Remove-HCXManagerSnapshot": (
            ("SnapshotName", "String", True),
            ("RunAsync", "Bool", False),
            ("Force", "Bool", False),
            ("EnableDebug", "Bool", False),
        ),
    },
    "Microsoft.AVS.Management@6.0.125": {"Set-StoragePolicy": (("VM", "String", True),)},
}


# --- packages and cmdlets ---------------------------------------------------------------------------------------------


def _packages(asked: Asked) -> Response:
    return with_cloud(asked, lambda cloud: page(asked, [_package_shape(cloud, name) for name in _of(cloud)]))


def _package(asked: Asked) -> Response:
    return _with_package(asked, lambda cloud, name: json_answer(_package_shape(cloud, name)))


def _cmdlets(asked: Asked) -> Response:
    def answer(cloud: PrivateCloud, package: str) -> Response:
        return page(asked, [_cmdlet_shape(cloud, package, *each) for each in _of(cloud)[package].items()])

    return _with_package(asked, answer)


def _cmdlet(asked: Asked) -> Response:
    def answer(cloud: PrivateCloud, package: str) -> Response:
        found = _named(_of(cloud)[package], asked.parts["cmdlet"])
        return _not_found(asked, "cmdlet") if found is None else json_answer(_cmdlet_shape(cloud, package, *found))

    return _with_package(asked, answer)


def _of(cloud: PrivateCloud) -> dict[str, dict[str, Parameters]]:
    """The packages of a cloud with their cmdlets, as its file wants them."""
    packages = {name: dict(cmdlets) for name, cmdlets in _CMDLETS.items() if cloud.manager or not name.startswith(HCX)}
    if NEWER in packages and cloud.part.run_commands == "missing":
        packages[NEWER] = {name: found for name, found in packages[NEWER].items() if "ManagerSnapshot" not in name}
    if NEWER in packages and cloud.part.run_commands == "wants-more":
        packages[NEWER]["New-HCXManagerSnapshot"] = _MORE
    return packages


def _named[T](found: dict[str, T], name: str) -> tuple[str, T] | None:
    """What is called so, in any case."""
    return next(((each, value) for each, value in found.items() if each.lower() == name.lower()), None)


def _with_package(asked: Asked, answer: Callable[[PrivateCloud, str], Response]) -> Response:
    def found_in(cloud: PrivateCloud) -> Response:
        found = _named(_of(cloud), asked.parts["package"])
        return _not_found(asked, "package") if found is None else answer(cloud, found[0])

    return with_cloud(asked, found_in)


def _package_shape(cloud: PrivateCloud, name: str) -> dict[str, Any]:
    return {
        "id": f"{cloud.resource_id}/scriptPackages/{name}",
        "name": name,
        "properties": {
            "description": "Run commands of the simulated world",
            "version": name.partition("@")[2],
            "company": "Microsoft",
            "uri": "https://packages.sim.test",
        },
        "type": "Microsoft.AVS/privateClouds/scriptPackages",
    }


def _cmdlet_shape(cloud: PrivateCloud, package: str, name: str, parameters: Parameters) -> dict[str, Any]:
    return {
        "name": name,
        "id": f"{cloud.resource_id}/scriptPackages/{package}/scriptCmdlets/{name}",
        "properties": {
            "description": f"{name} of the simulated world",
            "timeout": _TIMEOUT,
            "audience": "Any",
            "parameters": [
                {
                    "name": each,
                    "description": f"{each} of {name}",
                    "type": kind,
                    "visibility": "Visible",
                    "optional": "Required" if required else "Optional",
                }
                for each, kind, required in parameters
            ],
        },
        "type": "Microsoft.AVS/privateClouds/scriptPackages/scriptCmdlets",
    }


# --- executions -------------------------------------------------------------------------------------------------------


def _executions(asked: Asked) -> Response:
    def answer(cloud: PrivateCloud) -> Response:
        return page(asked, [_execution_shape(cloud, each) for each in cloud.executions.values()])

    return with_cloud(asked, answer)


def _execution(asked: Asked) -> Response:
    return _with_execution(asked, lambda cloud, found: json_answer(_execution_shape(cloud, found)))


def _start(asked: Asked) -> Response:
    """Take a run command; whatever is asked for is written down, a refused one as well."""

    def answer(cloud: PrivateCloud) -> Response:
        wanted = asked.request.part("properties")
        taken = _taken(asked, cloud, wanted)
        cmdlet = str(wanted.get("scriptCmdletId", "")).rpartition("/")[2]
        body: dict[str, object] = {"cmdlet": cmdlet, "parameters": _plain(wanted)}
        run_commands.write_down(asked.world, cloud, asked.parts["execution"], body, taken.status)
        return taken

    return with_cloud(asked, answer)


def _taken(asked: Asked, cloud: PrivateCloud, wanted: dict[str, Any]) -> Response:
    name, cmdlet_id = asked.parts["execution"], str(wanted.get("scriptCmdletId", ""))
    if not _may_execute(asked):
        return _not_allowed(cloud)
    found = _cmdlet_of(cloud, cmdlet_id)
    if found is None or "timeout" not in wanted:
        return refusal(400, "InvalidParameter", f"The script cmdlet '{cmdlet_id}' or its time-out is not valid.")
    there = cloud.executions.get(name.lower())
    if there is not None:
        return refusal(409, "Conflict", f"The script execution '{there.name}' exists already.")
    cmdlet, parameters = found
    given = [one for one in wanted.get("parameters", []) if isinstance(one, dict)]
    missing = {each for each, _, required in parameters if required} - {str(one.get("name")) for one in given}
    if missing:
        return refusal(400, "InvalidParameter", f"Required parameters are missing: {', '.join(sorted(missing))}.")
    execution = Execution(
        name=name,
        operation=asked.world.ids.uuid("script operation", cloud.part.name, name),
        cmdlet_id=cmdlet_id,
        cmdlet=cmdlet,
        parameters=given,
        timeout=str(wanted["timeout"]),
        retention=str(wanted.get("retention", _RETENTION)),
        submitted=asked.world.now,
    )
    run_commands.start(asked.world, cloud, execution)
    return json_answer(_execution_shape(cloud, execution), 201, _poll_here(asked, cloud, execution))


def _plain(wanted: dict[str, Any]) -> dict[str, object]:
    given = [one for one in wanted.get("parameters", []) if isinstance(one, dict)]
    return {str(one.get("name")): one.get("value") for one in given}


def _cmdlet_of(cloud: PrivateCloud, cmdlet_id: str) -> tuple[str, Parameters] | None:
    """The cmdlet behind a full id, or behind the short form `Package/1.0.16/cmdlet`."""
    found = re.search(r"(?:scriptPackages/)?([^/]+)(?:/scriptCmdlets)?/([^/]+)$", cmdlet_id, re.IGNORECASE)
    short = re.fullmatch(r"([^/]+)/([\d.]+)/([^/]+)", cmdlet_id)
    package, cmdlet = (f"{short[1]}@{short[2]}", short[3]) if short else (found[1], found[2]) if found else ("", "")
    cmdlets = _named(_of(cloud), package)
    return None if cmdlets is None else _named(cmdlets[1], cmdlet)


def _may_execute(asked: Asked) -> bool:
    token = asked.request.headers.get("authorization", "").partition(" ")[2]
    return token in asked.world.executor_tokens


def _not_allowed(cloud: PrivateCloud) -> Response:
    action = "Microsoft.AVS/privateClouds/scriptExecutions/write"
    text = f"The client does not have authorization to perform action '{action}' over scope '{cloud.resource_id}'."
    return refusal(403, "AuthorizationFailed", text)


def _poll_here(asked: Asked, cloud: PrivateCloud, execution: Execution) -> dict[str, str]:
    where = f"{asked.base}{_id(cloud, execution)}/operationstatuses/{execution.operation}"
    version = asked.request.query["api-version"]
    return {"retry-after": str(_POLL_SECONDS), "azure-asyncoperation": f"{where}?api-version={version}"}


def _operation(asked: Asked) -> Response:
    """How far it is. The last look still asks to come back."""

    def answer(cloud: PrivateCloud, found: Execution) -> Response:
        if asked.parts["operation"] != found.operation:
            return _not_found(asked, "operation")
        document: dict[str, Any] = {
            "id": f"{_id(cloud, found)}/operationstatuses/{found.operation}",
            "name": found.operation,
            "percentComplete": found.percent,
            "startTime": found.submitted.astimezone(_ELSEWHERE).isoformat(),
            "status": "Building" if found.state == "Running" else found.state,
        }
        if found.state in _OVER:
            document["endTime"] = asked.world.now.astimezone(_ELSEWHERE).isoformat()
            document["properties"] = _execution_shape(cloud, found)
        return json_answer(document, headers={"retry-after": str(_POLL_SECONDS)})

    return _with_execution(asked, answer)


def _logs(asked: Asked) -> Response:
    """The streams that are asked for, without an envelope."""

    def answer(_cloud: PrivateCloud, found: Execution) -> Response:
        if not _may_execute(asked):
            return _not_allowed(_cloud)
        streams = {"output": found.output, "warnings": found.warnings, "information": [], "errors": []}
        wanted = {str(one).lower().rstrip("s") for one in _listed(asked.request.body)}
        told = {name: lines for name, lines in streams.items() if not wanted or name.rstrip("s") in wanted}
        return json_answer({**told, "timeout": found.timeout})

    return _with_execution(asked, answer)


def _listed(body: bytes) -> list[Any]:
    try:
        read = json.loads(body or b"[]")
    except ValueError:
        return []
    return read if isinstance(read, list) else []


def _delete(asked: Asked) -> Response:
    def answer(cloud: PrivateCloud, found: Execution) -> Response:
        if not _may_execute(asked):
            return _not_allowed(cloud)
        run_commands.write_down(asked.world, cloud, found.name, {"deleted": True}, 200)
        del cloud.executions[found.name.lower()]
        return text_answer("", 200)

    return _with_execution(asked, answer)


def _with_execution(asked: Asked, answer: Callable[[PrivateCloud, Execution], Response]) -> Response:
    def found_in(cloud: PrivateCloud) -> Response:
        found = cloud.executions.get(asked.parts["execution"].lower())
        return _not_found(asked, "execution") if found is None else answer(cloud, found)

    return with_cloud(asked, found_in)


def _not_found(asked: Asked, part: str) -> Response:
    return refusal(404, "ResourceNotFound", f"The script {part} '{asked.parts[part]}' was not found.")


def _id(cloud: PrivateCloud, execution: Execution) -> str:
    return f"{cloud.resource_id}/scriptExecutions/{execution.name}"


def _execution_shape(cloud: PrivateCloud, each: Execution) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "scriptCmdletId": each.cmdlet_id,
        "timeout": each.timeout,
        "retention": each.retention,
        "submittedAt": _spaced(each.submitted),
        "provisioningState": each.state,
        "parameters": each.parameters,
        "namedOutputs": {},
        "output": each.output if each.state in _OVER else [],
    }
    if each.started is not None:
        properties["startedAt"] = _spaced(each.started)
    if each.state in _OVER:
        properties["finishedAt"] = _spaced(each.submitted - _ENDS_BEFORE_IT_BEGINS)
    if each.failure:
        properties["failureReason"] = each.failure
    return {
        "id": _id(cloud, each),
        "name": each.name,
        "properties": properties,
        "type": "Microsoft.AVS/privateClouds/scriptExecutions",
    }


def _spaced(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}Z"


_PACKAGES = f"{CLOUD}/scriptPackages"
_PACKAGE = f"{_PACKAGES}/{{package}}"
_EXECUTIONS = f"{CLOUD}/scriptExecutions"
_EXECUTION = f"{_EXECUTIONS}/{{execution}}"
ROUTES: tuple[Route[Asked], ...] = (
    Route("script-packages", "GET", _PACKAGES, _packages),
    Route("script-package", "GET", _PACKAGE, _package),
    Route("script-cmdlets", "GET", f"{_PACKAGE}/scriptCmdlets", _cmdlets),
    Route("script-cmdlet", "GET", f"{_PACKAGE}/scriptCmdlets/{{cmdlet}}", _cmdlet),
    Route("script-executions", "GET", _EXECUTIONS, _executions),
    Route("script-execution", "GET", _EXECUTION, _execution),
    Route("start-script", "PUT", _EXECUTION, _start),
    Route("delete-script-execution", "DELETE", _EXECUTION, _delete),
    Route("script-operation", "GET", f"{_EXECUTION}/operationstatuses/{{operation}}", _operation),
    Route("script-logs", "POST", f"{_EXECUTION}/getExecutionLogs", _logs),
)
