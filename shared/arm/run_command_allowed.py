"""What hcx-fleet may ever start as a run command: three cmdlets, and the parameters that it may say to each.

One permission of Azure covers every run command of a package, the restart of a manager among them. So what is not in
this list is not sent, whoever asks for it: there is no name for a restart here, and none for `Force`, `RunAsync` or
`EnableDebug`. The cmdlets and their parameters are those of Microsoft's page on HCX run commands (April 2026).
"""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

PACKAGE: Final = "Microsoft.AVS.HCX"
EXECUTION_PREFIX: Final = "snapshot-"
"""How the name of every execution of ours begins."""


class Command(StrEnum):
    """Every cmdlet that is ever started."""

    TAKE = "New-HCXManagerSnapshot"
    LIST = "Get-HCXManagerSnapshot"
    REMOVE = "Remove-HCXManagerSnapshot"


class Parameter(StrEnum):
    """Every parameter that is ever said."""

    DESCRIPTION = "Description"
    SNAPSHOT_NAME = "SnapshotName"


MAY_SAY: Final[Mapping[Command, frozenset[Parameter]]] = {
    Command.TAKE: frozenset({Parameter.DESCRIPTION}),
    Command.LIST: frozenset(),
    Command.REMOVE: frozenset({Parameter.SNAPSHOT_NAME}),
}

_CLOUD = r"(/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.AVS/privateClouds/[^/]+)"
_EXECUTION = re.compile(rf"{_CLOUD}/scriptExecutions/{EXECUTION_PREFIX}[0-9a-z-]+", re.IGNORECASE)
_LOGS = re.compile(rf"{_EXECUTION.pattern}/getExecutionLogs", re.IGNORECASE)
_CMDLET = re.compile(rf"{_CLOUD}/scriptPackages/{re.escape(PACKAGE)}@[\d.]+/scriptCmdlets/([^/]+)", re.IGNORECASE)
_PROPERTIES = frozenset({"scriptCmdletId", "parameters", "timeout"})
_PARAMETER = frozenset({"name", "type", "value"})


def why_not(method: str, path: str, body: object) -> str | None:
    """Why a request that is no read may not be sent; None where it may."""
    if method == "POST" and _LOGS.fullmatch(path):
        return None
    place = _EXECUTION.fullmatch(path)
    if method != "PUT" or place is None:
        return "it starts no run command of ours"
    properties = _properties(body)
    if properties is None or not properties.keys() <= _PROPERTIES:
        return "it says more than a run command of ours does"
    cmdlet = _CMDLET.fullmatch(str(properties.get("scriptCmdletId")))
    if cmdlet is None or cmdlet[1].casefold() != place[1].casefold():
        return f"it starts no cmdlet of {PACKAGE} in its own private cloud"
    return _why_not_said(cmdlet[2], properties.get("parameters", []))


def _properties(body: object) -> dict[str, Any] | None:
    """What the body says, if it is nothing but `{"properties": {…}}`."""
    try:
        read = json.loads(body) if isinstance(body, str | bytes) else None
    except ValueError:
        return None
    if not isinstance(read, dict) or read.keys() != {"properties"} or not isinstance(read["properties"], dict):
        return None
    return dict(read["properties"])


def _why_not_said(cmdlet: str, parameters: object) -> str | None:
    command = command_named(cmdlet)
    if command is None:
        return f"the cmdlet {cmdlet} is not among those that hcx-fleet starts"
    if not isinstance(parameters, list):
        return "its parameters are not readable"
    named = frozenset(one.casefold() for one in MAY_SAY[command])
    odd = next((one for one in parameters if not _may_be_said(one, named)), None)
    return None if odd is None else f"{command} is told something else than {', '.join(sorted(named)) or 'nothing'}"


def _may_be_said(parameter: object, named: frozenset[str]) -> bool:
    if not isinstance(parameter, dict) or parameter.keys() != _PARAMETER:
        return False
    name, kind, value = (parameter[key] for key in ("name", "type", "value"))
    return kind == "Value" and isinstance(value, str) and isinstance(name, str) and name.casefold() in named


def command_named(cmdlet: str) -> Command | None:
    """The command of that name in any case, alone or at the end of an id; None for every other cmdlet."""
    name = cmdlet.rpartition("/")[2].casefold()
    return next((one for one in Command if one.casefold() == name), None)
