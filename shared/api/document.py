"""The OpenAPI document: FastAPI's own, with our problem details where it would describe its own errors."""

from typing import Any

from fastapi import FastAPI

from shared.api.bodies import ProblemAnswer
from shared.api.problems import MEDIA_TYPE, TITLES, Code

STATUS = {
    400: (Code.BODY_UNREADABLE,),
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
        Code.SHARED_CONNECTOR,
        Code.COMMAND_UNFIT,
        Code.COMMAND_OTHER,
        Code.RETRY_NOTHING,
        Code.REVERT_NOTHING,
    ),
    422: (Code.BODY_INVALID,),
    500: (Code.STORE_TAMPERED, Code.STORE_UNUSABLE, Code.INTERNAL),
    503: (Code.STORE_BUSY,),
}
"""Which codes come with which status."""


class DocumentedApi(FastAPI):
    """An app whose document knows the schema that `refusals` points to."""

    def openapi(self) -> dict[str, Any]:
        """The document."""
        document = super().openapi()
        schema = ProblemAnswer.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(schema.pop("$defs", {}))
        schemas["Problem"] = schema
        return document


def refusals() -> dict[int | str, dict[str, Any]]:
    """What every route may answer besides its own."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _words(codes), "content": content} for status, codes in STATUS.items()}


def _words(codes: tuple[Code, ...]) -> str:
    return "; ".join(f"{TITLES[code]} ({code.value})" for code in codes)
