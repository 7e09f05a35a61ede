"""What served documents say of guessed rows: the row as it really is, and whether that can be confirmed."""

from collections.abc import Iterable
from typing import Final

from shared.hcx.contract.openapi import Body, Operation
from shared.hcx.contract.recognition import candidates, slot_names
from shared.hcx.contract.shape import Kind, kind_of
from shared.hcx.routes import Confidence, Effect, Route
from shared.model.call import Call
from shared.model.codec import Json
from shared.model.record import record

_UPGRADE_REQUEST: Final[Json] = {
    "targetVersion": "",
    "upgradePolicy": {"skipVmSnapshot": False, "skipUpgradeValidation": False, "skipConfigBackup": False},
}
SENT: Final[dict[str, Json]] = {
    "upgrade-manager-4x": _UPGRADE_REQUEST,
    "upgrade-manager-9x": _UPGRADE_REQUEST,
    "upgrade-appliance": {
        "appliances": [{"applianceId": "", "applianceName": ""}],
        "mode": "STANDARD",
        "force": False,
    },
}
"""The bodies that hcx-fleet sends with a change, by route; a test holds them against what is really sent."""


@record
class Served:
    """One API document that a manager serves, as far as it was understood."""

    path: str
    version: str
    operations: tuple[Operation, ...]


@record
class Proposal:
    """One operation that a row may really be."""

    route: str
    generation: str
    call: str
    """As `Call` writes it, with the ids named as we name them."""
    document: str
    """Path of the document that describes it."""
    api_version: str
    changes: bool
    """Whether the row changes something: then it takes a confirmation, and no file of corrections counts."""
    corrects: bool
    """Whether it is another call than the one in the table."""
    faults: tuple[str, ...]
    """Why hcx-fleet could not make this call as it is described; none: it can."""


def proposals(rows: Iterable[Route], generation: str, served: Iterable[Served]) -> tuple[Proposal, ...]:
    """For every guessed row of that generation, each operation that it may be."""
    documents = tuple(served)
    guessed = (row for row in rows if row.confidence is Confidence.INFERRED and generation in row.generations)
    return tuple(one for row in guessed for one in proposals_for(row, generation, documents))


def proposals_for(row: Route, generation: str, served: Iterable[Served]) -> tuple[Proposal, ...]:
    """The operations that this row may be: those at its very call, or else those that look like it."""
    documents = tuple(served)
    found = [(one, operation) for one in documents for operation in _exactly(row, one.operations)]
    found = found or [(one, operation) for one in documents for operation in candidates(row.id, one.operations)]
    made: dict[str, Proposal] = {}
    for one, operation in found:
        proposal, key = _proposal(row, generation, one, operation), _key(operation)
        if key not in made or proposal.faults:  # of two documents that describe one call, the less favourable counts
            made[key] = proposal
    return tuple(made.values())


def _exactly(row: Route, operations: Iterable[Operation]) -> tuple[Operation, ...]:
    return tuple(one for one in operations if _same(row.call, str(_call(row, one))))


def _same(one: Call, text: str) -> bool:
    """Whether both are the same call, whatever the ids are called."""
    return [_blank(step) for step in str(one).split("/")] == [_blank(step) for step in text.split("/")]


def _blank(step: str) -> str:
    return "{}" if step.startswith("{") else step


def _key(operation: Operation) -> str:
    return f"{operation.method} {operation.path}?{operation.action}"


def _proposal(row: Route, generation: str, document: Served, operation: Operation) -> Proposal:
    call = str(_call(row, operation))
    return Proposal(
        route=row.id,
        generation=generation,
        call=call,
        document=document.path,
        api_version=document.version,
        changes=row.effect is Effect.MUTATE,
        corrects=not _same(row.call, call),
        faults=tuple(faults(row, operation)),
    )


def _call(row: Route, operation: Operation) -> Call:
    """The operation as a call of ours: its ids are named as the row names them where that is clear."""
    path = operation.path
    for theirs, ours in _slots(row, operation).items():
        path = path.replace(f"{{{theirs}}}", f"{{{ours or theirs}}}")
    target = f"{path}?action={operation.action}" if operation.action else path
    return Call(method=operation.method, target=target)


def _slots(row: Route, operation: Operation) -> dict[str, str | None]:
    """Theirs to ours; the only id of a path is the only id of the row, whatever it is called."""
    found = slot_names(operation.path)
    wanted = row.call.slots
    if len(found) == len(wanted) == 1 and set(found.values()) <= {None, *wanted}:
        return dict.fromkeys(found, wanted[0])
    return found


def faults(row: Route, operation: Operation) -> tuple[str, ...]:
    """Why the described operation is not the call that hcx-fleet makes: its ids, its query, and its body."""
    call = _call(row, operation)
    strange = [f"needs {one}, which hcx-fleet does not send" for one in operation.needs]
    strange += [f"has {{{slot}}} in its path, which hcx-fleet cannot fill in" for slot in _unknown(row, operation)]
    try:
        Call.of(str(call))
    except ValueError as error:
        strange.append(f"{call}: {error}")
    if row.effect is not Effect.MUTATE:
        return (*strange, *(() if call.reads else (f"{call} does not read by its form",)))
    if call.reads:
        strange.append(f"{call} reads by its form, so it cannot be confirmed as a change")
    sent = SENT.get(row.id)
    if sent is None:
        return (*strange, "is not sent by this hcx-fleet")
    return (*strange, *body_faults(sent, operation.request))


def _unknown(row: Route, operation: Operation) -> list[str]:
    known = {"mesh", "appliance"} if row.effect is Effect.MUTATE else set(row.call.slots)
    return [theirs for theirs, ours in _slots(row, operation).items() if ours not in known]


def body_faults(sent: Json, described: Body) -> tuple[str, ...]:
    """Where a body that hcx-fleet sends is not the described one: required names, and kinds of all that is sent."""
    if not described.parts:
        return ("the document does not describe its body",)
    found = dict(_flat(sent, ""))
    missing = [
        f"the body needs {one.path}, which hcx-fleet does not send"
        for one in described.parts
        if one.required and one.path not in found and _around(one.path) in {"", *found}
    ]
    return (*missing, *(fault for path, value in found.items() if (fault := _part_fault(path, value, described))))


def _around(path: str) -> str:
    return path.removesuffix("[]") if path.endswith("[]") else path.rpartition(".")[0]


def _part_fault(path: str, value: Json, described: Body) -> str | None:
    part = described.part(path)
    if part is None:
        return f"hcx-fleet sends {path}, which the document does not describe"
    if part.kind is not kind_of(value):
        told = part.kind.value if part.kind else "open"
        return f"hcx-fleet sends {path} as {kind_of(value).value}, described as {told}"
    if part.words and value not in ("", *part.words):
        return f"hcx-fleet sends {path} as {value}, described are {', '.join(part.words)}"
    return None


def _flat(value: Json, path: str) -> Iterable[tuple[str, Json]]:
    """Every part of a body with its path, the body itself left out."""
    if path:
        yield path, value
    if kind_of(value) is Kind.OBJECT and isinstance(value, dict):
        for name, part in value.items():
            yield from _flat(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for member in value[:1]:
            yield from _flat(member, f"{path}[]")
