"""Every way in which the API says no: RFC 9457 problem details, made in this one place.

    Problem                    wrong request, and the caller can put it right
    RequestValidationError     the same, found by FastAPI: every field at once
    HTTPException              no such route, or no such method on it
    StoreError                 the store says no: busy (503, ask again), tampered with, or none that can be used (500)
    anything else              ours: a 500 with an id to look for in the log, and nothing of what went wrong inside

Azure's own clients read the header `x-ms-error-code`, so it carries the same code as the body.
"""

import logging
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.api.bodies import PATTERNS, FieldError, ProblemAnswer
from shared.ports import PolicyInvalidError
from shared.store.errors import StoreBusyError, StoreUnusableError, TamperedError

MEDIA_TYPE = "application/problem+json"
NO_STORE = "no-store"
STORE_RETRY_AFTER = 15
"""Seconds after which a store that was busy is asked again: about as long as it is waited for inside."""

_LOG = logging.getLogger(__name__)


class Code(StrEnum):
    """Stable codes, listed in docs/api.md: a caller may branch on them."""

    BODY_UNREADABLE = "body.unreadable"
    BODY_INVALID = "body.invalid"
    BODY_TOO_LARGE = "body.tooLarge"
    BODY_MEDIA_TYPE = "body.mediaType"
    VERSION_UNKNOWN = "version.unknown"
    SIGN_IN_OFF = "signIn.off"
    CALLER_UNKNOWN = "caller.unknown"
    CALLER_ROLE = "caller.role"
    CALLER_KEY = "caller.key"
    CALLER_NOT_APPROVER = "caller.notApprover"
    CALLER_TOO_MANY = "caller.tooMany"
    CALLER_OTHER_SITE = "caller.otherSite"
    ROUTE_UNKNOWN = "route.unknown"
    METHOD_NOT_ALLOWED = "method.notAllowed"
    RUN_UNKNOWN = "run.unknown"
    RUN_OTHER_REQUEST = "run.otherRequest"
    RUN_ENDED = "run.ended"
    TASK_UNKNOWN = "task.unknown"
    CLOUD_UNKNOWN = "cloud.unknown"
    CLOUD_AMBIGUOUS = "cloud.ambiguous"
    SHARED_CONNECTOR = "shared.connector"
    PLAN_UNKNOWN = "plan.unknown"
    PLAN_OTHER_CLOUD = "plan.otherCloud"
    PLAN_NONE = "plan.none"
    PLAN_NOT_APPROVED = "plan.notApproved"
    SHEET_NOT_READY = "runSheet.notReady"
    POLICY_INVALID = "policy.invalid"
    COMMAND_UNFIT = "command.unfit"
    COMMAND_OTHER = "command.other"
    RETRY_NOTHING = "retry.nothing"
    REVERT_NOTHING = "revert.nothing"
    LEASE_UNKNOWN = "lease.unknown"
    REPEAT_AMBIGUOUS = "repeat.ambiguous"
    REPEAT_OTHER_BODY = "repeat.otherBody"
    REPEAT_UNDER_WAY = "repeat.underWay"
    MATCH_REQUIRED = "match.required"
    MATCH_FAILED = "match.failed"
    STORE_BUSY = "store.busy"
    STORE_TAMPERED = "store.tampered"
    STORE_UNUSABLE = "store.unusable"
    INTERNAL = "internal"


TITLES = {
    Code.BODY_UNREADABLE: "The body is not JSON",
    Code.BODY_INVALID: "The request does not fit",
    Code.BODY_TOO_LARGE: "The body is too long",
    Code.BODY_MEDIA_TYPE: "The body is of another type than JSON",
    Code.VERSION_UNKNOWN: "There is no such version of this API",
    Code.SIGN_IN_OFF: "Nobody is asked who they are, so nobody is let in",
    Code.CALLER_UNKNOWN: "Nobody knows who calls",
    Code.CALLER_ROLE: "The caller has not the role that this takes",
    Code.CALLER_KEY: "A function key does not let do that",
    Code.CALLER_NOT_APPROVER: "The caller is not the approver that they speak for",
    Code.CALLER_OTHER_SITE: "A page of another site made the call",
    Code.CALLER_TOO_MANY: "The caller asks for too much in a minute",
    Code.ROUTE_UNKNOWN: "There is nothing at this address",
    Code.METHOD_NOT_ALLOWED: "This address does not take that method",
    Code.RUN_UNKNOWN: "There is no such run",
    Code.RUN_OTHER_REQUEST: "A run of that id was asked for something else",
    Code.RUN_ENDED: "The run has ended",
    Code.TASK_UNKNOWN: "The run has no such task",
    Code.CLOUD_UNKNOWN: "There is no such private cloud in scope",
    Code.CLOUD_AMBIGUOUS: "Several private clouds have that name",
    Code.SHARED_CONNECTOR: "A connector is shared with other private clouds",
    Code.PLAN_UNKNOWN: "There is no such plan",
    Code.PLAN_OTHER_CLOUD: "The plan is not of that private cloud alone",
    Code.PLAN_NONE: "Nothing was planned yet",
    Code.PLAN_NOT_APPROVED: "The plan was not let go beforehand",
    Code.SHEET_NOT_READY: "The task is not ready to be performed",
    Code.POLICY_INVALID: "fleet.yaml, or another file of its owner, cannot be used",
    Code.COMMAND_UNFIT: "That does not fit how the run stands",
    Code.COMMAND_OTHER: "That key stands for another command",
    Code.RETRY_NOTHING: "There is nothing to carry out once more",
    Code.REVERT_NOTHING: "There is nothing to take back, or not yet",
    Code.LEASE_UNKNOWN: "Nobody has such a lease",
    Code.REPEAT_AMBIGUOUS: "Two different keys are given",
    Code.REPEAT_OTHER_BODY: "That key stands for another body",
    Code.REPEAT_UNDER_WAY: "The first call under that key goes on",
    Code.MATCH_REQUIRED: "It has to be said which state is meant",
    Code.MATCH_FAILED: "It is in another state than the one that is meant",
    Code.STORE_BUSY: "The store did not answer in time",
    Code.STORE_TAMPERED: "The store does not hold what was written there",
    Code.STORE_UNUSABLE: "The store cannot be used",
    Code.INTERNAL: "Something went wrong inside hcx-fleet",
}
"""The same for every problem of a code, as RFC 9457 wants it; the detail is what differs."""


class Problem(Exception):  # noqa: N818 -- RFC 9457's own word
    """A request that is answered with no."""

    def __init__(
        self,
        status: int,
        code: Code,
        detail: str,
        *,
        remedy: str = "",
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.remedy = remedy
        self.errors = tuple(errors)
        self.headers = headers


class InternalErrors:
    """Innermost but for the routes: answers for whatever nobody foresaw.

    FastAPI's own handler for `Exception` answers and then raises again, which the Functions host would turn into a
    failed invocation; here the log keeps the story and the caller gets a problem.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and answer when that fails."""
        try:
            await self._app(scope, receive, send)
        except Exception:  # noqa: BLE001 -- the edge that classifies: no route means to raise anything but Problem
            story = uuid4().hex[:12]
            _LOG.exception("request failed, problem %s", story)
            remedy = "look for that id in the log of hcx-fleet; asking again is safe"
            problem = Problem(500, Code.INTERNAL, f"problem {story}", remedy=remedy)
            await answer(problem)(scope, receive, send)


def install(app: FastAPI) -> None:
    """Make `app` say no in this way only."""
    app.add_exception_handler(Problem, _own)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(PolicyInvalidError, _policy)
    app.add_exception_handler(StoreBusyError, _busy)
    app.add_exception_handler(TamperedError, _tampered)
    app.add_exception_handler(StoreUnusableError, _unusable)
    app.add_middleware(InternalErrors)


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The answer that says it."""
    body = ProblemAnswer(
        type=f"urn:hcx-fleet:problem:{problem.code.value}",
        title=TITLES[problem.code],
        status=problem.status,
        detail=problem.detail,
        code=problem.code.value,
        remedy=problem.remedy,
        errors=problem.errors,
    )
    return JSONResponse(
        body.model_dump(mode="json", by_alias=True),
        status_code=problem.status,
        headers={**(headers or {}), "Cache-Control": NO_STORE, "x-ms-error-code": problem.code.value},
        media_type=MEDIA_TYPE,
    )


def _own(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101 -- registered for nothing else
    return answer(error, error.headers)


def _busy(_request: Request, error: Exception) -> JSONResponse:
    remedy = f"ask again in {STORE_RETRY_AFTER} s, with the same key or runId: it is harmless whether it arrived or not"
    problem = Problem(503, Code.STORE_BUSY, str(error), remedy=remedy)
    return answer(problem, {"Retry-After": str(STORE_RETRY_AFTER)})


def _policy(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PolicyInvalidError)  # noqa: S101 -- registered for nothing else
    errors = [FieldError(field="", message=one) for one in error.problems]
    remedy = "its owner: correct the file; hcx-fleet lint names every error"
    return answer(Problem(500, Code.POLICY_INVALID, "; ".join(error.problems), remedy=remedy, errors=errors))


def _tampered(_request: Request, error: Exception) -> JSONResponse:
    _LOG.error("the store was tampered with: %s", error)
    remedy = "a person: stop what works on this store, find out who changed that row, and compare with an exported one"
    return answer(Problem(500, Code.STORE_TAMPERED, str(error), remedy=remedy))


def _unusable(_request: Request, error: Exception) -> JSONResponse:
    _LOG.error("the store cannot be used: %s", error)
    remedy = "a person: do what the detail says; until then nothing is started and nothing is changed"
    return answer(Problem(500, Code.STORE_UNUSABLE, str(error), remedy=remedy))


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 -- registered for nothing else
    match error.status_code:
        case 405:
            detail = f"{request.method} is not possible here"
            problem = Problem(405, Code.METHOD_NOT_ALLOWED, detail, remedy="GET /v1/openapi.json lists what is")
        case 400:  # bytes that are no text, or nested deeper than the parser goes
            problem = _unreadable()
        case _:
            remedy = "GET /v1/openapi.json lists what there is"
            problem = Problem(404, Code.ROUTE_UNKNOWN, request.url.path, remedy=remedy)
    return answer(problem, error.headers)


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 -- registered for nothing else
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return answer(_unreadable())
    errors = [FieldError(field=_field(fault["loc"]), message=_words(fault)) for fault in faults]
    detail = "; ".join(f"{one.field}: {one.message}" for one in errors)
    return answer(Problem(422, Code.BODY_INVALID, detail, remedy="correct every field named here", errors=errors))


def _unreadable() -> Problem:
    return Problem(400, Code.BODY_UNREADABLE, "the body is not JSON", remedy="send a JSON object")


def _field(loc: Sequence[str | int]) -> str:
    """`body` and `path` name where FastAPI found it; the caller knows the field without."""
    parts = loc[1:] if len(loc) > 1 else loc
    return ".".join(map(str, parts))


def _words(fault: Mapping[str, Any]) -> str:
    """The message without the value: whatever was sent may hold a secret sent by mistake."""
    match fault["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is unknown"
        case "string_pattern_mismatch" if words := PATTERNS.get(fault["ctx"]["pattern"]):
            return words
        case "model_attributes_type" | "model_type" | "dict_type":
            return "must be a JSON object, sent as application/json"
        case _:
            return str(fault["msg"]).replace("Input should", "must").replace("String should", "must")
