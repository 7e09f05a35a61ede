"""The OpenAPI document: FastAPI's own, with our problem details where it would describe its own errors."""

from typing import Any

from fastapi import FastAPI

from shared.api.bodies import ProblemAnswer
from shared.api.finishing import inlined, operations, without_null
from shared.api.problems import MEDIA_TYPE, TITLES, Code

STATUS = {
    400: (Code.BODY_UNREADABLE, Code.VERSION_UNKNOWN, Code.REPEAT_AMBIGUOUS),
    401: (Code.CALLER_UNKNOWN,),
    403: (Code.CALLER_ROLE, Code.CALLER_KEY, Code.CALLER_NOT_APPROVER, Code.PLAN_NOT_APPROVED),
    404: (
        Code.CLOUD_UNKNOWN,
        Code.RUN_UNKNOWN,
        Code.TASK_UNKNOWN,
        Code.PLAN_UNKNOWN,
        Code.LEASE_UNKNOWN,
        Code.ROUTE_UNKNOWN,
    ),
    405: (Code.METHOD_NOT_ALLOWED,),
    409: (
        Code.RUN_OTHER_REQUEST,
        Code.RUN_ENDED,
        Code.CLOUD_AMBIGUOUS,
        Code.PLAN_OTHER_CLOUD,
        Code.PLAN_NONE,
        Code.SHEET_NOT_READY,
        Code.SHARED_CONNECTOR,
        Code.COMMAND_UNFIT,
        Code.COMMAND_OTHER,
        Code.RETRY_NOTHING,
        Code.REVERT_NOTHING,
        Code.REPEAT_UNDER_WAY,
    ),
    412: (Code.MATCH_FAILED,),
    413: (Code.BODY_TOO_LARGE,),
    415: (Code.BODY_MEDIA_TYPE,),
    422: (Code.BODY_INVALID, Code.REPEAT_OTHER_BODY),
    428: (Code.MATCH_REQUIRED,),
    429: (Code.CALLER_TOO_MANY,),
    500: (Code.POLICY_INVALID, Code.STORE_TAMPERED, Code.STORE_UNUSABLE, Code.INTERNAL),
    503: (Code.STORE_BUSY, Code.SIGN_IN_OFF),
}
"""Which codes come with which status."""


class DocumentedApi(FastAPI):
    """An app whose document knows the schema that `refusals` points to."""

    def openapi(self) -> dict[str, Any]:
        """The document."""
        if self.openapi_schema is None:
            self.openapi_schema = _finished(super().openapi())
        return self.openapi_schema


def _finished(document: dict[str, Any]) -> dict[str, Any]:
    schema = ProblemAnswer.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(schema.pop("$defs", {}))
    schemas["Problem"] = schema
    whole = inlined(document)
    for one in operations(whole):
        one["parameters"] = [without_null(each) for each in one.get("parameters", [])]
    return whole


def refusals() -> dict[int | str, dict[str, Any]]:
    """What every route may answer besides its own."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _words(codes), "content": content} for status, codes in STATUS.items()}


def _words(codes: tuple[Code, ...]) -> str:
    return "; ".join(f"{TITLES[code]} ({code.value})" for code in codes)
