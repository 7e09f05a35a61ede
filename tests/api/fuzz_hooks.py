"""What schemathesis cannot know from the document of the API: it loads this beside it."""

import json
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis import Case, HookContext
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import RejectedPositiveData

from tests.api.commanded_fleet import WAVE

SAY_WHO = ("by", "who")
"""Fields that hold the name of whoever speaks: where no token says it, they do."""
NEED_NOT = frozenset({"RunBody", "UpgradeBody", "PlanBody", "CheckBody"})
"""Bodies that ask for a run, which somebody may ask for without a name."""
ALIAS = "Repeatability-Request-ID"
"""Another name of a header. Both at once are refused where they differ, so that most calls would be."""

_TOLD = json.loads(Path("names.json").read_text())
_THERE = _TOLD["there"]
EXAMPLES = {
    "runId": _THERE["runs"][0],
    "planHash": _THERE["plans"][0],
    "cloud": _THERE["clouds"][0],
    "privateCloud": _THERE["clouds"][0],
    "taskId": _THERE["tasks"][0],
    "subject": _THERE["leases"][0],
    "wave": WAVE,
    "If-Match": "*",
}
"""What parameters and members name in examples, so that each operation is called once as it is meant to be."""

OF_THE_STATE = {"match.failed", "repeat.ambiguous", "repeat.otherBody"}
"""Codes of calls that are as they should be, and meant for another state, or for another call under their key."""
OF_WHAT_THERE_IS = {"after", "person", "site"}
"""Parameters that stand for something that has to be there."""
TOGETHER = "body"
"""What is named where each field is as it should be, and two of them do not fit together."""


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """This host asks nobody who they are: whoever speaks has to say so."""
    del context
    bodies = raw_schema["components"]["schemas"]
    for name in bodies:
        if name.endswith("Body") and name not in NEED_NOT:
            _have_said_who(bodies[name])
    for path in raw_schema["paths"].values():
        for operation in path.values():
            named = {**EXAMPLES, **_TOLD["examples"].get(operation["operationId"], {})}
            told = [one for one in operation["parameters"] if one["name"] != ALIAS]
            operation["parameters"] = [_exemplified(one, named) for one in told]
            _have_sent_body(operation, bodies, named)
            operation["security"] = []


def _exemplified(parameter: dict[str, Any], named: dict[str, str]) -> dict[str, Any]:
    known = named.get(parameter["name"])
    return {**parameter, "example": known} if known else parameter


def _have_said_who(body: dict[str, Any]) -> None:
    for one in (one for one in SAY_WHO if one in body["properties"]):
        body["required"] = [*body.get("required", []), one]
        body["properties"][one] = body["properties"][one]["anyOf"][0]


def _have_sent_body(operation: dict[str, Any], bodies: dict[str, Any], named: dict[str, str]) -> None:
    sent = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if sent is None:
        return
    wanted = next(one for one in (sent["schema"], *sent["schema"].get("anyOf", ())) if "$ref" in one)
    name = wanted["$ref"].rpartition("/")[2]
    (example,) = bodies[name]["examples"]
    sent["example"] = {key: named.get(key, value) for key, value in example.items()}
    if name not in NEED_NOT:
        sent["schema"] = wanted
        operation["requestBody"]["required"] = True


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
    """A call may be as the document describes it and be refused for what it is about; that has a code of its own."""
    del context, case
    return not (isinstance(failure, RejectedPositiveData) and _is_about_what_there_is(response))


def _is_about_what_there_is(response: Response) -> bool:
    problem = response.json()
    wrong = {one["field"] for one in problem["errors"]}
    return problem["code"] in OF_THE_STATE or (bool(wrong) and wrong <= OF_WHAT_THERE_IS | {TOGETHER})
