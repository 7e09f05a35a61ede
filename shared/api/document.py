"""The OpenAPI document: FastAPI's own, with what callers have to know beside it.

Which problems an operation has, which headers its answers have, which role it takes, and an example of each body.
`python -m tests.docs.write_api_page` writes it into docs/openapi.json.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI

from shared.api.access import Needs
from shared.api.answer_headers import HEADERS, headers_of
from shared.api.bodies import ProblemAnswer
from shared.api.finishing import inlined, operations, parameter_of, summary_of
from shared.api.known_problems import ABOUT
from shared.api.problems import Code
from shared.api.refusals import codes_of, refusals
from shared.model.caller import Role

STATUS: Final = {
    status: tuple(code for code in Code if ABOUT[code].status == status)
    for status in sorted({about.status for about in ABOUT.values()})
}
"""Which codes come with which status."""

TOKEN, KEY = "entraId", "functionKey"
_WAYS: Final = {
    TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of Entra ID for the registration of this app, with one of its roles.",
    },
    KEY: {
        "type": "apiKey",
        "in": "header",
        "name": "x-functions-key",
        "description": "Where the app is set to take keys: it lets read, and start a plan that was let go beforehand.",
    },
}
_HASH: Final = "0c65003ceb22b1ab0c2a162ab7c2154e8ac851a6430b7009d20bec27c9e91a0f"
EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "RunBody": {"kind": "upgrade", "planHash": _HASH, "requestedBy": "release pipeline 4711"},
    "UpgradeBody": {"runId": "weu-01-a", "requestedBy": "release pipeline 4711"},
    "CheckBody": {"requestedBy": "release pipeline 4711"},
    "PlanBody": {"privateCloud": "pc-weu-01", "target": "4.11.4"},
    "ReportDoneBody": {"who": "Ann", "comment": "the bundle is staged"},
    "ApproveBody": {"by": "Ann", "wave": "canary", "planHash": _HASH},
    "RejectBody": {"by": "Ann", "wave": "canary", "comment": "not before the audit"},
    "CommandBody": {"by": "Ann", "comment": "a storm", "key": "storm-1"},
    "CloudCommandBody": {"by": "Ann", "privateCloud": "pc-weu-01"},
    "TaskCommandBody": {"by": "Ann", "comment": "the site is closed"},
    "RetryBody": {"by": "Ann", "only": "failed"},
    "RevertBody": {"by": "Ann", "privateCloud": "pc-weu-01"},
    "BreakBody": {"by": "Ann", "reason": "the host is gone for good"},
    "PreApprovalBody": {"by": "Ann", "comment": "looked at with Bo"},
}
"""A body of each kind, as somebody may send it."""


_ITS_OWN: Final = ("HTTPValidationError", "ValidationError")
"""What the framework would answer to what does not fit, which no route does."""


class DocumentedApi(FastAPI):
    """An app whose document says what callers have to know."""

    needs: Mapping[str, Needs]
    """What each operation takes, by its id; nothing where anybody may call."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = _finished(super().openapi(), self.needs)
        return self.openapi_schema


def written(document: Mapping[str, Any]) -> str:
    """The document as docs/openapi.json has it."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _finished(document: dict[str, Any], needs: Mapping[str, Needs]) -> dict[str, Any]:
    schema = ProblemAnswer.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(schema.pop("$defs", {}))
    schemas["Problem"] = schema
    for name in _ITS_OWN:
        schemas.pop(name, None)
    for name, example in EXAMPLES.items():
        schemas[name]["examples"] = [example]
    whole = inlined(document)
    whole["components"] |= {"securitySchemes": _WAYS, "headers": HEADERS}
    for _, method, one in operations(whole):
        _finish(method, one, needs.get(one["operationId"]))
    return whole


def _finish(method: str, operation: dict[str, Any], needs: Needs | None) -> None:
    operation["summary"] = summary_of(operation["description"])
    operation["parameters"] = [parameter_of(one) for one in operation.get("parameters", [])]
    operation["security"] = _ways_in(needs) if needs else []
    own = {status: one for status, one in operation["responses"].items() if int(status) < 400}  # noqa: PLR2004 -- HTTP's own line
    operation["responses"] = {**dict(sorted(own.items())), **refusals(codes_of(method, operation))}
    for status, answer in operation["responses"].items():
        if headers := headers_of(method, operation, status):
            answer["headers"] = headers
        if answer["description"] == "Successful Response":
            answer["description"] = "It is done." if method != "get" else "As it stands."


def _ways_in(needs: Needs) -> list[dict[str, list[str]]]:
    """By token with any of these roles; by key where that lets in."""
    roles = list(Role) if needs.role is Role.READ else [needs.role]
    if needs.role is Role.OPERATE:
        roles.append(Role.ADMIN)
    token: list[dict[str, list[str]]] = [{TOKEN: [role.value]} for role in roles]
    return [*token, {KEY: []}] if needs.by_key or needs.role is Role.READ else token
