"""What a contract walk showed, for people and for programs. Pure."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.hcx.contract.proposals import Proposal
from shared.hcx.contract.recording import RecordedCall, Recording
from shared.hcx.contract.verdicts import Verdict
from shared.hcx.routes import Confidence
from shared.model.record import record
from shared.report.sheet import Grid, Sheet
from shared.report.words import several

SAID = {
    Verdict.AS_ASSUMED: "as assumed",
    Verdict.DIFFERS: "DIFFERS",
    Verdict.REFUSED: "refused",
    Verdict.NOT_OFFERED: "not offered",
    Verdict.NOT_YET: "not yet",
    Verdict.NOT_ASKED: "not asked",
    Verdict.NO_ANSWER: "no answer",
}
_FINE = frozenset({Verdict.AS_ASSUMED, Verdict.NOT_ASKED})
_ORDER = (
    Verdict.DIFFERS,
    Verdict.REFUSED,
    Verdict.NOT_OFFERED,
    Verdict.NO_ANSWER,
    Verdict.NOT_YET,
    Verdict.NOT_ASKED,
    Verdict.AS_ASSUMED,
)
_DIFFERENCES_SHOWN = 5


@record
class Walked:
    """One walk."""

    recording: Recording
    proposals: tuple[Proposal, ...]


def lets_down(walked: Walked) -> bool:
    """Whether a route is not as hcx-fleet needs it, so that somebody has to look."""
    return any(one.verdict not in _FINE for one in walked.recording.calls)


def contract_sheet(walked: Walked, manager: str, out: Path) -> Sheet:
    """For people."""
    recording = walked.recording
    counts = Counter(one.verdict for one in recording.calls)
    counted = ", ".join(f"{counts[verdict]} {SAID[verdict]}" for verdict in _ORDER if counts[verdict])
    version, generation = recording.manager_version or "of unknown version", recording.generation or "unknown"
    return Sheet(
        head=(
            f"{manager}: HCX {version}, interface {generation}, certificate SHA-256 {recording.certificate.leaf}.",
            f"{several(len(recording.calls), 'readable route', 'readable routes')}: {counted}.",
        ),
        grids=(_routes(recording), _documents(recording), _proposed(walked.proposals)),
        foot=tuple(_foot(walked, manager, out)),
    )


def _routes(recording: Recording) -> Grid:
    ordered = sorted(recording.calls, key=lambda one: _ORDER.index(one.verdict))
    return Grid(
        columns=("ROUTE", "CALL", "RESTS ON", "VERDICT", "HOW"),
        rows=tuple(
            (one.route, f"{one.method} {one.target}", _rests_on(one), SAID[one.verdict], _how(one)) for one in ordered
        ),
    )


def _rests_on(call: RecordedCall) -> str:
    """A guess that turned out right is news."""
    guessed = call.confidence == Confidence.INFERRED.value and call.verdict is Verdict.AS_ASSUMED
    return f"{call.confidence}, now seen" if guessed and call.status == _OK else call.confidence


_OK = 200


def _how(call: RecordedCall) -> str:
    shown = [str(one) for one in call.differences[:_DIFFERENCES_SHOWN]]
    more = len(call.differences) - len(shown)
    return "; ".join([call.detail, *shown, *([f"and {more} more"] if more > 0 else [])])


def _documents(recording: Recording) -> Grid:
    return Grid(
        columns=("API DOCUMENT", "FORMAT", "API VERSION", "OPERATIONS"),
        rows=tuple(
            (one.path, next(doc.format for doc in recording.documents if doc.path == one.path), one.version,
             str(len(one.operations)))
            for one in recording.served
        ),
    )  # fmt: skip


def _proposed(proposals: tuple[Proposal, ...]) -> Grid:
    return Grid(
        columns=("GUESSED ROUTE", "AS THE DOCUMENTS HAVE IT", "", "WHAT FOLLOWS"),
        rows=tuple((one.route, one.call, _corrects(one), _follows(one)) for one in proposals),
    )


def _corrects(one: Proposal) -> str:
    return "another call" if one.corrects else "as guessed"


def _follows(one: Proposal) -> str:
    if one.faults:
        return f"cannot be used: {'; '.join(one.faults)}"
    if one.changes:
        return "can be confirmed"
    return "goes into the file of HCX_FLEET_ROUTES, below" if one.corrects else "nothing: the guess was right"


def _foot(walked: Walked, manager: str, out: Path) -> Iterator[str]:
    if not walked.recording.served:
        yield "It serves no API document that could be read, so nothing that changes it can be confirmed."
    for told in walked.recording.not_fetched:
        yield f"Not followed among the documents: {told}."
    if corrections := routes_file(walked):
        yield f"For the file of HCX_FLEET_ROUTES, once you agree:\n\n{corrections}"
    for one in walked.proposals:
        if one.changes and not one.faults:
            yield f"To confirm: hcx-fleet confirm {out} --route {one.route} --manager {manager} --author NAME"
    yield f"Recording: {out}"


def routes_file(walked: Walked) -> str:
    """The corrections of reads, as the file that can hold them; empty where there are none."""
    wanted = [one for one in _single(walked.proposals) if one.corrects and not one.changes and not one.faults]
    entries = (
        f'  - id: {one.route}\n    generation: "{one.generation}"\n    call: "{one.call}"\n'
        f'    reason: "API document {one.document}, version {one.api_version}"\n    author: "your name"\n'
        f'    correctedOn: "{walked.recording.made_at:%Y-%m-%d}"\n'
        for one in wanted
    )
    return "".join(["routes:\n", *entries]) if wanted else ""


def _single(proposals: tuple[Proposal, ...]) -> Iterator[Proposal]:
    """Proposals that are the only one of their route: of two, a person has to choose."""
    counts = Counter(one.route for one in proposals)
    return (one for one in proposals if counts[one.route] == 1)


def contract_document(walked: Walked) -> dict[str, Any]:
    """For programs."""
    recording = walked.recording
    return {
        "generation": recording.generation,
        "managerVersion": recording.manager_version,
        "certificate": {"leaf": recording.certificate.leaf, "authorities": list(recording.certificate.authorities)},
        "routes": [
            {
                "route": one.route,
                "call": f"{one.method} {one.target}",
                "confidence": one.confidence,
                "verdict": one.verdict.value,
                "detail": one.detail,
                "status": one.status,
                "differences": [str(each) for each in one.differences],
                "unexpected": list(one.more),
            }
            for one in recording.calls
        ],
        "documents": [
            {"path": one.path, "version": one.version, "operations": len(one.operations)} for one in recording.served
        ],
        "notFetched": list(recording.not_fetched),
        "proposals": [
            {
                "route": one.route,
                "call": one.call,
                "document": one.document,
                "corrects": one.corrects,
                "changes": one.changes,
                "faults": list(one.faults),
            }
            for one in walked.proposals
        ],
        "routesFile": routes_file(walked),
    }
