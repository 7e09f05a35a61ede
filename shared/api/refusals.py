"""Which problems an operation may answer with: read off what it takes, and said here where that does not show."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from shared.api.known_problems import ABOUT
from shared.api.problems import MEDIA_TYPE, TITLES, Code

_ALWAYS: Final = (Code.VERSION_UNKNOWN, Code.BODY_TOO_LARGE, Code.BODY_MEDIA_TYPE, Code.BODY_INVALID, Code.INTERNAL)
_PROTECTED: Final = (
    Code.SIGN_IN_OFF,
    Code.CALLER_UNKNOWN,
    Code.CALLER_ROLE,
    Code.CALLER_TOO_MANY,
    Code.POLICY_INVALID,
    Code.STORE_BUSY,
    Code.STORE_TAMPERED,
    Code.STORE_UNUSABLE,
)
_CHANGING: Final = (
    Code.BODY_UNREADABLE,
    Code.CALLER_KEY,
    Code.CALLER_OTHER_SITE,
    Code.REPEAT_AMBIGUOUS,
    Code.REPEAT_OTHER_BODY,
    Code.REPEAT_UNDER_WAY,
)
_BY_PARAMETER: Final[Mapping[str, tuple[Code, ...]]] = {
    "runId": (Code.RUN_UNKNOWN, Code.ROUTE_UNKNOWN),
    "taskId": (Code.TASK_UNKNOWN,),
    "planHash": (Code.PLAN_UNKNOWN, Code.ROUTE_UNKNOWN),
    "cloud": (Code.CLOUD_UNKNOWN, Code.CLOUD_AMBIGUOUS, Code.ROUTE_UNKNOWN),
    "subject": (Code.LEASE_UNKNOWN, Code.ROUTE_UNKNOWN),
    "If-Match": (Code.MATCH_REQUIRED, Code.MATCH_FAILED),
}
_COMMAND: Final = (Code.RUN_ENDED, Code.COMMAND_UNFIT, Code.COMMAND_OTHER)
_OF_CLOUD: Final = (Code.TASK_UNKNOWN, Code.CLOUD_AMBIGUOUS)
_SHEET: Final = (Code.SHEET_NOT_READY, Code.PLAN_NONE)
_SCOPE: Final = (Code.CLOUD_UNKNOWN, Code.CLOUD_AMBIGUOUS, Code.RUN_OTHER_REQUEST)
_OWN: Final[Mapping[str, tuple[Code, ...]]] = {
    "put_run": (*_SCOPE, Code.PLAN_UNKNOWN, Code.PLAN_NOT_APPROVED, Code.SHARED_CONNECTOR, Code.MATCH_FAILED),
    "check_cloud": (Code.RUN_OTHER_REQUEST,),
    "upgrade_cloud": (
        Code.RUN_OTHER_REQUEST,
        Code.PLAN_UNKNOWN,
        Code.PLAN_OTHER_CLOUD,
        Code.PLAN_NOT_APPROVED,
        Code.SHARED_CONNECTOR,
    ),
    "make_plan": _SCOPE,
    "get_diff": (Code.PLAN_NONE,),
    **dict.fromkeys(("get_revert_plan", "get_revert_plan_page"), (Code.PLAN_UNKNOWN,)),
    "approve_plan": (Code.CALLER_NOT_APPROVER,),
    "report_done": (Code.RUN_ENDED,),
    "approve": (*_COMMAND, Code.TASK_UNKNOWN, Code.CALLER_NOT_APPROVER),
    "reject": (*_COMMAND, Code.TASK_UNKNOWN, Code.CALLER_NOT_APPROVER),
    **dict.fromkeys(("pause", "resume", "cancel", "skip"), (*_COMMAND, *_OF_CLOUD)),
    **dict.fromkeys(("pause_task", "resume_task", "cancel_task", "skip_task"), _COMMAND),
    "retry": (Code.RUN_OTHER_REQUEST, Code.TASK_UNKNOWN, Code.RETRY_NOTHING),
    "revert": (*_SCOPE, Code.REVERT_NOTHING),
    **dict.fromkeys(("get_run_sheet", "get_run_sheet_page", "get_run_sheet_markdown"), _SHEET),
    **dict.fromkeys(("get_today", "get_today_markdown", "get_today_csv", "get_today_calendar"), (Code.PLAN_NONE,)),
    **dict.fromkeys(("get_calendar", "get_calendar_file"), (Code.PLAN_NONE,)),
}
"""By operation: what does not show in its parameters."""
_NOT: Final[Mapping[str, tuple[Code, ...]]] = {"put_run": (Code.RUN_UNKNOWN,)}
"""By operation: what would show there, and is not so. A run that is put need not be there."""


def codes_of(method: str, operation: Mapping[str, Any]) -> tuple[Code, ...]:
    """Every code that an operation may answer with, in the order of the codes.

    Args:
        method: in lower case.
        operation: as the document has it.
    """
    found = set(_found(method, operation)) - set(_NOT.get(operation["operationId"], ()))
    return tuple(code for code in Code if code in found)


def refusals(codes: Iterable[Code]) -> dict[str, dict[str, Any]]:
    """The answers by status that say no with one of these codes."""
    told = tuple(codes)
    statuses = sorted({ABOUT[code].status for code in told})
    return {str(status): _refusal([code for code in told if ABOUT[code].status == status]) for status in statuses}


def _found(method: str, operation: Mapping[str, Any]) -> Iterator[Code]:
    yield from _ALWAYS
    if operation["tags"] != ["health"]:
        yield from _PROTECTED
    if method != "get":
        yield from _CHANGING
    for parameter in operation["parameters"]:
        yield from _BY_PARAMETER.get(parameter["name"], ())
    yield from _OWN.get(operation["operationId"], ())


def _refusal(codes: list[Code]) -> dict[str, Any]:
    words = "; ".join(f"{TITLES[code]} ({code.value})" for code in codes)
    return {"description": words, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
