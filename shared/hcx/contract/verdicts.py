"""What one answer says of the assumptions about its route. The same for a live answer and for a recorded one."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from shared.hcx.answer import Answer
from shared.hcx.contract.expectations import Expectation, expectation
from shared.hcx.contract.shape import Difference, Shape, differences, shape_of, unexpected
from shared.hcx.errors import HcxError
from shared.hcx.judging import NOT_HERE
from shared.hcx.reading import document, items
from shared.model.codec import Json
from shared.model.record import record

_ALIVE_BELOW: Final = 500
_LIST_WAYS: Final = ("[]", "items[]", "rows[]", "data[]", "data.items[]", "data.rows[]")
_LIVENESS: Final = "liveness"


class Verdict(StrEnum):
    """How an answer stands to what is assumed."""

    AS_ASSUMED = "as-assumed"
    DIFFERS = "differs"
    """It answers, and not as assumed."""
    REFUSED = "refused"
    """Not for this account: 401 or 403."""
    NOT_OFFERED = "not-offered"
    """This manager does not have the call."""
    NOT_YET = "not-yet"
    """It is busy or starting: ask again later."""
    NOT_ASKED = "not-asked"
    NO_ANSWER = "no-answer"


@record
class Judged:
    """The verdict on one answer. It never holds words of the manager, which may name things."""

    verdict: Verdict
    detail: str = ""
    differences: tuple[Difference, ...] = ()
    more: tuple[str, ...] = ()
    """Paths in the answer that nobody expected."""


def judged(answer: Answer, body: Json) -> Judged:
    """Judge one answer.

    Args:
        answer: as it came, or as it was recorded.
        body: the JSON in it, None where there is none.
    """
    wanted = expectation(answer.route)
    if answer.route == _LIVENESS:
        alive = answer.status < _ALIVE_BELOW
        return Judged(verdict=Verdict.AS_ASSUMED if alive else Verdict.NOT_YET, detail=_status(answer))
    if not answer.good:
        return _refused(answer, wanted)
    return _read(answer, wanted, body)


def _refused(answer: Answer, wanted: Expectation) -> Judged:
    if answer.status in {401, 403}:
        return Judged(verdict=Verdict.REFUSED, detail=_status(answer))
    if answer.status == 404 and wanted.absent:  # noqa: PLR2004 -- HTTP's own
        return Judged(verdict=Verdict.AS_ASSUMED, detail="404: there is nothing of that kind")
    if answer.status in NOT_HERE:
        return Judged(verdict=Verdict.NOT_OFFERED, detail=_status(answer))
    if answer.status >= _ALIVE_BELOW:
        return Judged(verdict=Verdict.NOT_YET, detail=_status(answer))
    return Judged(verdict=Verdict.DIFFERS, detail=_status(answer))


def _read(answer: Answer, wanted: Expectation, body: Json) -> Judged:
    shape = shape_of(body) if body is not None else {}
    prefix = _list_at(shape) if wanted.listed else ""
    below = _below(shape, prefix) if prefix else shape
    found = differences(below, wanted.fields) if body is not None and (prefix or not wanted.listed) else ()
    more = unexpected(below, wanted.fields) if prefix or not wanted.listed else ()
    fault = _fault(answer, wanted, body)
    if fault:
        return Judged(verdict=Verdict.DIFFERS, detail=fault, differences=found, more=more)
    empty = wanted.listed and not prefix
    detail = f"{_status(answer)}, an empty list: its members were not seen" if empty else _status(answer)
    verdict = Verdict.DIFFERS if found else Verdict.AS_ASSUMED
    return Judged(verdict=verdict, detail=detail, differences=found, more=more)


def _fault(answer: Answer, wanted: Expectation, body: Json) -> str:
    """Why the parser does not take it, in our own words; empty where it does."""
    if body is None and (wanted.read or wanted.listed):
        return "it is no JSON" if answer.whole else "it is cut off, packed, or too large"
    try:
        found = document(answer)
    except HcxError:  # its words are the manager's own
        return "it says that it is an error, although its status does not"
    try:
        if wanted.read is not None:
            wanted.read(answer)
        elif wanted.listed:
            items(found)
    except HcxError as error:
        return error.detail
    return ""


def _list_at(shape: Shape) -> str:
    """Where the answer's list has its members; empty where there is none, or none has any."""
    return next((way for way in _LIST_WAYS if way in shape), "")


def _below(shape: Shape, prefix: str) -> Shape:
    return {
        path.removeprefix(prefix).removeprefix("."): kinds for path, kinds in shape.items() if path.startswith(prefix)
    }


def _status(answer: Answer) -> str:
    return f"{answer.status}"


def counted(verdicts: Iterable[Judged]) -> dict[Verdict, int]:
    """How many there are of each."""
    found = dict.fromkeys(Verdict, 0)
    for one in verdicts:
        found[one.verdict] += 1
    return found
