"""From what Azure says of run commands to our records: nothing in it is sure to be there, or of the kind it should be.

No public text shows how the listed snapshots look in the output, so that several forms are read and every other one is
`None`: not readable, which is neither there nor absent.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from textwrap import dedent
from typing import Any

from shared.arm.run_command_allowed import PACKAGE
from shared.arm.times import time_of
from shared.model.record import record

DEFAULT_TIME_OUT = "PT30M"
"""Of a cmdlet that names none (Microsoft's guidelines for authors of run commands)."""
_TOLD_MAX = 500
_PACKAGE = re.compile(rf"{re.escape(PACKAGE)}@(\d+(?:\.\d+){{0,3}})", re.IGNORECASE)
_ENDS_WELL = "succeeded"
_ENDS_BADLY = frozenset({"failed", "canceled", "cancelled", "deleting"})


class ExecutionState(StrEnum):
    """How far a run command is."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@record
class Execution:
    """One look at a run command that was started."""

    name: str
    cmdlet: str
    """As its starter wrote it: in any case, with or without the id before it."""
    state: ExecutionState
    word: str
    """The service's own word for the state. Its times are no witnesses: recorded ones end before they begin."""
    failure: str = ""
    output: tuple[str, ...] = ()


@record
class CmdletParameter:
    """One parameter as the cmdlet in the package has it."""

    name: str
    kind: str
    """`String`, `Bool` or another word."""
    required: bool
    hidden: bool
    """Azure keeps its value out of sight: it is a secret, and we have none to say."""


@record
class Cmdlet:
    """A cmdlet as it is in the package now."""

    id: str
    timeout: str
    parameters: tuple[CmdletParameter, ...]


@record
class Listed:
    """A snapshot in the output of the command that lists them."""

    name: str
    description: str
    made_at: datetime | None


def newest_package(names: Sequence[object]) -> str | None:
    """The newest version of the package for HCX; None where there is none. 1.0.10 is newer than 1.0.9."""
    found = [(_numbers(match[1]), match[0]) for one in names if (match := _PACKAGE.fullmatch(str(one)))]
    return max(found)[1] if found else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def cmdlet_of(found: Any) -> Cmdlet:
    """A cmdlet from the client's model.

    Raises:
        TypeError: it is not described as cmdlets are; reading on would take it for one that asks for nothing.
    """
    properties = found.properties
    listed = None if properties is None else properties.parameters
    if not isinstance(found.id, str) or not isinstance(listed, list | None):
        raise TypeError("the cmdlet is not described")
    timeout = None if properties is None else properties.timeout
    return Cmdlet(
        id=found.id,
        timeout=timeout if isinstance(timeout, str) and timeout else DEFAULT_TIME_OUT,
        parameters=tuple(map(_parameter, listed or ())),
    )


def _parameter(found: Any) -> CmdletParameter:
    """What does not say that it is optional is required: guessing the other way would start a command half told."""
    if not isinstance(found.name, str):
        raise TypeError("a parameter of the cmdlet has no name")
    return CmdletParameter(
        name=found.name,
        kind=_word(found.type),
        required=_word(found.optional) != "optional",
        hidden=_word(found.visibility) == "hidden",
    )


def execution_of(found: Any, output: Sequence[str]) -> Execution:
    """A look at an execution from the client's model, with what it put out."""
    properties = found.properties
    word = _word(getattr(properties, "provisioning_state", None))
    return Execution(
        name=str(found.name),
        cmdlet=str(getattr(properties, "script_cmdlet_id", "")),
        state=_state(word),
        word=word,
        failure=str(getattr(properties, "failure_reason", None) or "")[:_TOLD_MAX],
        output=tuple(output),
    )


def _state(word: str) -> ExecutionState:
    """Words that end it are known; every other one, and none at all, is a service's own for going on."""
    if word == _ENDS_WELL:
        return ExecutionState.SUCCEEDED
    return ExecutionState.FAILED if word in _ENDS_BADLY else ExecutionState.RUNNING


def _word(value: object) -> str:
    return str(getattr(value, "value", value) or "").strip().lower()


def lines_of(value: object) -> tuple[str, ...]:
    """The lines of an output stream; none where it is no list of text."""
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


# --- listed snapshots -------------------------------------------------------------------------------------------------

_FIELD = re.compile(r"([A-Za-z][A-Za-z ]*?)\s*:(?:\s(.*)|$)")
_NONE = re.compile(r"\bno\b.*\bsnapshots?\b", re.IGNORECASE)
_NAMES = ("name", "snapshotname")
_MADE = ("created", "createdat", "creationtime", "createtime")


def snapshots_in(output: Sequence[str]) -> tuple[Listed, ...] | None:
    """The snapshots that were listed; None where the output cannot be read."""
    text = dedent("\n".join(output)).strip()
    if not text or (_NONE.search(text) and len(text.splitlines()) == 1):
        return ()
    described = _from_json(text)
    described = list(_from_lines(text)) if described is None else described
    found = [_listed(one) for one in described]
    whole = [one for one in found if one is not None]
    return tuple(whole) if whole and len(whole) == len(found) else None


def _from_json(text: str) -> list[Mapping[str, object]] | None:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    items = read if isinstance(read, list) else [read]
    return [_plain(one) if isinstance(one, dict) else {} for one in items]


def _plain(found: Mapping[str, object]) -> dict[str, object]:
    return {name.replace(" ", "").lower(): value for name, value in found.items()}


def _from_lines(text: str) -> Iterator[Mapping[str, object]]:
    """Blocks of `Key : value`, apart by empty lines or by a key that comes again; a value goes on in indented lines."""
    block: dict[str, object] = {}
    last = ""
    for line in text.splitlines():
        field = _FIELD.fullmatch(line.rstrip())
        key = field[1].replace(" ", "").lower() if field else ""
        if block and (not line.strip() or key in block):
            yield block
            block = {}
        if field:
            block[key], last = field[2] or "", key
        elif line.strip() and line[0].isspace() and last in block:
            block[last] = f"{block[last]} {line.strip()}"
        elif line.strip():
            yield {}  # a line that nobody can read: nor can the list be
    if block:
        yield block


def _listed(found: Mapping[str, object]) -> Listed | None:
    name = next((value for key in _NAMES if isinstance(value := found.get(key), str) and value.strip()), None)
    description = found.get("description") or ""
    if name is None or not isinstance(description, str):
        return None
    made = next((at for key in _MADE if (at := time_of(found.get(key)))), None)
    return Listed(name=name.strip(), description=description, made_at=made)
