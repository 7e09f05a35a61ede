"""Finding the operation behind a guessed row: by its method, and by the documented names in its body and its answer.

The bodies are documented where the addresses are not (HCX 9 System Upgrade API; interconnect tasks and redeploy of the
workload migration API), so an appliance's own document can be recognised by them. What an upgrade of mesh appliances
looks like is documented nowhere; `appliances[].applianceId` and a task id in the answer are how its neighbours look.

Two operations that fit equally well are two candidates, never a choice.
"""

from collections.abc import Iterable
from typing import Final

from shared.hcx.contract.openapi import Operation
from shared.model.record import record


@record
class Signature:
    """How the operation behind a row can be told."""

    method: str
    asks: tuple[str, ...] = ()
    """Paths in the body, all of which are there."""
    answers: tuple[str, ...] = ()
    """Paths in the answer, all of which are there, perhaps below `data`."""
    says: tuple[str, ...] = ()
    """Words of its path or name, one of which is there."""
    says_not: tuple[str, ...] = ()
    """Words of its path or name, none of which is there."""
    slots: tuple[str, ...] = ()
    """Ids without which it could not be about one thing: as a part of the path, or in the body."""


_UPGRADE_RESPONSE: Final = ("status", "subTasks")
_STATUS = Signature(method="GET", answers=_UPGRADE_RESPONSE, says_not=("bundle",))
_BUNDLE = Signature(method="GET", answers=_UPGRADE_RESPONSE, says=("bundle",))
_START = Signature(method="POST", asks=("targetVersion", "upgradePolicy"), answers=_UPGRADE_RESPONSE)

SIGNATURES: Final = {
    "upgrade-status-9x": _STATUS,
    "upgrade-bundle-9x": _BUNDLE,
    "upgrade-manager-9x": _START,
    "upgrade-status-4x": _STATUS,
    "upgrade-bundle-4x": _BUNDLE,
    "upgrade-manager-4x": _START,
    "hcx-tasks": Signature(method="GET", answers=("items", "items[].interconnectTaskId")),
    "upgrade-appliance": Signature(
        method="POST",
        asks=("appliances", "appliances[].applianceId"),
        answers=("interconnectTaskId",),
        says=("upgrade", "update"),
        slots=("mesh",),
    ),
    "redeploy-appliance": Signature(
        method="POST",
        asks=("force", "local"),
        answers=("interconnectTaskId",),
        says=("redeploy",),
        slots=("appliance",),
    ),
}
"""By the id of a row."""


def candidates(row: str, operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """The operations that the row may be; none for a row that nobody knows how to recognise."""
    signature = SIGNATURES.get(row)
    return tuple(one for one in operations if signature and _fits(one, signature))


def slot_names(path: str) -> dict[str, str | None]:
    """What the ids in a described path are for us: `mesh`, `appliance`, or None for what nobody can fill in."""
    inside = (step.strip("{}") for step in path.split("/") if step.startswith("{") and step.endswith("}"))
    return {name: _slot(name) for name in inside}


def _slot(name: str) -> str | None:
    lower = name.lower()
    return "mesh" if "mesh" in lower else "appliance" if "appliance" in lower else None


def _fits(one: Operation, signature: Signature) -> bool:
    words = f"{one.path} {one.words}".lower()
    return (
        one.method == signature.method
        and set(signature.asks) <= one.request.paths
        and (not signature.answers or _answers(one, signature.answers))
        and (not signature.says or any(word in words for word in signature.says))
        and not any(word in words for word in signature.says_not)
        and all(_about(one, slot) for slot in signature.slots)
    )


def _answers(one: Operation, wanted: tuple[str, ...]) -> bool:
    below = {f"data.{path}" for path in wanted}
    return set(wanted) <= one.response.paths or below <= one.response.paths


def _about(one: Operation, slot: str) -> bool:
    named = {"mesh": "serviceMeshId", "appliance": "applianceId"}[slot]
    return slot in slot_names(one.path).values() or named in one.request.paths
