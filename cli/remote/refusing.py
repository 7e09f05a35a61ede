"""From what an app says no with to lines for a person and the exit code that a pipeline branches on.

nobody answers, or a front without an app       1, try again
5xx                                             1, with what the app says
3xx, 401, 403, sign-in turned off               4, who calls is not known, or may not
a run sheet or a plan that others have to see to    3, as on this machine
fleet.yaml or the store that cannot be used     2, as on this machine
any other no                                    2, with every field of the call that is wrong
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from cli.edge import ToldError
from cli.exits import Exit
from cli.remote.answer import Answer

OPTIONS: Final = {
    "by": "--as",
    "requestedBy": "--as",
    "who": "--as",
    "privateCloud": "--cloud",
    "planHash": "--plan",
    "key": "--key",
    "Idempotency-Key": "--idempotency-key",
}
"""Fields of calls by the options that they come from, where these have other names."""

_BY_CODE: Final = {
    "signIn.off": Exit.SIGN_IN,
    "runSheet.notReady": Exit.NEEDS_OTHERS,
    "plan.notApproved": Exit.NEEDS_OTHERS,
    "policy.invalid": Exit.WRONG_USE,
    "store.busy": Exit.WRONG_USE,
    "store.tampered": Exit.WRONG_USE,
    "store.unusable": Exit.WRONG_USE,
}
_NOT_LET_IN: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class UnreachableError(ToldError):
    """Nothing came back."""


class RefusedError(ToldError):
    """The app said no; `reason` is its stable code, empty where something in front of it said so."""

    def __init__(self, problems: list[str], code: int, reason: str) -> None:
        super().__init__(problems, code)
        self.reason = reason


def unreachable(base: str, why: Exception | int) -> UnreachableError:
    """Nobody answers there."""
    told = f"its front answered {why}" if isinstance(why, int) else plain(str(why) or type(why).__name__)
    remedy = "is that the address, and does the app run?"
    return UnreachableError([f"{base} cannot be reached: {told}; {remedy}"], Exit.FAILED)


def refuse(answer: Answer, base: str) -> Answer:
    """Give an answer on that is one.

    Raises:
        RefusedError: the app says no.
    """
    if answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return answer
    if answer.status < HTTPStatus.BAD_REQUEST:
        raise RefusedError([_elsewhere(answer, base)], Exit.SIGN_IN, "")
    problem = _problem(answer)
    reason = str(problem.get("code", ""))
    lines = list(_lines(problem)) or [_bare(answer, base)]
    raise RefusedError(lines, _code(answer.status, reason), reason)


def plain(text: str) -> str:
    """Words from outside: nothing in them may move the cursor or begin a line of its own."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _code(status: int, reason: str) -> int:
    if reason in _BY_CODE:
        return _BY_CODE[reason]
    if status in _NOT_LET_IN:
        return Exit.SIGN_IN
    busy = status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Exit.FAILED if busy else Exit.WRONG_USE


def _problem(answer: Answer) -> Mapping[str, Any]:
    """The problem of an answer; empty where something else than the app answered."""
    if "json" not in answer.headers.get("content-type", ""):
        return {}
    found = answer.json()
    return found if isinstance(found, dict) and "code" in found else {}


def _lines(problem: Mapping[str, Any]) -> Iterator[str]:
    if not problem:
        return
    errors, remedy = problem.get("errors") or (), f" ({problem['remedy']})" if problem.get("remedy") else ""
    named = [one for one in errors if one.get("field")]
    head = f"{problem.get('title', '')} [{problem['code']}]"
    if named:
        yield from (plain(f"{OPTIONS.get(one['field'], one['field'])}: {one['message']}") for one in named)
    elif errors:  # reasons, each worth a line
        yield plain(f"{head}:{remedy}")
        yield from (plain(str(one.get("message", ""))) for one in errors)
    else:
        yield plain(f"{head}: {problem.get('detail', '')}{remedy}")


def _bare(answer: Answer, base: str) -> str:
    match answer.status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            remedy = "is --audience that of the app, and may you sign in to it?"
            return f"sign-in: {base} answered {answer.status} before the app was asked; {remedy}"
        case HTTPStatus.NOT_FOUND:
            return f"{base}: there is no hcx-fleet at this address"
        case _:
            return f"{base} answered {answer.status}, and not as hcx-fleet does"


def _elsewhere(answer: Answer, base: str) -> str:
    host = urlsplit(answer.headers.get("location", "")).hostname or "another address"
    remedy = "give the app's own address; where it asks browsers to sign in, its owner lets it answer 401 instead"
    return f"{base} sends on to {plain(host)}, where nothing is sent: {remedy}"
